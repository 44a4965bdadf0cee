//! `_patterns`: the patterns of texts, what `pattern` is lowered to.
//!
//! Arguments: the text, the time, the window it belongs to (0 the query's own, 1 the one it is
//! compared with), and the constants of the mining: its detail, and first and last millisecond of
//! the query's window, if it has both. The result is a list with a structure for each pattern, in
//! the order in which `pattern` or `diff` shows them. A partial result is the miner's own state.

use std::cmp::Reverse;
use std::sync::{Arc, LazyLock};

use arrow::array::{
    Array, ArrayRef, Float64Array, Int64Array, LargeStringArray, ListArray, StringViewArray,
    StructArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, internal_datafusion_err};
use flowgauge_event::Number;
use flowgauge_pattern::{Detail, Miner, Pattern, Settings, Side};
use flowgauge_ql::pipeline::columns;

use super::grouped::{Fold, start};
use super::rows::Rows;
use super::states;
use super::udaf::{Aggregate, Call};
use crate::{types, values};

/// `_patterns(text, time, window, detail, first, last)`.
pub(super) static PATTERNS: Aggregate = Aggregate {
    name: "_patterns",
    arguments: 6,
    returns: |_| list_type(),
    state: |_| vec![DataType::LargeBinary],
    create: |call| {
        start(Mine {
            settings: settings(call)?,
        })
    },
};

/// The fields of a pattern's structure in order: column of the language, type, and value. Fields
/// are named by their place, because names of the language hold characters that paths do not.
pub static FIELDS: &[(&str, DataType)] = &[
    // Place in the result.
    ("#rank", DataType::Int64),
    (columns::PATTERN, types::TEXT),
    (columns::RATIO, DataType::Float64),
    (columns::COUNT, DataType::Int64),
    (columns::SEVERITY, types::TEXT),
    (columns::TOKENS, types::JSON),
    (columns::VISUALIZATION, types::JSON),
    (columns::SAMPLES, types::JSON),
    (columns::DIFF_COUNT, DataType::Int64),
    (columns::DIFF_DESCRIPTION, types::TEXT),
    (columns::ANOMALY_SCORE, DataType::Float64),
    (columns::ANOMALY_TYPE, types::TEXT),
    (columns::ANOMALY_DESCRIPTION, types::TEXT),
];

static STRUCT: LazyLock<Fields> = LazyLock::new(|| {
    FIELDS
        .iter()
        .enumerate()
        .map(|(place, (_, kind))| Field::new(place.to_string(), kind.clone(), true))
        .collect()
});

fn item() -> Arc<Field> {
    Arc::new(Field::new_list_field(
        DataType::Struct(STRUCT.clone()),
        true,
    ))
}

fn list_type() -> DataType {
    DataType::List(item())
}

fn settings(call: &Call) -> Result<Settings> {
    let constant = |at| -> Result<i64> {
        Ok(match call.constant(at)? {
            Number::Int(value) => value,
            Number::Float(value) => value as i64,
        })
    };
    let (first, last) = (constant(4)?, constant(5)?);
    Ok(Settings {
        detail: match constant(3)? {
            0 => Detail::Counts,
            1 => Detail::Shown,
            _ => Detail::Anomalies,
        },
        // A window that ends before it begins is none.
        window: (first <= last).then_some((first, last)),
    })
}

struct Mine {
    settings: Settings,
}

/// A miner; none before the first text.
#[derive(Default)]
struct Slot(Option<Box<Miner>>);

impl Slot {
    fn miner(&mut self, settings: Settings) -> &mut Miner {
        self.0.get_or_insert_with(|| Box::new(Miner::new(settings)))
    }

    fn heap(&self) -> isize {
        self.0.as_ref().map_or(0, |miner| miner.heap() as isize)
    }
}

impl Fold for Mine {
    type Slot = Slot;

    fn update(&self, slots: &mut [Slot], arguments: &[ArrayRef], rows: &Rows) -> Result<isize> {
        let texts = values::texts(&arguments[0])?;
        let times = values::times(&arguments[1])?;
        let windows = values::numbers(&arguments[2])?;
        let before: isize = slots.iter().map(Slot::heap).sum();
        rows.each(texts.nulls(), |row, group| {
            let side = match windows.get(row) {
                Some(Number::Int(0)) => Side::Current,
                _ => Side::Earlier,
            };
            let time = times.is_valid(row).then(|| times.value(row));
            slots[group]
                .miner(self.settings)
                .add(texts.value(row), time, side);
        });
        let after: isize = slots.iter().map(Slot::heap).sum();
        Ok(after - before)
    }

