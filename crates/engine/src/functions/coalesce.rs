//! `coalesce(a, …)` (spec 7.3).

use arrow::array::{ArrayRef, new_null_array};
use arrow::datatypes::DataType;
use datafusion::common::Result;

use super::branches::{choose, common_type};
use crate::function::{Args, Scalar};
use crate::values::{convert, presence};

/// `coalesce(a, …)`: the first value that is not missing; empty text is a value.
pub static COALESCE: Scalar = Scalar {
    name: "coalesce",
    returns: |arguments| common_type(arguments),
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let types: Vec<DataType> = args.values.iter().map(|value| value.data_type()).collect();
    let to = common_type(&types);
    let mut result = new_null_array(&to, args.rows);
    for index in (0..args.len()).rev() {
        let value = args.array(index)?;
        result = choose(&presence(&value)?, &convert(&value, &to)?, &result)?;
    }
    Ok(result)
}
