//! UTF-16 as UTF-8, as PowerShell's redirection leaves logs.

use std::io::{self, Read};

/// The order of the two bytes of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrder {
    /// The low byte first.
    Little,
    /// The high byte first.
    Big,
}

impl ByteOrder {
    /// The order that a mark in front of the text tells; `None` when it is no UTF-16.
    pub fn of(head: &[u8]) -> Option<ByteOrder> {
        match head {
            // The mark of UTF-32.
            [0xff, 0xfe, 0, 0, ..] => None,
            [0xff, 0xfe, ..] => Some(ByteOrder::Little),
            [0xfe, 0xff, ..] => Some(ByteOrder::Big),
            _ => None,
        }
    }

    fn unit(self, bytes: [u8; 2]) -> u16 {
        match self {
            ByteOrder::Little => u16::from_le_bytes(bytes),
            ByteOrder::Big => u16::from_be_bytes(bytes),
        }
    }
}

/// Bytes taken from the inner reader at a time.
const CHUNK: usize = 32 * 1024;

/// Reads UTF-16 as UTF-8. The mark in front becomes the mark of UTF-8; what is no UTF-16 becomes the
/// replacement character.
pub struct Utf16Reader<R> {
    inner: R,
    order: ByteOrder,
    /// Bytes of a unit whose other half has not come yet.
    half: Option<u8>,
    /// The first half of a pair of surrogates.
    high: Option<u16>,
    out: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Utf16Reader<R> {
    /// A reader that stands in front of the mark.
    pub fn new(inner: R, order: ByteOrder) -> Utf16Reader<R> {
        Utf16Reader {
            inner,
            order,
            half: None,
            high: None,
            out: Vec::new(),
            given: 0,
            ended: false,
        }
    }

    /// Converts the next chunk.
    fn refill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.given = 0;
        let mut chunk = [0; CHUNK];
        let count = self.inner.read(&mut chunk)?;
        if count == 0 {
            self.ended = true;
            if self.high.take().is_some() || self.half.take().is_some() {
                self.push(char::REPLACEMENT_CHARACTER);
            }
            return Ok(());
        }
        for &byte in &chunk[..count] {
            match self.half.take() {
                None => self.half = Some(byte),
                Some(first) => self.take(self.order.unit([first, byte])),
            }
        }
        Ok(())
    }

    fn take(&mut self, unit: u16) {
        let high = self.high.take();
        if (0xd800..0xdc00).contains(&unit) {
            // The other half may follow.
            self.high = Some(unit);
            if high.is_some() {
                self.push(char::REPLACEMENT_CHARACTER);
            }
            return;
        }
        for decoded in char::decode_utf16(high.into_iter().chain([unit])) {
            self.push(decoded.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
    }

    fn push(&mut self, character: char) {
        let mut bytes = [0; 4];
        let text = character.encode_utf8(&mut bytes);
        self.out.extend_from_slice(text.as_bytes());
    }
}

impl<R: Read> Read for Utf16Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.out.len() && !self.ended {
            self.refill()?;
        }
        let count = buffer.len().min(self.out.len() - self.given);
        buffer[..count].copy_from_slice(&self.out[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Delivers so many bytes at a time.
    struct Steps<'a>(&'a [u8], usize);

    impl Read for Steps<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(buffer.len());
            (&mut self.0).take(count as u64).read(buffer)
        }
    }

    #[test]
    fn the_same_text_however_it_comes() {
        let broken = [
            0xfeff,
            u16::from(b'a'),
            0xdc00,
            0xd83d,
            u16::from(b'b'),
            0xd83d,
        ];
        let whole: Vec<u16> = "\u{feff}10.0.0.1 é\n😀\r\n".encode_utf16().collect();
        for (units, expected) in [
            (&whole[..], "\u{feff}10.0.0.1 é\n😀\r\n"),
            (&broken, "\u{feff}a\u{fffd}\u{fffd}b\u{fffd}"),
        ] {
            let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
            let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
            for (bytes, order) in [(&little, ByteOrder::Little), (&big, ByteOrder::Big)] {
                assert_eq!(ByteOrder::of(bytes), Some(order));
                for step in [1, 3, 4096] {
                    let mut text = String::new();
                    let mut reader = Utf16Reader::new(Steps(bytes, step), order);
                    reader.read_to_string(&mut text).expect("UTF-8");
                    assert_eq!(text, expected, "{order:?} {step}");
                }
            }
        }
        assert_eq!(ByteOrder::of(b"\xff\xfe\0\0x\0\0\0"), None);
        assert_eq!(ByteOrder::of(b"text"), None);
    }
}
