//! Which addresses are private and which are reserved (spec 7.5).
//!
//! *Private* is RFC 1918. *Reserved* follows IANA's IPv4 and IPv6 Special-Purpose Address
//! Registries (both as of 9 October 2025): a block is reserved unless its column "Globally
//! Reachable" says True, and the most specific block decides. Deprecated blocks, whose column is
//! blank or "N/A", are reserved. The registries do not list multicast; it is reserved here, since
//! it is no public address either. The private ranges are registered, thus reserved as well.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::LazyLock;

/// A block of addresses.
#[derive(Debug, Clone, Copy)]
struct Block<A> {
    /// First address.
    first: A,
    /// Leading bits that all addresses share.
    length: u32,
    /// Whether the registry says that it is globally reachable.
    global: bool,
}

const fn v4(first: [u8; 4], length: u32) -> Block<u32> {
    Block {
        first: u32::from_be_bytes(first),
        length,
        global: false,
    }
}

const fn v6(groups: [u16; 8], length: u32) -> Block<u128> {
    let [a, b, c, d, e, f, g, h] = groups;
    Block {
        first: Ipv6Addr::new(a, b, c, d, e, f, g, h).to_bits(),
        length,
        global: false,
    }
}

impl<A> Block<A> {
    const fn global(self) -> Block<A>
    where
        A: Copy,
    {
        Block {
            global: true,
            ..self
        }
    }
}

/// IANA IPv4 Special-Purpose Address Registry, and multicast.
static V4: &[Block<u32>] = &[
    v4([0, 0, 0, 0], 8),                // this network
    v4([10, 0, 0, 0], 8),               // private use
    v4([100, 64, 0, 0], 10),            // shared address space
    v4([127, 0, 0, 0], 8),              // loopback
    v4([169, 254, 0, 0], 16),           // link local
    v4([172, 16, 0, 0], 12),            // private use
    v4([192, 0, 0, 0], 24),             // IETF protocol assignments
    v4([192, 0, 0, 9], 32).global(),    // port control protocol anycast
    v4([192, 0, 0, 10], 32).global(),   // TURN anycast
    v4([192, 0, 2, 0], 24),             // documentation
    v4([192, 31, 196, 0], 24).global(), // AS112
    v4([192, 52, 193, 0], 24).global(), // automatic multicast tunnelling
    v4([192, 88, 99, 0], 24),           // deprecated: 6to4 relay anycast; 6a44 relay inside
    v4([192, 168, 0, 0], 16),           // private use
    v4([192, 175, 48, 0], 24).global(), // AS112, direct delegation
    v4([198, 18, 0, 0], 15),            // benchmarking
    v4([198, 51, 100, 0], 24),          // documentation
    v4([203, 0, 113, 0], 24),           // documentation
    v4([224, 0, 0, 0], 4),              // multicast
    v4([240, 0, 0, 0], 4),              // reserved, limited broadcast inside
];

/// IANA IPv6 Special-Purpose Address Registry, and multicast.
static V6: &[Block<u128>] = &[
    v6([0, 0, 0, 0, 0, 0, 0, 0], 128),     // unspecified address
    v6([0, 0, 0, 0, 0, 0, 0, 1], 128),     // loopback
    v6([0, 0, 0, 0, 0, 0xffff, 0, 0], 96), // IPv4-mapped
    v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96).global(), // IPv4-IPv6 translation
    v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48), // IPv4-IPv6 translation, local use
    v6([0x100, 0, 0, 0, 0, 0, 0, 0], 64),  // discard only
    v6([0x100, 0, 0, 1, 0, 0, 0, 0], 64),  // dummy prefix
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), // IETF protocol assignments
    v6([0x2001, 1, 0, 0, 0, 0, 0, 1], 128).global(), // port control protocol anycast
    v6([0x2001, 1, 0, 0, 0, 0, 0, 2], 128).global(), // TURN anycast
    v6([0x2001, 1, 0, 0, 0, 0, 0, 3], 128).global(), // service registration anycast
    v6([0x2001, 3, 0, 0, 0, 0, 0, 0], 32).global(), // automatic multicast tunnelling
    v6([0x2001, 4, 0x112, 0, 0, 0, 0, 0], 48).global(), // AS112
    v6([0x2001, 0x20, 0, 0, 0, 0, 0, 0], 28).global(), // ORCHIDv2
    v6([0x2001, 0x30, 0, 0, 0, 0, 0, 0], 28).global(), // drone remote identification
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), // documentation
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), // 6to4
    v6([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48).global(), // AS112, direct delegation
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), // documentation
    v6([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16), // segment routing
    v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7),  // unique local
    v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10), // link local
    v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8),  // multicast
];

