//! Lines of a block: LF or CRLF ends, empty lines skipped, over-long lines cut, the times of an export
//! taken off.

use flowgauge_event::limits;
use memchr::memchr;

use crate::export;

/// One line of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'b> {
    /// Byte offset of the text in the block.
    pub start: usize,
    /// The line without its end, at most [`limits::EVENT_BYTES`] long.
    pub text: &'b str,
    /// Bytes of the line before it was cut.
    pub full_len: usize,
    /// What an export put before the text, as it stands there; nothing in other files.
    pub stamp: &'b str,
}

impl Line<'_> {
    /// Whether the line was too long and lost its end.
    pub fn cut(&self) -> bool {
        self.text.len() < self.full_len
    }
}

/// Iterates over the lines of a block.
#[derive(Debug, Clone)]
pub struct Lines<'b> {
    block: &'b str,
    pos: usize,
    exported: bool,
}

impl<'b> Lines<'b> {
    /// The lines of `block`; the last one need not have a line end.
    pub fn new(block: &'b str) -> Lines<'b> {
        Lines {
            block,
            pos: 0,
            exported: false,
        }
    }

    /// The lines of a block of a file that an export task wrote.
    pub(crate) fn of_export(block: &'b str) -> Lines<'b> {
        Lines {
            exported: true,
            ..Lines::new(block)
        }
    }
}

impl<'b> Iterator for Lines<'b> {
    type Item = Line<'b>;

    #[inline]
    fn next(&mut self) -> Option<Line<'b>> {
        let bytes = self.block.as_bytes();
        while self.pos < bytes.len() {
            let start = self.pos;
            let feed = memchr(b'\n', &bytes[start..]);
            let mut end = feed.map_or(bytes.len(), |at| start + at);
            self.pos = end + 1;
            if end > start && bytes[end - 1] == b'\r' {
                end -= 1;
            }
            if end == start {
                continue;
            }
            let line = &self.block[start..end];
            let stamped = self.exported && export::is_stamped(line.as_bytes());
            let (stamp, line) = line.split_at(if stamped { export::STAMP_BYTES } else { 0 });
            // Shorter lines come back whole: the boundary is capped at the length.
            let text = &line[..line.floor_char_boundary(limits::EVENT_BYTES)];
            return Some(Line {
                start: start + stamp.len(),
                text,
                full_len: line.len(),
                stamp,
            });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_and_empty_lines() {
        for (block, lines) in [
            ("", &[][..]),
            ("\n\r\n\n", &[]),
            ("a", &[(0, "a")]),
            ("a\nb\r\n\nc\r", &[(0, "a"), (2, "b"), (6, "c")]),
            (" \n\ra\n", &[(0, " "), (2, "\ra")]),
        ] {
            let found: Vec<_> = Lines::new(block).map(|l| (l.start, l.text)).collect();
            assert_eq!(found, lines, "{block:?}");
            assert!(Lines::new(block).all(|l| !l.cut()));
        }
    }

    #[test]
    fn long_lines_are_cut_between_characters() {
        let block = format!("a{}\nb\n", "é".repeat(limits::EVENT_BYTES / 2));
        let lines: Vec<_> = Lines::new(&block).collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].cut() && !lines[1].cut());
        assert_eq!(lines[0].text.len(), limits::EVENT_BYTES - 1);
        assert_eq!(lines[0].full_len, limits::EVENT_BYTES + 1);
        assert_eq!(lines[1].text, "b");
    }
}
