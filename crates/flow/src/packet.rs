//! From frames to IP packets: only what a flow record needs, without allocation.
//!
//! The way of IPv4 is always inlined into the loop over frames: otherwise each layer copies what the one
//! above gave it, a quarter of the instructions of reading a capture.
//!
//! One file per layer. Tunnels (GRE, ESP, AH, IP in IP) are packets of their outer protocol (flow
//! log spec 1.8). Frames that a capture cut short are decoded as far as their ports.

mod ethernet;
mod fragments;
mod ipv4;
mod ipv6;
mod link;
mod linux_cooked;
mod loopback;
mod offload;
mod ppp;
mod question;
mod transport;

use crate::observation::{Direction, Tuple};

pub use fragments::FragmentCache;
pub use link::{LinkType, UnknownLinkType};
pub use offload::segments;

/// Protocol numbers of IANA that decide something here.
pub mod protocol {
    /// ICMP.
    pub const ICMP: u8 = 1;
    /// TCP.
    pub const TCP: u8 = 6;
    /// UDP.
    pub const UDP: u8 = 17;
    /// DCCP.
    pub const DCCP: u8 = 33;
    /// ICMP for IPv6.
    pub const ICMP_V6: u8 = 58;
    /// SCTP.
    pub const SCTP: u8 = 132;
    /// UDP-Lite.
    pub const UDP_LITE: u8 = 136;
}

/// An IP packet, as much of it as records and rules need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'p> {
    /// Addresses, ports and protocol.
    pub tuple: Tuple,
    /// The low eight TCP flags as on the wire; 0 for other protocols and later fragments.
    pub tcp_flags: u8,
    /// Length of the network layer: the IP total length.
    pub bytes: u32,
    /// Its place, if it is a fragment.
    pub fragment: Option<Fragment>,
    /// Which way the link layer says that it went.
    pub seen: Option<Direction>,
    /// The transport header and what follows, as far as it was captured; empty for later fragments.
    pub transport: &'p [u8],
    /// Bytes of the IP payload, extension headers excluded, whether captured or not.
    pub transport_length: u32,
}

/// Part of a larger packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fragment {
    /// What all fragments of the packet share.
    pub id: u32,
    /// Whether it is the one that begins the packet and has the ports.
    pub first: bool,
}

/// What a frame turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame<'p> {
    /// An IP packet.
    Ip(Packet<'p>),
    /// Another protocol, such as ARP, which is never recorded.
    Other,
    /// The capture kept so little of the frame that its ports are missing.
    Cut,
    /// No intelligible packet.
    Malformed,
}

/// Decodes a frame. `wire_length` is its length before the capture cut it.
pub fn decode(link: LinkType, frame: &[u8], wire_length: usize) -> Frame<'_> {
    let decoded = link::strip(link, frame).and_then(|network| {
        let header = frame.len() - network.bytes.len();
        let length = wire_length.max(frame.len()) - header;
        network.decode(length)
    });
    decoded.map_or_else(|fault| fault.frame(frame.len() < wire_length), Frame::Ip)
}

/// Decodes a frame of the most frequent kind, as [`decode`] does: IPv4 right behind an Ethernet header,
/// or without a link layer. `None` for other frames.
///
/// Whoever handles millions of frames a second should try this first, and have code of its own for what
/// follows: where addresses of both versions can arrive, they are written to memory in parts and read as
/// a whole, for which processors wait longer than the rest of the decoding takes.
#[inline(always)]
pub(crate) fn decode_plain_v4(
    link: LinkType,
    frame: &[u8],
    wire_length: usize,
) -> Option<Frame<'_>> {
    let bytes = match link {
        LinkType::Ethernet => ethernet::plain_v4(frame)?,
        LinkType::Raw => {
            Some(frame).filter(|frame| frame.first().is_some_and(|first| first >> 4 == 4))?
        }
        _ => return None,
    };
    let length = wire_length.max(frame.len()) - (frame.len() - bytes.len());
    Some(match ipv4::decode(bytes, length, None) {
        Ok(packet) => Frame::Ip(packet),
        Err(fault) => fault.frame(frame.len() < wire_length),
    })
}

/// Decodes an IP packet without a link layer, such as the one that an ICMP error quotes.
/// `wire_length` is its length before it was cut.
pub fn decode_ip(packet: &[u8], wire_length: usize) -> Frame<'_> {
    decode(LinkType::Raw, packet, wire_length)
}

/// Why a frame gave no packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It ends within a header.
    Short,
    /// A header contradicts itself.
    Malformed,
    /// It is no IP.
    Other,
}

impl Fault {
    /// What the frame is then, which the capture may have `cut`.
    fn frame<'p>(self, cut: bool) -> Frame<'p> {
        match self {
            Self::Other => Frame::Other,
            Self::Short if cut => Frame::Cut,
            Self::Short | Self::Malformed => Frame::Malformed,
        }
    }
}

/// The network layer of a frame.
#[derive(Debug, Clone, Copy)]
struct Network<'p> {
    version: IpVersion,
    /// What was captured from the IP header on; there may be padding at the end.
    bytes: &'p [u8],
    seen: Option<Direction>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IpVersion {
    V4,
    V6,
}

impl<'p> Network<'p> {
    #[inline]
    fn decode(self, length: usize) -> Result<Packet<'p>, Fault> {
        match self.version {
            IpVersion::V4 => ipv4::decode(self.bytes, length, self.seen),
            IpVersion::V6 => ipv6::decode(self.bytes, length, self.seen),
        }
    }
}

/// The `N` bytes from `at` on.
#[inline]
fn take<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], Fault> {
    match bytes.get(at..).and_then(<[u8]>::first_chunk) {
        Some(chunk) => Ok(*chunk),
        None => Err(Fault::Short),
    }
}

#[inline]
fn u16_at(bytes: &[u8], at: usize) -> Result<u16, Fault> {
    take(bytes, at).map(u16::from_be_bytes)
}

/// What follows a header of `length` bytes.
#[inline]
fn after(bytes: &[u8], length: usize) -> Result<&[u8], Fault> {
    bytes.get(length..).ok_or(Fault::Short)
}

#[cfg(test)]
mod tests;
