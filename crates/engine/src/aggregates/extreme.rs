//! The first and the last value of a group in the order of `sort` (spec 5.7): `min`, `max`,
//! `sortsFirst` and `sortsLast`.
//!
//! For `min` and `max` text counts only in a group without any number: a placeholder such as the
//! `-` of flow logs is no smallest number.
//!
//! A typed number has one spelling, so for it that order is the numeric one; text keeps its
//! spelling.

use std::cmp::Ordering;

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use datafusion::common::Result;
use flowgauge_event::Number;

use super::cells::{is_number_kind, number_column, text_column};
use super::grouped::{Fold, start};
use super::rows::{Rows, Sink, feed};
use super::udaf::{Call, Groups};
use crate::sort_key::compare_parsed;
use crate::{types, values};

/// Type of the result.
pub(super) fn returns(arguments: &[DataType], text: Text) -> DataType {
    match &arguments[0] {
        // Times give epoch milliseconds (spec 7.7) where they are values, not places in an order.
        DataType::Timestamp(_, _) if text == Text::YieldsToNumbers => DataType::Int64,
        DataType::Boolean => DataType::Int64,
        kind if is_number_kind(kind) => kind.clone(),
        _ => types::TEXT,
    }
}

/// A partial result is the value so far.
pub(super) fn state_types(arguments: &[DataType], text: Text) -> Vec<DataType> {
    vec![returns(arguments, text)]
}

/// Whether text competes with numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    /// As in `sort`.
    Sorts,
    /// Only where there is no number.
    YieldsToNumbers,
}

/// Starts the search for the value that compares as `wanted` with all others.
pub(super) fn create(call: &Call, wanted: Ordering, text: Text) -> Result<Box<dyn Groups>> {
    let result = returns(&[call.argument_type(0).clone()], text);
    if is_number_kind(&result) {
        start(Numeric { wanted, result })
    } else {
        start(Textual { wanted, text })
    }
}

struct Numeric {
    wanted: Ordering,
    result: DataType,
}

struct NumericSlots<'a> {
    slots: &'a mut [Option<Number>],
    wanted: Ordering,
}

impl NumericSlots<'_> {
    #[inline]
    fn offer(&mut self, group: usize, value: Number) {
        let slot = &mut self.slots[group];
        if slot.is_none_or(|best| value.compare(best) == self.wanted) {
            *slot = Some(value);
        }
    }
}

impl Sink for NumericSlots<'_> {
    #[inline]
    fn int(&mut self, group: usize, value: i64) {
        self.offer(group, Number::Int(value));
    }

    #[inline]
    fn float(&mut self, group: usize, value: f64) {
        self.offer(group, Number::Float(value));
    }
}

impl Fold for Numeric {
    type Slot = Option<Number>;

    fn update(
        &self,
        slots: &mut [Self::Slot],
        arguments: &[ArrayRef],
        rows: &Rows,
    ) -> Result<isize> {
        feed(
            &arguments[0],
            rows,
            &mut NumericSlots {
                slots,
                wanted: self.wanted,
            },
        )?;
        Ok(0)
    }

    fn merge(&self, slots: &mut [Self::Slot], states: &[ArrayRef], rows: &Rows) -> Result<isize> {
        self.update(slots, states, rows)
    }

    fn state(&self, slots: Vec<Self::Slot>) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.evaluate(slots)?])
    }

    fn evaluate(&self, slots: Vec<Self::Slot>) -> Result<ArrayRef> {
        Ok(number_column(slots.into_iter(), &self.result))
    }
}

struct Textual {
    wanted: Ordering,
    text: Text,
}

impl Textual {
    fn prefers(&self, new: (&str, Option<Number>), old: (&str, Option<Number>)) -> bool {
        match (new.1.is_some(), old.1.is_some()) {
            (number, other) if number != other && self.text == Text::YieldsToNumbers => number,
            _ => compare_parsed(new, old) == self.wanted,
        }
    }
}

/// The best text so far, with its number so that it is parsed once.
struct Best {
    text: Box<str>,
    number: Option<Number>,
}

impl Fold for Textual {
    type Slot = Option<Best>;

    fn update(
        &self,
        slots: &mut [Self::Slot],
        arguments: &[ArrayRef],
        rows: &Rows,
    ) -> Result<isize> {
        let texts = values::texts(&arguments[0])?;
        let mut growth = 0;
        rows.each(texts.nulls(), |row, group| {
            let text = texts.value(row);
            let slot = &mut slots[group];
            if slot.as_ref().is_some_and(|best| *best.text == *text) {
                return;
            }
            let number = Number::parse(text);
            let better = slot
                .as_ref()
                .is_none_or(|best| self.prefers((text, number), (&best.text, best.number)));
            if better {
                growth += text.len() as isize - Self::heap(slot) as isize;
                *slot = Some(Best {
                    text: text.into(),
                    number,
                });
            }
        });
        Ok(growth)
    }

    fn merge(&self, slots: &mut [Self::Slot], states: &[ArrayRef], rows: &Rows) -> Result<isize> {
        self.update(slots, states, rows)
    }

    fn state(&self, slots: Vec<Self::Slot>) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.evaluate(slots)?])
    }

    fn evaluate(&self, slots: Vec<Self::Slot>) -> Result<ArrayRef> {
        let texts = slots
            .iter()
            .map(|slot| slot.as_ref().map(|best| best.text.as_ref()));
        Ok(text_column(texts, &types::TEXT))
    }

    fn heap(slot: &Self::Slot) -> usize {
        slot.as_ref().map_or(0, |best| best.text.len())
    }
}
