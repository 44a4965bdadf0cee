//! Which rows of a batch go to which group, and the loops over them.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use flowgauge_event::Number;

use crate::values::{self, Numbers};

/// The rows of a batch.
pub(super) struct Rows<'a> {
    groups: &'a [usize],
    /// Rows that an aggregate filter lets through; `None` for all.
    wanted: Option<NullBuffer>,
}

impl<'a> Rows<'a> {
    /// Rows and the group of each; with a filter only those where it is true.
    pub(super) fn new(groups: &'a [usize], filter: Option<&BooleanArray>) -> Rows<'a> {
        let wanted = filter.map(|filter| {
            let flags = NullBuffer::new(filter.values().clone());
            NullBuffer::union(Some(&flags), filter.nulls()).unwrap_or(flags)
        });
        Rows { groups, wanted }
    }

    /// Calls `visit(row, group)` for every wanted row that `valid` does not mark as missing.
    #[inline]
    pub(super) fn each(&self, valid: Option<&NullBuffer>, mut visit: impl FnMut(usize, usize)) {
        let joined;
        let selected = match (valid.filter(|nulls| nulls.null_count() > 0), &self.wanted) {
            (nulls, None) => nulls,
            (None, Some(wanted)) => Some(wanted),
            (Some(nulls), Some(wanted)) => {
                joined = NullBuffer::union(Some(nulls), Some(wanted));
                joined.as_ref()
            }
        };
        match selected {
            None => {
                for (row, &group) in self.groups.iter().enumerate() {
                    visit(row, group);
                }
            }
            Some(selected) => {
                for row in selected.valid_indices() {
                    visit(row, self.groups[row]);
                }
            }
        }
    }
}

/// Which values of a column are present; `None` when all are. JSON `null` is a missing value.
pub(super) fn presence(column: &ArrayRef) -> Option<NullBuffer> {
    if *column.data_type() == DataType::LargeUtf8 {
        let json = column.as_string::<i64>();
        let present = json
            .iter()
            .map(|value| value.is_some_and(|json| !json.starts_with('n')));
        return Some(NullBuffer::from_iter(present));
    }
    column.logical_nulls()
}

/// Takes the numbers of a column.
pub(super) trait Sink {
    /// An integer.
    fn int(&mut self, group: usize, value: i64);
    /// A finite float.
    fn float(&mut self, group: usize, value: f64);
    /// Either; nothing for a missing value.
    #[inline]
    fn number(&mut self, group: usize, value: Option<Number>) {
        match value {
            Some(Number::Int(value)) => self.int(group, value),
            Some(Number::Float(value)) if value.is_finite() => self.float(group, value),
            _ => {}
        }
    }
}

/// Feeds the numbers of a column to a sink; what does not convert is left out (spec 4.2).
#[inline]
pub(super) fn feed(column: &ArrayRef, rows: &Rows, sink: &mut impl Sink) -> Result<()> {
    match values::numbers(column)? {
        Numbers::Int(ints) => {
            let data = ints.values();
            rows.each(ints.nulls(), |row, group| sink.int(group, data[row]));
        }
        Numbers::Float(floats) => {
            let data = floats.values();
            rows.each(floats.nulls(), |row, group| {
                if data[row].is_finite() {
                    sink.float(group, data[row]);
                }
            });
        }
        Numbers::Text(texts) => rows.each(texts.nulls(), |row, group| {
            sink.number(group, Number::parse_bytes(texts.value(row).as_bytes()));
        }),
        mixed @ Numbers::Mixed(..) => {
            rows.each(None, |row, group| sink.number(group, mixed.get(row)))
        }
    }
    Ok(())
}
