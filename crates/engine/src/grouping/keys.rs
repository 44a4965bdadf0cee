//! The values of a key column as codes ([`crate::codes`]); longer text is numbered.

use std::hash::BuildHasher;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, StringViewBuilder,
    TimestampMillisecondArray,
};
use arrow::datatypes::{DataType, Int64Type, TimestampMillisecondType};
use datafusion::common::hash_utils::HLL_RANDOM_STATE;
use datafusion::common::{Result, internal_datafusion_err, internal_err};

use super::slots::Slots;
use crate::{codes, types};

/// The lowest byte of the code of a text that is numbered.
const LONG: u8 = codes::RESERVED;
/// The code of a missing value.
const MISSING: u128 = codes::RESERVED as u128 + 1;

/// Whether columns of a type can be keys.
pub(super) fn is_supported(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Int64 | DataType::Boolean)
        || *data_type == types::TEXT
        || *data_type == types::TIME
}

/// One key column.
pub(super) struct Key {
    data_type: DataType,
    long: LongTexts,
}

impl Key {
    pub(super) fn new(data_type: DataType) -> Key {
        Key {
            data_type,
            long: LongTexts::new(),
        }
    }

    /// Writes the codes of a column to every `stride`-th place of `out`.
    pub(super) fn encode(
        &mut self,
        column: &ArrayRef,
        out: &mut [u128],
        stride: usize,
    ) -> Result<()> {
        let out = out.iter_mut().step_by(stride);
        match &self.data_type {
            DataType::Utf8View => {
                let texts = column.as_string_view();
                write(out, column, |row| match codes::of_row(texts, row) {
                    Some(code) => code,
                    None => {
                        let number = self.long.number(texts.value(row).as_bytes());
                        number << 8 | u128::from(LONG)
                    }
                });
            }
            DataType::Int64 => {
                let values = column.as_primitive::<Int64Type>().values();
                write(out, column, |row| codes::of_integer(values[row]));
            }
            DataType::Timestamp(_, _) => {
                let values = column.as_primitive::<TimestampMillisecondType>().values();
                write(out, column, |row| codes::of_integer(values[row]));
            }
            DataType::Boolean => {
                let values = column.as_boolean().values();
                write(out, column, |row| {
                    codes::of_integer(i64::from(values.value(row)))
                });
            }
            other => return internal_err!("{other} is no key type"),
        }
        Ok(())
    }

    /// The column that [`Key::encode`] read.
    pub(super) fn decode(&self, codes: impl ExactSizeIterator<Item = u128>) -> Result<ArrayRef> {
        if self.data_type == types::TEXT {
            return self.decode_texts(codes);
        }
        let values = codes.map(|code| (code != MISSING).then(|| codes::integer(code)));
        Ok(match &self.data_type {
            DataType::Int64 => Arc::new(values.collect::<Int64Array>()),
            DataType::Timestamp(_, _) => Arc::new(values.collect::<TimestampMillisecondArray>()),
            DataType::Boolean => Arc::new(
                values
                    .map(|value| value.map(|value| value != 0))
                    .collect::<BooleanArray>(),
            ),
            other => return internal_err!("{other} is no key type"),
        })
    }

    fn decode_texts(&self, codes: impl ExactSizeIterator<Item = u128>) -> Result<ArrayRef> {
        let mut texts = StringViewBuilder::with_capacity(codes.len());
        for code in codes {
            if code == MISSING {
                texts.append_null();
                continue;
            }
            let bytes = code.to_le_bytes();
            let text = if bytes[0] == LONG {
                self.long.text((code >> 8) as usize)
            } else {
                codes::text(&bytes)
            };
            let text = std::str::from_utf8(text)
                .map_err(|_| internal_datafusion_err!("a key was coded that is no text"))?;
            texts.append_value(text);
        }
        Ok(Arc::new(texts.finish()))
    }

    /// Forgets the numbered texts.
    pub(super) fn clear(&mut self) {
        self.long = LongTexts::new();
    }

    /// Bytes allocated.
    pub(super) fn size(&self) -> usize {
        self.long.size()
    }
}

#[inline(always)]
fn write<'a>(
    out: impl Iterator<Item = &'a mut u128>,
    column: &ArrayRef,
    mut code: impl FnMut(usize) -> u128,
) {
    match column.nulls().filter(|nulls| nulls.null_count() > 0) {
        None => out.enumerate().for_each(|(row, out)| *out = code(row)),
        Some(nulls) => out.enumerate().for_each(|(row, out)| {
            *out = if nulls.is_valid(row) {
                code(row)
            } else {
                MISSING
            };
        }),
    }
}

/// Texts that have no code, each once, numbered as they come.
struct LongTexts {
    slots: Slots,
    bytes: Vec<u8>,
    /// Where each text ends among the bytes.
    ends: Vec<usize>,
}

impl LongTexts {
    fn new() -> LongTexts {
        LongTexts {
            slots: Slots::new(),
            bytes: Vec::new(),
            ends: Vec::new(),
        }
    }

    fn number(&mut self, text: &[u8]) -> u128 {
        let LongTexts { slots, bytes, ends } = self;
        let next = ends.len();
        let hash = HLL_RANDOM_STATE.hash_one(text);
        let number = slots.find_or_take(hash, next, |number| bytes[span(ends, number)] == *text);
        if number == next {
            bytes.extend_from_slice(text);
            ends.push(bytes.len());
        }
        number as u128
    }

    fn text(&self, number: usize) -> &[u8] {
        &self.bytes[span(&self.ends, number)]
    }

    fn size(&self) -> usize {
        self.slots.size() + self.bytes.capacity() + self.ends.capacity() * size_of::<usize>()
    }
}

fn span(ends: &[usize], number: usize) -> std::ops::Range<usize> {
    let start = number.checked_sub(1).map_or(0, |before| ends[before]);
    start..ends[number]
}
