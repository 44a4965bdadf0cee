//! IP address functions (spec 7.5).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use flowgauge_event::Value;

use super::{Answer, Arguments};
use crate::reference::convert::int;

/// RFC 1918.
const PRIVATE: &[&str] = &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/// The special-purpose address registries of IANA for IPv4 and IPv6, and multicast, which has
/// registries of its own.
const RESERVED: &[&str] = &[
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/128",
    "::1/128",
    "::ffff:0:0/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "2620:4f:8000::/48",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "ff00::/8",
];

pub(super) fn call(name: &str, args: &Arguments<'_, '_>) -> Answer {
    let test: fn(&str) -> bool = match name {
        "isValidIp" => |text| text.parse::<IpAddr>().is_ok(),
        "isValidIpV4" => |text| text.parse::<Ipv4Addr>().is_ok(),
        "isValidIpV6" => |text| text.parse::<Ipv6Addr>().is_ok(),
        "isPrivateIP" => |text| in_any(text, PRIVATE),
        "isReservedIP" => |text| in_any(text, RESERVED),
        "isPublicIP" => |text| {
            text.parse::<IpAddr>().is_ok() && !in_any(text, PRIVATE) && !in_any(text, RESERVED)
        },
        "isIpInSubnet" | "isIpv4InSubnet" | "isIpv6InSubnet" => {
            let (Some(address), Some(subnet)) = (args.text(0)?, args.text(1)?) else {
                return Ok(Some(Value::Missing));
            };
            let family = match address.parse::<IpAddr>() {
                Ok(IpAddr::V4(_)) => name != "isIpv6InSubnet",
                Ok(IpAddr::V6(_)) => name != "isIpv4InSubnet",
                Err(_) => false,
            };
            return Ok(Some(Value::Boolean(family && contains(&subnet, &address))));
        }
        "ipv4ToNumber" => {
            let address = args.text(0)?.and_then(|text| text.parse::<Ipv4Addr>().ok());
            return Ok(Some(address.map_or(Value::Missing, |address| {
                int(i64::from(address.to_bits()))
            })));
        }
        _ => return Ok(None),
    };
    Ok(Some(match args.text(0)? {
        Some(text) => Value::Boolean(test(&text)),
        None => Value::Missing,
    }))
}

fn in_any(address: &str, subnets: &[&str]) -> bool {
    subnets.iter().any(|subnet| contains(subnet, address))
}

/// Whether the address lies in the subnet of its own family; host bits of the subnet are masked,
/// and an address without a length is a subnet of its own.
fn contains(subnet: &str, address: &str) -> bool {
    let (network, length) = match subnet.split_once('/') {
        Some((network, length)) => (network, length.parse::<u32>().ok()),
        None if subnet.contains(':') => (subnet, Some(128)),
        None => (subnet, Some(32)),
    };
    let Some(length) = length else {
        return false;
    };
    match (network.parse::<IpAddr>(), address.parse::<IpAddr>()) {
        (Ok(IpAddr::V4(network)), Ok(IpAddr::V4(address))) if length <= 32 => {
            // In 64 bits, a shift by 32 is an ordinary one.
            let shift = 32 - length;
            u64::from(network.to_bits()) >> shift == u64::from(address.to_bits()) >> shift
        }
        (Ok(IpAddr::V6(_)), Ok(IpAddr::V6(_))) if length == 0 => true,
        (Ok(IpAddr::V6(network)), Ok(IpAddr::V6(address))) if length <= 128 => {
            let shift = 128 - length;
            network.to_bits() >> shift == address.to_bits() >> shift
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::reference::functions::tests::check;

    #[test]
    fn results() {
        check(&[
            ("isValidIp", &["2001:db8::1"], Some("1")),
            ("isValidIp", &["-"], Some("0")),
            ("isValidIpV4", &["10.0.0.256"], Some("0")),
            ("isValidIpV4", &["::1"], Some("0")),
            ("isValidIpV6", &["::1"], Some("1")),
            ("isIpInSubnet", &["10.1.2.3", "10.0.0.0/8"], Some("1")),
            ("isIpInSubnet", &["2001:db8::1", "2001:db8::/32"], Some("1")),
            ("isIpInSubnet", &["2001:db8::1", "10.0.0.0/8"], Some("0")),
            ("isIpInSubnet", &["1.2.3.4", "0.0.0.0/0"], Some("1")),
            ("isIpInSubnet", &["::2", "::/0"], Some("1")),
            ("isIpv4InSubnet", &["10.9.9.9", "10.0.0.5/8"], Some("1")),
            ("isIpv4InSubnet", &["10.0.0.5", "10.0.0.5"], Some("1")),
            ("isIpv4InSubnet", &["10.0.0.6", "10.0.0.5"], Some("0")),
            ("isIpv4InSubnet", &["-", "10.0.0.0/8"], Some("0")),
            ("isIpv4InSubnet", &["::1", "::/0"], Some("0")),
            ("isIpv6InSubnet", &["10.0.0.1", "10.0.0.0/8"], Some("0")),
            ("ipv4ToNumber", &["255.255.255.255"], Some("4294967295")),
            ("ipv4ToNumber", &["-"], None),
            ("isPrivateIP", &["172.31.0.1"], Some("1")),
            ("isPrivateIP", &["172.32.0.1"], Some("0")),
            ("isPrivateIP", &["fd00::1"], Some("0")),
            ("isReservedIP", &["100.64.0.1"], Some("1")),
            ("isReservedIP", &["8.8.8.8"], Some("0")),
            ("isPublicIP", &["8.8.8.8"], Some("1")),
            ("isPublicIP", &["2606:4700::1111"], Some("1")),
            ("isPublicIP", &["fe80::1"], Some("0")),
            ("isPublicIP", &["224.0.0.251"], Some("0")),
            ("isReservedIP", &["239.255.255.255"], Some("1")),
            ("isReservedIP", &["ff02::1"], Some("1")),
            ("isPublicIP", &["-"], Some("0")),
        ]);
    }
}
