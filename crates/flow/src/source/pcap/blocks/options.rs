//! Options at the end of a block: a code, a length and a value each.

use super::word;

/// Ends the options.
const END: u16 = 0;

/// The options of a block. What does not fit ends them: they only add to what a block says.
pub(super) struct Options<'f> {
    little: bool,
    rest: &'f [u8],
}

impl<'f> Options<'f> {
    pub(super) fn new(little: bool, rest: &'f [u8]) -> Self {
        Self { little, rest }
    }
}

impl<'f> Iterator for Options<'f> {
    type Item = (u16, OptionValue<'f>);

    fn next(&mut self) -> Option<Self::Item> {
        let [a, b, c, d] = *self.rest.first_chunk()?;
        let half = |bytes| match self.little {
            true => u16::from_le_bytes(bytes),
            false => u16::from_be_bytes(bytes),
        };
        let (code, length) = (half([a, b]), usize::from(half([c, d])));
        if code == END {
            return None;
        }
        let bytes = self.rest.get(4..4 + length)?;
        self.rest = self
            .rest
            .get(4 + length.next_multiple_of(4)..)
            .unwrap_or_default();
        let little = self.little;
        Some((code, OptionValue { little, bytes }))
    }
}

/// The value of an option.
#[derive(Clone, Copy)]
pub(super) struct OptionValue<'f> {
    little: bool,
    pub(super) bytes: &'f [u8],
}

impl OptionValue<'_> {
    /// The first byte; 0 if there is none.
    pub(super) fn u8(self) -> u8 {
        self.bytes.first().copied().unwrap_or(0)
    }

    /// Four bytes; 0 if there are fewer.
    pub(super) fn u32(self) -> u32 {
        let bytes = self.bytes.first_chunk();
        bytes.map_or(0, |bytes| word(self.little, *bytes))
    }

    /// Eight bytes; 0 if there are fewer.
    pub(super) fn u64(self) -> u64 {
        match (self.bytes.first_chunk(), self.little) {
            (None, _) => 0,
            (Some(bytes), true) => u64::from_le_bytes(*bytes),
            (Some(bytes), false) => u64::from_be_bytes(*bytes),
        }
    }
}
