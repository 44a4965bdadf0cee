//! Standard input and pipes, whose writers may take their time.
//!
//! A thread reads ahead, so that whoever waits can be told that nothing comes for the moment: what
//! is there can then be used instead of waiting for a block to be full.

use std::io::{self, ErrorKind, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

/// Bytes read at a time.
const CHUNK: usize = 64 * 1024;
/// Chunks that are read ahead.
const AHEAD: usize = 8;

/// How long a reader waits before it says that nothing comes, in milliseconds; for ever when 0.
#[derive(Debug, Clone, Default)]
pub struct Patience(Arc<AtomicU64>);

impl Patience {
    /// Waits so long from now on.
    pub fn set(&self, patience: Duration) {
        let millis = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX);
        self.0.store(millis, Ordering::Relaxed);
    }
}

/// Reads what a thread has read. `WouldBlock` says that nothing came for as long as the patience
/// lasts; the next read waits anew.
pub struct LiveReader {
    chunks: Receiver<io::Result<Vec<u8>>>,
    current: io::Cursor<Vec<u8>>,
    patience: Patience,
}

impl LiveReader {
    /// Starts to read.
    pub fn new(mut source: impl Read + Send + 'static, patience: Patience) -> LiveReader {
        let (sender, chunks) = sync_channel(AHEAD);
        thread::spawn(move || {
            loop {
                let mut chunk = vec![0; CHUNK];
                let read = source.read(&mut chunk);
                let ended = !matches!(read, Ok(1..))
                    && !matches!(&read, Err(error) if error.kind() == ErrorKind::Interrupted);
                let chunk = read.map(|count| {
                    chunk.truncate(count);
                    chunk
                });
                // An end is an empty chunk. Nobody listens any more when there is enough.
                if sender.send(chunk).is_err() || ended {
                    return;
                }
            }
        });
        LiveReader {
            chunks,
            current: io::Cursor::default(),
            patience,
        }
    }
}

impl Read for LiveReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.current.read(buffer)?;
        if count > 0 || buffer.is_empty() {
            return Ok(count);
        }
        let next = match self.patience.0.load(Ordering::Relaxed) {
            0 => self.chunks.recv().ok(),
            millis => match self.chunks.recv_timeout(Duration::from_millis(millis)) {
                Ok(chunk) => Some(chunk),
                Err(RecvTimeoutError::Timeout) => return Err(ErrorKind::WouldBlock.into()),
                Err(RecvTimeoutError::Disconnected) => None,
            },
        };
        // The thread has ended after the last chunk.
        let Some(chunk) = next else { return Ok(0) };
        self.current = io::Cursor::new(chunk?);
        self.current.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Delivers a text each time it is told to.
    struct Slow(Receiver<&'static str>);

    impl Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.recv().unwrap_or_default().as_bytes().read(buffer)
        }
    }

    #[test]
    fn a_pause_is_told_and_nothing_is_lost() {
        let (sender, texts) = sync_channel(2);
        let patience = Patience::default();
        let mut reader = LiveReader::new(Slow(texts), patience.clone());
        patience.set(Duration::from_millis(1));
        let mut read = Vec::new();
        for text in ["one\n", "two\n"] {
            sender.send(text).expect("it reads");
            while !read.ends_with(text.as_bytes()) {
                let paused = reader.read_to_end(&mut read).expect_err("a pause");
                assert_eq!(paused.kind(), ErrorKind::WouldBlock);
            }
        }
        patience.set(Duration::ZERO);
        drop(sender);
        reader.read_to_end(&mut read).expect("the end");
        assert_eq!(read, b"one\ntwo\n");
    }
}
