//! What `if`, `case` and `coalesce` share: one result column out of several value columns.

use arrow::array::{ArrayRef, BooleanArray};
use arrow::compute::kernels::zip::zip;
use arrow::datatypes::DataType;
use datafusion::common::Result;

use crate::types;

/// The type that the values of all branches convert to; null when there is none.
pub fn common_type<'t>(branches: impl IntoIterator<Item = &'t DataType>) -> DataType {
    branches
        .into_iter()
        .fold(DataType::Null, |left, right| types::unify(&left, right))
}

/// `chosen` where the mask is set, else `other`; both have the same type.
pub fn choose(mask: &BooleanArray, chosen: &ArrayRef, other: &ArrayRef) -> Result<ArrayRef> {
    if mask.true_count() == mask.len() {
        return Ok(chosen.clone());
    }
    if mask.true_count() == 0 {
        return Ok(other.clone());
    }
    Ok(zip(mask, chosen, other)?)
}
