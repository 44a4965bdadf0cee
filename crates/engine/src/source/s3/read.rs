//! Reading objects.
//!
//! A connection that breaks off in the middle is taken up again where it broke, as long as the
//! object has not changed (`object_store` does that); one that falls silent is given up.

use std::io::{self, Read};
use std::sync::Arc;

use ::bytes::Bytes;
use flowgauge_objects::patient;
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt};
use tokio::runtime::Handle;

use super::reason;

/// Why the content of an object could not be read to its end, in the user's words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BrokenOff(pub String);

/// An object read chunk by chunk from a thread that may block.
pub struct ObjectReader {
    chunks: BoxStream<'static, Result<Bytes, Error>>,
    current: Bytes,
    handle: Handle,
}

impl ObjectReader {
    /// Begins to read an object. Blocks.
    pub fn open(store: &Arc<dyn ObjectStore>, key: &Path, handle: &Handle) -> Result<Self, Error> {
        let result = handle.block_on(patient(store.get(key)))?;
        Ok(ObjectReader {
            chunks: result.into_stream(),
            current: Bytes::new(),
            handle: handle.clone(),
        })
    }

    fn next_chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let chunks = &mut self.chunks;
        self.handle
            .block_on(patient(async { chunks.next().await.transpose() }))
    }
}

impl Read for ObjectReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            match self.next_chunk() {
                Ok(Some(chunk)) => self.current = chunk,
                Ok(None) => return Ok(0),
                Err(error) => return Err(io::Error::other(BrokenOff(reason(&error)))),
            }
        }
        let count = buffer.len().min(self.current.len());
        buffer[..count].copy_from_slice(&self.current.split_to(count));
        Ok(count)
    }
}
