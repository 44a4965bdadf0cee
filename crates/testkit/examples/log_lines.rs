//! Prints lines of known statements: `log_lines COUNT [SEED]`, for measurements.

use std::io::{BufWriter, Write, stdout};

use flowgauge_testkit::generate::LogLines;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: u64| {
        arguments
            .next()
            .and_then(|argument| argument.parse().ok())
            .unwrap_or(default)
    };
    let (count, seed) = (number(1_000), number(1));
    let mut out = BufWriter::new(stdout().lock());
    for line in LogLines::new(seed).take(count as usize) {
        writeln!(out, "{}", line.text)?;
    }
    out.flush()
}
