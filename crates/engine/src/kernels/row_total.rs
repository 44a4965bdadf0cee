//! `_row_total(number, …)`: the sum of the numbers of a row, by the rules of `sum` (spec 5.20).

use arrow::array::ArrayRef;
use datafusion::common::Result;
use flowgauge_event::Number;

use crate::function::{Args, Scalar};
use crate::types;
use crate::values::{NumberBuilder, Numbers};

/// `_row_total(number, …)`; missing where there is no number.
pub static ROW_TOTAL: Scalar = Scalar {
    name: "_row_total",
    returns: |_| types::number(),
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let columns = (0..args.len())
        .map(|index| args.numbers(index))
        .collect::<Result<Vec<Numbers>>>()?;
    let mut out = NumberBuilder::with_capacity(args.rows);
    for row in 0..args.rows {
        out.push(total(columns.iter().filter_map(|column| column.get(row))));
    }
    Ok(out.finish())
}

/// Integers add exactly; one float makes the sum a float.
fn total(numbers: impl Iterator<Item = Number>) -> Option<Number> {
    let (mut ints, mut floats, mut any) = (0i128, None, false);
    for number in numbers {
        any = true;
        match number {
            Number::Int(value) => ints += i128::from(value),
            Number::Float(value) => floats = Some(floats.unwrap_or(0.0) + value),
        }
    }
    match (i64::try_from(ints), floats) {
        _ if !any => None,
        (Ok(int), None) => Some(Number::Int(int)),
        _ => Number::from_f64(ints as f64 + floats.unwrap_or(0.0)),
    }
}
