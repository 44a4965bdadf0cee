//! Words for what became of the packets.

use super::{Compute, FieldValue, Subject};
use crate::observation::{Action, Direction, RejectReason};
use crate::record::LogStatus;

pub(super) static FIELDS: &[(&str, Compute)] = &[
    ("action", action),
    ("reject-reason", reject_reason),
    ("flow-direction", direction),
    ("log-status", log_status),
];

fn action<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    FieldValue::word(subject.flow().map(|flow| match flow.action {
        Action::Accept => "ACCEPT",
        Action::Reject => "REJECT",
    }))
}

fn reject_reason<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    let reason = subject.flow().and_then(|flow| flow.reject_reason);
    FieldValue::word(reason.map(|reason| match reason {
        RejectReason::BlockPublicAccess => "BPA",
        RejectReason::EncryptionControl => "EC",
    }))
}

fn direction<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    FieldValue::word(subject.flow().map(|flow| match flow.direction {
        Direction::Ingress => "ingress",
        Direction::Egress => "egress",
    }))
}

fn log_status<'a>(subject: &Subject<'a>) -> FieldValue<'a> {
    FieldValue::word(Some(match subject.record.status {
        LogStatus::Ok => "OK",
        LogStatus::NoData => "NODATA",
        LogStatus::SkipData => "SKIPDATA",
    }))
}
