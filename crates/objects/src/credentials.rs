//! Credentials for requests, fetched before the first of them so that a lack of them is told at
//! once and in words that help.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey, AwsCredential, AwsCredentialProvider};
use object_store::{ClientOptions, RetryConfig, StaticCredentialProvider};

use crate::container::ContainerProvider;
use crate::reason::reason_of_service;
use crate::settings::{Settings, Source};

/// How long the metadata service of a virtual machine may take; elsewhere nobody answers.
const METADATA_PATIENCE: Duration = Duration::from_secs(3);
/// How long a service that is known to be there may take.
const SERVICE_PATIENCE: Duration = Duration::from_secs(20);

/// Credentials that renew themselves where they expire. The error says where they were sought.
pub async fn provider(settings: &Settings, region: &str) -> Result<AwsCredentialProvider, String> {
    let mut services = AmazonS3Builder::new()
        .with_region(region)
        // No request goes to a bucket from here; the builder wants one.
        .with_bucket_name("none");
    let mut patience = SERVICE_PATIENCE;
    let mut provider: Option<AwsCredentialProvider> = None;
    let with = |builder: AmazonS3Builder, key, value: &Option<String>| match value {
        Some(value) => builder.with_config(key, value),
        None => builder,
    };
    let place = match &settings.source {
        Source::Keys { id, secret, token } => {
            return Ok(Arc::new(StaticCredentialProvider::new(AwsCredential {
                key_id: id.clone(),
                secret_key: secret.clone(),
                token: token.clone(),
            })));
        }
        Source::None => return Err(missing(&settings.empty)),
        Source::WebIdentity {
            token_file,
            role,
            session,
            endpoint,
        } => {
            services = services
                .with_config(AmazonS3ConfigKey::WebIdentityTokenFile, token_file)
                .with_config(AmazonS3ConfigKey::RoleArn, role);
            services = with(services, AmazonS3ConfigKey::RoleSessionName, session);
            services = with(services, AmazonS3ConfigKey::StsEndpoint, endpoint);
            format!("of the role {role} for the token in {token_file}")
        }
        Source::Container { url, token } => {
            let options = client_options(url, patience);
            let made = ContainerProvider::new(url, token.as_ref(), &options);
            provider = Some(Arc::new(made.map_err(|error| reason_of_service(&error))?));
            format!("of this container from {url}")
        }
        Source::Instance { endpoint } => {
            services = with(services, AmazonS3ConfigKey::MetadataEndpoint, endpoint);
            patience = METADATA_PATIENCE;
            String::new()
        }
    };
    let retry = RetryConfig {
        max_retries: 1,
        retry_timeout: patience,
        ..RetryConfig::default()
    };
    let provider = match provider {
        Some(provider) => provider,
        None => services
            .with_retry(retry)
            .with_client_options(ClientOptions::new().with_timeout(patience))
            .build()
            .map(|store| Arc::clone(store.credentials()))
            .map_err(|error| reason_of_service(&error))?,
    };
    let problem = match tokio::time::timeout(patience, provider.get_credential()).await {
        Ok(Ok(_)) => return Ok(provider),
        Ok(Err(error)) => reason_of_service(&error),
        Err(_) => format!("no answer within {} seconds", patience.as_secs()),
    };
    if matches!(settings.source, Source::Instance { .. }) {
        let mut places = settings.empty.clone();
        places.push(format!("instance metadata ({problem})"));
        return Err(missing(&places));
    }
    Err(format!(
        "the AWS credentials {place} cannot be fetched: {problem}"
    ))
}

/// Services of containers are near and need no encryption, where their address says so.
fn client_options(url: &str, patience: Duration) -> ClientOptions {
    ClientOptions::new()
        .with_timeout(patience)
        .with_allow_http(url.starts_with("http://"))
}

fn missing(places: &[String]) -> String {
    format!(
        "no AWS credentials found; looked at {}; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with AWS_PROFILE",
        places.join(", ")
    )
}
