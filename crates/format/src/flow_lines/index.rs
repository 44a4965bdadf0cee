//! The lines of a chunk of text and the ends of their values.

use super::separators::{Masks, WORD_BYTES, classify, with_fast_instructions};

/// Bytes indexed at once: small enough that text and index stay in the nearest cache.
pub(super) const CHUNK_BYTES: usize = 16 * 1024;

/// Ends written at once, whether the word has so many or not.
///
/// Values of flow logs are about eight bytes long, so a word ends about eight of them; a few more
/// than that make a second group rare and its branch predictable.
const GROUP: usize = 12;

/// Marks a line that is not plain; chunks have far fewer separators.
const NOT_PLAIN: u32 = 1 << 31;

/// The complete lines at the beginning of a chunk.
pub(super) struct Index {
    masks: Vec<Masks>,
    /// Offsets in the block of every blank and line feed, after the offset before the first line.
    separators: Vec<u32>,
    /// For each line: the place of its line feed among the separators.
    ends: Vec<u32>,
    /// Number of lines, at the beginning of `ends`.
    lines: usize,
}

/// One line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// Place of the first value's end among the separators.
    pub(super) first: u32,
    /// Place of the line feed, which ends the last value.
    last: u32,
    /// Whether single blanks stand between its values and none at its ends.
    pub(super) plain: bool,
}

impl Line {
    /// Number of values, when the line is plain.
    #[inline(always)]
    pub(super) fn tokens(&self) -> usize {
        (self.last - self.first) as usize + 1
    }
}

impl Index {
    pub(super) fn new() -> Index {
        Index {
            masks: vec![Masks::default(); CHUNK_BYTES / WORD_BYTES],
            separators: vec![0; CHUNK_BYTES + 1 + GROUP],
            ends: vec![0; CHUNK_BYTES + 1],
            lines: 0,
        }
    }

    /// Indexes the complete lines within the chunk that begins at `at`, where a line begins.
    /// Returns where the first line begins that is not complete; `at` when there is none before.
    pub(super) fn fill(&mut self, block: &[u8], at: usize) -> usize {
        let chunk = &block[at..block.len().min(at + CHUNK_BYTES)];
        classify(chunk, &mut self.masks);
        let words = chunk.len().div_ceil(WORD_BYTES);
        with_fast_instructions(
            #[inline(always)]
            || self.collect(words, at as u32),
        );
        match self.ends[..self.lines].last() {
            Some(end) => self.separators[(end & !NOT_PLAIN) as usize] as usize + 1,
            None => at,
        }
    }

    #[inline(always)]
    fn collect(&mut self, words: usize, at: u32) {
        self.lines = 0;
        self.separators[0] = at.wrapping_sub(1);
        let mut count = 1;
        let mut not_plain = false;
        // A line begins here: a blank would be one too many.
        let mut before = 1;
        for (word, masks) in self.masks[..words].iter().enumerate() {
            let base = at + (word * WORD_BYTES) as u32;
            let separators = masks.blanks | masks.feeds;
            let mut doubled = separators & (separators << 1 | before);
            before = separators >> 63;

            let total = separators.count_ones() as usize;
            let mut bits = separators;
            let mut written = 0;
            // Writing whole groups is faster than asking after every bit whether it was the last.
            while written < total {
                let group = &mut self.separators[count + written..count + written + GROUP];
                for end in group {
                    *end = base + bits.trailing_zeros();
                    bits &= bits.wrapping_sub(1);
                }
                written += GROUP;
            }

            // Nearly every word holds one line feed or none, which no branch predictor can guess:
            // an end is always written, and counted when there is one.
            if doubled == 0 && masks.feeds & masks.feeds.wrapping_sub(1) == 0 {
                let last = place_of_lowest(masks.feeds, separators, count);
                self.ends[self.lines] = last | u32::from(not_plain) << 31;
                self.lines += usize::from(masks.feeds != 0);
                not_plain &= masks.feeds == 0;
            } else {
                let mut feeds = masks.feeds;
                while feeds != 0 {
                    let up_to_feed = feeds ^ (feeds - 1);
                    let last = place_of_lowest(feeds, separators, count);
                    not_plain |= doubled & up_to_feed != 0;
                    self.ends[self.lines] = last | u32::from(not_plain) << 31;
                    self.lines += 1;
                    not_plain = false;
                    doubled &= !up_to_feed;
                    feeds &= feeds - 1;
                }
                not_plain |= doubled != 0;
            }
            count += total;
        }
    }

    /// The lines, in order.
    pub(super) fn lines(&self) -> impl Iterator<Item = Line> {
        let mut first = 1;
        self.ends[..self.lines].iter().map(move |end| {
            let line = Line {
                first,
                last: end & !NOT_PLAIN,
                plain: end & NOT_PLAIN == 0,
            };
            first = line.last + 1;
            line
        })
    }

    /// Offsets of a line's bytes, its line feed not counted.
    #[inline(always)]
    pub(super) fn span(&self, line: Line) -> (usize, usize) {
        (
            self.start(line.first),
            self.separators[line.last as usize] as usize,
        )
    }

    /// The separators, of which [`token`] takes two.
    pub(super) fn separators(&self) -> &[u32] {
        &self.separators
    }

    /// Where the line begins whose first value ends at `first`.
    #[inline(always)]
    fn start(&self, first: u32) -> usize {
        self.separators[first as usize - 1].wrapping_add(1) as usize
    }
}

/// Offsets of the value number `token` of the plain line whose first value ends at `first`.
#[inline(always)]
pub(super) fn token(separators: &[u32], first: u32, token: usize) -> (usize, usize) {
    let end = first as usize + token;
    (
        separators[end - 1].wrapping_add(1) as usize,
        separators[end] as usize,
    )
}

/// Place, among all separators, of the lowest line feed of a word before which there were `count`.
#[inline(always)]
fn place_of_lowest(feeds: u64, separators: u64, count: usize) -> u32 {
    let up_to_feed = feeds ^ feeds.wrapping_sub(1);
    (count as u32 + (separators & up_to_feed).count_ones()).wrapping_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_values() {
        let block = "ignored\nab c\n\nx  y\n z\nq \nr s\nrest";
        let mut index = Index::new();
        let next = index.fill(block.as_bytes(), 8);
        assert_eq!(&block[next..], "rest");
        let lines: Vec<_> = index
            .lines()
            .map(|line| {
                let (start, end) = index.span(line);
                let tokens = (0..line.tokens())
                    .map(|place| token(index.separators(), line.first, place))
                    .map(|(start, end)| &block[start..end]);
                let tokens: Vec<_> = tokens.collect();
                (&block[start..end], line.plain.then_some(tokens))
            })
            .collect();
        assert_eq!(
            lines,
            [
                ("ab c", Some(vec!["ab", "c"])),
                ("", None),
                ("x  y", None),
                (" z", None),
                ("q ", None),
                ("r s", Some(vec!["r", "s"])),
            ]
        );
    }

    #[test]
    fn a_chunk_without_a_line_end_is_left_alone() {
        let block = "x".repeat(CHUNK_BYTES + 10) + "\n";
        let mut index = Index::new();
        assert_eq!(index.fill(block.as_bytes(), 0), 0);
        assert_eq!(index.lines().count(), 0);
        // The line that was too long for one chunk fits when a later chunk begins within it.
        assert_eq!(index.fill(block.as_bytes(), 20), block.len());
    }
}
