//! `s3://bucket/prefix`: listing and access through `object_store`.

use flowgauge_event::TimeRange;

use super::location::Entry;
use crate::error::InputError;

/// Lists the objects below a URL that can hold events of the range.
pub async fn list(
    url: &str,
    _range: TimeRange,
    _endpoint_url: Option<&str>,
) -> Result<Vec<Entry>, InputError> {
    Err(InputError::new(url, "not wired up"))
}

/// The reason of a store's error in the user's words.
pub fn reason(error: &object_store::Error) -> String {
    error.to_string()
}
