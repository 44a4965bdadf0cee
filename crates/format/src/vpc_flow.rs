//! VPC flow logs: records of the traffic of network interfaces.

use crate::flow_lines::{FlowDecoder, Kind, Layout};
use crate::{Confidence, FileContext, Format};

/// Lines looked at when a file has no header.
const SNIFFED_LINES: usize = 10;

/// VPC flow logs of any version and field list.
pub static FORMAT: Format = Format {
    name: "vpc-flow",
    summary: "VPC flow logs, any version; the fields come from the header line, from the field list given, or are the default ones",
    sniff: |head, context| sniff(Kind::Vpc, is_default_record, head, context),
    open: |head, context| FlowDecoder::open(Kind::Vpc, head, context),
};

/// Judges a file: by its header line, by a field list that the user gave, or by whether its first
/// lines are records in the default format.
pub(crate) fn sniff(
    kind: Kind,
    is_default_record: fn(&[&str]) -> bool,
    head: &str,
    context: &FileContext,
) -> Confidence {
    if let Some(layout) = Layout::from_header(head.lines().next().unwrap_or_default()) {
        return match layout.known_fields(kind) {
            None => Confidence::No,
            // One or two words such as `start` may begin any text.
            Some(1) => Confidence::No,
            Some(2) => Confidence::Likely,
            Some(_) => Confidence::Certain,
        };
    }
    if let Some(format) = &context.log_format {
        // A list that cannot be read is claimed too: opening the file then tells what is wrong.
        return match (kind, Layout::from_log_format(format, kind)) {
            (_, Ok(_)) => Confidence::Certain,
            (Kind::Vpc, Err(_))
                if Layout::from_log_format(format, Kind::TransitGateway).is_err() =>
            {
                Confidence::Certain
            }
            _ => Confidence::No,
        };
    }
    let mut records = head
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take(SNIFFED_LINES)
        .map(|line| is_default_record(&line.split_ascii_whitespace().collect::<Vec<_>>()));
    match records.next() {
        Some(true) => Confidence::Certain,
        Some(false) if records.any(|record| record) => Confidence::Likely,
        _ => Confidence::No,
    }
}

/// Whether the words are a record in the default format.
fn is_default_record(words: &[&str]) -> bool {
    let [
        version,
        _,
        _,
        _,
        _,
        _,
        _,
        _,
        _,
        _,
        start,
        end,
        action,
        status,
    ] = words
    else {
        return false;
    };
    *version == "2"
        && is_number(start)
        && is_number(end)
        && matches!(*action, "ACCEPT" | "REJECT" | "-")
        && is_log_status(status)
}

/// Whether a word is a number without a sign.
pub(crate) fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a word is one of the log-status values.
pub(crate) fn is_log_status(word: &str) -> bool {
    matches!(word, "OK" | "NODATA" | "SKIPDATA")
}
