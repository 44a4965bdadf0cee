//! `s3://bucket/prefix`: listing and reading through `object_store`.
//!
//! `settings` finds out who asks and where, as the AWS tools do; `credentials` fetches what has
//! to be fetched; `walk` lists; `read` reads. What goes wrong is told by `reason`.

mod credentials;
mod pattern;
mod profile;
mod read;
mod reason;
mod settings;
mod walk;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use flowgauge_event::TimeRange;
use object_store::aws::{AmazonS3, AmazonS3Builder, AwsCredentialProvider, resolve_bucket_region};
use object_store::{BackoffConfig, ClientOptions, ObjectMeta, RetryConfig};

use super::location::{Entry, Location};
use crate::error::InputError;
use settings::Settings;
use walk::Found;

pub use read::{BrokenOff, ObjectReader};
pub use reason::reason;

/// Where a bucket is sought first when no region is set.
const DEFAULT_REGION: &str = "us-east-1";

/// The buckets that the inputs of one query are in.
pub struct Buckets {
    endpoint_url: Option<String>,
    access: Option<Access>,
    stores: HashMap<String, Arc<AmazonS3>>,
}

/// What all buckets have in common.
struct Access {
    settings: Settings,
    credentials: AwsCredentialProvider,
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
        let (bucket, key) = parse(url).map_err(failed)?;
        let (store, found) = self.find(bucket, key, range).await.map_err(failed)?;
        if found.objects.is_empty() && !found.pruned {
            return Err(failed(if key.contains('*') {
                "no object has a key like this".to_owned()
            } else {
                "no object has a key that begins like this".to_owned()
            }));
        }
        let entry = |object: ObjectMeta| Entry {
            name: format!("s3://{bucket}/{}", object.location),
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
            None => Access::new(self.endpoint_url.as_deref()).await?,
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

impl Access {
    async fn new(endpoint_url: Option<&str>) -> Result<Access, String> {
        let settings = Settings::read(&|name| std::env::var(name).ok(), endpoint_url)?;
        let region = settings.region.as_deref().unwrap_or(DEFAULT_REGION);
        let credentials = credentials::provider(&settings, region).await?;
        Ok(Access {
            settings,
            credentials,
        })
    }

    fn region(&self) -> &str {
        self.settings.region.as_deref().unwrap_or(DEFAULT_REGION)
    }

    fn store(&self, bucket: &str, region: &str) -> Result<Arc<AmazonS3>, String> {
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_region(region)
            .with_credentials(Arc::clone(&self.credentials))
            .with_request_payer(self.settings.request_payer)
            .with_retry(retry());
        let mut options = client_options();
        if let Some(endpoint) = &self.settings.endpoint {
            options = options.with_allow_http(endpoint.starts_with("http://"));
            builder = builder.with_endpoint(endpoint);
        } else if region.starts_with("cn-") {
            builder = builder.with_endpoint(format!("https://s3.{region}.amazonaws.com.cn"));
        }
        let store = builder
            .with_client_options(options)
            .build()
            .map_err(|error| reason(&error))?;
        Ok(Arc::new(store))
    }

    /// The region of a bucket after an answer that says that it is another one.
    async fn other_region(&self, bucket: &str, text: &str) -> Option<String> {
        if !reason::region_is_wrong(text) {
            return None;
        }
        if let Some(region) = reason::region_in(text) {
            return Some(region.to_owned());
        }
        if self.settings.endpoint.is_some() {
            return None;
        }
        // A failure here says less than the answer that led here.
        resolve_bucket_region(bucket, &client_options()).await.ok()
    }
}

/// Chunks and answers are waited for with patience, whole downloads without a limit.
fn client_options() -> ClientOptions {
    ClientOptions::new()
        .with_timeout_disabled()
        .with_connect_timeout(Duration::from_secs(5))
}

/// Servers that are overloaded or restarted are asked again for some seconds. The limit in time
/// counts from the begin of a download, which may be long when its connection breaks.
fn retry() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            max_backoff: Duration::from_secs(5),
            ..BackoffConfig::default()
        },
        max_retries: 6,
        retry_timeout: Duration::from_secs(24 * 3600),
    }
}

/// Bucket and key of a URL.
fn parse(url: &str) -> Result<(&str, &str), String> {
    let rest = url.strip_prefix("s3://").unwrap_or(url);
    let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if bucket.is_empty() {
        return Err("the bucket is missing; write s3://BUCKET/PREFIX".to_owned());
    }
    if !bucket.bytes().all(allowed) {
        return Err(format!(
            "`{bucket}` is no name of a bucket; wildcards are for keys only"
        ));
    }
    Ok((bucket, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        for (url, expected) in [
            ("s3://b", Ok(("b", ""))),
            ("s3://b/", Ok(("b", ""))),
            ("s3://my.bucket/a/b c.gz", Ok(("my.bucket", "a/b c.gz"))),
            ("s3://", Err("the bucket is missing")),
            ("s3:///key", Err("the bucket is missing")),
            ("s3://a*/key", Err("`a*` is no name of a bucket")),
        ] {
            match (parse(url), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{url}"),
                (Err(problem), Err(expected)) => {
                    assert!(problem.starts_with(expected), "{problem}");
                }
                (found, expected) => panic!("{url}: {found:?}, not {expected:?}"),
            }
        }
    }
}
