//! The number of threads and the memory at hand change how long a query takes, not what it gives.

use std::fmt::Write;

use flowgauge_engine::EngineError;
use flowgauge_ql::{Options, compile};
use flowgauge_testkit::reference::Context;

use crate::harness::{Files, Machine, PLAIN};

/// Events of an application, in no order of time; many users, few paths.
fn events(count: u64) -> String {
    let mut text = String::new();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..count {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let random = state >> 33;
        writeln!(
            text,
            r#"{{"timestamp":{},"user":"u{}","path":"/p{}","ms":{}.{},"bytes":{},"tags":["a","b{}"]}}"#,
            1_714_521_600_000 + random % 3_600_000,
            random % 9_001,
            random % 7,
            random % 500,
            random % 10,
            random,
            random % 3,
        )
        .expect("text takes everything");
    }
    text
}

const QUERIES: &[&str] = &[
    "fields user, ms | sort ms desc, user",
    "fields user | sort user | limit 20000",
    "sort bytes | dedup user | limit 50",
    "dedup path",
    "stats count(*), sum(ms), avg(ms), sum(bytes), min(user), max(bytes) by user",
    "stats variance(ms), stddev(ms), pct(ms, 95), median(bytes), countDistinct(user) by path",
    "stats values(path), earliest(user), latest(bytes), sortsFirst(user), sortsLast(ms) by bin(5m)",
    "stats countDistinct(user), countDistinct(bytes)",
    "stats topk(5, user)",
    "stats count(*) as n by user, path | stats max(n), avg(n), count(*) by path",
    "parse @message '\"user\":\"*\",' as who | stats count(*) by who | sort who desc | limit 7",
    "fields jsonParse(@message) as j | unnest j.tags into tag | stats count(*) by tag",
    "parse @message /(?<word>[a-z]+)\\d/ multi | stats count(*) by word",
    "limit any 3 | stats count(*)",
];

#[test]
fn threads_and_memory_do_not_show() {
    let text = events(30_000);
    let middle = text.len() / 2 + text[text.len() / 2..].find('\n').map_or(0, |at| at + 1);
    let files = Files::new([("one.json", &text[..middle]), ("two.json", &text[middle..])]);
    let (mut wrong, mut exhausted) = (Vec::new(), 0);
    for query in QUERIES {
        let pipeline = compile(query, &Options::default()).pipeline.expect(query);
        let run = |machine| {
            let table = files.run(&pipeline, &Context::default(), machine)?;
            Ok::<_, EngineError>(table.render())
        };
        let expected = run(PLAIN).expect(query);
        for machine in [
            Machine {
                threads: 4,
                ..PLAIN
            },
            Machine {
                threads: 2,
                memory: 4 << 20,
            },
            Machine {
                threads: 1,
                memory: 1 << 20,
            },
        ] {
            match run(machine) {
                Ok(found) if found == expected => {}
                Ok(found) => {
                    let line = found.lines().zip(expected.lines()).find(|(a, b)| a != b);
                    wrong.push(format!("{query}\n{machine:?}: {line:?}"));
                }
                // A clean refusal is an answer; anything else is not.
                Err(EngineError::Resources(_)) if machine.memory < PLAIN.memory => exhausted += 1,
                Err(error) => wrong.push(format!("{query}\n{machine:?}: {error}")),
            }
        }
    }
    println!("{exhausted} runs asked for more memory than they had");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
