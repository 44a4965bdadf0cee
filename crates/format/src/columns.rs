//! What a decoder fills: one column per request, as string views, integers or times.
//!
//! A string view is 16 bytes: the length, then either up to 12 bytes of text or 4 bytes of prefix,
//! a buffer number and an offset. Buffer 0 is the block itself, buffer 1 is [`Columns::scratch`]
//! (text that does not stand verbatim in the block, such as an unescaped JSON string).

use flowgauge_event::Number;

use crate::{Condition, Facet, Request};

/// Buffer number of the block.
pub const BLOCK_BUFFER: u32 = 0;
/// Buffer number of the scratch text.
pub const SCRATCH_BUFFER: u32 = 1;

/// The rows decoded from one block.
#[derive(Debug, Default)]
pub struct Columns {
    /// One column per request, in order.
    pub columns: Vec<Column>,
    /// What rows have to meet, as far as the decoder applies it ([`crate::Decoder::applies`]).
    pub conditions: Vec<Condition>,
    /// Number of rows in every column.
    pub rows: usize,
    /// Text that does not stand in the block.
    pub scratch: Vec<u8>,
    /// Events seen, rows included.
    pub events: u64,
    /// Bytes of the events seen, line ends not counted.
    pub event_bytes: u64,
    /// Events left out because a time range is wanted and they have no time.
    pub timeless: u64,
    /// Lines that do not fit their format; they are rows too, with `@message` only.
    pub malformed: u64,
    /// Lines longer than [`flowgauge_event::limits::EVENT_BYTES`], cut there.
    pub cut: u64,
}

/// One column.
#[derive(Debug)]
pub struct Column {
    /// What was asked for.
    pub request: Request,
    /// The values.
    pub data: ColumnData,
    /// Rows that have no value; empty when every row has one.
    missing: Vec<usize>,
    /// Rows of a column of numbers whose number is no 64-bit integer.
    floats: Vec<(usize, f64)>,
}

/// The values of a column; a missing row holds a zero.
#[derive(Debug)]
pub enum ColumnData {
    /// String views.
    Text(Vec<u128>),
    /// Integers or milliseconds.
    Integer(Vec<i64>),
}

impl Columns {
    /// Empty columns for the requests.
    pub fn new(requests: &[Request]) -> Columns {
        Columns {
            columns: requests.iter().cloned().map(Column::new).collect(),
            ..Columns::default()
        }
    }

    /// Empty columns for the requests, for rows that meet the conditions.
    pub fn of_matching(requests: &[Request], conditions: &[Condition]) -> Columns {
        Columns {
            conditions: conditions.to_vec(),
            ..Columns::new(requests)
        }
    }

    /// Makes room for that many more rows, so that filling them moves nothing.
    pub fn reserve(&mut self, rows: usize) {
        for column in &mut self.columns {
            match &mut column.data {
                ColumnData::Text(views) => views.reserve(rows),
                ColumnData::Integer(values) => values.reserve(rows),
            }
        }
    }

    /// Copies text into the scratch buffer and returns its view.
    pub fn scratch_view(scratch: &mut Vec<u8>, text: &[u8]) -> u128 {
        let start = scratch.len();
        // Text of 12 bytes or less lives inside the view.
        if text.len() > 12 {
            scratch.extend_from_slice(text);
        }
        view(text, SCRATCH_BUFFER, start)
    }
}

/// A column taken apart; see [`Column::parts`].
pub(crate) struct Parts<'a> {
    pub(crate) data: &'a mut ColumnData,
    /// Rows without a value in `data`, ascending.
    pub(crate) missing: &'a mut Vec<usize>,
    /// See [`Column::floats`].
    pub(crate) floats: &'a mut Vec<(usize, f64)>,
}

