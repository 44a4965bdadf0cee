//! Pattern by pattern: what is read, what is refused.

use crate::{format_timestamp, parse_time};
use jiff::tz::TimeZone;

use super::Pattern;

fn read(pattern: &str, text: &str) -> Option<String> {
    let pattern = Pattern::compile(pattern).expect(pattern);
    pattern.read(text, &TimeZone::UTC).map(format_timestamp)
}

#[test]
fn dates_that_fit() {
    for (pattern, text, time) in [
        ("yyyy-MM-dd", "2024-02-29", "2024-02-29 00:00:00.000"),
        ("yyyyMMdd", "20240229", "2024-02-29 00:00:00.000"),
        ("uuuu-MM-dd", "1969-12-31", "1969-12-31 00:00:00.000"),
        (
            "yyyyMMddHHmmssSSS",
            "20240229123456789",
            "2024-02-29 12:34:56.789",
        ),
        ("d/M/yy H:m:s", "9/2/24 7:5:3", "2024-02-09 07:05:03.000"),
        ("yMMdd", "20240229", "2024-02-29 00:00:00.000"),
        (
            "dd/MMM/yyyy:HH:mm:ss Z",
            "29/Feb/2024:12:34:56 +0100",
            "2024-02-29 11:34:56.000",
        ),
        (
            "EEE, d MMM yyyy HH:mm:ss z",
            "Thu, 29 Feb 2024 12:34:56 GMT",
            "2024-02-29 12:34:56.000",
        ),
        (
            "EEEE, MMMM d, yyyy",
            "Thursday, February 29, 2024",
            "2024-02-29 00:00:00.000",
        ),
        (
            "yyyy-MM-dd'T'HH:mm:ss.SSSX",
            "2024-02-29T12:34:56.789Z",
            "2024-02-29 12:34:56.789",
        ),
        (
            "yyyy-MM-dd'T'HH:mm:ssX",
            "2024-02-29T12:34:56-03",
            "2024-02-29 15:34:56.000",
        ),
        (
            "yyyy-MM-dd'T'HH:mm:ssX",
            "2024-02-29T12:34:56-0330",
            "2024-02-29 16:04:56.000",
        ),
        (
            "yyyy-MM-dd'T'HH:mm:ssXXX",
            "2024-02-29T12:34:56+05:30",
            "2024-02-29 07:04:56.000",
        ),
        (
            "yyyy-MM-dd'T'HH:mm:ssxx",
            "2024-02-29T12:34:56+0000",
            "2024-02-29 12:34:56.000",
        ),
        (
            "yyyy-MM-dd HH:mm ZZZZ",
            "2024-02-29 12:34 GMT+02:00",
            "2024-02-29 10:34:00.000",
        ),
        (
            "yyyy-MM-dd HH:mm[:ss][.SSS]",
            "2024-02-29 12:34",
            "2024-02-29 12:34:00.000",
        ),
        ("yyyy-MM-dd HH:mm[:ss[.SSS]]", "2024-02-29 12:34:56.7", ""),
        (
            "yyyy-MM-dd HH:mm[:ss[.SSS",
            "2024-02-29 12:34:56.789",
            "2024-02-29 12:34:56.789",
        ),
        (
            "yyyy-MM-dd hh:mm a",
            "2024-02-29 12:05 AM",
            "2024-02-29 00:05:00.000",
        ),
        (
            "yyyy-MM-dd KK:mm a",
            "2024-02-29 00:05 PM",
            "2024-02-29 12:05:00.000",
        ),
        (
            "yyyy-MM-dd kk:mm",
            "2024-02-29 24:05",
            "2024-02-29 00:05:00.000",
        ),
        (
            "yyyy-MM-dd HH:mm",
            "2024-02-29 24:00",
            "2024-03-01 00:00:00.000",
        ),
        ("yyyy-MM-dd", "2023-02-31", "2023-02-28 00:00:00.000"),
        ("yyyy-DDD", "2024-060", "2024-02-29 00:00:00.000"),
        ("yyyy-MM-dd A", "2024-02-29 1500", "2024-02-29 00:00:01.500"),
        (
            "yyyy-MM-dd N",
            "2024-02-29 1500000000",
            "2024-02-29 00:00:01.500",
        ),
        (
            "yyyy-MM-dd HH:mm:ss n",
            "2024-02-29 00:00:01 500000000",
            "2024-02-29 00:00:01.500",
        ),
        (
            "yyyy-MM-dd HH:mm VV",
            "2024-02-29 12:34 Europe/Berlin",
            "2024-02-29 11:34:00.000",
        ),
        (
            "yyyy-MM-dd HH:mm'['VV']'",
            "2024-02-29 12:34[Asia/Kolkata]",
            "2024-02-29 07:04:00.000",
        ),
        (
            "yyyy-MM-dd HH:mm z",
            "2024-07-01 12:00 PST",
            "2024-07-01 19:00:00.000",
        ),
        (
            "yyyy-MM-dd HH:mm 'o''clock'",
            "2024-02-29 12:34 o'clock",
            "2024-02-29 12:34:00.000",
        ),
        ("yyyy''MM''dd", "2024'02'29", "2024-02-29 00:00:00.000"),
        (
            "yyyy年MM月dd日",
            "2024年02月29日",
            "2024-02-29 00:00:00.000",
        ),
        (
            "yyyy-MM-dd HH:mm:ss.SSSSSS",
            "1969-12-31 23:59:59.999999",
            "1969-12-31 23:59:59.999",
        ),
    ] {
        let expected = (!time.is_empty()).then_some(time);
        assert_eq!(
            read(pattern, text).as_deref(),
            expected,
            "{pattern} on {text}"
        );
    }
}

