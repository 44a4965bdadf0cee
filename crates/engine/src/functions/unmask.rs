//! `unmask(f)` (spec 5.10).

use arrow::datatypes::DataType;

use crate::function::Scalar;

/// `unmask(f)`: nothing is masked here, so it is the value itself.
pub static UNMASK: Scalar = Scalar {
    name: "unmask",
    returns: |arguments| arguments.first().cloned().unwrap_or(DataType::Null),
    invoke: |args| args.array(0),
};
