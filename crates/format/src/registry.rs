//! The one list of log formats, and the choice among them.
//!
//! `--format`, its help, completion and the manual derive from [`FORMATS`].

use crate::{FileContext, Format, tgw_flow, vpc_flow};

/// Every format. The order breaks ties of equal confidence; the last one reads any text.
pub static FORMATS: &[&Format] = &[&vpc_flow::FORMAT, &tgw_flow::FORMAT];

/// The format of that name (`vpc-flow`, `json`, …).
pub fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|format| format.name == name)
}

/// The format most sure that a file with this beginning is its own.
pub fn sniff(head: &str, context: &FileContext) -> &'static Format {
    let mut best = FORMATS[FORMATS.len() - 1];
    let mut confidence = (best.sniff)(head, context);
    for format in FORMATS.iter().rev() {
        let own = (format.sniff)(head, context);
        if own >= confidence {
            best = format;
            confidence = own;
        }
    }
    best
}