    fn merge(&self, slots: &mut [Slot], states: &[ArrayRef], rows: &Rows) -> Result<isize> {
        let before: isize = slots.iter().map(Slot::heap).sum();
        states::each(states, rows, |group, state| {
            let merged = slots[group].miner(self.settings).merge_encoded(state.0);
            merged.map_err(|error| internal_datafusion_err!("{error}"))
        })?;
        let after: isize = slots.iter().map(Slot::heap).sum();
        Ok(after - before)
    }

    fn state(&self, slots: Vec<Slot>) -> Result<Vec<ArrayRef>> {
        states::encoded(slots, |slot, state| {
            if let Some(miner) = slot.0 {
                miner.encode(state);
            }
        })
    }

    fn evaluate(&self, slots: Vec<Slot>) -> Result<ArrayRef> {
        let mut lengths = Vec::with_capacity(slots.len());
        let mut patterns = Vec::new();
        for slot in slots {
            let before = patterns.len();
            if let Some(miner) = slot.0 {
                let [total, earlier] = miner.totals();
                let mut mined = miner.patterns();
                if earlier > 0 {
                    mined.sort_by(|a, b| {
                        (Reverse(difference(a).abs()), &a.text)
                            .cmp(&(Reverse(difference(b).abs()), &b.text))
                    });
                }
                patterns.extend(
                    (0i64..)
                        .zip(mined)
                        .map(|(rank, pattern)| (rank, total, pattern)),
                );
            }
            lengths.push(patterns.len() - before);
        }
        let structs = StructArray::try_new(STRUCT.clone(), self.columns(&patterns), None)?;
        let offsets = OffsetBuffer::from_lengths(lengths);
        let lists = ListArray::try_new(item(), offsets, Arc::new(structs), None)?;
        Ok(Arc::new(lists))
    }

    fn heap(slot: &Slot) -> usize {
        slot.heap() as usize
    }
}

impl Mine {
    /// The columns of [`FIELDS`] over patterns, each with its rank and the events of its window.
    fn columns(&self, patterns: &[(i64, u64, Pattern)]) -> Vec<ArrayRef> {
        let detailed = self.settings.detail > Detail::Counts;
        let ints = |value: &dyn Fn(&(i64, u64, Pattern)) -> i64| -> ArrayRef {
            Arc::new(Int64Array::from_iter_values(patterns.iter().map(value)))
        };
        let texts = |value: &dyn Fn(&Pattern) -> Option<String>| -> ArrayRef {
            let values = patterns.iter().map(|(_, _, pattern)| value(pattern));
            Arc::new(StringViewArray::from_iter(values))
        };
        let json = |value: &dyn Fn(&Pattern) -> String| -> ArrayRef {
            let values = patterns
                .iter()
                .map(|(_, _, pattern)| detailed.then(|| value(pattern)));
            Arc::new(LargeStringArray::from_iter(values))
        };
        let ratios = patterns
            .iter()
            .map(|(_, total, pattern)| pattern.count as f64 / (*total).max(1) as f64);
        let scores = patterns
            .iter()
            .map(|(_, _, pattern)| pattern.anomalies.first().map(|anomaly| anomaly.score));
        vec![
            ints(&|(rank, _, _)| *rank),
            texts(&|pattern| Some(pattern.text.clone())),
            Arc::new(Float64Array::from_iter_values(ratios)),
            ints(&|(_, _, pattern)| pattern.count as i64),
            texts(&|pattern| Some(pattern.severity().to_owned())),
            json(&Pattern::tokens_json),
            json(&Pattern::timeline_json),
            json(&Pattern::samples_json),
            ints(&|(_, _, pattern)| difference(pattern)),
            texts(&|pattern| Some(pattern.change())),
            Arc::new(Float64Array::from_iter(scores)),
            texts(&|pattern| {
                let anomaly = pattern.anomalies.first()?;
                Some(anomaly.kind.label().to_owned())
            }),
            texts(&|pattern| {
                let all: Vec<&str> = pattern
                    .anomalies
                    .iter()
                    .map(|anomaly| anomaly.description.as_str())
                    .collect();
                (!all.is_empty()).then(|| all.join("; "))
            }),
        ]
    }
}

/// How many events more there are in the query's window.
fn difference(pattern: &Pattern) -> i64 {
    pattern.count as i64 - pattern.earlier as i64
}
