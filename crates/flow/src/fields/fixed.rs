//! Fields that are the same in all records of an interface.

use std::borrow::Cow;

use flowgauge_format::flow_fields::FieldId;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{FieldValue, Look, Subject};

/// What tags keep as it is: the characters that URLs never encode. AWS says only that values are
/// encoded in UTF-8 and have no blanks.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// How a field that no group computes gets its value.
pub(super) fn of(id: &str) -> Look {
    match id {
        "version" => |_, subject| FieldValue::Int(i64::from(subject.version)),
        "instance-tag" | "instance-tag-2" | "interface-tag" | "interface-tag-2" | "asg-tag"
        | "asg-tag-2" => tag,
        _ => value,
    }
}

/// The value in the inventory. A field of integers has no value if the inventory has no integer.
fn value<'a>(id: FieldId, subject: &Subject<'a>) -> FieldValue<'a> {
    let text = subject.known(id);
    if id.field().integer() {
        FieldValue::int(text.and_then(|text| text.parse::<i64>().ok()))
    } else {
        FieldValue::text(text)
    }
}

/// The value of a tag, encoded.
fn tag<'a>(id: FieldId, subject: &Subject<'a>) -> FieldValue<'a> {
    match subject.known(id) {
        None | Some("") => FieldValue::Missing,
        Some(value) => FieldValue::Text(Cow::from(utf8_percent_encode(value, ENCODED))),
    }
}
