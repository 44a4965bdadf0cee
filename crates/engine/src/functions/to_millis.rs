//! `toMillis(time)` (spec 7.2).

use std::sync::Arc;

use super::numeric::integer_type;
use crate::function::Scalar;

/// `toMillis(time)`: a time as epoch milliseconds; numbers are milliseconds already.
pub static TO_MILLIS: Scalar = Scalar {
    name: "tomillis",
    returns: integer_type,
    invoke: |args| Ok(Arc::new(args.times(0)?)),
};
