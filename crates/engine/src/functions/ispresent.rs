//! `ispresent(f)` (spec 4.3, 7.3).

use std::sync::Arc;

use arrow::datatypes::DataType;

use crate::function::Scalar;
use crate::values::presence;

/// `ispresent(f)`: true for empty text and for the `-` of flow logs; never missing.
pub static ISPRESENT: Scalar = Scalar {
    name: "ispresent",
    returns: |_| DataType::Boolean,
    invoke: |args| Ok(Arc::new(presence(&args.array(0)?)?)),
};
