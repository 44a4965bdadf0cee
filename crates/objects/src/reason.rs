//! What went wrong with an object store, in the user's words.

use std::error::Error as StdError;

use object_store::Error;
use object_store::client::{HttpError, HttpErrorKind};

use crate::Purpose;

/// Error codes of S3 (and of the token service) that a user can do something about.
const CODES: &[(&str, &str)] = &[
    ("NoSuchBucket", "there is no such bucket"),
    ("NoSuchKey", "there is no such object"),
    ("InvalidBucketName", "this is no name of a bucket"),
    (
        "InvalidAccessKeyId",
        "the server does not know this access key id; check the credentials",
    ),
    (
        "SignatureDoesNotMatch",
        "the secret access key is wrong; check the credentials",
    ),
    (
        "ExpiredToken",
        "the session token has expired; sign in again",
    ),
    (
        "ExpiredTokenException",
        "the token has expired; sign in again",
    ),
    (
        "InvalidToken",
        "the session token is wrong; check AWS_SESSION_TOKEN",
    ),
    (
        "RequestTimeTooSkewed",
        "the clock of this machine is wrong by more than 15 minutes",
    ),
    (
        "InvalidObjectState",
        "the object is in an archive; restore it first",
    ),
    (
        "AllAccessDisabled",
        "all access to this bucket has been disabled",
    ),
    ("SlowDown", "the server is overloaded; try again later"),
];

/// The reason of a store's error in the user's words.
pub fn reason(error: &Error, purpose: Purpose) -> String {
    explain(error, denied(purpose), "there is no such object")
}

/// The reason why a service that hands out credentials gave none, in the user's words.
pub fn reason_of_service(error: &Error) -> String {
    explain(
        error,
        "the service refuses (HTTP status 403)",
        "the service has none (HTTP status 404)",
    )
}

/// The reason of an error; `denied` and `absent` are for refusals without a reason.
fn explain(error: &Error, denied: &str, absent: &str) -> String {
    if let Error::InvalidPath { source } = error {
        return format!("a key cannot be read here ({source}); name a prefix without it");
    }
    // The statuses and bodies are in types that the library keeps to itself; its text has them.
    let text = error.to_string();
    if let Some(code) = element(&text, "Code") {
        if code == "AccessDenied" {
            return denied.to_owned();
        }
        if let Some((_, known)) = CODES.iter().find(|(name, _)| *name == code) {
            return (*known).to_owned();
        }
        if code != "PermanentRedirect" && code != "AuthorizationHeaderMalformed" {
            let message = element(&text, "Message").unwrap_or("no reason given");
            return format!("the server refused: {message} ({code})");
        }
    }
    if region_is_wrong(&text) {
        return match region_in(&text) {
            Some(region) => format!("the bucket is in {region}; set AWS_REGION={region}"),
            None => "the bucket is in another region; set AWS_REGION".to_owned(),
        };
    }
    match status(&text) {
        Some(403) => return denied.to_owned(),
        Some(404) => return absent.to_owned(),
        Some(status) => return format!("the server answered with HTTP status {status}"),
        None => {}
    }
    transport(error)
}

/// What is missing when access is denied.
fn denied(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Read => "access denied; the credentials need s3:ListBucket and s3:GetObject here",
        Purpose::Write => "access denied; the credentials need s3:PutObject here",
    }
}

/// Whether the server knows who asks and denies access.
pub fn is_denied(error: &Error) -> bool {
    let text = error.to_string();
    match element(&text, "Code") {
        Some(code) => code == "AccessDenied",
        None => status(&text) == Some(403),
    }
}

/// Whether the same request may succeed later without anybody doing something about it.
pub fn can_pass(error: &Error) -> bool {
    if matches!(error, Error::InvalidPath { .. }) {
        return false;
    }
    // 408 and 429 ask for another try; other refusals are final.
    !matches!(status(&error.to_string()), Some(code @ 400..500) if code != 408 && code != 429)
}

