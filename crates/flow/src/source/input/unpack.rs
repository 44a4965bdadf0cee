//! Unpacks what is compressed, by its first bytes.

use std::io::{self, Cursor, ErrorKind, Read};

use flate2::read::MultiGzDecoder;

/// The content of a reader, unpacked if it begins like gzip or Zstandard.
pub(super) fn unpacked<'r>(mut reader: impl Read + 'r) -> io::Result<Box<dyn Read + 'r>> {
    let mut head = Vec::with_capacity(4);
    reader.by_ref().take(4).read_to_end(&mut head)?;
    let kind: [u8; 4] = std::array::from_fn(|at| head.get(at).copied().unwrap_or(0));
    let whole = Cursor::new(head).chain(reader);
    Ok(match kind {
        [0x1f, 0x8b, ..] => Box::new(CutOff(MultiGzDecoder::new(whole))),
        [0x28, 0xb5, 0x2f, 0xfd] => Box::new(CutOff(zstd::stream::read::Decoder::new(whole)?)),
        _ => Box::new(whole),
    })
}

/// A compressed file that was cut off, like a plain one, is good up to there.
struct CutOff<R>(R);

impl<R: Read> Read for CutOff<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        match self.0.read(space) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(0),
            read => read,
        }
    }
}
