//! Interfaces for tests.

use std::net::IpAddr;

use flowgauge_format::flow_fields::by_id;

use super::Interface;

/// An interface with these fields and addresses, of which the first one of IPv4 is the primary one.
pub(crate) fn interface(fields: &[(&str, &str)], addresses: &[&str]) -> Interface {
    let known = |(id, value): &(&str, &str)| (by_id(id).expect("a field"), (*value).to_owned());
    let parse = |text: &&str| text.parse().expect("an address");
    let addresses: Vec<IpAddr> = addresses.iter().map(parse).collect();
    let primary = addresses.iter().find_map(|address| match address {
        IpAddr::V4(address) => Some(*address),
        IpAddr::V6(_) => None,
    });
    Interface {
        primary,
        addresses,
        fields: fields.iter().map(known).collect(),
        ..Interface::default()
    }
}
