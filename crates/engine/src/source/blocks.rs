//! Cutting streams into blocks of whole lines that are valid UTF-8.

use std::sync::Arc;

use flowgauge_event::limits;
use flowgauge_format::Framing;
use flowgauge_format::records::RecordSplitter;
use memchr::{memchr, memrchr};

use super::bytes::ByteStream;
use crate::error::InputError;
use crate::statistics::Statistics;

/// Target size of a block: large enough to amortise a batch, small enough to stay in the cache.
pub const BLOCK: usize = 1 << 20;
/// The mark that some programs put in front of UTF-8 text.
const BYTE_ORDER_MARK: &[u8] = &[0xef, 0xbb, 0xbf];

/// Whole events of one input.
#[derive(Debug)]
pub struct Block {
    /// Valid UTF-8.
    pub text: String,
    /// Where the block begins in the decompressed input; only for ordering.
    pub offset: u64,
}

/// Cuts a stream into blocks.
pub struct BlockReader {
    stream: ByteStream,
    /// What follows the last whole line.
    carry: Vec<u8>,
    offset: u64,
    finished: bool,
    splitter: Option<RecordSplitter>,
    /// An error to report after the blocks in front of it.
    failed: Option<InputError>,
    name: String,
    statistics: Arc<Statistics>,
}

impl BlockReader {
    /// A reader over a stream from its beginning.
    pub fn new(
        stream: ByteStream,
        name: &str,
        framing: Framing,
        statistics: Arc<Statistics>,
    ) -> BlockReader {
        BlockReader {
            stream,
            carry: Vec::new(),
            offset: 0,
            finished: false,
            splitter: (framing == Framing::JsonRecords).then(RecordSplitter::new),
            failed: None,
            name: name.to_owned(),
            statistics,
        }
    }

    /// The next block; `None` at the end.
    pub fn next_block(&mut self) -> Result<Option<Block>, InputError> {
        if self.splitter.is_some() {
            return self.next_records();
        }
        while !self.finished {
            let mut bytes = Vec::with_capacity(BLOCK + self.carry.len());
            bytes.append(&mut self.carry);
            let read = self.stream.fill(&mut bytes, BLOCK)?;
            self.finished = read < BLOCK;
            let begin = self.offset;
            let skipped = if begin == 0 && bytes.starts_with(BYTE_ORDER_MARK) {
                BYTE_ORDER_MARK.len()
            } else {
                0
            };
            let end = match memrchr(b'\n', &bytes) {
                _ if self.finished => bytes.len(),
                Some(at) => at + 1,
                None if bytes.len() > limits::EVENT_BYTES => {
                    return self.overlong(bytes, skipped).map(Some);
                }
                None => {
                    self.carry = bytes;
                    continue;
                }
            };
            self.offset += end as u64;
            self.carry = bytes[end..].to_vec();
            bytes.truncate(end);
            if skipped > 0 {
                bytes.drain(..skipped);
            }
            if !bytes.is_empty() {
                return Ok(Some(Block {
                    text: valid_text(bytes, &self.statistics),
                    offset: begin,
                }));
            }
        }
        Ok(None)
    }

    /// A line longer than any event: its beginning becomes a block (which the decoder cuts and
    /// counts), the rest is passed over without keeping it.
    fn overlong(&mut self, mut bytes: Vec<u8>, skipped: usize) -> Result<Block, InputError> {
        let offset = self.offset;
        self.offset += bytes.len() as u64;
        bytes.drain(..skipped);
        let mut passed = Vec::new();
        while !self.finished {
            passed.clear();
            let read = self.stream.fill(&mut passed, BLOCK)?;
            self.finished = read < BLOCK;
            match memchr(b'\n', &passed) {
                Some(at) => {
                    self.offset += at as u64 + 1;
                    self.carry = passed.split_off(at + 1);
                    break;
                }
                None => self.offset += passed.len() as u64,
            }
        }
        bytes.push(b'\n');
        Ok(Block {
            text: valid_text(bytes, &self.statistics),
            offset,
        })
    }

    fn next_records(&mut self) -> Result<Option<Block>, InputError> {
        let Some(splitter) = &mut self.splitter else {
            return Ok(None);
        };
        let mut out = Vec::new();
        let offset = self.offset;
        while !self.finished && out.len() < BLOCK {
            self.carry.clear();
            let read = self.stream.fill(&mut self.carry, BLOCK)?;
            self.finished = read < BLOCK;
            let chunk = if self.offset == 0 {
                self.carry
                    .strip_prefix(BYTE_ORDER_MARK)
                    .unwrap_or(&self.carry)
            } else {
                &self.carry
            };
            let fed = splitter.feed(chunk, &mut out);
            self.offset += read as u64;
            let ended = match fed {
                Ok(()) if self.finished => splitter.finish(),
                other => other,
            };
            if let Err(error) = ended {
                // What was complete before the break is still delivered; the next call reports.
                self.finished = true;
                let problem = format!("{error}; --skip-bad-files goes on without the rest of it");
                let error = InputError::new(&self.name, problem);
                if out.is_empty() {
                    self.splitter = None;
                    return Err(error);
                }
                self.failed = Some(error);
                break;
            }
        }
        if out.is_empty() {
            let cut = self.splitter.take().map_or(0, |splitter| splitter.cut());
            Statistics::add(&self.statistics.cut, cut);
            return self.failed.take().map_or(Ok(None), Err);
        }
        Ok(Some(Block {
            text: valid_text(out, &self.statistics),
            offset,
        }))
    }
}

/// Gives back memory that a short block does not fill: batches keep their block alive, and small
/// files would otherwise hold a megabyte each.
fn fitted(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.len() < bytes.capacity() / 2 {
        bytes.shrink_to_fit();
    }
    bytes
}

/// The bytes as text; invalid UTF-8 is replaced and the lines that held it are counted.
pub fn valid_text(bytes: Vec<u8>, statistics: &Statistics) -> String {
    match String::from_utf8(fitted(bytes)) {
        Ok(text) => text,
        Err(error) => {
            let bytes = error.into_bytes();
            let broken = bytes
                .split(|&byte| byte == b'\n')
                .filter(|line| std::str::from_utf8(line).is_err())
                .count();
            Statistics::add(&statistics.replaced, broken as u64);
            String::from_utf8_lossy(&bytes).into_owned()
        }
    }
}