/// The ranges of RFC 1918 as network and mask.
const PRIVATE: [(u32, u32); 3] = [
    (0x0a00_0000, 0xff00_0000),
    (0xac10_0000, 0xfff0_0000),
    (0xc0a8_0000, 0xffff_0000),
];

/// Whether the address lies in a range of RFC 1918. No IPv6 address does.
#[inline]
pub fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address.to_bits()),
        IpAddr::V6(_) => false,
    }
}

/// [`is_private`] for the bits of an IPv4 address.
#[inline]
pub fn is_private_v4(bits: u32) -> bool {
    PRIVATE
        .iter()
        .any(|(network, mask)| bits & mask == *network)
}

/// Whether the address is reserved.
#[inline]
pub fn is_reserved(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => inside(&V4_BORDERS, address.to_bits()),
        IpAddr::V6(address) => inside(&V6_BORDERS, address.to_bits()),
    }
}

/// Whether the address is public: neither private nor reserved.
#[inline]
pub fn is_public(address: IpAddr) -> bool {
    !is_private(address) && !is_reserved(address)
}

/// Where reserved space begins, ends, begins again, and so on, ascending.
static V4_BORDERS: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let wide: Vec<Block<u128>> = V4
        .iter()
        .map(|block| Block {
            first: u128::from(block.first),
            length: block.length + 96,
            global: block.global,
        })
        .collect();
    // The only border beyond 32 bits is the end of the last block, behind which nothing lies.
    borders(&wide)
        .into_iter()
        .filter_map(|border| u32::try_from(border).ok())
        .collect()
});

static V6_BORDERS: LazyLock<Vec<u128>> = LazyLock::new(|| borders(V6));

#[inline]
fn inside<A: PartialOrd>(borders: &[A], address: A) -> bool {
    // An odd number of borders up to the address means that the last one was a beginning.
    borders.partition_point(|border| *border <= address) % 2 == 1
}

