//! The interface at the other end, where the inventory knows it (flow log spec 1.2, version 11).

use super::{Compute, FieldValue, Subject};
use crate::inventory::Interface;
use crate::observation::Direction;

pub(super) static FIELDS: &[(&str, Compute)] = &[
    ("next-hop-interface-id", interface_id),
    ("next-hop-subnet-id", subnet_id),
    ("next-hop-az-id", az_id),
    ("next-hop-vpc-id", vpc_id),
    ("next-hop-interface-type", interface_type),
];

/// Interfaces that hide who sent what comes from them.
static HIDING: &[&str] = &["transit_gateway", "network_load_balancer"];

fn interface_id<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    FieldValue::text(of_same_account(subject, "interface-id"))
}

fn subnet_id<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    FieldValue::text(of_same_account(subject, "subnet-id"))
}

/// The zone is told even across accounts.
fn az_id<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    FieldValue::text(hop(subject).and_then(|hop| hop.field("az-id")))
}

fn vpc_id<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    FieldValue::text(of_same_account(subject, "vpc-id"))
}

fn interface_type<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    FieldValue::text(of_same_account(subject, "interface-type"))
}

fn of_same_account<'a>(subject: &Subject<'a>, id: &str) -> Option<&'a str> {
    let own = subject.interface?.field("account-id");
    hop(subject)
        .filter(|hop| hop.field("account-id") == own)?
        .field(id)
}

/// The receiving interface of what leaves, the sending one of what arrives; of the same region.
fn hop<'a>(subject: &Subject<'a>) -> Option<&'a Interface> {
    let flow = subject.flow()?;
    let peer = match flow.direction {
        Direction::Ingress => flow.tuple.source,
        Direction::Egress => flow.tuple.destination,
    };
    let key = subject.inventory.next_hop(subject.record.interface, peer)?;
    let hop = subject.inventory.get(key)?;
    let hidden = flow.direction == Direction::Ingress
        && hop
            .field("interface-type")
            .is_some_and(|kind| HIDING.contains(&kind));
    let region = subject.interface?.field("region");
    (!hidden && hop.field("region") == region).then_some(hop)
}
