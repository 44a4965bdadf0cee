//! `concat(a, …)` (spec 4.3 and 7.6).

use arrow::array::{ArrayRef, StringViewArray};
use datafusion::common::Result;

use super::operand::Operand;
use super::text_column::{LONGEST_TEXT, Mapped, map_texts};
use crate::function::{Args, Scalar};
use crate::types;

/// `concat(a, …)`: the texts of all arguments one after the other; a missing one counts as empty.
pub static CONCAT: Scalar = Scalar {
    name: "concat",
    returns: |_| types::TEXT,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let parts = (0..args.len())
        .map(|index| Operand::new(args, index, str::to_owned))
        .collect::<Result<Vec<_>>>()?;
    // The result is never missing, so it is made from a column without missing values.
    let rows = StringViewArray::from(vec![""; args.rows]);
    map_texts(&rows, |row, _, out| {
        for part in &parts {
            if out.len() <= LONGEST_TEXT {
                part.with(row, |text| out.push_str(text));
            }
        }
        Mapped::Built
    })
}
