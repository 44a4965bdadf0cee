//! Ethernet, and the headers between it and IP: VLAN tags, MPLS labels, PPP over Ethernet.

use super::{Fault, IpVersion, Network, after, link, ppp, take, u16_at};

/// Below this number, the type field is the length of an IEEE 802.3 frame, which carries no IP.
const FIRST_TYPE: u16 = 0x0600;

/// Two addresses and the type.
pub(super) fn strip(frame: &[u8]) -> Result<Network<'_>, Fault> {
    network(u16_at(frame, 12)?, after(frame, 14)?)
}

/// The IPv4 packet of a frame in which nothing else stands before it.
#[inline]
pub(super) fn plain_v4(frame: &[u8]) -> Option<&[u8]> {
    let (header, bytes) = frame.split_first_chunk::<14>()?;
    (header[12..] == [0x08, 0x00]).then_some(bytes)
}

/// What follows a header whose type field is `kind`.
#[inline]
pub(super) fn network(kind: u16, bytes: &[u8]) -> Result<Network<'_>, Fault> {
    let version = match kind {
        0x0800 => IpVersion::V4,
        0x86dd => IpVersion::V6,
        _ => return between(kind, bytes),
    };
    Ok(Network {
        version,
        bytes,
        seen: None,
    })
}

/// Headers that stand before IP. Each step shortens the bytes, so the loop ends.
#[cold]
fn between(mut kind: u16, mut bytes: &[u8]) -> Result<Network<'_>, Fault> {
    loop {
        match kind {
            0x0800 | 0x86dd => return network(kind, bytes),
            // VLAN: 802.1Q, 802.1ad, and the number that came before it.
            0x8100 | 0x88a8 | 0x9100 => {
                kind = u16_at(bytes, 2)?;
                bytes = after(bytes, 4)?;
            }
            0x8847 | 0x8848 => return labelled(bytes),
            0x8864 => return ppp::strip_session(bytes),
            _ if kind < FIRST_TYPE => return Err(Fault::Other),
            _ => return Err(Fault::Other),
        }
    }
}

/// What follows a stack of MPLS labels. Nothing says what it is; IP is known by its version, and
/// anything else is a pseudowire.
fn labelled(mut bytes: &[u8]) -> Result<Network<'_>, Fault> {
    loop {
        let [_, _, label, _] = take(bytes, 0)?;
        bytes = after(bytes, 4)?;
        if label & 1 == 1 {
            return link::raw(bytes).map_err(|fault| match fault {
                Fault::Malformed => Fault::Other,
                fault => fault,
            });
        }
    }
}
