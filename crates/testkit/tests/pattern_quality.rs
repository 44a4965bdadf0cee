//! Mined patterns against the statements that wrote the lines.
//!
//! Grouping accuracy, the usual measure: the share of lines whose group holds exactly the lines of
//! their statement. One line too many or too few makes all lines of a group wrong.

use std::collections::{HashMap, HashSet};

use flowgauge_pattern::{Detail, Miner, Settings, Side};
use flowgauge_testkit::generate::LogLines;

/// Mines the lines, then asks for the pattern of each.
fn accuracy(seed: u64, count: usize) -> f64 {
    let lines: Vec<_> = LogLines::new(seed).take(count).collect();
    let mut miner = Miner::new(Settings {
        detail: Detail::Counts,
        window: None,
    });
    for line in &lines {
        miner.add(&line.text, Some(line.time), Side::Current);
    }
    let groups: Vec<usize> = miner
        .assign(lines.iter().map(|line| line.text.as_str()))
        .into_iter()
        .map(|group| group.expect("every line was added"))
        .collect();
    let mut by_statement: HashMap<usize, HashSet<usize>> = HashMap::new();
    let mut by_group: HashMap<usize, HashSet<usize>> = HashMap::new();
    for (at, (line, group)) in lines.iter().zip(&groups).enumerate() {
        by_statement.entry(line.statement).or_default().insert(at);
        by_group.entry(*group).or_default().insert(at);
    }
    let patterns = miner.patterns();
    let mut right = 0;
    for (statement, members) in &by_statement {
        let first = members.iter().min().copied().unwrap_or(0);
        let group = &by_group[&groups[first]];
        if group == members {
            right += members.len();
        } else {
            let texts: HashSet<&str> = members
                .iter()
                .map(|at| patterns[groups[*at]].text.as_str())
                .collect();
            let mut texts: Vec<&str> = texts.into_iter().collect();
            texts.sort_unstable();
            texts.truncate(6);
            println!("statement {statement}, {} lines: {texts:#?}", members.len());
        }
    }
    right as f64 / count as f64
}

#[test]
fn nearly_all_lines_are_grouped_by_their_statement() {
    for (seed, count) in [(1, 50_000), (2, 50_000), (3, 5_000)] {
        let accuracy = accuracy(seed, count);
        println!("seed {seed}, {count} lines: {accuracy:.4}");
        assert!(accuracy >= 0.98, "seed {seed}: {accuracy}");
    }
}
