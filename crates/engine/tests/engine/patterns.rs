//! Patterns on the engine, where threads and files divide the lines, against the reference
//! evaluator, where one miner takes them in order.

use std::fmt::Write;

use flowgauge_ql::{Options, compile};
use flowgauge_testkit::generate::LogLines;
use flowgauge_testkit::golden::run_reference;
use flowgauge_testkit::reference::{Context, JsonLines, Loader};

use crate::harness::{Files, Machine, PLAIN};

/// Everything that patterns show.
const QUERIES: &[&str] = &[
    "pattern text",
    "pattern text | display @pattern, @tokens, @visualization, @logSamples",
    "pattern text | anomaly",
    "filter n > 3 | pattern text | diff",
    "pattern substr(text, 20) | diff previousDay | anomaly | sort @sampleCount | limit 50",
    "limit 500 | pattern text | filter @sampleCount > 1",
];

/// Lines of known statements as JSON events.
fn events(seed: u64, count: usize) -> Vec<String> {
    LogLines::new(seed)
        .take(count)
        .enumerate()
        .map(|(at, line)| {
            // Ten times as long, so that there is time enough for anomalies.
            let time = 1_714_521_600_000 + (line.time - 1_714_521_600_000) * 10;
            let text = serde_json::to_string(&line.text).expect("text is JSON");
            let mut event = String::new();
            writeln!(
                event,
                r#"{{"timestamp":{time},"text":{text},"n":{}}}"#,
                at % 7
            )
            .expect("writing to a string does not fail");
            event
        })
        .collect()
}

#[test]
fn patterns_do_not_depend_on_files_and_threads() {
    let lines = events(11, 6_000);
    let text = lines.concat();
    let rows = JsonLines.load("events.json", &text).expect("events");
    let inputs = rows.into();
    let parts: Vec<String> = (0..5)
        .map(|part| lines.iter().skip(part).step_by(5).cloned().collect())
        .collect();
    let one = Files::new([("events.json", text.as_str())]);
    let five = Files::new(parts.iter().map(|part| ("events.json", part.as_str())));
    let threads = |threads| Machine { threads, ..PLAIN };
    let middle = 1_714_521_600_000 + 200_000;
    let windows = [
        Context {
            start: Some(middle),
            end: Some(middle + 199_999),
            ..Context::default()
        },
        Context::default(),
    ];
    for query in QUERIES {
        let compiled = compile(query, &Options::default());
        let pipeline = compiled.pipeline.expect("a valid query");
        for context in &windows {
            let compares = query.contains("diff");
            let Ok(expected) = run_reference(&pipeline, &inputs, context) else {
                assert!(compares && context.start.is_none(), "{query}");
                let error = one.run(&pipeline, context, PLAIN).expect_err(query);
                assert!(error.to_string().contains("--start and --end"), "{error}");
                continue;
            };
            assert!(expected.rows.len() > 10, "{query}: {}", expected.render());
            for (files, machine) in [(&one, PLAIN), (&one, threads(3)), (&five, threads(4))] {
                // Which events are the first of equal times differs between one file and five.
                if query.starts_with("limit") && std::ptr::eq(files, &five) {
                    continue;
                }
                let found = files.run(&pipeline, context, machine).expect(query);
                assert_eq!(found.render(), expected.render(), "{query} on {machine:?}");
            }
        }
    }
}
