//! `case(condition, value, …[, default])` (spec 7.3).

use arrow::array::{ArrayRef, new_null_array};
use arrow::datatypes::DataType;
use datafusion::common::Result;

use super::branches::{choose, common_type};
use crate::function::{Args, Scalar};
use crate::values::convert;

/// `case(condition, value, …[, default])`: the value of the first true condition.
pub static CASE: Scalar = Scalar {
    name: "case",
    returns: result_type,
    invoke,
};

/// Values stand at odd places; a last argument without partner is the default.
fn result_type(arguments: &[DataType]) -> DataType {
    let (pairs, default) = arguments.as_chunks::<2>();
    common_type(pairs.iter().map(|[_, value]| value).chain(default))
}

fn invoke(args: &Args) -> Result<ArrayRef> {
    let types: Vec<DataType> = args.values.iter().map(|value| value.data_type()).collect();
    let to = result_type(&types);
    let branches = args.len() / 2;
    let mut result = if args.len() % 2 == 1 {
        convert(&args.array(branches * 2)?, &to)?
    } else {
        new_null_array(&to, args.rows)
    };
    // From the last branch to the first, so that an earlier true condition wins.
    for branch in (0..branches).rev() {
        let value = convert(&args.array(branch * 2 + 1)?, &to)?;
        result = choose(&args.truth(branch * 2)?, &value, &result)?;
    }
    Ok(result)
}
