//! `relevantfields` with more values than are counted exactly: what is shown does not depend on how
//! files and threads divide the events, and what is frequent is found.

use std::fmt::Write;

use flowgauge_event::limits::RELEVANT_VALUES;
use flowgauge_ql::{Options, compile};
use flowgauge_testkit::reference::Context;

use crate::harness::{Files, Machine, PLAIN};

/// Events with a number and a user that differ in nearly every one. Of the slow ones, every third
/// has the same user, and the numbers are higher.
fn events(count: usize) -> Vec<String> {
    (0..count)
        .map(|at| {
            let mixed = (at as u32).wrapping_mul(2_654_435_761);
            let slow = mixed.is_multiple_of(4);
            let user = match slow && at.is_multiple_of(3) {
                true => "batch".to_owned(),
                false => format!("user-{mixed:08x}"),
            };
            let size = u64::from(mixed >> 8) + if slow { 5_000_000 } else { 0 };
            let mut event = String::new();
            writeln!(
                event,
                r#"{{"timestamp":{},"slow":{},"user":"{user}","size":{size}}}"#,
                1_714_521_600_000u64 + at as u64,
                u8::from(slow)
            )
            .expect("writing to a string does not fail");
            event
        })
        .collect()
}

#[test]
fn relevance_does_not_depend_on_files_and_threads() {
    let lines = events(3 * RELEVANT_VALUES);
    let dealt: Vec<String> = (0..5)
        .map(|part| lines.iter().skip(part).step_by(5).cloned().collect())
        .collect();
    let whole = lines.concat();
    let one = Files::new([("events.json", whole.as_str())]);
    let five = Files::new(dealt.iter().map(|part| ("events.json", part.as_str())));
    let threads = |threads| Machine { threads, ..PLAIN };
    let text = "relevantfields user, size where slow = 1";
    let compiled = compile(text, &Options::default());
    let pipeline = compiled.pipeline.expect("a valid query");
    let mut seen: Vec<Vec<Vec<Option<String>>>> = Vec::new();
    for (files, machine) in [(&one, threads(1)), (&one, threads(3)), (&five, threads(4))] {
        let found = files.run(&pipeline, &Context::default(), machine);
        let mut rows = found.expect(text).rows;
        assert_eq!(rows.len(), 2, "{rows:?}");
        for row in &mut rows {
            if row[0].as_deref() == Some("user") {
                // Counts of frequent values may be a little too low, so only the first is looked at.
                let contributors = row[2].take().expect("a categorical field has values");
                assert!(
                    contributors.starts_with(r#"[{"value":"batch","#),
                    "{contributors}"
                );
            }
        }
        seen.push(rows);
    }
    assert!(seen.windows(2).all(|two| two[0] == two[1]), "{seen:?}");
}