impl Column {
    fn new(request: Request) -> Column {
        let data = match request.facet {
            Facet::Text | Facet::Piece { .. } => ColumnData::Text(Vec::new()),
            Facet::Number | Facet::Time => ColumnData::Integer(Vec::new()),
        };
        Column {
            request,
            data,
            missing: Vec::new(),
            floats: Vec::new(),
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match &self.data {
            ColumnData::Text(views) => views.len(),
            ColumnData::Integer(values) => values.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Rows without a value, ascending.
    pub fn missing(&self) -> &[usize] {
        &self.missing
    }

    /// The rows, ascending, whose number is no 64-bit integer as `1e3`, `999.5` and
    /// `99999999999999999999` are none, and that number. The column itself misses them.
    pub fn floats(&self) -> &[(usize, f64)] {
        &self.floats
    }

    /// Appends a missing value.
    pub fn push_missing(&mut self) {
        self.missing.push(self.len());
        match &mut self.data {
            ColumnData::Text(views) => views.push(0),
            ColumnData::Integer(values) => values.push(0),
        }
    }

    /// The values, for decoders that append many rows at once: as many values as rows, and a zero
    /// where the list of missing rows names the row.
    pub(crate) fn parts(&mut self) -> Parts<'_> {
        Parts {
            data: &mut self.data,
            missing: &mut self.missing,
            floats: &mut self.floats,
        }
    }

    /// Appends an integer or a missing value.
    #[inline]
    pub fn push_integer_or_missing(&mut self, value: Option<i64>) {
        match value {
            Some(value) => self.push_integer(value),
            None => self.push_missing(),
        }
    }

    /// Appends a number or a missing value.
    pub fn push_number_or_missing(&mut self, value: Option<Number>) {
        match value {
            Some(Number::Int(value)) => self.push_integer(value),
            Some(Number::Float(value)) => {
                self.floats.push((self.len(), value));
                self.push_missing();
            }
            None => self.push_missing(),
        }
    }

    /// Appends a view; ignored for integer columns, which only take integers.
    #[inline]
    pub fn push_view(&mut self, view: u128) {
        if let ColumnData::Text(views) = &mut self.data {
            views.push(view);
        }
    }

    /// Appends the text `block[start..start + len]`.
    #[inline]
    pub fn push_block_text(&mut self, block: &[u8], start: usize, len: usize) {
        self.push_view(block_view(block, start, len));
    }

    /// Appends an integer; ignored for text columns.
    #[inline]
    pub fn push_integer(&mut self, value: i64) {
        if let ColumnData::Integer(values) = &mut self.data {
            values.push(value);
        }
    }
}

/// The view of `text`, which stands at `offset` of buffer `buffer`. Blocks are far below 4 GiB.
#[inline]
pub fn view(text: &[u8], buffer: u32, offset: usize) -> u128 {
    let len = text.len();
    let mut bytes = [0u8; 16];
    bytes[..4].copy_from_slice(&(len as u32).to_le_bytes());
    if len <= 12 {
        bytes[4..4 + len].copy_from_slice(text);
    } else {
        bytes[4..8].copy_from_slice(&text[..4]);
        bytes[8..12].copy_from_slice(&buffer.to_le_bytes());
        bytes[12..16].copy_from_slice(&(offset as u32).to_le_bytes());
    }
    u128::from_le_bytes(bytes)
}

/// The view of the text `block[start..start + len]` of the block buffer; like [`view`], but faster.
#[inline(always)]
pub fn block_view(block: &[u8], start: usize, len: usize) -> u128 {
    buffer_view(block, BLOCK_BUFFER, start, len)
}

/// The view of the text `text[start..start + len]`, where `text` is the whole of buffer `buffer`;
/// like [`view`], but without a copy of unknown length where as many bytes can be read as live
/// inside a view.
#[inline(always)]
pub fn buffer_view(text: &[u8], buffer: u32, start: usize, len: usize) -> u128 {
    let Some(Ok(bytes)) = text
        .get(start..start + INLINE_BYTES)
        .map(<[u8; INLINE_BYTES]>::try_from)
    else {
        return view(&text[start..start + len], buffer, start);
    };
    let [a, b, c, d, rest @ ..] = bytes;
    let (prefix_mask, rest_mask) = INLINE_MASKS[len.min(INLINE_BYTES)];
    let prefix = u32::from_le_bytes([a, b, c, d]) & prefix_mask;
    let inline = u64::from_le_bytes(rest) & rest_mask;
    let elsewhere = (start as u64) << 32 | u64::from(buffer);
    // Both are made and one is selected: text lengths around 12, such as those of addresses, are
    // what branch predictors cannot learn.
    let rest = if len <= INLINE_BYTES {
        inline
    } else {
        elsewhere
    };
    u128::from(rest) << 64 | u128::from(prefix) << 32 | u128::from(len as u32)
}

/// Longest text that lives inside its view.
pub const INLINE_BYTES: usize = 12;

/// By length, the bytes of a text that lives inside its view: its first four and the others.
static INLINE_MASKS: [(u32, u64); INLINE_BYTES + 1] = {
    let mut masks = [(0, 0); INLINE_BYTES + 1];
    let mut len = 0;
    while len <= INLINE_BYTES {
        let mask = (1u128 << (8 * len)) - 1;
        masks[len] = (mask as u32, (mask >> 32) as u64);
        len += 1;
    }
    masks
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_of_the_block_are_the_same_however_they_are_read() {
        let block: Vec<u8> = (0..60).collect();
        for start in 0..block.len() {
            for len in 0..=block.len() - start {
                assert_eq!(
                    block_view(&block, start, len),
                    view(&block[start..start + len], BLOCK_BUFFER, start),
                    "{start} {len}"
                );
            }
        }
    }
}
