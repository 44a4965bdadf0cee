//! A Parquet file in a bucket, of which only what is needed is fetched: its end, and of the row
//! groups that are read the columns that are asked for.

use std::collections::VecDeque;
use std::io::Read;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::{Buf, Bytes, BytesMut};
use flowgauge_objects::patient;
use futures::StreamExt;
use object_store::path::Path;
use object_store::{
    Error, GetOptions, GetRange, GetResult, OBJECT_STORE_COALESCE_DEFAULT, ObjectStore,
    coalesce_ranges,
};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};
use tokio::runtime::Handle;

use crate::source::s3::reason;
use crate::statistics::Statistics;

/// The end of a file holds what is known about its columns; it is longer only in large files.
const TAIL: u64 = 64 * 1024;

/// Row groups in memory. At the border of two, some columns are still in the first while others are
/// in the second already.
const GROUPS: usize = 2;

/// A file; clones share what was fetched.
#[derive(Clone)]
pub(super) struct ObjectFile(Arc<Inner>);

struct Inner {
    store: Arc<dyn ObjectStore>,
    key: Path,
    handle: Handle,
    statistics: Option<Arc<Statistics>>,
    size: u64,
    /// What the object was when its end was read; an object that was replaced since is an error.
    tag: Option<String>,
    tail: Bytes,
    fetched: Mutex<Fetched>,
}

#[derive(Default)]
struct Fetched {
    /// By row group, the column chunks that will be read.
    wanted: Vec<Vec<Range<u64>>>,
    /// The row groups at hand, with the bytes of their chunks.
    groups: VecDeque<(usize, Vec<Bytes>)>,
    /// Why the object could not be read, in the user's words.
    failure: Option<String>,
}

impl ObjectFile {
    /// Opens an object, whose bytes `statistics` counts as they are fetched. Blocks.
    pub(super) fn open(
        store: &Arc<dyn ObjectStore>,
        key: &Path,
        handle: &Handle,
        statistics: Option<&Arc<Statistics>>,
    ) -> Result<ObjectFile, Error> {
        let end = GetOptions {
            range: Some(GetRange::Suffix(TAIL)),
            ..GetOptions::default()
        };
        let (size, tag, tail) = handle.block_on(async {
            let end = patient(store.get_opts(key, end)).await?;
            let (size, tag) = (end.meta.size, end.meta.e_tag.clone());
            Ok::<_, Error>((size, tag, bytes_of(end).await?))
        })?;
        let file = Inner {
            store: Arc::clone(store),
            key: key.clone(),
            handle: handle.clone(),
            statistics: statistics.cloned(),
            size,
            tag,
            tail,
            fetched: Mutex::default(),
        };
        file.count(&file.tail);
        Ok(ObjectFile(Arc::new(file)))
    }

    /// Says which column chunks will be read, by row group.
    pub(super) fn will_read(&self, mut wanted: Vec<Vec<Range<u64>>>) {
        // A damaged file may name any place.
        for chunk in wanted.iter_mut().flatten() {
            chunk.end = chunk.end.min(self.0.size);
        }
        for chunks in &mut wanted {
            chunks.retain(|chunk| chunk.start < chunk.end);
        }
        self.0.fetched().wanted = wanted;
    }

    /// Why the object could not be read; what the reader then told was only a consequence.
    pub(super) fn failure(&self) -> Option<String> {
        self.0.fetched().failure.clone()
    }
}

