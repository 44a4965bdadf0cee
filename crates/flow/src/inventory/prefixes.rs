//! A map from IP networks to values, asked for the longest network that holds an address.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use ipnet::IpNet;

/// Networks with values. A lookup costs one hash lookup for each prefix length in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefixes<V> {
    v4: Lengths<V>,
    v6: Lengths<V>,
}

/// By prefix length, then by the bits of the network.
type Lengths<V> = BTreeMap<u8, HashMap<u128, V>>;

impl<V> Default for Prefixes<V> {
    fn default() -> Self {
        Self {
            v4: BTreeMap::new(),
            v6: BTreeMap::new(),
        }
    }
}

impl<V> Prefixes<V> {
    /// Sets the value of a network. The first value of a network stays: returns whether it was set.
    pub fn insert(&mut self, network: IpNet, value: V) -> bool {
        let family = match network {
            IpNet::V4(_) => &mut self.v4,
            IpNet::V6(_) => &mut self.v6,
        };
        let bits = bits(network.network());
        let networks = family.entry(network.prefix_len()).or_default();
        if networks.contains_key(&bits) {
            return false;
        }
        networks.insert(bits, value);
        true
    }

    /// The value of the longest network that holds the address.
    pub fn longest(&self, address: IpAddr) -> Option<&V> {
        let (family, width) = match address {
            IpAddr::V4(_) => (&self.v4, 32),
            IpAddr::V6(_) => (&self.v6, 128),
        };
        let bits = bits(address);
        family.iter().rev().find_map(|(length, networks)| {
            let host_bits = u32::from(width - length);
            // A shift by the whole width of the integer is not defined, hence `checked`.
            let mask = u128::MAX.checked_shl(host_bits).unwrap_or(0);
            networks.get(&(bits & mask))
        })
    }

    /// Whether there is no network.
    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_network_wins() {
        let mut map = Prefixes::default();
        for text in [
            "0.0.0.0/0",
            "10.0.0.0/8",
            "10.1.0.0/16",
            "10.1.2.3/32",
            "::/0",
            "fd00::/8",
        ] {
            assert!(map.insert(text.parse().expect("a network"), text), "{text}");
        }
        assert!(!map.insert("10.0.0.0/8".parse().expect("a network"), "again"));
        for (address, expected) in [
            ("192.0.2.1", "0.0.0.0/0"),
            ("10.2.0.0", "10.0.0.0/8"),
            ("10.1.2.4", "10.1.0.0/16"),
            ("10.1.2.3", "10.1.2.3/32"),
            ("2001:db8::1", "::/0"),
            ("fd12::1", "fd00::/8"),
        ] {
            let address: IpAddr = address.parse().expect("an address");
            assert_eq!(map.longest(address), Some(&expected), "{address}");
        }
    }

    #[test]
    fn nothing_matches_in_an_empty_map() {
        let map = Prefixes::<u8>::default();
        assert!(map.is_empty());
        assert_eq!(map.longest(IpAddr::from([10, 0, 0, 1])), None);
    }
}
