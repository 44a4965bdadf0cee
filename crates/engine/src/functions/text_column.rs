//! What the text functions share: loops over text columns.
//!
//! A result that is part of its argument shares the argument's bytes; only what a function builds
//! anew is copied. Unsafe code is allowed for one call: a column of views that are known to be
//! valid is made without checking each value again.
#![allow(unsafe_code)]

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, NullBufferBuilder, StringViewArray};
use arrow::buffer::{BooleanBuffer, Buffer, ScalarBuffer};
use datafusion::common::{Result, exec_err};
use flowgauge_format::columns;

use super::operand::Operand;
use crate::function::Args;

/// Longest text, in bytes, that a function builds; far above the length of events, and low enough
/// that a text which grows by repeated replacement ends the query, not the process.
pub const LONGEST_TEXT: usize = 64 << 20;

/// Bytes after which a buffer of new texts is closed, so that offsets stay below 32 bits.
const BUFFER_BYTES: usize = 1 << 30;

/// What a text function makes of one value.
pub enum Mapped {
    /// The value as it is.
    Whole,
    /// The bytes of the value in the range; both ends lie between characters.
    Part(Range<usize>),
    /// What the function wrote.
    Built,
    /// No value.
    Missing,
}

/// A text column from a text column; missing values stay missing.
///
/// `map` gets the row, the value and an empty string to write to, which only counts when it
/// returns [`Mapped::Built`]. It may stop writing once that is longer than [`LONGEST_TEXT`]: such
/// a text is an error.
pub fn map_texts(
    values: &StringViewArray,
    mut map: impl FnMut(usize, &str, &mut String) -> Mapped,
) -> Result<ArrayRef> {
    let mut out = TextColumn::new(values);
    let mut built = String::new();
    for row in 0..values.len() {
        if values.is_null(row) {
            out.push_missing();
            continue;
        }
        built.clear();
        match map(row, values.value(row), &mut built) {
            Mapped::Whole => out.push_view(values.views()[row]),
            Mapped::Part(range) => out.push_part(row, range),
            Mapped::Built => out.push_new(&built)?,
            Mapped::Missing => out.push_missing(),
        }
    }
    out.finish()
}

/// A text column under construction whose values may be parts of another column's.
pub struct TextColumn<'a> {
    source: &'a StringViewArray,
    buffers: Vec<Buffer>,
    /// New texts of more than 12 bytes, the buffer after `buffers`.
    scratch: Vec<u8>,
    views: Vec<u128>,
    nulls: NullBufferBuilder,
}

impl<'a> TextColumn<'a> {
    /// No values yet.
    pub fn new(source: &'a StringViewArray) -> TextColumn<'a> {
        TextColumn {
            source,
            buffers: source.data_buffers().to_vec(),
            scratch: Vec::new(),
            views: Vec::with_capacity(source.len()),
            nulls: NullBufferBuilder::new(source.len()),
        }
    }

    /// Appends a missing value.
    pub fn push_missing(&mut self) {
        self.views.push(0);
        self.nulls.append_null();
    }

    fn push_view(&mut self, view: u128) {
        self.views.push(view);
        self.nulls.append_non_null();
    }

    /// Appends a part of the source's value in `row`; both ends must lie between characters.
    #[inline]
    pub fn push_part(&mut self, row: usize, range: Range<usize>) {
        // The slice is what checks the range.
        let (start, part) = (range.start, &self.source.value(row)[range]);
        let view = self.source.views()[row];
        self.push_view(if view as u32 <= columns::INLINE_BYTES as u32 {
            // A value without a buffer; no part of it has one.
            columns::view(part.as_bytes(), 0, 0)
        } else {
            let (buffer, offset) = ((view >> 64) as u32, (view >> 96) as usize);
            let text = &self.buffers[buffer as usize];
            columns::buffer_view(text, buffer, offset + start, part.len())
        });
    }

    fn push_new(&mut self, text: &str) -> Result<()> {
        if text.len() > LONGEST_TEXT {
            return exec_err!(
                "a function built a text of more than {LONGEST_TEXT} bytes, the longest that a value may have"
            );
        }
        if self.scratch.len() > BUFFER_BYTES {
            let full = std::mem::take(&mut self.scratch);
            self.buffers.push(Buffer::from_vec(full));
        }
        let (buffer, start) = (self.buffers.len() as u32, self.scratch.len());
        if text.len() > 12 {
            self.scratch.extend_from_slice(text.as_bytes());
        }
        self.push_view(columns::view(text.as_bytes(), buffer, start));
        Ok(())
    }

    /// The column.
    pub fn finish(mut self) -> Result<ArrayRef> {
        if !self.scratch.is_empty() {
            self.buffers.push(Buffer::from_vec(self.scratch));
        }
        let views = ScalarBuffer::from(self.views);
        let nulls = self.nulls.finish();
        // Checking every value once more would take longer than most functions do.
        // SAFETY: views and nulls are appended together. A view is that of a value of the source,
        // of a slice of such a value as `str`, or of a `str` in the scratch text; the source's
        // buffers keep their numbers, and the scratch text has the number that its views say.
        #[cfg(any(test, debug_assertions))]
        let column = StringViewArray::try_new(views, self.buffers, nulls)?;
        #[cfg(not(any(test, debug_assertions)))]
        let column = unsafe { StringViewArray::new_unchecked(views, self.buffers, nulls) };
        Ok(Arc::new(column))
    }
}

/// A boolean column from a text column; missing values stay missing.
pub fn test_texts(values: &StringViewArray, test: impl Fn(&str) -> bool) -> ArrayRef {
    // A missing row holds some text too; testing it is cheaper than asking.
    let flags = BooleanBuffer::collect_bool(values.len(), |row| test(values.value(row)));
    Arc::new(BooleanArray::new(flags, values.nulls().cloned()))
}

/// [`test_texts`] with a second argument, which is prepared once when it is constant. Missing when
/// either argument is.
pub fn test_texts_with<T>(
    args: &Args,
    prepare: impl Fn(&str) -> T,
    test: impl Fn(&str, &T) -> bool,
) -> Result<ArrayRef> {
    let values = args.texts(0)?;
    let operand = Operand::new(args, 1, prepare)?;
    if let Some(constant) = operand.constant() {
        return Ok(test_texts(&values, |value| test(value, constant)));
    }
    let flags: BooleanArray = values
        .iter()
        .enumerate()
        .map(|(row, value)| {
            let value = value?;
            operand.with(row, |prepared| test(value, prepared))
        })
        .collect();
    Ok(Arc::new(flags))
}
