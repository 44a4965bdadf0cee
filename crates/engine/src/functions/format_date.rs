//! `formatDate(time, pattern[, zone])` (spec 7.2).

use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewBuilder};
use datafusion::common::{Result, exec_err};
use flowgauge_event::strftime;
use jiff::Timestamp;

use super::times::constant_zone;
use crate::function::{Args, Scalar};
use crate::types;

/// `formatDate(time, pattern[, zone])`: a time by a strftime pattern, in UTC by default.
pub static FORMAT_DATE: Scalar = Scalar {
    name: "formatdate",
    returns: |_| types::TEXT,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let Some(pattern) = args.constant_text(1) else {
        return exec_err!("the pattern of formatDate must be a constant string such as `%Y-%m-%d`");
    };
    let zone = constant_zone(args, 2)?;
    if let Err(problem) = strftime::check(&pattern) {
        return exec_err!("`{pattern}` is no date pattern: {problem}");
    }
    let times = args.times(0)?;
    let mut out = StringViewBuilder::with_capacity(args.rows);
    let mut text = String::new();
    for time in times.iter() {
        text.clear();
        let printed = time
            .and_then(|millis| Timestamp::from_millisecond(millis).ok())
            .and_then(|time| {
                strftime::print(&pattern, &time.to_zoned(zone.clone()), &mut text).ok()
            });
        out.append_option(printed.map(|()| text.as_str()));
    }
    Ok(Arc::new(out.finish()))
}
