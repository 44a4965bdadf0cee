//! The commands beside `query`.

use crate::support::{Place, flow_log, record};

#[test]
fn check_reports_and_returns() {
    let place = Place::new();
    place.run(&["check", "stats count(*) by srcAddr"]).quiet();
    place.run(&["check", "stats bogus(*)"]).failed(
        1,
        &["unknown function `bogus`", "1 | stats bogus(*)", "^^^^^"],
    );
    let ran = place.run(&["check", "-o", "json", "stats bogus(*)"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let found: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(found[0]["severity"], "error");
    assert_eq!(
        (&found[0]["start"], &found[0]["end"]),
        (&6.into(), &11.into())
    );
    assert_eq!(
        place.run(&["check", "-o", "json", "limit 1"]).quiet(),
        "[]\n"
    );
    place.pipe(b"limit 1\n", &["check", "-"]).quiet();
    place
        .pipe(b"limit x\n", &["check", "-"])
        .failed(1, &["error"]);
}

#[test]
fn strict_refuses_what_is_tolerated() {
    let place = Place::new();
    place.write("a.log", flow_log(0..4));
    let lenient = "stats sum(bytes) as s by action | filter srcPort > 0";
    place.run(&["check", lenient]).warned("warning[W1");
    place
        .run(&["check", "--strict", lenient])
        .failed(1, &["error[W1"]);
    place.run(&["query", lenient, "a.log"]).warned("warning[W1");
    place
        .run(&["query", "--strict", lenient, "a.log"])
        .failed(1, &["error[W1"]);
}

#[test]
fn fields_in_every_output() {
    let place = Place::new();
    place.write(
        "a.json",
        "{\"a\":1,\"b\":{\"c\":2}}\n{\"a\":3}\n{\"a\":4}\n{\"a\":5}\n",
    );
    let ran = place.run(&["fields", "-o", "ndjson", "a.json"]);
    let out = ran.quiet();
    assert!(
        out.contains(r#"{"field":"a","events":4,"percent":100}"#),
        "{out}"
    );
    assert!(
        out.contains(r#"{"field":"b.c","events":1,"percent":25}"#),
        "{out}"
    );
    place
        .run(&["fields", "-o", "csv", "--output-file", "out.csv", "a.json"])
        .quiet();
    let written = std::fs::read_to_string(place.path("out.csv")).expect("written");
    assert!(written.starts_with("field,events,percent\r\n"), "{written}");
    place
        .run(&["fields", "-o", "parquet", "a.json"])
        .failed(2, &["parquet"]);
}

/// Patterns over the 14 fields of a flow log, as CloudWatch's console is first used.
#[test]
fn filter_patterns_over_flow_logs() {
    let place = Place::new();
    let to_ssh = record(1).replace(" 443 6 ", " 22 6 ");
    let from_one = to_ssh.replace("10.0.0.1 ", "210.85.244.94 ");
    place.write(
        "a.log",
        [record(0), to_ssh.clone(), from_one.clone(), record(3)].join("\n"),
    );
    for (source, expected) in [
        ("srcaddr", format!("{to_ssh}\n{from_one}\n")),
        ("srcaddr = 210.85.244.94", format!("{from_one}\n")),
    ] {
        let pattern = format!(
            "[version, accountid, interfaceid, {source}, dstaddr, srcport, dstport = 22, protocol, packets, bytes, start, end, action, logstatus]"
        );
        assert_eq!(place.run(&["filter", &pattern, "a.log"]).quiet(), expected);
        let ran = place.run(&["filter", "--count", &pattern, "a.log"]);
        assert_eq!(ran.quiet(), format!("{}\n", expected.lines().count()));
    }
    place
        .run(&["filter", "{ $.a = ", "a.log"])
        .failed(1, &["error", "{ $.a = "]);
}

#[test]
fn filter_keeps_the_order_of_files_and_lines() {
    let place = Place::new();
    place.write("b.log", flow_log(0..20_000));
    place.write("a.log", flow_log(20_000..20_010));
    let expected: String = (0..20_010)
        .filter(|number| number % 2 == 1)
        .map(|number| record(number) + "\n")
        .collect();
    let ran = place.run(&["filter", "REJECT", "b.log", "a.log"]);
    assert!(ran.quiet() == expected, "{}", ran.out.len());
}

#[test]
fn help_has_pages_and_suggestions() {
    let place = Place::new();
    assert!(place.run(&["help"]).quiet().contains("completions"));
    assert!(
        place
            .run(&["help", "query"])
            .quiet()
            .contains("--skip-bad-files")
    );
    assert!(place.run(&["help", "stats"]).quiet().contains("stats"));
    assert!(
        place
            .run(&["help", "isIpv4InSubnet"])
            .quiet()
            .contains("isIpv4InSubnet")
    );
    place
        .run(&["help", "stat"])
        .failed(2, &["did you mean `stats`?"]);
    place
        .run(&["help", "qurey"])
        .failed(2, &["did you mean `query`?"]);
    place
        .run(&["help", "zzzzzz"])
        .failed(2, &["commands: query, check"]);
    place.run(&["qurey"]).failed(2, &["'query'"]);
    place.run(&[]).failed(2, &["Usage: flowgauge"]);
}

#[test]
fn completions_of_every_shell() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let ran = place.run(&["completions", shell]);
        assert!(ran.quiet().contains("skip-bad-files"), "{shell}");
    }
}

/// The walk of the manual: make a demo, ask it.
#[test]
fn a_demo_is_made_and_asked() {
    let place = Place::new();
    let made = place.run(&["demo", "--records", "2000"]);
    assert!(made.quiet().contains("as planted: yes"), "{made:?}");
    assert!(!made.out.contains("as planted: no"), "{made:?}");
    let ran = place.run(&["query", "-o", "csv", "stats count(*) as n", "demo-data"]);
    // answers.json lies beside the logs and is no flow log, but text it is.
    let events: u64 = ran
        .out
        .lines()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .expect("a count");
    assert!(events >= 2_000, "{ran:?}");
    let query = "stats count(*) as n by action | sort action desc";
    let out = place.ask(query, &["demo-data/AWSLogs"]);
    assert!(out.starts_with("action,n\nREJECT,"), "{out}");
}

#[test]
fn a_seed_decides_the_demo() {
    let place = Place::new();
    let make = |out: &str, seed: &str, more: &[&str]| {
        let fixed = [
            "demo",
            "--plain",
            "--records",
            "1500",
            "--out",
            out,
            "--seed",
            seed,
        ];
        place.run(&[&fixed, more].concat()).quiet();
        std::fs::read(place.path(out).join("flow.log")).expect("written")
    };
    let one = make("one", "7", &[]);
    assert!(one == make("two", "7", &[]), "the same seed");
    assert!(one != make("three", "8", &[]), "another seed");
    let other = make(
        "four",
        "7",
        &["--format", "${srcaddr} ${bytes} ${start} ${end}"],
    );
    assert!(other.starts_with(b"srcaddr bytes start end\n"));
    let out = place.ask(
        "stats count(srcAddr) as n, count(action) as a",
        &["four/flow.log"],
    );
    assert_eq!(out, "n,a\n1500,0\n");
    place
        .run(&["demo", "--format", "${nonsense}", "--out", "five"])
        .failed(2, &["nonsense"]);
}
