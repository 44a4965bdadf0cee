//! Handing out blocks to the threads of a scan.
//!
//! Plain files are cut into ranges that any thread may claim; every other stream (compressed,
//! remote, standard input) is unpacked by a thread of its own that feeds blocks to all of them
//! through a short queue. So one large gzip file still keeps two cores busy, and memory stays at a
//! few blocks a thread.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use flowgauge_event::limits;
use flowgauge_format::Decoder;
use memchr::memchr;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::watch;

use super::blocks::{BLOCK, Block, BlockReader, drop_cut_character};
use super::bytes::{ByteStream, Packing};
use super::list::reason;
use super::location::{Entry, Location};
use super::open::{Kind, is_splittable, open};
use super::panics;
use super::parquet_file;
use super::scan::Shared;
use super::text::valid_text;
use crate::error::InputError;
use crate::statistics::Statistics;

/// Objects read at a time: a small one is mostly waited for, which needs no core.
const REMOTE_STREAMS: usize = 16;

/// Something for a scan thread to decode.
pub enum Work {
    /// A block of text.
    Block {
        /// Number of the input.
        input: usize,
        /// The text.
        block: Block,
        /// The input's decoder.
        decoder: Arc<dyn Decoder>,
    },
    /// A whole Parquet input.
    Parquet {
        /// Number of the input.
        input: usize,
        /// Where it is.
        entry: Entry,
    },
}

/// What an unpacking thread says.
enum News {
    Work(Work),
    /// There are ranges to claim.
    Ranges,
    Failed(InputError),
}

/// A byte range of a plain file.
struct Range {
    input: usize,
    start: u64,
    end: u64,
    decoder: Arc<dyn Decoder>,
}

/// Where the threads of a scan get their work.
pub struct WorkQueue {
    stock: Arc<Stock>,
    feed: tokio::sync::Mutex<Receiver<News>>,
}

/// What unpacking threads and scan threads share.
struct Stock {
    inputs: Arc<Vec<Entry>>,
    statistics: Arc<Statistics>,
    skip_bad: bool,
    newest_first: bool,
    handle: Handle,
    /// Threads of the scan.
    threads: usize,
    ranges: Mutex<VecDeque<Range>>,
    /// Inputs that nobody has opened yet.
    unopened: Mutex<VecDeque<usize>>,
    stopped: watch::Sender<bool>,
}

/// A lock that survives a panic of another thread: the queues stay consistent at every step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    match mutex.lock() {
        Ok(guard) => guard,
        Err(poisoned) => poisoned.into_inner(),
    }
}

impl WorkQueue {
    /// A queue over inputs for so many `threads`, which also bounds how many local streams are
    /// unpacked at a time.
    pub fn start(shared: &Shared, threads: usize, handle: Handle) -> Arc<WorkQueue> {
        let (sender, receiver) = channel(threads * 2);
        let mut unopened: VecDeque<usize> = (0..shared.inputs.len()).collect();
        if shared.newest_first {
            unopened.make_contiguous().reverse();
        }
        let stock = Arc::new(Stock {
            unopened: Mutex::new(unopened),
            inputs: Arc::clone(&shared.inputs),
            statistics: Arc::clone(&shared.statistics),
            skip_bad: shared.skip_bad,
            newest_first: shared.newest_first,
            handle,
            threads,
            ranges: Mutex::new(VecDeque::new()),
            stopped: watch::Sender::new(false),
        });
        let remote = |entry: &Entry| matches!(entry.location, Location::Object { .. });
        let streams = if stock.inputs.iter().any(remote) {
            threads.max(REMOTE_STREAMS)
        } else {
            threads
        };
        for _ in 0..streams.min(stock.inputs.len()).max(1) {
            let stock = Arc::clone(&stock);
            let sender = sender.clone();
            std::thread::spawn(move || stock.unpack(&sender));
        }
        Arc::new(WorkQueue {
            stock,
            feed: tokio::sync::Mutex::new(receiver),
        })
    }

    /// Ends the scan early: nobody wants more.
    pub fn stop(&self) {
        self.stock.stopped.send_replace(true);
        lock(&self.stock.ranges).clear();
        lock(&self.stock.unopened).clear();
        // Whoever holds the feed closes it when it learns of the stop.
        if let Ok(mut feed) = self.feed.try_lock() {
            feed.close();
        }
    }