#[test]
fn fields_that_the_text_does_not_give_are_those_of_1970() {
    for (pattern, text, time) in [
        ("HH:mm:ss", "10:00:01", "1970-01-01 10:00:01.000"),
        ("yyyy-MM", "2024-02", "2024-02-01 00:00:00.000"),
        ("MMM d HH:mm", "Feb 28 10:00", "1970-02-28 10:00:00.000"),
        (
            "yyyy-MM-dd hh:mm",
            "2024-02-29 10:00",
            "2024-02-29 10:00:00.000",
        ),
        ("yyyy-MM-dd mm", "2024-02-29 10", "2024-02-29 00:10:00.000"),
        ("yyyy-MM-dd HH.SSS", "2024-02-29 10.5", ""),
        (
            "yyyy-MM-dd HH.SSS",
            "2024-02-29 10.500",
            "2024-02-29 10:00:00.500",
        ),
    ] {
        let expected = (!time.is_empty()).then_some(time);
        assert_eq!(
            read(pattern, text).as_deref(),
            expected,
            "{pattern} on {text}"
        );
    }
}

#[test]
fn text_that_does_not_fit_is_missing() {
    for (pattern, text) in [
        ("yyyy-MM-dd", ""),
        ("yyyy-MM-dd", "yesterday"),
        ("yyyy-MM-dd", "2024-02-29 "),
        ("yyyy-MM-dd", "24-02-29"),
        ("yyyy-MM-dd", "12024-02-29"),
        ("yyyy-MM-dd", "2024-13-01"),
        ("yyyy-MM-dd", "2024-00-10"),
        ("yyyy-MM-dd", "2024-01-32"),
        ("yyyy-MM-dd", "2024-1-1"),
        ("yyyy-MM-dd", "é024-01-01"),
        ("yyyy-MM-dd", "+024-01-01"),
        ("d.M.yyyy", "99999999999999999999.1.2024"),
        ("dd MMM yyyy", "29 FEB 2024"),
        ("EEE dd MMM yyyy", "Fri 29 Feb 2024"),
        ("yyyy-MM-dd HH:mm", "2024-02-29 24:01"),
        ("yyyy-MM-dd HH:mm:ss", "2024-02-29 23:59:60"),
        ("yyyy-MM-dd hh:mm a", "2024-02-29 13:00 PM"),
        ("yyyy-MM-dd hh:mm a", "2024-02-29 10:00 pm"),
        ("yyyy-DDD", "2023-366"),
        ("yyyy-DDD", "2023-000"),
        ("yyyy-MM-dd DDD", "2024-02-29 061"),
        ("yyyy-dd DDD", "2024-01 060"),
        ("yyyy-MM-dd HH:mmxx", "2024-02-29 10:00Z"),
        ("yyyy-MM-dd HH:mmXXX", "2024-02-29 10:00+0100"),
        ("yyyy-MM-dd HH:mmX", "2024-02-29 10:00+19"),
        ("yyyy-MM-dd HH:mm VV", "2024-02-29 10:00 Mars/Base"),
        ("yyyy-MM-dd yyyy", "2024-02-29 2023"),
    ] {
        assert_eq!(read(pattern, text), None, "{pattern} on {text}");
    }
}

#[test]
fn the_zone_of_the_call_is_for_texts_that_name_none() {
    let zone = TimeZone::get("America/New_York").expect("a bundled zone");
    for (pattern, text, utc) in [
        (
            "yyyy-MM-dd HH:mm",
            "2024-07-01 08:00",
            "2024-07-01T12:00:00Z",
        ),
        (
            "yyyy-MM-dd HH:mmX",
            "2024-07-01 08:00Z",
            "2024-07-01T08:00:00Z",
        ),
        (
            "yyyy-MM-dd HH:mm VV",
            "2024-07-01 08:00 UTC",
            "2024-07-01T08:00:00Z",
        ),
        // A gap moves forward, an overlap means its first time.
        (
            "yyyy-MM-dd HH:mm",
            "2024-03-10 02:30",
            "2024-03-10T07:30:00Z",
        ),
        (
            "yyyy-MM-dd HH:mm",
            "2024-11-03 01:30",
            "2024-11-03T05:30:00Z",
        ),
    ] {
        let pattern = Pattern::compile(pattern).expect(pattern);
        assert_eq!(pattern.read(text, &zone), parse_time(utc, 0).ok(), "{text}");
    }
}

#[test]
fn bad_patterns_say_why() {
    for (pattern, problem) in [
        ("yyyy-MM-ddTHH", "the letter `T` has no meaning here"),
        ("ddd", "the letter `d` may not stand 3 times"),
        ("MMMMM", "the letter `M` may not stand 5 times"),
        ("SSSSSSSSSS", "the letter `S` may not stand 10 times"),
        ("V", "the letter `V` must stand twice"),
        ("'open", "a single quote is not closed"),
        ("yyyy]", "`]` has no `[` before it"),
        ("yyyy{", "`{` must stand in single quotes"),
    ] {
        let error = Pattern::compile(pattern).expect_err(pattern);
        assert!(error.starts_with(problem), "{pattern}: {error}");
    }
}
