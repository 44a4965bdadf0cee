//! `_fill_bins(bin, before, after, first, last, period, offset, most)`: a bin and the empty bins around
//! it (spec 5.21, `fillmissing`).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, ListBuilder, TimestampMillisecondBuilder};
use arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, exec_err, internal_err};
use flowgauge_event::{Number, Period};

use crate::function::{Args, Scalar};
use crate::types;

/// Lists of times: the bin itself; if `before` is missing, the bins from `first` on before it; and
/// the bins up to `after`, or to `last` where that is missing. All but the bin itself lie between
/// `first` and `last`. A missing bin has no others around it. More than `most` bins between `first`
/// and `last` are an error.
pub static FILL_BINS: Scalar = Scalar {
    name: "_fill_bins",
    returns: |_| DataType::List(Arc::new(Field::new("item", types::TIME, true))),
    invoke,
};

/// The bins of a range.
struct Bins {
    period: Period,
    offset: i64,
    first: i64,
    last: i64,
}

impl Bins {
    /// How many bins follow the first one.
    fn after_first(&self) -> i64 {
        let start = |bin: i64| bin.saturating_sub(self.offset);
        let (first, last) = (start(self.first), start(self.last));
        self.period.boundaries_between(first, last)
    }

    fn next(&self, bin: i64) -> i64 {
        let start = bin.saturating_sub(self.offset);
        self.period.next(start).saturating_add(self.offset)
    }

    /// Calls `visit` with the bins from `from` on, before `to` and not after the last.
    fn each(&self, from: i64, to: Option<i64>, mut visit: impl FnMut(i64)) {
        let mut bin = from.max(self.first);
        while bin <= self.last && to.is_none_or(|to| bin < to) {
            visit(bin);
            bin = self.next(bin);
        }
    }
}

/// The arguments.
struct Rows {
    period: Period,
    offset: i64,
    most: i64,
    bins: Int64Array,
    before: Int64Array,
    after: Int64Array,
    firsts: Int64Array,
    lasts: Int64Array,
}

impl Rows {
    fn new(args: &Args) -> Result<Rows> {
        let Some(period) = args.constant_text(5).as_deref().and_then(Period::parse) else {
            return internal_err!("_fill_bins needs a constant period");
        };
        let offset = args.constant_number(6).and_then(Number::truncate);
        let Some(most) = args.constant_number(7).and_then(Number::truncate) else {
            return internal_err!("_fill_bins needs a constant limit");
        };
        Ok(Rows {
            period,
            offset: offset.unwrap_or(0),
            most,
            bins: args.times(0)?,
            before: args.times(1)?,
            after: args.times(2)?,
            firsts: args.times(3)?,
            lasts: args.times(4)?,
        })
    }

    /// The bin of a row and the range around it; `None` where the bin is missing.
    fn get(&self, row: usize) -> Option<(i64, Bins)> {
        if self.bins.is_null(row) {
            return None;
        }
        let bin = self.bins.value(row);
        // Where nothing is known, a bin is the only one.
        let end = |ends: &Int64Array| match ends.is_valid(row) {
            true => ends.value(row),
            false => bin,
        };
        let range = Bins {
            period: self.period,
            offset: self.offset,
            first: end(&self.firsts),
            last: end(&self.lasts),
        };
        Some((bin, range))
    }

    /// The bin where the next row of the combination is.
    fn next(&self, row: usize) -> Option<i64> {
        self.after.is_valid(row).then(|| self.after.value(row))
    }
}

/// About how many elements each list of [`FILL_BINS`] has.
pub fn sizes(args: &Args) -> Result<Vec<u64>> {
    let rows = Rows::new(args)?;
    let size = |row: usize| {
        let Some((bin, range)) = rows.get(row) else {
            return 1;
        };
        let from = match rows.before.is_null(row) {
            true => range.first.min(bin),
            false => bin,
        };
        let to = rows.next(row).unwrap_or(range.last);
        let covered = Bins {
            first: from,
            last: to,
            ..range
        };
        u64::try_from(covered.after_first()).unwrap_or(0) + 1
    };
    Ok((0..args.rows).map(size).collect())
}

fn invoke(args: &Args) -> Result<ArrayRef> {
    let rows = Rows::new(args)?;
    let most = rows.most;
    let mut out = ListBuilder::new(TimestampMillisecondBuilder::new());
    for row in 0..args.rows {
        let Some((bin, range)) = rows.get(row) else {
            out.values().append_null();
            out.append(true);
            continue;
        };
        let count = range.after_first();
        if count >= most {
            return exec_err!(
                "`fillmissing` would cover {} bins, more than {most}: \
                 choose longer bins or a shorter time range",
                count + 1
            );
        }
        if rows.before.is_null(row) {
            range.each(range.first, Some(bin), |bin| out.values().append_value(bin));
        }
        out.values().append_value(bin);
        range.each(range.next(bin), rows.next(row), |bin| {
            out.values().append_value(bin);
        });
        out.append(true);
    }
    Ok(Arc::new(out.finish()))
}