/// An error below HTTP: its kind and its innermost cause.
fn transport(error: &Error) -> String {
    let mut kind = None;
    let mut current: &(dyn StdError + 'static) = error;
    while let Some(cause) = current.source() {
        if let Some(http) = cause.downcast_ref::<HttpError>() {
            kind = Some(http.kind());
        }
        current = cause;
    }
    match kind {
        Some(HttpErrorKind::Timeout) => "the server does not answer in time".to_owned(),
        Some(HttpErrorKind::Connect) => format!("no connection to the server: {current}"),
        _ => current.to_string(),
    }
}

/// Whether the server says that another region is the right one.
pub fn region_is_wrong(text: &str) -> bool {
    element(text, "Code") == Some("AuthorizationHeaderMalformed")
        || text.contains("redirect without LOCATION")
        || matches!(status(text), Some(301 | 307))
}

/// The region that the server names.
pub fn region_in(text: &str) -> Option<&str> {
    element(text, "Region").filter(|region| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !region.is_empty() && region.bytes().all(allowed)
    })
}

/// The text of the first element of this name in an XML body.
fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    rest.split_once("</").map(|(value, _)| value)
}

/// The HTTP status that the library's text names.
fn status(text: &str) -> Option<u16> {
    let (_, rest) = text.split_once("status code: ")?;
    rest.get(..3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: &str, body: &str) -> Error {
        let text = format!("Server returned non-2xx status code: {status}: {body}");
        Error::Generic {
            store: "S3",
            source: text.into(),
        }
    }

    #[test]
    fn answers_in_words() {
        for (status, body, expected) in [
            (
                "404 Not Found",
                "<Error><Code>NoSuchBucket</Code><Message>m</Message></Error>",
                "there is no such bucket",
            ),
            ("404 Not Found", "", "there is no such object"),
            (
                "403 Forbidden",
                "",
                "access denied; the credentials need s3:ListBucket and s3:GetObject here",
            ),
            (
                "400 Bad Request",
                "<Error><Code>Strange</Code><Message>do this</Message></Error>",
                "the server refused: do this (Strange)",
            ),
            (
                "400 Bad Request",
                "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-3</Region></Error>",
                "the bucket is in eu-west-3; set AWS_REGION=eu-west-3",
            ),
            (
                "301 Moved Permanently",
                "",
                "the bucket is in another region; set AWS_REGION",
            ),
            (
                "502 Bad Gateway",
                "<html>",
                "the server answered with HTTP status 502",
            ),
        ] {
            assert_eq!(reason(&refused(status, body), Purpose::Read), expected);
        }
        for (status, expected) in [("403 Forbidden", "refuses"), ("404 Not Found", "has none")] {
            let answer = reason_of_service(&refused(status, ""));
            assert!(answer.starts_with("the service") && answer.contains(expected));
        }
    }

    #[test]
    fn what_may_pass_is_tried_again() {
        for (status, expected) in [
            ("503 Slow Down", true),
            ("500 Internal Server Error", true),
            ("429 Too Many Requests", true),
            ("403 Forbidden", false),
            ("404 Not Found", false),
        ] {
            assert_eq!(can_pass(&refused(status, "")), expected, "{status}");
        }
        let silent = Error::Generic {
            store: "S3",
            source: "the server did not answer".into(),
        };
        assert!(can_pass(&silent) && !is_denied(&silent));
        assert!(is_denied(&refused("403 Forbidden", "")));
        let unknown = "<Error><Code>InvalidAccessKeyId</Code></Error>";
        assert!(!is_denied(&refused("403 Forbidden", unknown)));
    }

    #[test]
    fn only_region_names_are_taken_from_answers() {
        assert_eq!(region_in("<Region>eu-west-3</Region>"), Some("eu-west-3"));
        assert_eq!(region_in("<Region>evil.example/</Region>"), None);
        assert_eq!(region_in("<Region></Region>"), None);
    }
}
