//! Longest-prefix lookup of addresses: routes, networks, service ranges.

use std::collections::HashMap;
use std::net::IpAddr;

use ipnet::IpNet;

/// A value for each network; an address has the value of the longest network around it.
///
/// One hash table for each length that occurs: a lookup costs as many probes as there are lengths,
/// at most 33 for IPv4 and 129 for IPv6.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrefixTable<T> {
    /// IPv4 and IPv6, each with its lengths in falling order.
    families: [Vec<Length<T>>; 2],
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Length<T> {
    bits: u8,
    networks: HashMap<u128, T>,
}

impl<T> Default for PrefixTable<T> {
    fn default() -> Self {
        Self {
            families: [Vec::new(), Vec::new()],
        }
    }
}

impl<T> PrefixTable<T> {
    /// Sets the value of a network and gives the one that it had.
    pub fn insert(&mut self, network: IpNet, value: T) -> Option<T> {
        let (family, address) = number(network.network());
        let bits = network.prefix_len();
        let lengths = &mut self.families[family];
        let place = match lengths.binary_search_by(|length| bits.cmp(&length.bits)) {
            Ok(place) => place,
            Err(place) => {
                let networks = HashMap::new();
                lengths.insert(place, Length { bits, networks });
                place
            }
        };
        lengths[place].networks.insert(address, value)
    }

    /// The value of the longest network that holds the address.
    pub fn longest(&self, address: IpAddr) -> Option<&T> {
        let (family, number) = number(address);
        let width = if family == 0 { 32 } else { 128 };
        self.families[family].iter().find_map(|length| {
            let host = width - u32::from(length.bits);
            let network = number.checked_shr(host).unwrap_or(0);
            let network = network.checked_shl(host).unwrap_or(0);
            length.networks.get(&network)
        })
    }

    /// Whether no network has a value.
    pub fn is_empty(&self) -> bool {
        self.families.iter().all(Vec::is_empty)
    }

    /// How many networks have a value.
    pub fn len(&self) -> usize {
        let lengths = self.families.iter().flatten();
        lengths.map(|length| length.networks.len()).sum()
    }
}

impl<T> FromIterator<(IpNet, T)> for PrefixTable<T> {
    /// Of two values for one network, the later one counts.
    fn from_iter<I: IntoIterator<Item = (IpNet, T)>>(networks: I) -> Self {
        let mut table = Self::default();
        for (network, value) in networks {
            table.insert(network, value);
        }
        table
    }
}

/// Family (0 is IPv4) and number of an address.
fn number(address: IpAddr) -> (usize, u128) {
    match address {
        IpAddr::V4(address) => (0, u128::from(u32::from(address))),
        IpAddr::V6(address) => (1, u128::from(address)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(networks: &[&'static str]) -> PrefixTable<&'static str> {
        let parse = |text: &&'static str| (text.parse().expect("network"), *text);
        networks.iter().map(parse).collect()
    }

    #[test]
    fn the_longest_network_wins_in_each_family() {
        let table = table(&[
            "10.0.0.0/8",
            "10.1.0.0/16",
            "10.1.2.3/32",
            "0.0.0.0/0",
            "2001:db8::/32",
            "2001:db8:1::/48",
            "::/0",
        ]);
        for (address, network) in [
            ("10.9.9.9", "10.0.0.0/8"),
            ("10.1.9.9", "10.1.0.0/16"),
            ("10.1.2.3", "10.1.2.3/32"),
            ("192.0.2.1", "0.0.0.0/0"),
            ("2001:db8:1::5", "2001:db8:1::/48"),
            ("2001:db8:2::5", "2001:db8::/32"),
            ("fe80::1", "::/0"),
        ] {
            let address = address.parse().expect("address");
            assert_eq!(table.longest(address), Some(&network), "{address}");
        }
        assert_eq!(table.len(), 7);
    }

    #[test]
    fn families_do_not_mix_and_host_bits_do_not_matter() {
        let mut table = table(&["10.0.0.7/8"]);
        assert_eq!(table.longest("::10.0.0.1".parse().expect("address")), None);
        assert_eq!(
            table.longest("10.200.0.1".parse().expect("address")),
            Some(&"10.0.0.7/8")
        );
        let again = "10.0.0.0/8".parse().expect("network");
        assert_eq!(table.insert(again, "new"), Some("10.0.0.7/8"));
        assert!(!table.is_empty());
    }
}
