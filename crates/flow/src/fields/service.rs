//! Public services at either end.

use super::{Compute, FieldValue, Subject};

pub(super) static FIELDS: &[(&str, Compute)] = &[
    ("pkt-src-aws-service", source),
    ("pkt-dst-aws-service", destination),
];

fn source<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    let address = subject.flow().map(|flow| flow.tuple.source);
    FieldValue::text(address.and_then(|address| subject.inventory.service(address)))
}

fn destination<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    let address = subject.flow().map(|flow| flow.tuple.destination);
    FieldValue::text(address.and_then(|address| subject.inventory.service(address)))
}
