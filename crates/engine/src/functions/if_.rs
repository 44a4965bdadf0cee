//! `if(condition, then, else)` (spec 7.3).

use arrow::array::ArrayRef;
use datafusion::common::Result;

use super::branches::{choose, common_type};
use crate::function::{Args, Scalar};
use crate::values::convert;

/// `if(condition, then, else)`: a missing condition counts as false.
pub static IF: Scalar = Scalar {
    name: "if",
    returns: |arguments| common_type(&arguments[1..]),
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let to = common_type(&[args.values[1].data_type(), args.values[2].data_type()]);
    choose(
        &args.truth(0)?,
        &convert(&args.array(1)?, &to)?,
        &convert(&args.array(2)?, &to)?,
    )
}
