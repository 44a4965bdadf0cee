//! Writing objects into a bucket, from a thread that may wait.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use object_store::aws::AmazonS3;
use object_store::list::{PaginatedListOptions, PaginatedListStore};
use object_store::{Error, ObjectStoreExt};
use tokio::runtime::{Builder, Runtime};

use crate::access::Access;
use crate::reason::{can_pass, is_denied, reason};
use crate::slashes::path_of;
use crate::{Purpose, parse_url};

/// The slowest upload that is not given up, bytes a second.
const SLOWEST: u64 = 100_000;

/// How a bucket is written to.
#[derive(Debug, Clone)]
pub struct BucketOptions {
    /// Address of an S3-compatible server instead of AWS.
    pub endpoint_url: Option<String>,
    /// How long the server may take for an answer.
    pub patience: Duration,
}

/// Why an object was not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutError {
    /// What went wrong, in the user's words.
    pub problem: String,
    /// Whether it may work later without anybody doing something: the server was overloaded or away.
    pub can_pass: bool,
}

/// A bucket that objects are written to.
pub struct Bucket {
    name: String,
    access: Access,
    store: Arc<AmazonS3>,
    patience: Duration,
    // Last, so that it outlives what runs on it.
    runtime: Runtime,
}

impl Bucket {
    /// Opens the bucket of a URL and returns it with the key in the URL. Asks for a list of one
    /// object, so that a wrong name, wrong keys or a server that is away are told at once; to be
    /// denied the list is no mistake, because who writes need not be allowed to read.
    ///
    /// # Errors
    ///
    /// A text for the user.
    pub fn open(url: &str, options: &BucketOptions) -> Result<(Bucket, String), String> {
        let (name, key) = parse_url(url)?;
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| format!("no connection can be made: {error}"))?;
        let endpoint = options.endpoint_url.as_deref();
        let access = runtime.block_on(Access::new(endpoint, Purpose::Write))?;
        let store = access.store(name, access.region())?;
        let mut bucket = Bucket {
            name: name.to_owned(),
            access,
            store,
            patience: options.patience,
            runtime,
        };
        match bucket.try_twice(probe, bucket.patience) {
            Err(error) if !is_denied(&error) => Err(reason(&error, Purpose::Write)),
            _ => Ok((bucket, key.to_owned())),
        }
    }

    /// Writes an object.
    ///
    /// # Errors
    ///
    /// When the server refused it or did not answer; whether it was written is not known then.
    pub fn put(&mut self, key: &str, content: &Bytes) -> Result<(), PutError> {
        let path = path_of(key).map_err(|error| PutError {
            problem: format!("`{key}` is no key of an object: {error}"),
            can_pass: false,
        })?;
        let for_content = Duration::from_secs(content.len() as u64 / SLOWEST);
        let put = |store: Arc<AmazonS3>| {
            let (path, content) = (path.clone(), content.clone());
            async move { store.put(&path, content.into()).await.map(drop) }
        };
        self.try_twice(put, self.patience + for_content)
            .map_err(|error| PutError {
                problem: reason(&error, Purpose::Write),
                can_pass: can_pass(&error),
            })
    }

    /// Sends a request, and again when the bucket turns out to be in another region.
    fn try_twice<F: Future<Output = Result<(), Error>>>(
        &mut self,
        request: impl Fn(Arc<AmazonS3>) -> F,
        patience: Duration,
    ) -> Result<(), Error> {
        let first = self.wait(request(Arc::clone(&self.store)), patience);
        let Err(error) = first else {
            return Ok(());
        };
        let text = error.to_string();
        let region = self
            .runtime
            .block_on(self.access.other_region(&self.name, &text));
        let Some(store) = region.and_then(|region| self.access.store(&self.name, &region).ok())
        else {
            return Err(error);
        };
        self.store = store;
        self.wait(request(Arc::clone(&self.store)), patience)
    }

    fn wait(
        &self,
        request: impl Future<Output = Result<(), Error>>,
        patience: Duration,
    ) -> Result<(), Error> {
        self.runtime.block_on(async {
            match tokio::time::timeout(patience, request).await {
                Ok(result) => result,
                Err(_) => Err(Error::Generic {
                    store: "S3",
                    source: format!(
                        "the server did not answer within {} seconds",
                        patience.as_secs_f32().ceil()
                    )
                    .into(),
                }),
            }
        })
    }
}

async fn probe(store: Arc<AmazonS3>) -> Result<(), Error> {
    let options = PaginatedListOptions {
        max_keys: Some(1),
        ..PaginatedListOptions::default()
    };
    store.list_paginated(None, options).await.map(drop)
}
