//! JSON lines: the rules of spec 8.4.

use flowgauge_event::{TimeRange, limits};
use flowgauge_format::json::FORMAT as JSON;

use crate::support::{columns, discovered, field, table};

#[test]
fn every_rule_of_flattening() {
    let nested = r#"{"ok":true,"n":{"a":[{"b":5},{"c":"x"}]},"no":false}"#;
    let escaped = r#"{"say":"a \"q\" and\n more text","uni\u0063ode":"\u00e9"}"#;
    let odd = r#"{"@x":1,"a":{"@y":2},"":{"":3},"n":null,"e":{},"l":[],"s":"{\"k\":1}"}"#;
    let dotted = r#"{"a.b":{"c":1},"d":{"e.f":2},"g.h.i":3}"#;
    let collision = r#"{"a.b":"flat","a":{"b":"nested"}}"#;
    let tie = r#"{"a":{"b.c":"short first"},"a.b":{"c":"long first"}}"#;
    for (line, name, expected) in [
        (nested, "ok", Some("1")),
        (nested, "no", Some("0")),
        (nested, "n.a.0.b", Some("5")),
        (nested, "n.a.1.c", Some("x")),
        (nested, "n.a.2", None),
        (nested, "n.a.00.b", None),
        (nested, "n.a", Some(r#"[{"b":5},{"c":"x"}]"#)),
        (nested, "n", Some(r#"{"a":[{"b":5},{"c":"x"}]}"#)),
        (nested, "OK", None),
        (escaped, "say", Some("a \"q\" and\n more text")),
        (escaped, "unicode", Some("é")),
        (odd, "@@x", Some("1")),
        (odd, "@x", None),
        (odd, "a.@@y", Some("2")),
        (odd, ".", Some("3")),
        (odd, "n", None),
        (odd, "e", Some("{}")),
        (odd, "l", Some("[]")),
        (odd, "s", Some(r#"{"k":1}"#)),
        (odd, "s.k", None),
        (dotted, "a.b.c", Some("1")),
        (dotted, "a.b", Some(r#"{"c":1}"#)),
        (dotted, "a", None),
        (dotted, "d.e.f", Some("2")),
        (dotted, "g.h.i", Some("3")),
        (collision, "a.b", Some("nested")),
        (
            r#"{"a":{"b":"nested"},"a.b":"flat"}"#,
            "a.b",
            Some("nested"),
        ),
        (tie, "a.b.c", Some("long first")),
        (r#"{"k":1,"k":2}"#, "k", Some("2")),
        (r#"{"k":1,"k":null}"#, "k", None),
        (r#"{"k":{"a":1},"k":{"b":2}}"#, "k.a", None),
        (r#"{"k":{"a":1},"k":{"b":2}}"#, "k.b", Some("2")),
        (r#"{"k.a":0,"k":{"a":1},"k":2}"#, "k.a", Some("0")),
        (r#" { "sp" : [ 1 , 2.50e+1 ] } "#, "sp.1", Some("2.50e+1")),
        (
            r#"{"big":123456789012345678901234567890}"#,
            "big",
            Some("123456789012345678901234567890"),
        ),
    ] {
        assert_eq!(
            field(&JSON, line, name).as_deref(),
            expected,
            "{name} of {line}"
        );
    }
}

#[test]
fn names_found_are_the_leaves_in_document_order() {
    let line = r#"{"b":1,"a":{"x":[true,null,{"@q":"s"}]},"k.l":2,"e":{},"b":3,"@t":4}"#;
    let names = ["b", "a.x.0", "a.x.2.@@q", "k.l", "@@t"].map(str::to_owned);
    assert_eq!(discovered(&JSON, line), (1, names.to_vec()));
    assert_eq!(discovered(&JSON, "{\"a\":\n[1]\n\n"), (2, Vec::new()));
}

#[test]
fn at_most_200_scalars_are_fields() {
    let members: Vec<String> = (0..300).map(|i| format!("\"k{i}\":{i}")).collect();
    let line = format!(
        "{{\"n\":null,\"o\":{{\"x\":1}},{},\"c\":[7]}}",
        members.join(",")
    );
    let last = limits::JSON_FIELDS - 2;
    assert_eq!(
        field(&JSON, &line, &format!("k{last}")),
        Some(last.to_string())
    );
    assert_eq!(field(&JSON, &line, &format!("k{}", last + 1)), None);
    // Containers do not count, so they have no limit either.
    assert_eq!(field(&JSON, &line, "c").as_deref(), Some("[7]"));
    assert_eq!(field(&JSON, &line, "c.0"), None);
    assert_eq!(discovered(&JSON, &line).1.len(), limits::JSON_FIELDS);
}

#[test]
fn nesting_is_followed_64_levels() {
    let nest = |levels: usize| {
        let open = "{\"a\":".repeat(levels);
        format!("{open}1{}", "}".repeat(levels))
    };
    let path = |levels: usize| vec!["a"; levels].join(".");
    assert_eq!(field(&JSON, &nest(64), &path(64)).as_deref(), Some("1"));
    assert_eq!(field(&JSON, &nest(65), &path(65)), None);
    assert_eq!(
        field(&JSON, &nest(65), &path(64)).as_deref(),
        Some("{\"a\":1}")
    );
    let deep = format!(
        "{{\"x\":{}{},\"y\":1}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert_eq!(field(&JSON, &deep, "y").as_deref(), Some("1"));
    assert_eq!(discovered(&JSON, &deep).1, ["y"]);
    let mixed = format!("{{\"x\":{}1{}}}", "[{\"k\":".repeat(200), "}]".repeat(200));
    assert_eq!(
        columns(&JSON, &mixed, &["x"], TimeRange::default()).malformed,
        0
    );
    let crossed = mixed.replacen("}]}]", "}]]}", 1);
    assert_eq!(
        columns(&JSON, &crossed, &["x"], TimeRange::default()).malformed,
        1
    );
}

#[test]
fn malformed_lines_are_rows_with_a_message_only() {
    let block = "{\"a\":1}\r\n\n{\"a\":2\nplain\n[{\"a\":3}]\n{\"a\":4} x\n{\"a\":05}\n{\"a\":6}\n";
    let rows = table(&JSON, block, &["a", "@message", "@timestamp"]);
    let fallback = "2024-05-01 00:00:00.000";
    let expected = [
        ("1", "{\"a\":1}"),
        ("-", "{\"a\":2"),
        ("-", "plain"),
        ("-", "[{\"a\":3}]"),
        ("-", "{\"a\":4} x"),
        ("-", "{\"a\":05}"),
        ("6", "{\"a\":6}"),
    ];
    let expected = expected.map(|(a, message)| format!("{a} | {message} | {fallback}"));
    assert_eq!(rows, expected);
    let out = columns(&JSON, block, &["a"], TimeRange::default());
    assert_eq!((out.events, out.malformed, out.cut), (7, 5, 0));
    // The line ends and the empty line do not count.
    assert_eq!(out.event_bytes as usize, block.len() - 9);
}

#[test]
fn long_lines_are_cut_and_malformed() {
    let block = format!(
        "{{\"a\":\"{}\"}}\n{{\"a\":1}}\n",
        "x".repeat(limits::EVENT_BYTES)
    );
    let out = columns(&JSON, &block, &["a"], TimeRange::default());
    assert_eq!((out.rows, out.malformed, out.cut), (2, 1, 1));
    assert_eq!(out.columns[0].missing(), [0]);
    assert_eq!(out.event_bytes as usize, block.len() - 2);
}

#[test]
fn the_event_time_is_the_first_key_that_holds_one() {
    let time = "2023-11-14 22:13:20.500";
    for line in [
        r#"{"@timestamp":"2023-11-14T22:13:20.5Z","timestamp":1}"#,
        r#"{"time":1,"timestamp":1700000000500}"#,
        r#"{"time":"2023-11-15T00:13:20.500+02:00"}"#,
        r#"{"eventTime":"2023-11-14 22:13:20,500"}"#,
        r#"{"ts":1700000000.5,"date":"2023-11-14"}"#,
        r#"{"timestamp":"soon","date":"1700000000500000"}"#,
        r#"{"timestamp":null,"datetime":1700000000500000000}"#,
        r#"{"query_timestamp":"2023-11-14T22:13:20.5Z"}"#,
        r#"{"event_timestamp":"1700000000500","event":{}}"#,
        r#"{"requestReceivedTimestamp":1,"stageTimestamp":"2023-11-14T22:13:20.500000Z"}"#,
        r#"{"requestTime":"14/Nov/2023:22:13:19 +0000","requestTimeEpoch":1700000000500}"#,
        r#"{"_aws":{"Timestamp":1700000000500},"Timestamp":1}"#,
        r#"{"eventType":"Delivery","mail":{"timestamp":"2023-11-14T22:13:20.500Z"}}"#,
        r#"{"@t":"2023-11-14T22:13:20.5Z"}"#,
        r#"{"asctime":"2023-11-14 22:13:20,500"}"#,
        r#"{"__REALTIME_TIMESTAMP":"1700000000500000"}"#,
    ] {
        let rows = table(&JSON, line, &["@timestamp", "@ingestionTime"]);
        assert_eq!(
            rows,
            [format!("{time} | 2024-05-01 00:00:00.000")],
            "{line}"
        );
    }
    let none = r#"{"nested":{"timestamp":1700000000500}}"#;
    let rows = table(&JSON, none, &["@timestamp"]);
    assert_eq!(rows, ["2024-05-01 00:00:00.000"]);
}

#[test]
fn the_window_skips_rows_and_counts_events() {
    let block = "{\"ts\":10}\n{\"ts\":20}\n{\"ts\":30}\n{}\n";
    let range = TimeRange {
        start: Some(20_000),
        end: Some(20_000),
    };
    // The last one has the time of its file.
    let out = columns(&JSON, block, &["ts"], range);
    assert_eq!((out.events, out.rows, out.timeless), (4, 1, 0));
}

#[test]
fn system_fields() {
    let names = [
        "@log",
        "@logStream",
        "@aws.account",
        "@aws.region",
        "@data_source_name",
        "@nothing",
    ];
    assert_eq!(
        table(&JSON, "{}", &names),
        ["123456789012:logs/app.log | app.log | 123456789012 | - | Unknown | -"]
    );
}