    /// The next work; `None` when all inputs are done.
    pub async fn next(&self) -> Result<Option<Work>, InputError> {
        let mut stopped = self.stock.stopped.subscribe();
        loop {
            let range = lock(&self.stock.ranges).pop_front();
            if let Some(range) = range {
                match self.stock.read_range(&range) {
                    Ok(Some(block)) => {
                        return Ok(Some(Work::Block {
                            input: range.input,
                            block,
                            decoder: range.decoder,
                        }));
                    }
                    Ok(None) => continue,
                    Err(error) => {
                        self.bad(error)?;
                        continue;
                    }
                }
            }
            let news = {
                let mut feed = self.feed.lock().await;
                tokio::select! {
                    biased;
                    _ = stopped.wait_for(|stopped| *stopped) => {
                        feed.close();
                        return Ok(None);
                    }
                    news = feed.recv() => news,
                }
            };
            match news {
                Some(News::Work(work)) => return Ok(Some(work)),
                Some(News::Ranges) => {}
                Some(News::Failed(error)) => self.bad(error)?,
                // Ranges are there before the last unpacking thread ends.
                None if lock(&self.stock.ranges).is_empty() => return Ok(None),
                None => {}
            }
        }
    }

    /// An input that cannot be read ends the query, or is noted when the user said so.
    fn bad(&self, error: InputError) -> Result<(), InputError> {
        if !self.stock.skip_bad {
            self.stop();
            return Err(error);
        }
        self.stock.statistics.note_bad_file(&error);
        Ok(())
    }
}

impl Stock {
    fn is_stopped(&self) -> bool {
        *self.stopped.borrow()
    }

    /// The life of an unpacking thread.
    fn unpack(&self, sender: &Sender<News>) {
        loop {
            let input = lock(&self.unopened).pop_front();
            let Some(input) = input else { return };
            Statistics::add(&self.statistics.files_scanned, 1);
            // A thread that ended in a panic would look like one that is done, and the query like
            // one that has read everything.
            let done = panics::caught(|| self.unpack_input(input, sender));
            if let Err(error) = done.unwrap_or_else(|message| Err(self.given_up(input, &message)))
                && sender.blocking_send(News::Failed(error)).is_err()
            {
                return;
            }
        }
    }

    fn given_up(&self, input: usize, message: &str) -> InputError {
        InputError::new(
            &self.inputs[input].name,
            format!(
                "reading it failed in a way that should not be possible ({message}); please report it"
            ),
        )
    }

    fn unpack_input(&self, input: usize, sender: &Sender<News>) -> Result<(), InputError> {
        let entry = &self.inputs[input];
        // Standard input and pipes can be read only once, and objects should not be asked for
        // twice, so their head is kept by the stream that reads them.
        if !matches!(entry.location, Location::File(_)) {
            return self.unpack_stream(input, entry, sender);
        }
        match open(entry, &self.handle)? {
            Kind::Empty => Ok(()),
            Kind::Parquet => self.send_parquet(input, entry, sender),
            Kind::Text { decoder, packing } => {
                if is_splittable(entry, packing, decoder.as_ref()) {
                    self.add_ranges(input, entry.size.unwrap_or(0), &decoder);
                    // Every thread may be waiting. A closed queue means that nobody wants more.
                    for _ in 0..self.threads {
                        let _ = sender.blocking_send(News::Ranges);
                    }
                    return Ok(());
                }
                let stream =
                    ByteStream::open(entry, &self.handle, Some(Arc::clone(&self.statistics)))?;
                self.send_blocks(input, stream, decoder, sender)
            }
        }
    }

    fn unpack_stream(
        &self,
        input: usize,
        entry: &Entry,
        sender: &Sender<News>,
    ) -> Result<(), InputError> {
        let mut stream = ByteStream::open(entry, &self.handle, Some(Arc::clone(&self.statistics)))?;
        let packing = stream.packing();
        if packing == Packing::Parquet {
            if entry.location.is_stream() {
                return Err(parquet_file::not_from_a_stream(entry));
            }
            return self.send_parquet(input, entry, sender);
        }
        let head = super::open::head(&mut stream)?;
        match super::open::kind_of(&head, packing, entry)? {
            // A Parquet file was told by its packing.
            Kind::Empty | Kind::Parquet => Ok(()),
            Kind::Text { decoder, .. } => {
                stream.put_back(head);
                self.send_blocks(input, stream, decoder, sender)
            }
        }
    }

