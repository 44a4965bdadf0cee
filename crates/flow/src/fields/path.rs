//! Which way traffic leaves.

use super::{Compute, FieldValue, Subject};
use crate::observation::Direction;

pub(super) static FIELDS: &[(&str, Compute)] = &[("traffic-path", traffic_path)];

/// Only what leaves has a path (flow log spec 1.5).
fn traffic_path<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    let leaving = subject
        .flow()
        .filter(|flow| flow.direction == Direction::Egress);
    FieldValue::int(leaving.and_then(|flow| {
        subject
            .inventory
            .traffic_path(subject.record.interface, flow.tuple.destination)
    }))
}
