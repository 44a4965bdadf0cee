//! `pattern` and what follows it (spec 5.11 to 5.13).
//!
//! The miner is the engine's own: what a pattern is, it alone says, and its tests judge it by
//! lines whose statements are known. Here all lines go through one miner, row by row, so that the
//! engine's division of the work over threads has something to be compared with.

use std::collections::BTreeMap;

use flowgauge_event::{Number, Value};
use flowgauge_pattern::{Detail, Miner, Pattern, Settings, Side};
use flowgauge_ql::pipeline::{Mining, columns};

use super::expression::Evaluator;
use super::{Working, convert};

pub(super) fn mine<'a>(
    evaluator: &Evaluator<'a>,
    mining: &Mining,
    rows: Vec<Working<'a>>,
) -> Result<Vec<Working<'a>>, String> {
    let window = evaluator.window();
    let mut miner = Miner::new(Settings {
        detail: Detail::Anomalies,
        window: window.start.zip(window.end),
    });
    add(evaluator, mining, &rows, Side::Current, &mut miner)?;
    if let Some(comparison) = mining.comparison {
        let earlier = comparison
            .earlier(window)
            .ok_or("patterns of two windows need a window")?;
        let others = evaluator.rows(earlier, evaluator.done.get())?;
        add(evaluator, mining, &others, Side::Earlier, &mut miner)?;
    }
    let total = miner.totals()[0].max(1) as f64;
    let mut patterns = miner.patterns();
    if mining.comparison.is_some() && miner.totals()[1] > 0 {
        // The greatest changes first; `pattern` itself has sorted by events.
        patterns.sort_by(|a, b| a.text.cmp(&b.text));
        patterns.sort_by_key(|pattern| -more(pattern).abs());
    }
    Ok(patterns
        .iter()
        .enumerate()
        .map(|(position, pattern)| Working {
            event: None,
            columns: cells(pattern, total),
            position,
        })
        .collect())
}

fn add(
    evaluator: &Evaluator<'_>,
    mining: &Mining,
    rows: &[Working<'_>],
    side: Side,
    miner: &mut Miner,
) -> Result<(), String> {
    for row in rows {
        if let Some(text) = convert::text(&evaluator.eval(&mining.input, row)?) {
            miner.add(&text, row.timestamp(), side);
        }
    }
    Ok(())
}

fn more(pattern: &Pattern) -> i64 {
    pattern.count as i64 - pattern.earlier as i64
}

fn cells(pattern: &Pattern, total: f64) -> BTreeMap<String, Value> {
    let text = |text: &str| Value::Text(text.to_owned());
    let float = |value: f64| Number::from_f64(value).map_or(Value::Missing, Value::Number);
    let anomaly = pattern.anomalies.first();
    let described: Vec<&str> = pattern
        .anomalies
        .iter()
        .map(|anomaly| anomaly.description.as_str())
        .collect();
    [
        (columns::PATTERN, text(&pattern.text)),
        (columns::RATIO, float(pattern.count as f64 / total)),
        (columns::COUNT, convert::int(pattern.count as i64)),
        (columns::SEVERITY, text(pattern.severity())),
        (columns::TOKENS, Value::Structure(pattern.tokens_json())),
        (
            columns::VISUALIZATION,
            Value::Structure(pattern.timeline_json()),
        ),
        (columns::SAMPLES, Value::Structure(pattern.samples_json())),
        (columns::DIFF_COUNT, convert::int(more(pattern))),
        (columns::DIFF_DESCRIPTION, text(&pattern.change())),
        (
            columns::ANOMALY_SCORE,
            anomaly.map_or(Value::Missing, |anomaly| float(anomaly.score)),
        ),
        (
            columns::ANOMALY_TYPE,
            anomaly.map_or(Value::Missing, |anomaly| text(anomaly.kind.label())),
        ),
        (
            columns::ANOMALY_DESCRIPTION,
            anomaly.map_or(Value::Missing, |_| Value::Text(described.join("; "))),
        ),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}
