//! Streams of decompressed bytes.
//!
//! Compression is told by the first bytes, not by the name. Gzip may have several members, zstd
//! several frames. What a broken stream held before the break is delivered; then its error names
//! the offset in the stored file.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::runtime::Handle;

use super::gzip::GzipReader;
use super::list::reason;
use super::live::{LiveReader, Patience};
use super::location::{Entry, Location};
use super::s3::{self, BrokenOff, ObjectReader};
use super::utf16::{ByteOrder, Utf16Reader};
use crate::error::InputError;
use crate::statistics::Statistics;

const BUFFER: usize = 128 * 1024;
/// How the library says that data needs more memory than anybody should spend unasked.
const WINDOW_TOO_LARGE: &str = "Frame requires too much memory";

/// How the bytes of an input are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// As they are.
    Plain,
    /// Gzip, any number of members.
    Gzip,
    /// Zstandard, any number of frames.
    Zstd,
    /// A Parquet file.
    Parquet,
    /// As they are, but in UTF-16.
    Utf16(ByteOrder),
}

impl Packing {
    /// The packing that begins with these bytes.
    pub fn of(head: &[u8]) -> Packing {
        match head {
            [0x1f, 0x8b, ..] => Packing::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Packing::Zstd,
            // A skippable frame may stand in front.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Packing::Zstd,
            [b'P', b'A', b'R', b'1', ..] => Packing::Parquet,
            _ => match ByteOrder::of(head) {
                Some(order) => Packing::Utf16(order),
                None => Packing::Plain,
            },
        }
    }
}

/// The stored bytes of an input, counted.
struct Counted<R> {
    inner: R,
    read: Arc<AtomicU64>,
    statistics: Option<Arc<Statistics>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        if let Some(statistics) = &self.statistics {
            Statistics::add(&statistics.bytes_read, count as u64);
        }
        Ok(count)
    }
}

/// A decompressed stream of an input.
pub struct ByteStream {
    name: String,
    stored: Arc<AtomicU64>,
    packing: Packing,
    inner: Box<dyn Read + Send>,
    /// How long to wait for a slow writer, where what came can be used before there is more.
    patience: Option<Patience>,
    ended: bool,
    failure: Option<InputError>,
}

impl ByteStream {
    /// Opens an input from its beginning. Blocks; `handle` runs what object stores need.
    pub fn open(
        entry: &Entry,
        handle: &Handle,
        statistics: Option<Arc<Statistics>>,
    ) -> Result<ByteStream, InputError> {
        let failed = |problem: String| InputError::new(&entry.name, problem);
        let patience = Patience::default();
        let raw: Box<dyn Read + Send> = match &entry.location {
            Location::File(path) => {
                Box::new(File::open(path).map_err(|error| failed(reason(&error)))?)
            }
            Location::Pipe(path) => {
                let pipe = File::open(path).map_err(|error| failed(reason(&error)))?;
                Box::new(LiveReader::new(pipe, patience.clone()))
            }
            Location::Stdin => Box::new(LiveReader::new(io::stdin(), patience.clone())),
            Location::Object { store, key } => Box::new(
                ObjectReader::open(store, key, handle)
                    .map_err(|error| failed(s3::reason(&error)))?,
            ),
        };
        let stored = Arc::new(AtomicU64::new(0));
        let mut counted = BufReader::with_capacity(
            BUFFER,
            Counted {
                inner: raw,
                read: Arc::clone(&stored),
                statistics: None,
            },
        );
        let head = counted.fill_buf().map_err(|error| failed(reason(&error)))?;
        let packing = Packing::of(head);
        // Parquet files are read by other means, and counted there.
        if let Some(statistics) = statistics.as_ref().filter(|_| packing != Packing::Parquet) {
            Statistics::add(&statistics.bytes_read, head.len() as u64);
            counted.get_mut().statistics = Some(Arc::clone(statistics));
        }
        let inner: Box<dyn Read + Send> = match packing {
            Packing::Gzip => Box::new(GzipReader::new(counted, &entry.name, statistics)),
            Packing::Zstd => Box::new(
                zstd::stream::read::Decoder::with_buffer(counted)
                    .map_err(|error| failed(reason(&error)))?,
            ),
            Packing::Utf16(order) => Box::new(Utf16Reader::new(counted, order)),
            Packing::Plain | Packing::Parquet => Box::new(counted),
        };
        Ok(ByteStream {
            name: entry.name.clone(),
            stored,
            packing,
            inner,
            // Unpacking does not begin again where it was told to wait.
            patience: (packing == Packing::Plain).then_some(patience),
            ended: false,
            failure: None,
        })
    }

    /// How the input is packed.
    pub fn packing(&self) -> Packing {
        self.packing
    }

    /// Returns bytes that were read ahead, so that they come again.
    pub fn put_back(&mut self, bytes: Vec<u8>) {
        let inner = std::mem::replace(&mut self.inner, Box::new(io::empty()));
        self.inner = Box::new(io::Cursor::new(bytes).chain(inner));
    }

    /// Appends up to `wanted` bytes to `buffer`; fewer when the stream has ended or is broken there,
    /// which [`ByteStream::has_ended`] and [`ByteStream::failure`] tell, or when something came and
    /// then nothing for so long.
    pub fn fill(&mut self, buffer: &mut Vec<u8>, wanted: usize, patience: Duration) -> usize {
        if let Some(own) = &self.patience {
            own.set(patience);
        }
        let before = buffer.len();
        buffer.reserve(wanted);
        loop {
            let left = wanted - (buffer.len() - before);
            let read = (&mut self.inner).take(left as u64).read_to_end(buffer);
            let count = buffer.len() - before;
            match read {
                Ok(_) => self.ended = count < wanted,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if count == 0 {
                        continue;
                    }
                }
                Err(error) => {
                    self.ended = true;
                    self.failure = Some(self.broken(&error));
                }
            }
            return count;
        }
    }

    /// Whether nothing more comes.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// Why the stream ended before its end, once.
    pub fn failure(&mut self) -> Option<InputError> {
        self.failure.take()
    }

    fn broken(&self, error: &io::Error) -> InputError {
        let offset = self.stored.load(Ordering::Relaxed);
        let off = error.get_ref().and_then(|cause| cause.downcast_ref());
        if let Some(BrokenOff(cause)) = off {
            return InputError::in_the_middle(
                &self.name,
                format!("the download broke off after {offset} bytes: {cause}"),
            );
        }
        let what = match self.packing {
            Packing::Gzip => "gzip data",
            Packing::Zstd => "zstd data",
            Packing::Plain | Packing::Parquet | Packing::Utf16(_) => {
                return InputError::new(&self.name, reason(error));
            }
        };
        let problem = match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                format!("the {what} breaks off after {offset} bytes")
            }
            _ if error.to_string().contains(WINDOW_TOO_LARGE) => {
                return InputError::new(
                    &self.name,
                    "the zstd data was packed with a window of more than 128 MiB; unpack it with \
                     zstd -d --long=31",
                );
            }
            _ => format!("the {what} is corrupt near byte {offset} ({error})"),
        };
        InputError::in_the_middle(&self.name, problem)
    }
}
