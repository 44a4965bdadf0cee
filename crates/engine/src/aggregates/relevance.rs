//! `_relevance`: how much fields differ between the events that meet a condition and the others,
//! what `relevantfields` is lowered to.
//!
//! Arguments: whether the condition is met, whether the user named the fields (a constant, 1 or 0),
//! and a column for each field. The result is a list with a structure for each field that is
//! judged, the most relevant first. Without events on both sides there is nothing to compare, and
//! the list is empty.

mod numbers;
mod score;
mod values;

use std::sync::{Arc, LazyLock};

use arrow::array::{
    Array, ArrayRef, Float64Array, Int64Array, LargeStringArray, ListArray, StructArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::Result;
use flowgauge_event::Number;

use super::codec::Reader;
use super::grouped::{Fold, start};
use super::rows::Rows;
use super::states;
use super::udaf::{ANY_NUMBER, Aggregate};
use crate::{types, values as columns};
use score::Relevance;
use values::{FieldValues, Sides, put_sides, sides};

/// `_relevance(meets, named, field, …)`.
pub(super) static RELEVANCE: Aggregate = Aggregate {
    name: "_relevance",
    arguments: ANY_NUMBER,
    returns: |_| DataType::List(item()),
    state: |_| vec![DataType::LargeBinary],
    create: |call| {
        start(Compare {
            named: call.constant(1)? == Number::Int(1),
        })
    },
};

/// Arguments before the fields.
const BEFORE_FIELDS: usize = 2;

/// The structure of a field: rank from 0, place among the arguments from 0, score, contributors,
/// and the medians with and without the condition.
static STRUCT: LazyLock<Fields> = LazyLock::new(|| {
    [
        DataType::Int64,
        DataType::Int64,
        DataType::Float64,
        types::JSON,
        DataType::Float64,
        DataType::Float64,
    ]
    .into_iter()
    .enumerate()
    .map(|(place, kind)| Field::new(place.to_string(), kind, true))
    .collect()
});

fn item() -> Arc<Field> {
    Arc::new(Field::new_list_field(
        DataType::Struct(STRUCT.clone()),
        true,
    ))
}

struct Compare {
    named: bool,
}

/// The fields of a group; none before the first event.
#[derive(Default)]
struct Slot {
    events: Sides,
    fields: Vec<FieldValues>,
}

impl Slot {
    fn fields(&mut self, count: usize) -> &mut [FieldValues] {
        if self.fields.len() < count {
            self.fields.resize_with(count, FieldValues::default);
        }
        &mut self.fields
    }

    fn heap(&self) -> usize {
        let own = self.fields.capacity() * size_of::<FieldValues>();
        own + self.fields.iter().map(FieldValues::heap).sum::<usize>()
    }
}

impl Fold for Compare {
    type Slot = Slot;

    fn update(&self, slots: &mut [Slot], arguments: &[ArrayRef], rows: &Rows) -> Result<isize> {
        let before: usize = slots.iter().map(Slot::heap).sum();
        let meets = columns::truth(&arguments[0])?;
        let side = |row| usize::from(!meets.value(row));
        let fields = &arguments[BEFORE_FIELDS..];
        rows.each(None, |row, group| {
            slots[group].events[side(row)] += 1;
            slots[group].fields(fields.len());
        });
        for (place, field) in fields.iter().enumerate() {
            let texts = columns::texts(field)?;
            rows.each(texts.nulls(), |row, group| {
                slots[group].fields[place].push(texts.value(row), side(row));
            });
        }
        let after: usize = slots.iter().map(Slot::heap).sum();
        Ok(after as isize - before as isize)
    }

    fn merge(&self, slots: &mut [Slot], states: &[ArrayRef], rows: &Rows) -> Result<isize> {
        let before: usize = slots.iter().map(Slot::heap).sum();
        states::each(states, rows, |group, state| {
            absorb(&mut slots[group], state)
        })?;
        let after: usize = slots.iter().map(Slot::heap).sum();
        Ok(after as isize - before as isize)
    }

    fn state(&self, slots: Vec<Slot>) -> Result<Vec<ArrayRef>> {
        states::encoded(slots, |slot, state| {
            put_sides(&slot.events, state);
            state.extend_from_slice(&(slot.fields.len() as u64).to_le_bytes());
            for field in &slot.fields {
                field.encode(state);
            }
        })
    }

    fn evaluate(&self, slots: Vec<Slot>) -> Result<ArrayRef> {
        let mut lengths = Vec::with_capacity(slots.len());
        let mut judged = Vec::new();
        for slot in slots {
            let ranked = self.ranked(&slot);
            lengths.push(ranked.len());
            judged.extend((0i64..).zip(ranked));
        }
        let structs = StructArray::try_new(STRUCT.clone(), columns_of(&judged), None)?;
        let offsets = OffsetBuffer::from_lengths(lengths);
        let lists = ListArray::try_new(item(), offsets, Arc::new(structs), None)?;
        Ok(Arc::new(lists))
    }

    fn heap(slot: &Slot) -> usize {
        slot.heap()
    }
}

impl Compare {
    /// The fields with their places, the most relevant first, and otherwise in their order.
    fn ranked(&self, slot: &Slot) -> Vec<(i64, Relevance)> {
        if slot.events.contains(&0) {
            return Vec::new();
        }
        let mut ranked: Vec<(i64, Relevance)> = (0i64..)
            .zip(&slot.fields)
            .filter_map(|(place, field)| {
                Some((place, score::judge(field, &slot.events, self.named)?))
            })
            .collect();
        ranked.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score));
        ranked
    }
}

fn absorb(slot: &mut Slot, state: &mut Reader) -> Result<()> {
    if state.is_done() {
        return Ok(());
    }
    values::add(&mut slot.events, sides(state)?);
    let count = state.u64()? as usize;
    for field in slot.fields(count).iter_mut().take(count) {
        field.merge(state)?;
    }
    Ok(())
}

/// A rank, and the place and the relevance of the field that has it.
type Judged = (i64, (i64, Relevance));

/// The columns of [`STRUCT`] over fields with their ranks.
fn columns_of(judged: &[Judged]) -> Vec<ArrayRef> {
    let ints = |value: &dyn Fn(&Judged) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(judged.iter().map(value)))
    };
    let floats = |value: &dyn Fn(&Relevance) -> Option<f64>| -> ArrayRef {
        let values = judged.iter().map(|(_, (_, field))| value(field));
        Arc::new(Float64Array::from_iter(values))
    };
    let contributors = judged.iter();
    let contributors = contributors.map(|(_, (_, field))| field.contributors.as_deref());
    vec![
        ints(&|(rank, _)| *rank),
        ints(&|(_, (place, _))| *place),
        floats(&|field| Some(field.score)),
        Arc::new(LargeStringArray::from_iter(contributors)),
        floats(&|field| field.medians[0]),
        floats(&|field| field.medians[1]),
    ]
}
