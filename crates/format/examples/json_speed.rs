//! How fast JSON lines decode: `cargo run --release -p flowgauge-format --example json_speed`.
//!
//! Synthetic application events of about 400 bytes; prints megabytes a second on one core for
//! several sets of requested fields.

use std::fmt::Write as _;
use std::time::Instant;

use flowgauge_event::TimeRange;
use flowgauge_format::columns::Columns;
use flowgauge_format::records::RecordSplitter;
use flowgauge_format::{Facet, FileContext, Request, json};

/// Size of the block that is decoded again and again.
const BLOCK_BYTES: usize = 8 << 20;
const ROUNDS: usize = 20;

fn main() -> Result<(), String> {
    let block = events();
    let context = FileContext::default();
    let decoder = (json::FORMAT.open)(&block, &context)?;
    for names in [
        &[][..],
        &["level"],
        &["level", "http.status"],
        &["@timestamp", "level", "http.status"],
        &[
            "message",
            "user.tags.1",
            "http.headers",
            "duration_ms",
            "host",
        ],
    ] {
        let requests: Vec<Request> = names.iter().map(|name| request(name)).collect();
        report(&format!("{names:?}"), block.len(), || {
            let mut out = Columns::new(&requests);
            decoder.decode(&block, TimeRange::default(), &mut out);
            out.rows
        });
    }
    let document = format!("{{\"Records\":[{}]}}", block.trim_end().replace('\n', ","));
    report("cutting a Records document", document.len(), || {
        let mut out = Vec::with_capacity(document.len());
        let mut splitter = RecordSplitter::new();
        // Cannot fail: the document was just put together.
        let _ = splitter.feed(document.as_bytes(), &mut out);
        out.len()
    });
    Ok(())
}

fn request(name: &str) -> Request {
    let facet = match name {
        "@timestamp" => Facet::Time,
        _ => Facet::Text,
    };
    Request {
        name: name.to_owned(),
        facet,
    }
}

fn report(what: &str, bytes: usize, mut run: impl FnMut() -> usize) {
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        std::hint::black_box(run());
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("{:7.0} MB/s  {what}", bytes as f64 / best / 1e6);
}

fn events() -> String {
    let mut block = String::with_capacity(BLOCK_BYTES + 1024);
    let mut n: u64 = 1;
    while block.len() < BLOCK_BYTES {
        // A linear congruential generator: the same events in every run.
        n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let r = n >> 33;
        let level = ["INFO", "WARN", "ERROR"][(r % 3) as usize];
        let _ = writeln!(
            block,
            r#"{{"timestamp":"2024-05-01T12:{:02}:{:02}.{:03}Z","level":"{level}","message":"request {r} served from \"cache\" in {} ms","host":"ip-10-0-{}-{}.internal","http":{{"method":"GET","path":"/api/v1/items/{r}","status":{},"headers":{{"accept":"application/json","user-agent":"agent/1.{}"}}}},"user":{{"id":{r},"tags":["a","b{}"],"admin":false}},"duration_ms":{}.{:02},"trace":null}}"#,
            r % 60,
            r % 59,
            r % 1000,
            r % 97,
            r % 256,
            r % 254,
            200 + r % 5 * 100,
            r % 10,
            r % 7,
            r % 900,
            r % 100,
        );
    }
    block
}
