//! A pipe, read on a thread of its own, so that whoever needs its bytes can stop waiting for them.
//!
//! The thread outlives the source when nothing comes any more: it ends with the next bytes, or with
//! the writer, or with the process.

use std::io::{self, ErrorKind, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::unpack::unpacked;

/// Bytes that are read at once; as much as a pipe of Linux holds.
const CHUNK: usize = 64 << 10;
/// Chunks that are read ahead.
const AHEAD: usize = 16;

/// The reading end.
pub(super) struct Pipe {
    chunks: Receiver<io::Result<Vec<u8>>>,
    /// The chunk at hand, and how much of it is used.
    chunk: Vec<u8>,
    used: usize,
    /// Until when a chunk is waited for; `None` is for ever.
    deadline: Option<Instant>,
}

impl Pipe {
    /// Begins to read.
    pub(super) fn new(reader: impl Read + Send + 'static) -> io::Result<Self> {
        let (sender, chunks) = sync_channel(AHEAD);
        thread::Builder::new()
            .name("pipe".to_owned())
            .spawn(move || pump(reader, &sender))?;
        Ok(Self {
            chunks,
            chunk: Vec::new(),
            used: 0,
            deadline: Some(Instant::now()),
        })
    }

    /// Sets how long [`Pipe::read`] may wait, from now on.
    pub(super) fn wait_at_most(&mut self, patience: Duration) {
        self.deadline = Instant::now().checked_add(patience);
    }

    /// Reads what is there, waiting for the first of it; 0 at the end, `None` when nothing came in time.
    pub(super) fn read(&mut self, space: &mut [u8]) -> io::Result<Option<usize>> {
        if self.used == self.chunk.len() {
            match self.next() {
                Ok(chunk) => (self.chunk, self.used) = (chunk?, 0),
                Err(RecvTimeoutError::Timeout) => return Ok(None),
                // Its last words are an empty chunk or an error.
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(io::Error::other("reading ended unexpectedly"));
                }
            }
        }
        let rest = self.chunk.get(self.used..).unwrap_or_default();
        let length = rest.len().min(space.len());
        let (space, rest) = (space.get_mut(..length), rest.get(..length));
        if let (Some(space), Some(rest)) = (space, rest) {
            space.copy_from_slice(rest);
        }
        self.used += length;
        Ok(Some(length))
    }

    fn next(&self) -> Result<io::Result<Vec<u8>>, RecvTimeoutError> {
        match self.deadline {
            Some(deadline) => {
                let left = deadline.saturating_duration_since(Instant::now());
                self.chunks.recv_timeout(left)
            }
            None => self
                .chunks
                .recv()
                .map_err(|_| RecvTimeoutError::Disconnected),
        }
    }
}

/// Reads to the end, which is an empty chunk, or until nobody asks any more.
fn pump(reader: impl Read, chunks: &SyncSender<io::Result<Vec<u8>>>) {
    let mut reader = match unpacked(reader) {
        Ok(reader) => reader,
        Err(error) => {
            // If nobody asks any more, nobody has to be told.
            let _ = chunks.send(Err(error));
            return;
        }
    };
    loop {
        let mut chunk = vec![0; CHUNK];
        let read = match reader.read(&mut chunk) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => read,
        };
        let over = !matches!(read, Ok(length) if length > 0);
        let chunk = read.map(|length| {
            chunk.truncate(length);
            chunk
        });
        if chunks.send(chunk).is_err() || over {
            return;
        }
    }
}
