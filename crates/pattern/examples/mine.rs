//! Mines the patterns of a file's lines: `mine FILE [counts|shown|anomalies]`, to measure mining
//! alone. Prints processor time, memory and the most frequent patterns; the file is in memory
//! before the clock starts.

use std::time::Instant;

use flowgauge_pattern::{Detail, Miner, Settings, Side};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("which file?")?;
    let detail = match arguments.next().as_deref() {
        Some("shown") => Detail::Shown,
        Some("anomalies") => Detail::Anomalies,
        _ => Detail::Counts,
    };
    let text = std::fs::read_to_string(file)?;
    let mut miner = Miner::new(Settings {
        detail,
        window: None,
    });
    let start = Instant::now();
    let mut lines = 0i64;
    for line in text.lines() {
        miner.add(line, Some(lines * 10), Side::Current);
        lines += 1;
    }
    let mined = start.elapsed();
    let patterns = miner.patterns();
    let all = start.elapsed();
    println!(
        "{lines} lines: {:.0} lines/s mining, {:.0} lines/s with the patterns at the end; {} patterns, {:.1} MiB of state",
        lines as f64 / mined.as_secs_f64(),
        lines as f64 / all.as_secs_f64(),
        patterns.len(),
        miner.heap() as f64 / f64::from(1 << 20)
    );
    for pattern in patterns.iter().take(5) {
        println!("{:8} {}", pattern.count, pattern.text);
    }
    Ok(())
}
