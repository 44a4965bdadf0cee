//! Lambda logs in both formats.

use flowgauge_format::lambda::FORMAT as LAMBDA;

use crate::support::{discovered, field, table};

const ID: &str = "8f3b5d1e-2f5a-4d7e-9a51-0c2f1d6b7a90";

const FACTS: [&str; 9] = [
    "@type",
    "@requestId",
    "@duration",
    "@billedDuration",
    "@initDuration",
    "@memorySize",
    "@maxMemoryUsed",
    "@xrayTraceId",
    "@xraySegmentId",
];

#[test]
fn platform_lines() {
    let report = format!(
        "REPORT RequestId: {ID}\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\t\
         Max Memory Used: 64 MB\tInit Duration: 200.10 ms\tXRAY TraceId: 1-5e-ab\tSegmentId: 5bd\tSampled: true"
    );
    let platform = format!(
        r#"{{"time":"2024-03-13T18:56:24.046Z","type":"platform.report","record":{{"requestId":"{ID}","status":"success","metrics":{{"durationMs":12.34,"billedDurationMs":13,"memorySizeMB":128,"maxMemoryUsedMB":64,"initDurationMs":200.10}},"tracing":{{"spanId":"5bd","type":"X-Amzn-Trace-Id","value":"Root=1-5e-ab;Parent=1;Sampled=1"}}}}}}"#
    );
    let all = format!("REPORT | {ID} | 12.34 | 13 | 200.10 | 128000000 | 64000000 | 1-5e-ab | 5bd");
    let id_only = format!("- | {ID} | - | - | - | - | - | - | -");
    let nothing = "- | - | - | - | - | - | - | - | -".to_owned();
    for (line, expected) in [
        (report.clone(), all.clone()),
        (format!("2024-03-13T18:56:24.046Z {report}"), all.clone()),
        (platform, all),
        (
            format!("START RequestId: {ID} Version: $LATEST"),
            format!("START | {ID} | - | - | - | - | - | - | -"),
        ),
        (
            format!("END RequestId: {ID}"),
            format!("END | {ID} | - | - | - | - | - | - | -"),
        ),
        (
            "XRAY TraceId: 1-5e-ab\tSegmentId: 5bd\tSampled: true\t".to_owned(),
            "- | - | - | - | - | - | - | 1-5e-ab | 5bd".to_owned(),
        ),
        (
            format!("2024-03-13T18:56:24.046Z\t{ID}\tINFO\thello"),
            id_only.clone(),
        ),
        (
            format!("[INFO]\t2024-03-13T18:56:24.046Z\t{ID}\thello"),
            id_only.clone(),
        ),
        (
            format!("2024-03-13T18:56:24.046Z {ID} Task timed out"),
            id_only.clone(),
        ),
        (format!("RequestId: {ID} Error: Runtime exited"), id_only),
        (format!("hello {ID}"), nothing.clone()),
        ("REPORT RequestId:".to_owned(), nothing.clone()),
        ("RESTART".to_owned(), nothing.clone()),
        (
            r#"{"type":"report","record":{"requestId":"x"}}"#.to_owned(),
            nothing,
        ),
        (
            "REPORT RequestId: \tMemory Size: 1.5 MB\tMax Memory Used: 99999999999999 MB"
                .to_owned(),
            "REPORT | - | - | - | - | - | - | - | -".to_owned(),
        ),
    ] {
        assert_eq!(table(&LAMBDA, &line, &FACTS), [expected], "{line}");
    }
}

#[test]
fn the_first_json_object_is_expanded() {
    let line = format!(
        "2024-03-13T18:56:24.046Z\t{ID}\tINFO\tgot {{x}} {{\"a\":{{\"b\":1}}}} and {{\"c\":2}}"
    );
    assert_eq!(field(&LAMBDA, &line, "a.b").as_deref(), Some("1"));
    assert_eq!(field(&LAMBDA, &line, "c"), None);
    assert_eq!(
        field(&LAMBDA, &line, "@message").as_deref(),
        Some(line.as_str())
    );
    assert_eq!(
        discovered(&LAMBDA, &line),
        (1, vec!["@requestId".to_owned(), "a.b".to_owned()])
    );
    // A broken one before it is passed over.
    let broken = r#"x {"a":1 y {"b":2}"#;
    assert_eq!(field(&LAMBDA, broken, "b").as_deref(), Some("2"));
    // No value stays from the line before.
    let rows = table(&LAMBDA, "{\"a\":1}\nplain\n{\"b\":{\"a\"\n", &["a"]);
    assert_eq!(rows, ["1", "-", "-"]);
}

#[test]
fn event_times() {
    for (line, time) in [
        (
            format!("2024-03-13T18:56:24.046Z\t{ID}\tINFO\tx"),
            "2024-03-13 18:56:24.046",
        ),
        (
            format!("[INFO]\t2024-03-13T18:56:24.046Z\t{ID}\tx"),
            "2024-03-13 18:56:24.046",
        ),
        (
            r#"{"time":"2024-03-13T18:56:24.046Z"}"#.to_owned(),
            "2024-03-13 18:56:24.046",
        ),
        (
            r#"x {"time":"2024-03-13T18:56:24.046Z"}"#.to_owned(),
            "2024-05-01 00:00:00.000",
        ),
        (format!("END RequestId: {ID}"), "2024-05-01 00:00:00.000"),
    ] {
        assert_eq!(table(&LAMBDA, &line, &["@timestamp"]), [time], "{line}");
    }
}
