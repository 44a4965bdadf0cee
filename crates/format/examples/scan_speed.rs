//! Measures how fast flow log text becomes columns, on one core and without I/O.
//!
//! `cargo run --release -p flowgauge-format --example scan_speed [MEGABYTES]`

use std::fmt::Write;
use std::sync::LazyLock;
use std::time::Instant;

use flowgauge_event::TimeRange;
use flowgauge_format::columns::Columns;
use flowgauge_format::{Decoder, Facet, FileContext, Request, registry};

const BLOCK_BYTES: usize = 1 << 20;
const ROUNDS: usize = 3;
const FIRST_SECOND: i64 = 1_700_000_000;

fn main() {
    let megabytes = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(500);
    let blocks = generate(megabytes * 1_000_000);
    let bytes: usize = blocks.iter().map(String::len).sum();
    println!("{bytes} bytes in blocks of about {BLOCK_BYTES}, best of {ROUNDS} rounds");

    let context = FileContext::default();
    let head = &blocks[0][..BLOCK_BYTES / 64];
    let format = registry::sniff(head, &context);
    let decoder = match (format.open)(head, &context) {
        Ok(decoder) => decoder,
        Err(error) => return eprintln!("scan_speed: {error}"),
    };
    let half = FIRST_SECOND * 1_000 + bytes as i64 / 110 / 1_000 * 1_000 / 2;
    let everything = TimeRange::default();
    let first_half = TimeRange {
        start: None,
        end: Some(half),
    };
    use Facet::{Number, Text, Time};
    for (title, range, requests) in [
        ("no column", everything, vec![]),
        ("srcAddr", everything, vec![("srcAddr", Text)]),
        ("bytes as number", everything, vec![("bytes", Number)]),
        (
            "srcAddr, bytes",
            everything,
            vec![("srcAddr", Text), ("bytes", Number)],
        ),
        (
            "srcAddr, bytes of half the time",
            first_half,
            vec![("srcAddr", Text), ("bytes", Number)],
        ),
        (
            "@timestamp, action, bytes",
            everything,
            vec![("@timestamp", Time), ("action", Text), ("bytes", Number)],
        ),
        (
            "five-tuple, packets, bytes",
            everything,
            vec![
                ("srcAddr", Text),
                ("dstAddr", Text),
                ("srcPort", Text),
                ("dstPort", Text),
                ("protocol", Text),
                ("packets", Number),
                ("bytes", Number),
            ],
        ),
        (
            "@timestamp, @message",
            everything,
            vec![("@timestamp", Time), ("@message", Text)],
        ),
        (
            "@logStream, @log",
            everything,
            vec![("@logStream", Text), ("@log", Text)],
        ),
    ] {
        let requests: Vec<_> = requests
            .into_iter()
            .map(|(name, facet)| Request {
                name: name.to_owned(),
                facet,
            })
            .collect();
        let (seconds, rows) = measure(decoder.as_ref(), &blocks, range, &requests);
        println!(
            "{title:34} {:6.2} GB/s  {:6.1} M rows/s",
            bytes as f64 / seconds / 1e9,
            rows as f64 / seconds / 1e6
        );
    }
}

/// Seconds of the fastest round, and rows of a round.
fn measure(
    decoder: &dyn Decoder,
    blocks: &[String],
    range: TimeRange,
    requests: &[Request],
) -> (f64, usize) {
    let mut best = f64::INFINITY;
    let mut rows = 0;
    for _ in 0..ROUNDS {
        let begin = processor_seconds();
        rows = 0;
        for block in blocks {
            let mut out = Columns::new(requests);
            decoder.decode(block, range, &mut out);
            rows += std::hint::black_box(out).rows;
        }
        best = best.min(processor_seconds() - begin);
    }
    (best, rows)
}

/// Seconds that this thread has run, where Linux tells, so that other work on the machine does not
/// count; elsewhere the time that has passed.
fn processor_seconds() -> f64 {
    static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let begin = *BEGIN;
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse::<f64>().ok())
        .map_or_else(|| begin.elapsed().as_secs_f64(), |nanos| nanos / 1e9)
}

/// Default-format records with the spread of real ones: few interfaces, many addresses and ports.
fn generate(bytes: usize) -> Vec<String> {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % below
    };
    let mut blocks = Vec::new();
    let mut line = 0;
    while blocks.len() * BLOCK_BYTES < bytes {
        let mut block = String::with_capacity(BLOCK_BYTES + 256);
        while block.len() < BLOCK_BYTES {
            let start = FIRST_SECOND + line / 1_000;
            line += 1;
            if next(50) == 0 {
                let _ = writeln!(
                    block,
                    "2 123456789012 eni-0a1b2c3d4e5f{:05} - - - - - - - {start} {} - NODATA",
                    next(40),
                    start + 59
                );
                continue;
            }
            let magnitude = 1 + next(12);
            let packets = 1 + next(1 << magnitude);
            let _ = writeln!(
                block,
                "2 123456789012 eni-0a1b2c3d4e5f{:05} 10.{}.{}.{} {}.{}.{}.{} {} {} {} {packets} {} {start} {} {} OK",
                next(40),
                next(4),
                next(256),
                next(256),
                next(224),
                next(256),
                next(256),
                next(256),
                1_024 + next(64_000),
                [443, 80, 22, 53, 3306, 8080][next(6) as usize],
                [6, 6, 6, 17, 1][next(5) as usize],
                packets * (40 + next(1_400)),
                start + next(60) as i64,
                if next(10) == 0 { "REJECT" } else { "ACCEPT" },
            );
        }
        blocks.push(block);
    }
    blocks
}
