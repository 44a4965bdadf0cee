//! `replace(s, find, replacement)` (spec 7.6).

use arrow::array::ArrayRef;
use datafusion::common::Result;
use memchr::memmem::Finder;

use super::operand::Operand;
use super::text_column::{LONGEST_TEXT, Mapped, map_texts};
use crate::function::{Args, Scalar};
use crate::types;

/// `replace(s, find, replacement)`: every occurrence replaced, literally. An empty `find` changes
/// nothing.
pub static REPLACE: Scalar = Scalar {
    name: "replace",
    returns: |_| types::TEXT,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let values = args.texts(0)?;
    let find = Operand::new(args, 1, |text| Finder::new(text).into_owned())?;
    let replacement = Operand::new(args, 2, str::to_owned)?;
    map_texts(&values, |row, text, out| {
        let mapped = find.with(row, |find| {
            replacement.with(row, |replacement| replace(text, find, replacement, out))
        });
        mapped.flatten().unwrap_or(Mapped::Missing)
    })
}

fn replace(text: &str, find: &Finder<'_>, replacement: &str, out: &mut String) -> Mapped {
    let length = find.needle().len();
    if length == 0 {
        return Mapped::Whole;
    }
    let mut copied = 0;
    for found in find.find_iter(text.as_bytes()) {
        // `find` is a whole text, so it begins and ends between characters.
        out.push_str(&text[copied..found]);
        out.push_str(replacement);
        copied = found + length;
        if out.len() > LONGEST_TEXT {
            return Mapped::Built;
        }
    }
    if copied == 0 {
        return Mapped::Whole;
    }
    out.push_str(&text[copied..]);
    Mapped::Built
}
