//! Opening buckets with the settings and credentials of this process.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder, AwsCredentialProvider, resolve_bucket_region};
use object_store::{BackoffConfig, ClientOptions, Error, HeaderMap, HeaderValue, RetryConfig};

use crate::Purpose;
use crate::credentials;
use crate::reason::{reason, region_in, region_is_wrong};
use crate::settings::Settings;
use crate::slashes::Connector;

/// Where a bucket is sought first when no region is set.
const DEFAULT_REGION: &str = "us-east-1";
/// How long a server may be silent. A limit on whole requests would end long downloads.
const PATIENCE: Duration = Duration::from_secs(60);

/// What all buckets have in common.
pub struct Access {
    settings: Settings,
    credentials: AwsCredentialProvider,
    purpose: Purpose,
}

impl Access {
    /// Reads the settings and fetches credentials; `endpoint_url` is the address of an S3-compatible
    /// server instead of AWS.
    ///
    /// # Errors
    ///
    /// A text for the user: what is wrong with the settings, or where credentials were sought.
    pub async fn new(endpoint_url: Option<&str>, purpose: Purpose) -> Result<Access, String> {
        let settings = Settings::read(&|name| std::env::var(name).ok(), endpoint_url)?;
        let region = settings.region.as_deref().unwrap_or(DEFAULT_REGION);
        let credentials = credentials::provider(&settings, region).await?;
        Ok(Access {
            settings,
            credentials,
            purpose,
        })
    }

    /// The region in which buckets are sought first.
    pub fn region(&self) -> &str {
        self.settings.region.as_deref().unwrap_or(DEFAULT_REGION)
    }

    /// A bucket in a region.
    ///
    /// # Errors
    ///
    /// A text for the user when the settings cannot be used.
    pub fn store(&self, bucket: &str, region: &str) -> Result<Arc<AmazonS3>, String> {
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_region(region)
            .with_credentials(Arc::clone(&self.credentials))
            .with_request_payer(self.settings.request_payer)
            .with_http_connector(Connector {
                credentials: Arc::clone(&self.credentials),
                region: region.to_owned(),
                request_payer: self.settings.request_payer,
            })
            .with_retry(retry(self.purpose));
        let mut options = client_options(self.purpose);
        if let Some(endpoint) = &self.settings.endpoint {
            options = options.with_allow_http(endpoint.starts_with("http://"));
            builder = builder.with_endpoint(endpoint);
        } else if region.starts_with("cn-") {
            builder = builder.with_endpoint(format!("https://s3.{region}.amazonaws.com.cn"));
        }
        let store = builder
            .with_client_options(options)
            .build()
            .map_err(|error| reason(&error, self.purpose))?;
        Ok(Arc::new(store))
    }

    /// The region of a bucket after an answer that says that it is another one.
    pub async fn other_region(&self, bucket: &str, text: &str) -> Option<String> {
        if !region_is_wrong(text) {
            return None;
        }
        if let Some(region) = region_in(text) {
            return Some(region.to_owned());
        }
        if self.settings.endpoint.is_some() {
            return None;
        }
        // A failure here says less than the answer that led here.
        resolve_bucket_region(bucket, &client_options(Purpose::Read))
            .await
            .ok()
    }
}

/// Waits for an answer, but not for ever.
///
/// # Errors
///
/// Those of the answer, and one for silence.
pub async fn patient<T>(answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(result) => result,
        Err(_) => Err(Error::Generic {
            store: "S3",
            source: format!("the server was silent for {} seconds", PATIENCE.as_secs()).into(),
        }),
    }
}

/// Chunks and answers are waited for with patience, whole downloads without a limit. Flow logs are
/// written so that the owner of the bucket may do with them what it likes (flow log spec 2.4).
fn client_options(purpose: Purpose) -> ClientOptions {
    let options = ClientOptions::new()
        .with_timeout_disabled()
        .with_connect_timeout(Duration::from_secs(5));
    match purpose {
        Purpose::Read => options,
        Purpose::Write => {
            let mut headers = HeaderMap::new();
            let value = HeaderValue::from_static("bucket-owner-full-control");
            headers.insert("x-amz-acl", value);
            options.with_default_headers(headers)
        }
    }
}

/// Servers that are overloaded or restarted are asked again for some seconds; whoever writes has its
/// own queue behind that. The limit in time counts from the begin of a download, which may be long
/// when its connection breaks.
fn retry(purpose: Purpose) -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            max_backoff: Duration::from_secs(5),
            ..BackoffConfig::default()
        },
        max_retries: match purpose {
            Purpose::Read => 6,
            Purpose::Write => 2,
        },
        retry_timeout: Duration::from_secs(24 * 3600),
    }
}
