//! The link types of capture files: which header stands before the IP packet.

use std::fmt;

use super::{Fault, IpVersion, Network, ethernet, linux_cooked, loopback, ppp};

/// Link layers that are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkType {
    /// Ethernet.
    Ethernet,
    /// IP of either version without a link layer.
    Raw,
    /// Linux `any`, first form.
    LinuxCooked,
    /// Linux `any`, second form.
    LinuxCooked2,
    /// BSD loopback: the address family in four bytes.
    Loopback,
    /// PPP, with or without HDLC framing.
    Ppp,
    /// PPP over Ethernet without the Ethernet header.
    PppEther,
    /// Cisco's HDLC.
    CiscoHdlc,
}

/// Numbers of <https://www.tcpdump.org/linktypes.html> and what they are here.
static NUMBERS: &[(u32, LinkType)] = &[
    (0, LinkType::Loopback),
    (1, LinkType::Ethernet),
    (9, LinkType::Ppp),
    (12, LinkType::Raw),
    (14, LinkType::Raw),
    (50, LinkType::Ppp),
    (51, LinkType::PppEther),
    (101, LinkType::Raw),
    (104, LinkType::CiscoHdlc),
    (108, LinkType::Loopback),
    (113, LinkType::LinuxCooked),
    (228, LinkType::Raw),
    (229, LinkType::Raw),
    (276, LinkType::LinuxCooked2),
];

impl LinkType {
    /// The link type of a number in a capture file.
    ///
    /// # Errors
    ///
    /// When frames of that kind are not understood.
    pub fn from_number(number: u32) -> Result<Self, UnknownLinkType> {
        let known = NUMBERS.iter().find(|(known, _)| *known == number);
        known.map(|(_, link)| *link).ok_or(UnknownLinkType(number))
    }
}

/// A link type that is not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownLinkType(pub u32);

impl fmt::Display for UnknownLinkType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "link type {} is not understood: capture on an Ethernet, IP or Linux `any` interface",
            self.0
        )
    }
}

impl std::error::Error for UnknownLinkType {}

/// The network layer of a frame.
#[inline]
pub(super) fn strip(link: LinkType, frame: &[u8]) -> Result<Network<'_>, Fault> {
    match link {
        LinkType::Ethernet => ethernet::strip(frame),
        LinkType::Raw => raw(frame),
        LinkType::LinuxCooked => linux_cooked::strip(frame),
        LinkType::LinuxCooked2 => linux_cooked::strip_2(frame),
        LinkType::Loopback => loopback::strip(frame),
        LinkType::Ppp => ppp::strip(frame),
        LinkType::PppEther => ppp::strip_session(frame),
        LinkType::CiscoHdlc => ppp::strip_cisco(frame),
    }
}

/// An IP packet whose version stands in its first four bits.
pub(super) fn raw(bytes: &[u8]) -> Result<Network<'_>, Fault> {
    let version = match bytes.first().ok_or(Fault::Short)? >> 4 {
        4 => IpVersion::V4,
        6 => IpVersion::V6,
        _ => return Err(Fault::Malformed),
    };
    Ok(Network {
        version,
        bytes,
        seen: None,
    })
}
