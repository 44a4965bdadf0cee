//! Dates by the patterns of C's `strftime`, for `formatDate`.

use jiff::fmt::strtime::BrokenDownTime;
use jiff::{Timestamp, Zoned};

/// Appends a time to `out`.
pub fn print(pattern: &str, time: &Zoned, out: &mut String) -> Result<(), jiff::Error> {
    BrokenDownTime::from(time).format(pattern, out)
}

/// What is wrong with a pattern. Which directives exist does not depend on the time, so one trial
/// finds every mistake.
pub fn check(pattern: &str) -> Result<(), String> {
    let epoch = Timestamp::UNIX_EPOCH.to_zoned(jiff::tz::TimeZone::UTC);
    print(pattern, &epoch, &mut String::new())
        .map_err(|error| format!("{error}; write strftime directives such as `%Y-%m-%d %H:%M:%S`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_found_without_a_time() {
        for pattern in ["", "%Y-%m-%d %H:%M:%S%.3f", "100%%", "%Z %z"] {
            assert_eq!(check(pattern), Ok(()), "{pattern}");
        }
        for pattern in ["%!", "%", "%Y %&"] {
            assert!(check(pattern).is_err(), "{pattern}");
        }
    }
}
