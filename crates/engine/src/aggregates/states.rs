//! Partial results as a column: a few bytes for each group, written and read the same way by every
//! aggregate that has more to hand over than a number.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, LargeBinaryBuilder};
use datafusion::common::Result;

use super::codec::Reader;
use super::rows::Rows;

/// The column of the slots' states. `encode` appends a slot's, or nothing for a group that has none.
pub(super) fn encoded<S>(
    slots: Vec<S>,
    mut encode: impl FnMut(S, &mut Vec<u8>),
) -> Result<Vec<ArrayRef>> {
    let mut states = LargeBinaryBuilder::new();
    let mut state = Vec::new();
    for slot in slots {
        state.clear();
        encode(slot, &mut state);
        states.append_value(&state);
    }
    Ok(vec![Arc::new(states.finish())])
}

/// Calls `merge` with the group and the state of every row that has one; the first error ends it.
pub(super) fn each(
    columns: &[ArrayRef],
    rows: &Rows,
    mut merge: impl FnMut(usize, &mut Reader) -> Result<()>,
) -> Result<()> {
    let states = columns[0].as_binary::<i64>();
    let mut result = Ok(());
    rows.each(states.nulls(), |row, group| {
        let state = states.value(row);
        if !state.is_empty() && result.is_ok() {
            result = merge(group, &mut Reader(state));
        }
    });
    result
}
