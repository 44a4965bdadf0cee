//! Addresses: those of the packets, and those that stand for them in `srcaddr` and `dstaddr`.

use std::net::IpAddr;

use super::{Compute, FieldValue, Subject};
use crate::inventory::Interface;
use crate::observation::{Direction, Tuple};

pub(super) static FIELDS: &[(&str, Compute)] = &[
    ("srcaddr", source),
    ("dstaddr", destination),
    ("pkt-srcaddr", packet_source),
    ("pkt-dstaddr", packet_destination),
    ("type", family),
];

/// The tuple with `srcaddr` and `dstaddr` in place of the packet's addresses (flow log spec 1.3): on
/// the interface's side, an IPv4 address is always shown as the primary one. Nothing is replaced at
/// a regional NAT gateway, or without a primary address. Foreign IPv6 addresses stay, where AWS is
/// silent.
pub fn shown(interface: &Interface, direction: Direction, tuple: &Tuple) -> Tuple {
    let mut shown = *tuple;
    let Some(primary) = interface.primary else {
        return shown;
    };
    if is_regional_nat(interface) {
        return shown;
    }
    let own = match direction {
        Direction::Ingress => &mut shown.destination,
        Direction::Egress => &mut shown.source,
    };
    if own.is_ipv4() {
        *own = IpAddr::V4(primary);
    }
    shown
}

/// Only regional NAT gateways have a `resource-id` (flow log spec 1.2).
fn is_regional_nat(interface: &Interface) -> bool {
    interface.field("resource-id").is_some()
}

fn source<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    address(shown_tuple(subject).map(|tuple| tuple.source))
}

fn destination<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    address(shown_tuple(subject).map(|tuple| tuple.destination))
}

fn packet_source<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    address(subject.flow().map(|flow| flow.tuple.source))
}

fn packet_destination<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    address(subject.flow().map(|flow| flow.tuple.destination))
}

fn family<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    FieldValue::text(subject.flow().map(|flow| match flow.tuple.source {
        IpAddr::V4(_) => "IPv4",
        IpAddr::V6(_) => "IPv6",
    }))
}

fn shown_tuple(subject: &Subject) -> Option<Tuple> {
    let flow = subject.flow()?;
    Some(match subject.interface {
        Some(interface) => shown(interface, flow.direction, &flow.tuple),
        None => flow.tuple,
    })
}

fn address<'a>(address: Option<IpAddr>) -> FieldValue<'a> {
    address.map_or(FieldValue::Missing, FieldValue::Address)
}
