//! Route 53, logfmt and plain text.

use flowgauge_event::TimeRange;
use flowgauge_format::logfmt::{FORMAT as LOGFMT, parse_pairs};
use flowgauge_format::route53::FORMAT as ROUTE53;
use flowgauge_format::text::FORMAT as TEXT;

use crate::support::{columns, discovered, field, table};

#[test]
fn route53_fields() {
    let line =
        "1.0 2017-12-13T08:16:02.130Z Z123412341234 example.com AAAA NOERROR UDP FRA6 192.0.2.1 -";
    let names = [
        "version",
        "queryTimestamp",
        "hostZoneId",
        "queryName",
        "queryType",
        "responseCode",
        "protocol",
        "edgeLocation",
        "resolverIp",
        "ednsClientSubnet",
    ];
    assert_eq!(table(&ROUTE53, line, &names), [line.replace(' ', " | ")]);
    assert_eq!(
        table(&ROUTE53, line, &["@timestamp"]),
        ["2017-12-13 08:16:02.130"]
    );
    assert_eq!(discovered(&ROUTE53, line).1, names);
    for other in ["1.0 x", &format!("{line} more")] {
        let out = columns(&ROUTE53, other, &["version"], TimeRange::default());
        assert_eq!((out.rows, out.malformed), (1, 1));
        assert_eq!(field(&ROUTE53, other, "queryName"), None);
    }
}

#[test]
fn logfmt_pairs() {
    for (text, expected) in [
        ("a=1 b=two", "a:1,b:two"),
        (r#"msg="hello \"you\"\n" x="#, "msg:hello \"you\"\n,x:"),
        ("word a=1 other", "a:1"),
        ("a=b=c", "a:b=c"),
        ("=x a=1", "a:1"),
        ("a=\"open b=1", "a:open b=1"),
        ("a=\"x\"b=2", "a:x,b:2"),
        ("a=\"x\\", "a:x\\"),
        ("a=\"\\é\" b=1", "a:\\é,b:1"),
        ("ключ=é\tb=1", "ключ:é,b:1"),
        ("", ""),
        ("\"a=1\"", ""),
    ] {
        let pairs: Vec<String> = parse_pairs(text).map(|(k, v)| format!("{k}:{v}")).collect();
        assert_eq!(pairs.join(","), expected, "{text}");
    }
}

#[test]
fn logfmt_lines() {
    let block =
        "time=2023-11-14T22:13:20Z level=info msg=\"hello there\" @k=1 level=warn\nno pairs\n";
    assert_eq!(
        table(&LOGFMT, block, &["@timestamp", "level", "msg", "@@k", "@k"]),
        [
            "2023-11-14 22:13:20.000 | warn | hello there | 1 | -",
            "2024-05-01 00:00:00.000 | - | - | - | -",
        ]
    );
    assert_eq!(
        columns(&LOGFMT, block, &[], TimeRange::default()).malformed,
        1
    );
    let names = ["time", "level", "msg", "@@k"].map(str::to_owned).to_vec();
    assert_eq!(discovered(&LOGFMT, block), (2, names));
    let leading = "2023-11-14 22:13:20,250 ts=5 a=1";
    assert_eq!(
        table(&LOGFMT, leading, &["@timestamp"]),
        ["2023-11-14 22:13:20.250"]
    );
}

#[test]
fn text_lines() {
    let block = "2023-11-14 22:13:20,250 ERROR é\r\nsecond\n";
    assert_eq!(
        table(&TEXT, block, &["@timestamp", "@message", "x"]),
        [
            "2023-11-14 22:13:20.250 | 2023-11-14 22:13:20,250 ERROR é | -",
            "2024-05-01 00:00:00.000 | second | -",
        ]
    );
    assert_eq!(discovered(&TEXT, block), (2, Vec::new()));
}
