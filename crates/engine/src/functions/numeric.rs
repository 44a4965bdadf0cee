//! What the numeric functions share: one number in, one number out, row by row.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array};
use arrow::datatypes::DataType;
use datafusion::common::Result;
use flowgauge_event::Number;

use crate::function::Args;
use crate::types;
use crate::values::NumberBuilder;

/// Result type of functions that keep integers and floats apart row by row.
pub fn number_type(_: &[DataType]) -> DataType {
    types::number()
}

/// Result type of functions that always give integers.
pub fn integer_type(_: &[DataType]) -> DataType {
    DataType::Int64
}

/// Result type of functions that always give floats.
pub fn float_type(_: &[DataType]) -> DataType {
    DataType::Float64
}

/// Result type of functions that leave integers as they are and make integers of floats that fit.
pub fn whole_type(arguments: &[DataType]) -> DataType {
    match arguments.first() {
        Some(DataType::Int64 | DataType::Boolean | DataType::Timestamp(_, _)) => DataType::Int64,
        _ => types::number(),
    }
}

/// Applies `op` to the numbers of the first argument.
pub fn map_numbers(args: &Args, op: impl Fn(Number) -> Option<Number>) -> Result<ArrayRef> {
    let values = args.numbers(0)?;
    let mut out = NumberBuilder::with_capacity(args.rows);
    for row in 0..args.rows {
        out.push(values.get(row).and_then(&op));
    }
    Ok(out.finish())
}

/// Applies `op` to the numbers of the first argument; a result of NaN or infinity is missing.
pub fn map_floats(args: &Args, op: impl Fn(f64) -> f64) -> Result<ArrayRef> {
    let values = args.numbers(0)?;
    let results: Float64Array = (0..args.rows)
        .map(|row| {
            let result = op(values.get(row)?.as_f64());
            result.is_finite().then_some(result)
        })
        .collect();
    Ok(Arc::new(results))
}

/// Applies `op` to the numbers of the first argument.
pub fn map_integers(args: &Args, op: impl Fn(Number) -> Option<i64>) -> Result<ArrayRef> {
    let values = args.numbers(0)?;
    let results: Int64Array = (0..args.rows).map(|row| op(values.get(row)?)).collect();
    Ok(Arc::new(results))
}

/// Rounds to whole numbers with `op`; columns of integers pass through.
pub fn map_whole(args: &Args, op: fn(f64) -> f64) -> Result<ArrayRef> {
    if whole_type(&[args.values[0].data_type()]) == DataType::Int64 {
        return map_integers(args, Number::truncate);
    }
    map_numbers(args, |number| match number {
        Number::Int(_) => Some(number),
        Number::Float(value) => Number::from_f64(op(value)),
    })
}

/// Folds the numbers of all arguments row by row; what is no number is skipped.
pub fn fold_numbers(args: &Args, keep: fn(Number, Number) -> Number) -> Result<ArrayRef> {
    let columns = (0..args.len())
        .map(|index| args.numbers(index))
        .collect::<Result<Vec<_>>>()?;
    let mut out = NumberBuilder::with_capacity(args.rows);
    for row in 0..args.rows {
        out.push(
            columns
                .iter()
                .filter_map(|column| column.get(row))
                .reduce(keep),
        );
    }
    Ok(out.finish())
}
