//! Keys with empty names between their slashes (`p//x`, `/x`), which are common and which
//! `object_store` cannot name: its paths have no empty parts.
//!
//! Inside this process such a name is a mark instead. A layer below `object_store` puts marks into
//! lists of keys as they arrive, and takes them out of the addresses of objects as they are asked
//! for, which makes a new signature necessary. [`key_of`] and [`path_of`] translate at the other side.

use async_trait::async_trait;
use object_store::aws::{AwsAuthorizer, AwsCredentialProvider};
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
    HttpResponseBody, HttpService, ReqwestConnector,
};
use object_store::path::Path;
use object_store::{ClientOptions, Error};

/// Stands for an empty name: the last character for private use, which no key has by itself.
const MARK: &str = "\u{10fffd}";
/// The mark in an address.
const MARK_IN_ADDRESS: &str = "%F4%8F%BF%BD";

/// The key of an object, or the prefix of a folder without its last slash, as the server has it.
pub fn key_of(path: &Path) -> String {
    let names: Vec<&str> = path
        .as_ref()
        .split('/')
        .map(|name| if name == MARK { "" } else { name })
        .collect();
    names.join("/")
}

/// The path of a key.
///
/// # Errors
///
/// When the key has a name that no address can hold, such as `..`.
pub fn path_of(key: &str) -> Result<Path, object_store::path::Error> {
    Path::parse(marked(key))
}

/// A key with marks in place of empty names. The slash at the end of a folder stays.
fn marked(key: &str) -> String {
    let last = key.matches('/').count();
    let names: Vec<&str> = key
        .split('/')
        .enumerate()
        .map(|(at, name)| {
            if name.is_empty() && at < last {
                MARK
            } else {
                name
            }
        })
        .collect();
    names.join("/")
}

/// Makes clients with the layer.
#[derive(Debug)]
pub struct Connector {
    /// Who signs.
    pub credentials: AwsCredentialProvider,
    /// The region of the bucket.
    pub region: String,
    /// Whether the caller pays for requests.
    pub request_payer: bool,
}

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> Result<HttpClient, Error> {
        Ok(HttpClient::new(Layer {
            inner: ReqwestConnector::default().connect(options)?,
            credentials: self.credentials.clone(),
            region: self.region.clone(),
            request_payer: self.request_payer,
        }))
    }
}

#[derive(Debug)]
struct Layer {
    inner: HttpClient,
    credentials: AwsCredentialProvider,
    region: String,
    request_payer: bool,
}

#[async_trait]
impl HttpService for Layer {
    async fn call(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let is_list = request
            .uri()
            .query()
            .is_some_and(|query| query.contains("list-type=2"));
        if request.uri().path().contains(MARK_IN_ADDRESS) {
            self.unmark(&mut request).await?;
        }
        let answer = self.inner.execute(request).await?;
        if !is_list || !answer.status().is_success() {
            return Ok(answer);
        }
        let (mut parts, body) = answer.into_parts();
        let body = body.bytes().await?;
        let Some(list) = std::str::from_utf8(&body).ok().and_then(marked_list) else {
            return Ok(HttpResponse::from_parts(parts, body.into()));
        };
        parts.headers.remove("content-length");
        Ok(HttpResponse::from_parts(
            parts,
            HttpResponseBody::from(list.into_bytes()),
        ))
    }
}

impl Layer {
    /// Takes the marks out of an address and signs anew.
    async fn unmark(&self, request: &mut HttpRequest) -> Result<(), HttpError> {
        *request.uri_mut() = unmarked(&request.uri().to_string())
            .parse()
            .map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        let credential = self.credentials.get_credential().await;
        let credential =
            credential.map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        AwsAuthorizer::new(&credential, "s3", &self.region)
            .with_request_payer(self.request_payer)
            .authorize(request, None);
        Ok(())
    }
}

/// An address without marks, which are whole names in it.
fn unmarked(address: &str) -> String {
    let names: Vec<&str> = address
        .split('/')
        .map(|name| if name == MARK_IN_ADDRESS { "" } else { name })
        .collect();
    names.join("/")
}

/// A list of keys with marks where names are empty; `None` when none is.
fn marked_list(list: &str) -> Option<String> {
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = list[at..].find('<') {
        let tag = at + found;
        at = tag + 1;
        let Some(open) = ["<Key>", "<Prefix>"]
            .into_iter()
            .find(|open| list[tag..].starts_with(open))
        else {
            continue;
        };
        let start = tag + open.len();
        let end = start + list[start..].find('<')?;
        let key = &list[start..end];
        if key.starts_with('/') || key.contains("//") {
            out.push_str(&list[copied..start]);
            out.push_str(&marked(key));
            copied = end;
        }
        at = end;
    }
    if copied == 0 {
        return None;
    }
    out.push_str(&list[copied..]);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_as_they_were() {
        for key in [
            "a/b.gz",
            "p//AWSLogs/x",
            "/leading",
            "//two",
            "a///b////c",
            "é //x y",
        ] {
            let path = path_of(key).expect(key);
            assert_eq!(key_of(&path), key);
        }
        assert_eq!(marked("a/b/"), "a/b/");
        assert_eq!(marked("a//"), format!("a/{MARK}/"));
        assert!(path_of("a/../b").is_err());
    }

    #[test]
    fn lists_are_marked_where_names_are_empty() {
        let list = "<L><Prefix>p//</Prefix><Contents><Key>p//x&amp;y</Key></Contents><Contents><Key>a/b</Key></Contents><CommonPrefixes><Prefix>/</Prefix></CommonPrefixes></L>";
        let expected = format!(
            "<L><Prefix>p/{MARK}/</Prefix><Contents><Key>p/{MARK}/x&amp;y</Key></Contents><Contents><Key>a/b</Key></Contents><CommonPrefixes><Prefix>{MARK}/</Prefix></CommonPrefixes></L>"
        );
        assert_eq!(marked_list(list).as_deref(), Some(expected.as_str()));
        assert_eq!(marked_list("<Key>a/b</Key>"), None);
        assert_eq!(marked_list("<Key>a//b"), None);
    }

    #[test]
    fn addresses_have_no_marks() {
        let mark: String = MARK.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let address = format!("http://h:1/b/{mark}/{mark}/x?a=/{mark}b");
        assert_eq!(unmarked(&address), format!("http://h:1/b///x?a=/{mark}b"));
    }
}
