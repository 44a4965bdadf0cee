//! Addresses: those of the packets, and those that stand for them in `srcaddr` and `dstaddr`.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::LazyLock;

use flowgauge_format::flow_fields::{FieldId, by_id};

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

/// The address that `srcaddr` or `dstaddr` shows in place of any IPv4 address on the interface's side:
/// its primary one (flow log spec 1.3). Nothing is replaced at a regional NAT gateway, the only
/// interface with a `resource-id`, or without a primary address.
pub fn stand_in(interface: &Interface) -> Option<Ipv4Addr> {
    static RESOURCE_ID: LazyLock<Option<FieldId>> = LazyLock::new(|| by_id("resource-id"));
    let regional = RESOURCE_ID.is_some_and(|id| interface.fields.contains_key(&id));
    interface.primary.filter(|_| !regional)
}

/// The tuple with `srcaddr` and `dstaddr` in place of the packet's addresses. Foreign IPv6 addresses
/// stay, where AWS is silent.
#[inline]
pub fn show(stand_in: Option<Ipv4Addr>, direction: Direction, tuple: &Tuple) -> Tuple {
    let mut shown = *tuple;
    let own = match direction {
        Direction::Ingress => &mut shown.destination,
        Direction::Egress => &mut shown.source,
    };
    if let (IpAddr::V4(own), Some(stand_in)) = (own, stand_in) {
        *own = stand_in;
    }
    shown
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
    FieldValue::word(subject.flow().map(|flow| match flow.tuple.source {
        IpAddr::V4(_) => "IPv4",
        IpAddr::V6(_) => "IPv6",
    }))
}

fn shown_tuple(subject: &Subject) -> Option<Tuple> {
    let flow = subject.flow()?;
    Some(show(subject.stand_in, flow.direction, &flow.tuple))
}

fn address<'a>(address: Option<IpAddr>) -> FieldValue<'a> {
    address.map_or(FieldValue::Missing, FieldValue::Address)
}
