//! Numbers: ports, protocol, sums and times.

use super::{Compute, FieldValue, Subject};
use crate::observation::RejectReason;

pub(super) static FIELDS: &[(&str, Compute)] = &[
    ("srcport", source_port),
    ("dstport", destination_port),
    ("protocol", protocol),
    ("packets", packets),
    ("bytes", bytes),
    ("start", start),
    ("end", end),
    ("tcp-flags", tcp_flags),
];

fn source_port<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    FieldValue::int(subject.flow().map(|flow| flow.tuple.source_port))
}

fn destination_port<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    FieldValue::int(subject.flow().map(|flow| flow.tuple.destination_port))
}

fn protocol<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    FieldValue::int(subject.flow().map(|flow| flow.tuple.protocol))
}

fn packets<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    FieldValue::int(subject.flow().map(|flow| flow.packets))
}

/// Block public access refuses before bytes are counted (flow log spec 1.6).
fn bytes<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    let counted = subject
        .flow()
        .filter(|flow| flow.reject_reason != Some(RejectReason::BlockPublicAccess));
    FieldValue::int(counted.map(|flow| flow.bytes))
}

fn start<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    FieldValue::Int(subject.record.start)
}

fn end<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    FieldValue::Int(subject.record.end)
}

fn tcp_flags<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    FieldValue::int(subject.flow().map(|flow| flow.tcp_flags))
}
