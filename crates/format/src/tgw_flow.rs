//! Transit gateway flow logs.

use crate::Format;
use crate::flow_lines::{FlowDecoder, Kind};
use crate::vpc_flow::{is_log_status, is_number, sniff};

/// Transit gateway flow logs of any field list.
pub static FORMAT: Format = Format {
    name: "tgw-flow",
    summary: "Transit gateway flow logs; the fields come from the header line, from the field list given, or are the default ones",
    sniff: |head, context| sniff(Kind::TransitGateway, is_default_record, head, context),
    open: |head, context| FlowDecoder::open(Kind::TransitGateway, head, context),
};

/// Whether the words are a record in the default format.
fn is_default_record(words: &[&str]) -> bool {
    words.len() == 36
        && is_number(words[0])
        && (words[3] == "-" || words[3].starts_with("tgw-"))
        && is_number(words[23])
        && is_number(words[24])
        && is_log_status(words[25])
}
