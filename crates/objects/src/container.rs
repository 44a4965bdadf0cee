//! Credentials of a container's role: a service at an address that the environment names hands them
//! out, in Amazon ECS, in pods of EKS and on devices of Greengrass alike.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use object_store::aws::AwsCredential;
use object_store::client::{
    HttpClient, HttpConnector, HttpRequest, HttpRequestBody, ReqwestConnector,
};
use object_store::{ClientOptions, CredentialProvider, Error, HeaderValue};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::settings::{Token, check_token};

/// How long credentials are used before the service is asked again, which is near and answers with
/// others before those expire.
const FRESH: Duration = Duration::from_secs(300);

/// Asks the service of a container.
#[derive(Debug)]
pub struct ContainerProvider {
    address: String,
    token: Option<Token>,
    client: HttpClient,
    known: Mutex<Option<(Instant, Arc<AwsCredential>)>>,
}

impl ContainerProvider {
    /// A provider that asks at an address and shows a token there.
    pub fn new(
        address: &str,
        token: Option<&Token>,
        options: &ClientOptions,
    ) -> Result<ContainerProvider, Error> {
        Ok(ContainerProvider {
            address: address.to_owned(),
            token: token.cloned(),
            client: ReqwestConnector::default().connect(options)?,
            known: Mutex::new(None),
        })
    }

    async fn fetch(&self) -> Result<AwsCredential, Error> {
        let mut request = HttpRequest::new(HttpRequestBody::empty());
        *request.uri_mut() = self
            .address
            .parse()
            .map_err(|error| failed(format!("`{}` is no address: {error}", self.address)))?;
        if let Some(token) = self.shown().await.map_err(failed)? {
            request.headers_mut().insert("authorization", token);
        }
        let answer = self.client.execute(request).await;
        let answer = answer.map_err(|error| Error::Generic {
            store: "credentials",
            source: Box::new(error),
        })?;
        let status = answer.status();
        if !status.is_success() {
            return Err(failed(format!(
                "the service answered with HTTP status {}",
                status.as_u16()
            )));
        }
        let body = answer.into_body().bytes().await;
        let body = body.map_err(|error| failed(error.to_string()))?;
        parse(&body).map_err(failed)
    }

    /// The token to show; one in a file is read again each time, since it is replaced now and then.
    async fn shown(&self) -> Result<Option<HeaderValue>, String> {
        let text = match &self.token {
            None => return Ok(None),
            Some(Token::Text(text)) => text.clone(),
            Some(Token::File(path)) => {
                let read = tokio::fs::read_to_string(path).await;
                let text =
                    read.map_err(|error| format!("the token in {path} cannot be read: {error}"))?;
                let text = text.trim();
                check_token(path, text)?;
                text.to_owned()
            }
        };
        let value = HeaderValue::from_str(&text);
        value
            .map(Some)
            .map_err(|_| "the token holds what no header can".to_owned())
    }
}

#[async_trait]
impl CredentialProvider for ContainerProvider {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> Result<Arc<AwsCredential>, Error> {
        let mut known = self.known.lock().await;
        if let Some((since, credential)) = &*known
            && since.elapsed() < FRESH
        {
            return Ok(Arc::clone(credential));
        }
        let credential = Arc::new(self.fetch().await?);
        *known = Some((Instant::now(), Arc::clone(&credential)));
        Ok(credential)
    }
}

/// Reads `{"AccessKeyId": …, "SecretAccessKey": …, "Token": …, "Expiration": …}`.
fn parse(body: &[u8]) -> Result<AwsCredential, String> {
    let answer: Value = serde_json::from_slice(body)
        .map_err(|error| format!("the service's answer is no JSON: {error}"))?;
    let member = |name: &str| match answer.get(name).and_then(Value::as_str) {
        Some(text) => {
            check_token(name, text)?;
            Ok(text.to_owned())
        }
        None => Err(format!("the service's answer has no {name}")),
    };
    Ok(AwsCredential {
        key_id: member("AccessKeyId")?,
        secret_key: member("SecretAccessKey")?,
        token: Some(member("Token")?),
    })
}

fn failed(problem: String) -> Error {
    Error::Generic {
        store: "credentials",
        source: problem.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_or_told() {
        let whole = br#"{"AccessKeyId":"a","SecretAccessKey":"b","Token":"c","Expiration":"x"}"#;
        let credential = parse(whole).expect("whole");
        assert_eq!(
            (credential.key_id.as_str(), credential.secret_key.as_str()),
            ("a", "b")
        );
        assert_eq!(credential.token.as_deref(), Some("c"));
        for (body, expected) in [
            (&b"<html>"[..], "no JSON"),
            (br#"{"AccessKeyId":"a"}"#, "no SecretAccessKey"),
            (br#"{"AccessKeyId":"a\n"}"#, "AccessKeyId holds"),
        ] {
            let problem = parse(body).expect_err(expected);
            assert!(problem.contains(expected), "{problem}");
        }
    }
}
