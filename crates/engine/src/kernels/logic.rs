//! Truth and print form as functions, for places where a plan needs them.

use std::sync::Arc;

use arrow::datatypes::DataType;

use crate::function::Scalar;
use crate::types;
use crate::values;

/// `_truth(a)`: the two-valued truth of any value (spec 4.4).
pub static TRUTH: Scalar =
    Scalar { name: "_truth", returns: |_| DataType::Boolean, invoke: |args| Ok(Arc::new(args.truth(0)?)) };

/// `_printed(a)`: the text that a result shows, containers included.
pub static PRINTED: Scalar =
    Scalar { name: "_printed", returns: |_| types::TEXT, invoke: |args| Ok(Arc::new(values::printed(&args.array(0)?)?)) };
