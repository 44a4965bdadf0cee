//! `bin(period)` with the boundary shift of `offset` (spec 5.6, 7.2).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, TimestampMillisecondArray};
use arrow::buffer::ScalarBuffer;
use datafusion::common::{Result, internal_err};
use flowgauge_event::{Number, Period};

use crate::function::{Args, Scalar};
use crate::types;

/// `_bin(time, '5m', offset in milliseconds)`
pub static BIN: Scalar = Scalar {
    name: "_bin",
    returns: |_| types::TIME,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let Some(period) = args.constant_text(1).as_deref().and_then(Period::parse) else {
        return internal_err!("_bin needs a constant period");
    };
    let offset = args
        .constant_number(2)
        .and_then(Number::truncate)
        .unwrap_or(0);
    let times = args.times(0)?;
    let mut last = (i64::MAX, 0, 0);
    let binned: Vec<i64> = times
        .values()
        .iter()
        .map(|&time| {
            // Neighbouring events nearly always share their bin.
            let (start, end, bin) = last;
            if start <= time && time < end {
                return bin;
            }
            let time = time.saturating_sub(offset);
            let start = period.floor(time);
            let bin = start.saturating_add(offset);
            last = (bin, period.next(start).saturating_add(offset), bin);
            bin
        })
        .collect();
    Ok(Arc::new(TimestampMillisecondArray::new(
        ScalarBuffer::from(binned),
        times.nulls().cloned(),
    )))
}
