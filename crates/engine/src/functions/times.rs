//! What the date functions share: times as columns and zones by name.

use std::sync::Arc;

use arrow::array::{ArrayRef, TimestampMillisecondArray};
use datafusion::common::{Result, exec_err};
use flowgauge_event::{Period, zone};
use jiff::tz::TimeZone;

use crate::function::Args;

/// Times beyond this many milliseconds have no period around them: its ends could lie outside
/// 64 bits (the longest period has 100 million days).
const REACH: u64 = 9_000_000_000_000_000_000;

/// Applies a rounding to the times of the first argument.
pub fn map_times(args: &Args, rounding: impl Fn(i64) -> i64) -> Result<ArrayRef> {
    let mapped: TimestampMillisecondArray = args
        .times(0)?
        .iter()
        .map(|time| Some(rounding(time.filter(|time| time.unsigned_abs() < REACH)?)))
        .collect();
    Ok(Arc::new(mapped))
}

/// The period of a constant argument; the binder has checked and clamped it.
pub fn constant_period(args: &Args, index: usize) -> Result<Period> {
    match args.constant_text(index).as_deref().and_then(Period::parse) {
        Some(period) => Ok(period),
        None => exec_err!("the period must be a constant such as 5m"),
    }
}

/// The zone of an optional constant argument; UTC when it is absent.
pub fn constant_zone(args: &Args, index: usize) -> Result<TimeZone> {
    if index >= args.len() {
        return Ok(TimeZone::UTC);
    }
    let Some(name) = args.constant_text(index) else {
        return exec_err!("the time zone must be a constant string such as `Europe/Berlin`");
    };
    match zone::find(&name) {
        Some(zone) => Ok(zone),
        None => exec_err!("`{name}` is no time zone: {}", zone::FORMS),
    }
}
