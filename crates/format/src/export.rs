//! Files that an export task of CloudWatch Logs writes: every event with its time and a blank before
//! it, `2024-05-01T10:00:00.000Z 2 123456789010 eni-…` (spec of the API, 6, export tasks).
//!
//! The time is the event's `@timestamp`, not a part of its message, so that a query finds in the export
//! what it found in the log group. Lines of events that have several stand there without a time.

use std::borrow::Cow;

use crate::lines::Lines;
use crate::{FileContext, event_time};

/// Bytes that an export puts before an event.
pub(crate) const STAMP_BYTES: usize = 25;

/// Name of the file that AWS writes into the bucket when an export begins, to see whether it may.
const PROBE: &str = "aws-logs-write-test";

/// Whether a path or key is that of a file beside exported ones that holds no events.
pub fn is_probe(path: &str) -> bool {
    path.rsplit(['/', '\\']).next() == Some(PROBE)
}

/// Events of the head that are looked at.
const SNIFFED_LINES: usize = 20;

/// Whether a line begins with what looks like an export's time and blank. Only the shape is looked
/// at, because every line is asked; [`time`] reads it.
#[inline(always)]
pub(crate) fn is_stamped(line: &[u8]) -> bool {
    line.first_chunk::<STAMP_BYTES>().is_some_and(|stamp| {
        stamp[4] == b'-' && stamp[10] == b'T' && stamp[19] == b'.' && stamp[23..] == *b"Z "
    })
}

/// The time that an export put before the event, in milliseconds.
pub(crate) fn time(line: &[u8]) -> Option<i64> {
    if !is_stamped(line) {
        return None;
    }
    // Where it ends is no part of a character, because a `Z` and a blank stand there.
    let stamp = str::from_utf8(&line[..STAMP_BYTES]).ok()?;
    event_time::leading(stamp)
        .filter(|(_, length)| *length == STAMP_BYTES - 1)
        .map(|(time, _)| time)
}

/// Whether a file with this beginning is an export: its first line has a time, and so have most.
pub(crate) fn is_export(head: &str) -> bool {
    let mut lines = Lines::new(head).take(SNIFFED_LINES).peekable();
    if lines
        .peek()
        .is_none_or(|line| time(line.text.as_bytes()).is_none())
    {
        return false;
    }
    let (stamped, others): (Vec<_>, Vec<_>) =
        lines.partition(|line| time(line.text.as_bytes()).is_some());
    stamped.len() > others.len()
}

/// The beginning of a file without the times of an export; as it is if the file is none.
pub(crate) fn messages(head: &str) -> Cow<'_, str> {
    if !is_export(head) {
        return Cow::Borrowed(head);
    }
    let without_time = |line: &str| match is_stamped(line.as_bytes()) {
        true => line[STAMP_BYTES..].to_owned(),
        false => line.to_owned(),
    };
    Cow::Owned(head.split_inclusive('\n').map(without_time).collect())
}

/// The log stream of an exported file, which the folder is named after; the files of a stream are
/// numbered. `None` if the file is not named that way.
pub(crate) fn stream(context: &FileContext) -> Option<&str> {
    let number = context.file_name.split('.').next().unwrap_or_default();
    let numbered = number.len() == 6 && number.bytes().all(|byte| byte.is_ascii_digit());
    context
        .folder
        .as_deref()
        .filter(|folder| numbered && !folder.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAMP: &str = "2024-05-01T10:00:00.123Z";

    #[test]
    fn exports_are_known_by_the_times_of_their_lines() {
        for (head, expected) in [
            (format!("{STAMP} a\n"), true),
            (format!("{STAMP} a\n at b\n{STAMP} c\n"), true),
            (format!("{STAMP} a\n at b\n at c\n"), false),
            (format!("a\n{STAMP} a\n{STAMP} b\n"), false),
            (format!("{STAMP}\ta\n"), false),
            ("2024-05-01T10:00:00Z a\n".to_owned(), false),
            ("2024-05-01T10:00:00.123456Z a\n".to_owned(), false),
            ("2024-13-01T10:00:00.123Z a\n".to_owned(), false),
            (String::new(), false),
        ] {
            assert_eq!(is_export(&head), expected, "{head:?}");
        }
    }

    #[test]
    fn the_probe_is_known_by_its_name() {
        for (path, expected) in [
            ("exportedlogs/aws-logs-write-test", true),
            ("aws-logs-write-test", true),
            ("exports\\aws-logs-write-test", true),
            ("aws-logs-write-test/000000.gz", false),
            ("my-aws-logs-write-test", false),
        ] {
            assert_eq!(is_probe(path), expected, "{path}");
        }
    }

    #[test]
    fn times_are_taken_off() {
        assert_eq!(
            time(format!("{STAMP} a").as_bytes()),
            Some(1_714_557_600_123)
        );
        assert_eq!(time(b"2024-05-01T1a:00:00.123Z a"), None);
        let head = format!("{STAMP} a\r\n b\n{STAMP} c\n{STAMP} d");
        assert_eq!(messages(&head), "a\r\n b\nc\nd");
        assert_eq!(messages("a\nb"), "a\nb");
        // A blank is where the 25th byte is, but the 24th is in the middle of a character.
        assert_eq!(time("2024-05-01T10:00:00.12é  a".as_bytes()), None);
    }
}
