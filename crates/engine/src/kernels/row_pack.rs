//! Whole rows as binary values, for operators that move rows around (`dedup`).
//!
//! Arrow's row format does both jobs: `_pack` keeps a row's values so that `_unpack` can restore
//! them, and `_order_key` makes a value whose byte order is a row order.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, LargeBinaryArray, LargeBinaryBuilder, StructArray};
use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, Field, Fields};
use arrow::row::{RowConverter, SortField};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::ColumnarValue;

use crate::function::{Args, Scalar};

/// `_pack(column, …)`
pub static PACK: Scalar = Scalar {
    name: "_pack",
    returns: |_| DataType::LargeBinary,
    invoke: pack,
};

/// `_unpack(packed, witness, …)`: a struct with fields `0`, `1`, …; a witness is a null of the
/// packed column's type.
pub static UNPACK: Scalar = Scalar {
    name: "_unpack",
    returns: |types| DataType::Struct(fields(&types[1..])),
    invoke: unpack,
};

/// `_order_key(value, descending, …)`: smaller keys come first; missing values come first
/// ascending and last descending.
pub static ORDER_KEY: Scalar = Scalar {
    name: "_order_key",
    returns: |_| DataType::LargeBinary,
    invoke: order_key,
};

fn fields(types: &[DataType]) -> Fields {
    types
        .iter()
        .enumerate()
        .map(|(index, data_type)| Field::new(index.to_string(), data_type.clone(), true))
        .collect()
}

fn binary(converter: &RowConverter, columns: &[ArrayRef]) -> Result<ArrayRef> {
    let rows = converter.convert_columns(columns)?;
    let bytes = rows.lengths().sum();
    let mut out = LargeBinaryBuilder::with_capacity(rows.num_rows(), bytes);
    for row in &rows {
        out.append_value(row.data());
    }
    Ok(Arc::new(out.finish()))
}

fn pack(args: &Args) -> Result<ArrayRef> {
    let columns = (0..args.len())
        .map(|index| args.array(index))
        .collect::<Result<Vec<ArrayRef>>>()?;
    let fields = columns
        .iter()
        .map(|column| SortField::new(column.data_type().clone()))
        .collect();
    binary(&RowConverter::new(fields)?, &columns)
}

fn unpack(args: &Args) -> Result<ArrayRef> {
    let types: Vec<DataType> = args.values[1..]
        .iter()
        .map(ColumnarValue::data_type)
        .collect();
    let converter = RowConverter::new(types.iter().cloned().map(SortField::new).collect())?;
    let packed = args.array(0)?;
    let packed: &LargeBinaryArray = packed.as_binary();
    let parser = converter.parser();
    let rows = (0..packed.len()).map(|row| parser.parse(packed.value(row)));
    let columns = converter.convert_rows(rows)?;
    Ok(Arc::new(StructArray::try_new_with_length(
        fields(&types),
        columns,
        None,
        args.rows,
    )?))
}

fn order_key(args: &Args) -> Result<ArrayRef> {
    let mut columns = Vec::new();
    let mut fields = Vec::new();
    for pair in 0..args.len() / 2 {
        let column = args.array(pair * 2)?;
        let descending = matches!(
            &args.values[pair * 2 + 1],
            ColumnarValue::Scalar(ScalarValue::Boolean(Some(true)))
        );
        let options = SortOptions {
            descending,
            nulls_first: !descending,
        };
        fields.push(SortField::new_with_options(
            column.data_type().clone(),
            options,
        ));
        columns.push(column);
    }
    binary(&RowConverter::new(fields)?, &columns)
}
