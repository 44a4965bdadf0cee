//! What the IP functions share: addresses and subnets from text.
//!
//! Only the canonical forms count: four decimal numbers without leading zeros, and the forms of
//! RFC 4291 without a zone. An IPv4-mapped IPv6 address is an IPv6 address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub use flowgauge_event::address::parse_ipv4;
use ipnet::IpNet;

/// An IPv6 address.
#[inline]
pub fn parse_ipv6(text: &str) -> Option<Ipv6Addr> {
    // Most values are IPv4 addresses or `-`; they are told apart without a parse.
    if !text.as_bytes().contains(&b':') {
        return None;
    }
    text.parse().ok()
}

/// An address of either family.
#[inline]
pub fn parse_ip(text: &str) -> Option<IpAddr> {
    match parse_ipv4(text.as_bytes()) {
        Some(bits) => Some(IpAddr::V4(Ipv4Addr::from_bits(bits))),
        None => parse_ipv6(text).map(IpAddr::V6),
    }
}

/// A subnet as network and mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subnet {
    /// Of IPv4 addresses.
    V4 {
        /// The network, host bits zero.
        network: u32,
        /// The bits that count.
        mask: u32,
    },
    /// Of IPv6 addresses.
    V6 {
        /// The network, host bits zero.
        network: u128,
        /// The bits that count.
        mask: u128,
    },
}

impl Subnet {
    /// A subnet from `address/length`, host bits ignored; an address alone is a subnet of its own.
    pub fn parse(text: &str) -> Option<Subnet> {
        // The same texts as the check before the query runs, which sees constant subnets.
        let net = match text.split_once('/') {
            Some((address, length)) => IpNet::new(parse_ip(address)?, length.parse().ok()?).ok()?,
            None => IpNet::from(parse_ip(text)?),
        };
        Some(match net.trunc() {
            IpNet::V4(net) => Subnet::V4 {
                network: net.network().to_bits(),
                mask: net.netmask().to_bits(),
            },
            IpNet::V6(net) => Subnet::V6 {
                network: net.network().to_bits(),
                mask: net.netmask().to_bits(),
            },
        })
    }

    /// Whether the text is an address of the subnet's family that lies in it.
    #[inline]
    pub fn contains(self, text: &str) -> bool {
        match self {
            Subnet::V4 { network, mask } => {
                parse_ipv4(text.as_bytes()).is_some_and(|bits| bits & mask == network)
            }
            Subnet::V6 { network, mask } => {
                parse_ipv6(text).is_some_and(|address| address.to_bits() & mask == network)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Those of IPv4 have a test of their own, where they are read.
    #[test]
    fn addresses_are_those_of_the_standard_library() {
        let mut valid = 0;
        for text in [
            "10.0.0.1",
            "1.2.3.4.5",
            "010.2.3.4",
            "١.2.3.4",
            "-",
            "",
            "2001:db8::1",
            "::",
            "::1",
            "::ffff:1.2.3.4",
            "::ffff:1.2.3.04",
            "fe80::1%eth0",
            "1::2::3",
            "[::1]",
            "12345::",
            ":",
        ] {
            let expected = text.parse::<IpAddr>().ok();
            assert_eq!(parse_ip(text), expected, "{text}");
            valid += usize::from(expected.is_some());
        }
        assert_eq!(valid, 5);
    }

    #[test]
    fn subnets() {
        for (subnet, address, expected) in [
            ("10.0.0.0/8", "10.255.255.255", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.9.8.7/8", "10.0.0.0", true),
            ("0.0.0.0/0", "255.255.255.255", true),
            ("0.0.0.0/0", "::1", false),
            ("10.0.0.5/32", "10.0.0.5", true),
            ("10.0.0.5", "10.0.0.5", true),
            ("10.0.0.5", "10.0.0.6", false),
            ("2001:db8::5/32", "2001:db8:ffff::", true),
            ("2001:db8::/32", "2001:db9::", false),
            ("::/0", "ffff::", true),
            ("::/0", "1.2.3.4", false),
            ("::ffff:0:0/96", "::ffff:1.2.3.4", true),
            ("1.2.3.0/24", "::ffff:1.2.3.4", false),
            ("::1", "::1", true),
        ] {
            let parsed = Subnet::parse(subnet).expect(subnet);
            assert_eq!(parsed.contains(address), expected, "{address} in {subnet}");
        }
        for text in [
            "",
            "-",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/",
            "10/8",
            "10.0.0.0/-1",
            "10.0.0.0/8/8",
            "010.0.0.0/8",
        ] {
            assert_eq!(Subnet::parse(text), None, "{text}");
        }
    }
}
