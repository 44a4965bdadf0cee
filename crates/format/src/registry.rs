//! The one list of log formats, and the choice among them.
//!
//! `--format`, its help, completion and the manual derive from [`FORMATS`].

use crate::{
    Confidence, FileContext, Format, export, json, json_records, lambda, logfmt, route53, text,
    tgw_flow, vpc_flow,
};

/// Every format. The order breaks ties of equal confidence; the last one reads any text.
pub static FORMATS: &[&Format] = &[
    &vpc_flow::FORMAT,
    &tgw_flow::FORMAT,
    &json_records::FORMAT,
    &lambda::FORMAT,
    &route53::FORMAT,
    &json::FORMAT,
    &logfmt::FORMAT,
    &text::FORMAT,
];

/// The formats that are also read from what an export task of CloudWatch Logs wrote: logs that stand in
/// log groups. Other logs are read with the export's times in their messages, because times at the
/// beginning of lines are usual there.
static EXPORTED: &[&Format] = &[
    &vpc_flow::FORMAT,
    &tgw_flow::FORMAT,
    &lambda::FORMAT,
    &route53::FORMAT,
    &json::FORMAT,
];

/// The format of that name (`vpc-flow`, `json`, …).
pub fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|format| format.name == name)
}

/// The format most sure that a file with this beginning is its own.
pub fn sniff(head: &str, context: &FileContext) -> &'static Format {
    let (best, confidence) = surest(FORMATS, head, context);
    if export::is_export(head) {
        let (exported, own) = surest(EXPORTED, &export::messages(head), context);
        if own > confidence {
            return exported;
        }
    }
    best
}

/// The surest of some formats, the first among equals.
fn surest(
    formats: &'static [&'static Format],
    head: &str,
    context: &FileContext,
) -> (&'static Format, Confidence) {
    let mut best = formats[formats.len() - 1];
    let mut confidence = (best.sniff)(head, context);
    for format in formats.iter().rev() {
        let own = (format.sniff)(head, context);
        if own >= confidence {
            best = format;
            confidence = own;
        }
    }
    (best, confidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_under_its_own_name() {
        for format in FORMATS {
            assert!(find(format.name).is_some_and(|found| std::ptr::eq(found, *format)));
        }
        assert!(find("no-such-format").is_none());
    }

    #[test]
    fn the_surest_format_wins_and_the_first_among_equals() {
        let name = |head| sniff(head, &FileContext::default()).name;
        assert_eq!(name("version tgw-id tgw-src-eni bytes\n"), "tgw-flow");
        assert_eq!(name("version account-id bytes\n"), "vpc-flow");
    }
}