impl Inner {
    /// A panic of another thread leaves nothing half done here.
    fn fetched(&self) -> MutexGuard<'_, Fetched> {
        self.fetched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, bytes: &Bytes) {
        if let Some(statistics) = &self.statistics {
            Statistics::add(&statistics.bytes_read, bytes.len() as u64);
        }
    }

    async fn range(&self, range: Range<u64>) -> Result<Bytes, Error> {
        let options = GetOptions {
            range: Some(GetRange::Bounded(range)),
            if_match: self.tag.clone(),
            ..GetOptions::default()
        };
        let bytes = bytes_of(patient(self.store.get_opts(&self.key, options)).await?).await?;
        self.count(&bytes);
        Ok(bytes)
    }

    /// Fetches ranges, those that lie close together at once. Blocks.
    fn fetch(&self, ranges: &[Range<u64>]) -> Result<Vec<Bytes>, ParquetError> {
        let fetch = coalesce_ranges(
            ranges,
            |range| self.range(range),
            OBJECT_STORE_COALESCE_DEFAULT,
        );
        self.handle.block_on(fetch).map_err(|error| {
            let failure = reason(&error);
            self.fetched().failure = Some(failure.clone());
            ParquetError::General(failure)
        })
    }

    /// The bytes from `start` on, where they are of the file's end.
    fn rest_of_tail(&self, start: u64) -> Option<Bytes> {
        let tail = self.size.saturating_sub(self.tail.len() as u64);
        let skipped = usize::try_from(start.checked_sub(tail)?).ok()?;
        (skipped <= self.tail.len()).then(|| self.tail.slice(skipped..))
    }

    /// The bytes from `start` on to the end of the column chunk that they lie in.
    fn rest_of_chunk(&self, start: u64) -> Result<Option<Bytes>, ParquetError> {
        let (group, ranges) = {
            let fetched = self.fetched();
            let holds = |range: &Range<u64>| range.contains(&start);
            let Some(group) = (fetched.wanted.iter()).position(|chunks| chunks.iter().any(holds))
            else {
                return Ok(None);
            };
            let ranges = fetched.wanted[group].clone();
            if let Some((_, chunks)) = fetched.groups.iter().find(|(at, _)| *at == group) {
                return Ok(rest(&ranges, chunks, start));
            }
            (group, ranges)
        };
        let chunks = self.fetch(&ranges)?;
        let found = rest(&ranges, &chunks, start);
        let mut fetched = self.fetched();
        fetched.groups.truncate(GROUPS - 1);
        fetched.groups.push_front((group, chunks));
        Ok(found)
    }
}

/// What lies from `start` on in the range that holds it.
fn rest(ranges: &[Range<u64>], chunks: &[Bytes], start: u64) -> Option<Bytes> {
    let (range, chunk) = ranges
        .iter()
        .zip(chunks)
        .find(|(range, _)| range.contains(&start))?;
    let skipped = usize::try_from(start - range.start).ok()?;
    (skipped <= chunk.len()).then(|| chunk.slice(skipped..))
}

/// The content of an answer; each piece is waited for with patience.
async fn bytes_of(answer: GetResult) -> Result<Bytes, Error> {
    let mut pieces = answer.into_stream();
    let mut all = BytesMut::new();
    while let Some(piece) = patient(async { pieces.next().await.transpose() }).await? {
        all.extend_from_slice(&piece);
    }
    Ok(all.freeze())
}

impl Length for ObjectFile {
    fn len(&self) -> u64 {
        self.0.size
    }
}

impl ChunkReader for ObjectFile {
    type T = Box<dyn Read + Send>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        if let Some(bytes) = self.0.rest_of_tail(start) {
            return Ok(Box::new(bytes.reader()));
        }
        match self.0.rest_of_chunk(start)? {
            Some(bytes) => Ok(Box::new(bytes.reader())),
            None => Err(ParquetError::General(format!(
                "a page at byte {start} lies in no column"
            ))),
        }
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let cut = || ParquetError::EOF(format!("{length} bytes at byte {start} are not there"));
        let end = start.checked_add(length as u64).ok_or_else(cut)?;
        if end > self.0.size {
            return Err(cut());
        }
        let at_hand = match self.0.rest_of_tail(start) {
            Some(bytes) => Some(bytes),
            None => self.0.rest_of_chunk(start)?,
        };
        let bytes = match at_hand {
            Some(bytes) => bytes,
            None => {
                let fetched = self.0.fetch(std::slice::from_ref(&(start..end)))?;
                fetched.into_iter().next().unwrap_or_default()
            }
        };
        if bytes.len() < length {
            return Err(cut());
        }
        Ok(bytes.slice(..length))
    }
}
