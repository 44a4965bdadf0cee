//! `_compact(text)`: the same text in memory of its own.
//!
//! A view keeps the whole block alive that it points into. Behind a sort, the views of one batch
//! point into blocks of all that was sorted, and a second sort would be charged for all of them
//! with every batch.

use std::sync::Arc;

use arrow::array::AsArray;

use crate::function::Scalar;
use crate::types;

/// `_compact(text)`
pub static COMPACT: Scalar = Scalar {
    name: "_compact",
    returns: |_| types::TEXT,
    invoke: |args| Ok(Arc::new(args.array(0)?.as_string_view().gc())),
};