fn borders(blocks: &[Block<u128>]) -> Vec<u128> {
    let last = |block: &Block<u128>| block.first | u128::MAX.checked_shr(block.length).unwrap_or(0);
    let mut candidates: Vec<u128> = blocks
        .iter()
        .flat_map(|block| [Some(block.first), last(block).checked_add(1)])
        .flatten()
        .collect();
    candidates.sort_unstable();
    candidates.dedup();
    let mut borders = Vec::new();
    let mut reserved = false;
    for candidate in candidates {
        let decides = blocks
            .iter()
            .filter(|block| (block.first..=last(block)).contains(&candidate))
            .max_by_key(|block| block.length);
        if decides.is_some_and(|block| !block.global) != reserved {
            reserved = !reserved;
            borders.push(candidate);
        }
    }
    borders
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reserved(text: &str) -> bool {
        is_reserved(text.parse().expect(text))
    }

    /// First and last address of every reserved stretch, and the neighbours outside.
    #[test]
    fn borders_of_reserved_space() {
        for (before, first, last, after) in [
            (None, "0.0.0.0", "0.255.255.255", Some("1.0.0.0")),
            (
                Some("9.255.255.255"),
                "10.0.0.0",
                "10.255.255.255",
                Some("11.0.0.0"),
            ),
            (
                Some("100.63.255.255"),
                "100.64.0.0",
                "100.127.255.255",
                Some("100.128.0.0"),
            ),
            (
                Some("126.255.255.255"),
                "127.0.0.0",
                "127.255.255.255",
                Some("128.0.0.0"),
            ),
            (
                Some("169.253.255.255"),
                "169.254.0.0",
                "169.254.255.255",
                Some("169.255.0.0"),
            ),
            (
                Some("172.15.255.255"),
                "172.16.0.0",
                "172.31.255.255",
                Some("172.32.0.0"),
            ),
            (
                Some("191.255.255.255"),
                "192.0.0.0",
                "192.0.0.8",
                Some("192.0.0.9"),
            ),
            (
                Some("192.0.0.10"),
                "192.0.0.11",
                "192.0.0.255",
                Some("192.0.1.0"),
            ),
            (
                Some("192.0.1.255"),
                "192.0.2.0",
                "192.0.2.255",
                Some("192.0.3.0"),
            ),
            (
                Some("192.88.98.255"),
                "192.88.99.0",
                "192.88.99.255",
                Some("192.88.100.0"),
            ),
            (
                Some("192.167.255.255"),
                "192.168.0.0",
                "192.168.255.255",
                Some("192.169.0.0"),
            ),
            (
                Some("198.17.255.255"),
                "198.18.0.0",
                "198.19.255.255",
                Some("198.20.0.0"),
            ),
            (
                Some("198.51.99.255"),
                "198.51.100.0",
                "198.51.100.255",
                Some("198.51.101.0"),
            ),
            (
                Some("203.0.112.255"),
                "203.0.113.0",
                "203.0.113.255",
                Some("203.0.114.0"),
            ),
            (
                Some("223.255.255.255"),
                "224.0.0.0",
                "255.255.255.255",
                None,
            ),
            (None, "::", "::1", Some("::2")),
            (
                Some("::fffe:ffff:ffff"),
                "::ffff:0.0.0.0",
                "::ffff:255.255.255.255",
                Some("::1:0:0:0"),
            ),
            (
                Some("64:ff9b:0:ffff:ffff:ffff:ffff:ffff"),
                "64:ff9b:1::",
                "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
                Some("64:ff9b:2::"),
            ),
            (
                Some("ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
                "100::",
                "100::1:ffff:ffff:ffff:ffff",
                Some("100:0:0:2::"),
            ),
            (
                Some("2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
                "2001::",
                "2001:1::",
                Some("2001:1::1"),
            ),
            (
                Some("2001:1::3"),
                "2001:1::4",
                "2001:2:ffff:ffff:ffff:ffff:ffff:ffff",
                Some("2001:3::"),
            ),
            (
                Some("2001:3:ffff:ffff:ffff:ffff:ffff:ffff"),
                "2001:4::",
                "2001:4:111:ffff:ffff:ffff:ffff:ffff",
                Some("2001:4:112::"),
            ),
            (
                Some("2001:4:112:ffff:ffff:ffff:ffff:ffff"),
                "2001:4:113::",
                "2001:1f:ffff:ffff:ffff:ffff:ffff:ffff",
                Some("2001:20::"),
            ),
            (
                Some("2001:3f:ffff:ffff:ffff:ffff:ffff:ffff"),
                "2001:40::",
                "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
                Some("2001:200::"),
            ),
            (
                Some("2001:db7:ffff:ffff:ffff:ffff:ffff:ffff"),
                "2001:db8::",
                "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
                Some("2001:db9::"),
            ),
            (
                Some("2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
                "2002::",
                "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                Some("2003::"),
            ),
            (
                Some("3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
                "3fff::",
                "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
                Some("3fff:1000::"),
            ),
            (
                Some("5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
                "5f00::",
                "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                Some("5f01::"),
            ),
            (
                Some("fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
                "fc00::",
                "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                Some("fe00::"),
            ),
            (
                Some("fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
                "fe80::",
                "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                Some("fec0::"),
            ),
            (
                Some("feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
                "ff00::",
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                None,
            ),
        ] {
            assert!(reserved(first), "{first}");
            assert!(reserved(last), "{last}");
            for outside in [before, after].into_iter().flatten() {
                assert!(!reserved(outside), "{outside}");
            }
        }
        // Every border of the tables stands above.
        assert_eq!(V4_BORDERS.len(), 2 * 15 - 1);
        assert_eq!(V6_BORDERS.len(), 2 * 16 - 1);
    }

    #[test]
    fn reachable_blocks_are_public() {
        for text in [
            "192.0.0.9",
            "192.0.0.10",
            "192.31.196.1",
            "192.52.193.1",
            "192.175.48.255",
            "8.8.8.8",
            "64:ff9b::808:808",
            "2001:1::2",
            "2001:3::1",
            "2001:4:112::1",
            "2001:2f::1",
            "2001:30::1",
            "2620:4f:8000::1",
            "2606:4700::1111",
        ] {
            assert!(is_public(text.parse().expect(text)), "{text}");
        }
    }

    #[test]
    fn private_is_rfc_1918() {
        for (text, expected) in [
            ("9.255.255.255", false),
            ("10.0.0.0", true),
            ("10.255.255.255", true),
            ("11.0.0.0", false),
            ("172.15.255.255", false),
            ("172.16.0.0", true),
            ("172.31.255.255", true),
            ("172.32.0.0", false),
            ("192.167.255.255", false),
            ("192.168.0.0", true),
            ("192.168.255.255", true),
            ("192.169.0.0", false),
            ("fd00::1", false),
            ("::ffff:10.0.0.1", false),
        ] {
            let address = text.parse().expect(text);
            assert_eq!(is_private(address), expected, "{text}");
            assert!(!(expected && is_public(address)), "{text}");
        }
    }
}
