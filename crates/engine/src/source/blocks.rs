//! Cutting streams into blocks of whole lines that are valid UTF-8.

use std::sync::Arc;
use std::time::Duration;

use flowgauge_event::limits;
use flowgauge_format::Framing;
use flowgauge_format::records::RecordSplitter;
use memchr::{memchr, memrchr};

use super::bytes::ByteStream;
use super::text::valid_text;
use crate::error::InputError;
use crate::statistics::Statistics;

/// Target size of a block: large enough to amortise a batch, small enough to stay in the cache.
pub const BLOCK: usize = 512 << 10;
/// How long a block that is not full waits for more lines.
const PATIENCE: Duration = Duration::from_millis(50);
/// The mark that some programs put in front of UTF-8 text.
const BYTE_ORDER_MARK: &[u8] = &[0xef, 0xbb, 0xbf];

/// Whole events of one input.
#[derive(Debug)]
pub struct Block {
    /// Valid UTF-8.
    pub text: String,
    /// Where the first event begins in `text`; what stands before is no part of the block.
    pub begin: usize,
    /// Where the block begins in the decompressed input; only for ordering.
    pub offset: u64,
}

impl Block {
    /// The events.
    pub fn events(&self) -> &str {
        &self.text[self.begin..]
    }
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
        while !self.finished || !self.carry.is_empty() {
            let mut bytes = Vec::with_capacity(BLOCK + self.carry.len());
            bytes.append(&mut self.carry);
            self.fill(&mut bytes);
            let begin = self.offset;
            let skipped = if begin == 0 && bytes.starts_with(BYTE_ORDER_MARK) {
                BYTE_ORDER_MARK.len()
            } else {
                0
            };
            let end = match memrchr(b'\n', &bytes) {
                // Where a stream breaks off, its last line does too.
                at if self.failed.is_some() => {
                    bytes.truncate(at.map_or(0, |at| at + 1));
                    bytes.len()
                }
                _ if self.finished => bytes.len(),
                Some(at) => at + 1,
                None if bytes.len() > limits::EVENT_BYTES => {
                    return Ok(Some(self.overlong(bytes, skipped)));
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
                    begin: 0,
                    offset: begin,
                }));
            }
        }
        self.failed.take().map_or(Ok(None), Err)
    }

    /// Appends a block's worth of the stream; notes its end and why it broke.
    fn fill(&mut self, bytes: &mut Vec<u8>) -> usize {
        if self.finished {
            return 0;
        }
        let read = self.stream.fill(bytes, BLOCK, PATIENCE);
        self.finished = self.stream.has_ended();
        if self.finished {
            self.failed = self.stream.failure();
        }
        read
    }

    /// A line longer than any event: its beginning becomes a block (which the decoder cuts and
    /// counts), the rest is passed over without keeping it.
    fn overlong(&mut self, mut bytes: Vec<u8>, skipped: usize) -> Block {
        let offset = self.offset;
        self.offset += bytes.len() as u64;
        bytes.drain(..skipped);
        drop_cut_character(&mut bytes);
        let mut passed = Vec::new();
        while !self.finished {
            passed.clear();
            self.fill(&mut passed);
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
        Block {
            text: valid_text(bytes, &self.statistics),
            begin: 0,
            offset,
        }
    }

    fn next_records(&mut self) -> Result<Option<Block>, InputError> {
        let Some(mut splitter) = self.splitter.take() else {
            return Ok(None);
        };
        let mut out = Vec::new();
        let offset = self.offset;
        while !self.finished && out.len() < BLOCK {
            let mut read = std::mem::take(&mut self.carry);
            read.clear();
            let count = self.fill(&mut read);
            let chunk = match self.offset {
                0 => read.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&read),
                _ => &read,
            };
            let fed = splitter.feed(chunk, &mut out);
            self.offset += count as u64;
            self.carry = read;
            let ended = match fed {
                // A stream that broke says so itself.
                Ok(()) if self.finished && self.failed.is_none() => splitter.finish(),
                other => other,
            };
            if let Err(error) = ended {
                // What was complete before the break is still delivered; the next call reports.
                self.finished = true;
                self.failed = Some(InputError::in_the_middle(&self.name, error.to_string()));
            }
        }
        if out.is_empty() {
            Statistics::add(&self.statistics.cut, splitter.cut());
            return self.failed.take().map_or(Ok(None), Err);
        }
        self.splitter = Some(splitter);
        Ok(Some(Block {
            text: valid_text(out, &self.statistics),
            begin: 0,
            offset,
        }))
    }
}

/// Removes a character that a cut left incomplete at the end, which is no invalid UTF-8 of the
/// input.
pub fn drop_cut_character(bytes: &mut Vec<u8>) {
    let tail = bytes.len().saturating_sub(3);
    // A character has at most four bytes: its first is one of the last three when it is cut.
    let Some(lead) = bytes[tail..].iter().rposition(|byte| byte & 0xc0 != 0x80) else {
        return;
    };
    let whole = match bytes[tail + lead] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    if bytes.len() - (tail + lead) < whole {
        bytes.truncate(tail + lead);
    }
}