    fn send_parquet(
        &self,
        input: usize,
        entry: &Entry,
        sender: &Sender<News>,
    ) -> Result<(), InputError> {
        if matches!(entry.location, Location::Stdin) {
            return Err(InputError::new(
                &entry.name,
                "a Parquet file cannot be read from standard input; name the file",
            ));
        }
        let entry = entry.clone();
        // A closed queue means that nobody wants more.
        let _ = sender.blocking_send(News::Work(Work::Parquet { input, entry }));
        Ok(())
    }

    fn send_blocks(
        &self,
        input: usize,
        stream: ByteStream,
        decoder: Arc<dyn Decoder>,
        sender: &Sender<News>,
    ) -> Result<(), InputError> {
        let name = &self.inputs[input].name;
        let statistics = Arc::clone(&self.statistics);
        let mut blocks = BlockReader::new(stream, name, decoder.framing(), statistics);
        while let Some(block) = blocks.next_block()? {
            if self.is_stopped() {
                return Ok(());
            }
            let decoder = Arc::clone(&decoder);
            let work = Work::Block {
                input,
                block,
                decoder,
            };
            if sender.blocking_send(News::Work(work)).is_err() {
                return Ok(());
            }
        }
        Ok(())
    }

    fn add_ranges(&self, input: usize, size: u64, decoder: &Arc<dyn Decoder>) {
        let block = BLOCK as u64;
        let range = |number: u64| Range {
            input,
            start: number * block,
            end: ((number + 1) * block).min(size),
            decoder: Arc::clone(decoder),
        };
        let count = size.div_ceil(block);
        let mut ranges = lock(&self.ranges);
        if self.newest_first {
            ranges.extend((0..count).rev().map(range));
        } else {
            ranges.extend((0..count).map(range));
        }
    }

    /// The lines that begin inside a range; `None` when none does.
    fn read_range(&self, range: &Range) -> Result<Option<Block>, InputError> {
        let entry = &self.inputs[range.input];
        let Location::File(path) = &entry.location else {
            return Ok(None);
        };
        let lines = read_lines(path, range.start, range.end)
            .map_err(|error| InputError::new(&entry.name, reason(&error)))?;
        Statistics::add(&self.statistics.bytes_read, range.end - range.start);
        let Some((bytes, begin)) = lines else {
            return Ok(None);
        };
        Ok(Some(Block {
            text: valid_text(bytes, &self.statistics),
            begin,
            offset: range.start,
        }))
    }
}

/// How much is read past a range to find the end of its last line.
const TAIL: usize = 16 * 1024;

/// Reads the lines of a file that begin in `[start, end)`, and says where among the bytes the first
/// one begins; `None` when no line does. A line longer than any event keeps its beginning only.
fn read_lines(path: &Path, start: u64, end: u64) -> std::io::Result<Option<(Vec<u8>, usize)>> {
    let mut file = File::open(path)?;
    // The byte before the range tells whether a line begins exactly at its start.
    let from = start.saturating_sub(1);
    file.seek(SeekFrom::Start(from))?;
    let wanted = (end - from) as usize;
    let mut bytes = Vec::with_capacity(wanted + TAIL);
    (&mut file).take(wanted as u64).read_to_end(&mut bytes)?;
    let begin = if start == 0 {
        if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
            3
        } else {
            0
        }
    } else {
        match memchr(b'\n', &bytes) {
            Some(at) => at + 1,
            // One line covers the whole range; it belongs to an earlier one.
            None => return Ok(None),
        }
    };
    if begin >= bytes.len() {
        return Ok(None);
    }
    let mut ended = bytes.last() == Some(&b'\n');
    while !ended && bytes.len() - begin <= limits::EVENT_BYTES + BLOCK {
        let before = bytes.len();
        (&mut file).take(TAIL as u64).read_to_end(&mut bytes)?;
        match memchr(b'\n', &bytes[before..]) {
            Some(at) => {
                bytes.truncate(before + at + 1);
                ended = true;
            }
            None => ended = bytes.len() == before,
        }
    }
    if !ended {
        drop_cut_character(&mut bytes);
    }
    // The end of a line of an earlier range may begin within a character. It is passed over, which
    // is cheaper than to move all that follows it.
    bytes[..begin].fill(b' ');
    Ok(Some((bytes, begin)))
}

#[cfg(test)]
mod tests;
