//! `s3://bucket/prefix`: listing and reading through `object_store`.
//!
//! `flowgauge_objects` finds out who asks and where, as the AWS tools do; `walk` lists; `read` reads.
//! What goes wrong is told by `reason`.

mod pattern;
mod read;
mod walk;

use std::collections::HashMap;
use std::sync::Arc;

use flowgauge_event::TimeRange;
use flowgauge_objects::{Access, Purpose, key_of, parse_url};
use object_store::ObjectMeta;
use object_store::aws::AmazonS3;

use super::location::{Entry, Location};
use crate::error::InputError;
use walk::Found;

pub use read::{BrokenOff, ObjectReader};

/// The reason of a store's error in the user's words.
pub fn reason(error: &object_store::Error) -> String {
    flowgauge_objects::reason(error, Purpose::Read)
}

/// The buckets that the inputs of one query are in.
pub struct Buckets {
    endpoint_url: Option<String>,
    access: Option<Access>,
    stores: HashMap<String, Arc<AmazonS3>>,
}

impl Buckets {
    /// No bucket yet; `endpoint_url` is the address of an S3-compatible server instead of AWS.
    pub fn new(endpoint_url: Option<&str>) -> Buckets {
        Buckets {
            endpoint_url: endpoint_url.map(str::to_owned),
            access: None,
            stores: HashMap::new(),
        }
    }

    /// Lists the objects that a URL names and that can hold events of the range, by key. The URL
    /// may end in an object's key, in a prefix (whole folders or not), or hold wildcards.
    ///
    /// The list is empty only when everything lies outside the range.
    pub async fn list(&mut self, url: &str, range: TimeRange) -> Result<Vec<Entry>, InputError> {
        let failed = |problem: String| InputError::new(url, problem);
        let (bucket, key) = parse_url(url).map_err(failed)?;
        let (store, found) = self.find(bucket, key, range).await.map_err(failed)?;
        if found.objects.is_empty() && !found.pruned {
            return Err(failed(if key.contains('*') {
                "no object has a key like this".to_owned()
            } else {
                "no object has a key that begins like this".to_owned()
            }));
        }
        let entry = |object: ObjectMeta| Entry {
            name: format!("s3://{bucket}/{}", key_of(&object.location)),
            size: Some(object.size),
            membership: Arc::default(),
            location: Location::Object {
                store: Arc::clone(&store) as _,
                key: object.location,
            },
        };
        Ok(found.objects.into_iter().map(entry).collect())
    }

    async fn find(
        &mut self,
        bucket: &str,
        key: &str,
        range: TimeRange,
    ) -> Result<(Arc<AmazonS3>, Found), String> {
        let access = match self.access.take() {
            Some(access) => access,
            None => Access::new(self.endpoint_url.as_deref(), Purpose::Read).await?,
        };
        let access = self.access.insert(access);
        let store = match self.stores.get(bucket) {
            Some(store) => Arc::clone(store),
            None => access.store(bucket, access.region())?,
        };
        let mut answer = (walk::walk(&store, key, range).await, store);
        if let (Err(error), _) = &answer
            && let Some(region) = access.other_region(bucket, &error.to_string()).await
        {
            let store = access.store(bucket, &region)?;
            answer = (walk::walk(&store, key, range).await, store);
        }
        let (found, store) = answer;
        let found = found.map_err(|error| reason(&error))?;
        self.stores.insert(bucket.to_owned(), Arc::clone(&store));
        Ok((store, found))
    }
}
