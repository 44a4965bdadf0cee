//! S3 buckets, for whoever reads or writes objects.
//!
//! `settings` finds out who asks and where, as the AWS tools do (`profile` reads their files);
//! `credentials` fetches what has to be fetched (`container` from a container's service); [`Access`] opens buckets; [`Bucket`] writes
//! objects. What goes wrong is told by [`reason()`].

mod access;
mod bucket;
mod container;
mod credentials;
mod profile;
mod reason;
mod settings;
mod slashes;

pub use access::{Access, patient};
pub use bucket::{Bucket, BucketOptions, PutError};
pub use reason::reason;
pub use slashes::{key_of, path_of};

/// What the objects of a bucket are wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To list and read them.
    Read,
    /// To write them.
    Write,
}

/// Bucket and key of a URL.
///
/// # Errors
///
/// A text for the user when there is no bucket in it.
pub fn parse_url(url: &str) -> Result<(&str, &str), String> {
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
            match (parse_url(url), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{url}"),
                (Err(problem), Err(expected)) => {
                    assert!(problem.starts_with(expected), "{problem}");
                }
                (found, expected) => panic!("{url}: {found:?}, not {expected:?}"),
            }
        }
    }
}
