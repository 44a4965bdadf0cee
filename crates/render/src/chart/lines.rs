//! Lines over time: one small panel a series, so that series need no colours to be told apart.
//! Panels of one measure share the scale; all share the time axis.

use std::collections::BTreeMap;
use std::io::{self, Write};

use flowgauge_event::{Value, format_timestamp};

use super::braille::Canvas;
use super::{MAX_SERIES, Shape, brief, shorten};

/// Characters left of the plot: the numbers of the scale and its line.
const MARGIN: usize = 8;

/// A named line.
struct Series {
    name: String,
    /// Value by time. Rows of one time and one label add up; groups of a query are distinct.
    points: BTreeMap<i64, f64>,
}

impl Series {
    fn area(&self) -> f64 {
        self.points.values().map(|value| value.abs()).sum()
    }
}

/// Draws the panels and, under them, the axis of the times in column `time`.
pub(super) fn draw(
    writer: &mut dyn Write,
    shape: &Shape<'_>,
    time: usize,
    width: usize,
) -> io::Result<()> {
    let times = |row: &Vec<Value>| match row.get(time) {
        Some(Value::Time(millis)) => Some(*millis),
        _ => None,
    };
    let first = shape.rows.iter().filter_map(times).min().unwrap_or(0);
    let last = shape.rows.iter().filter_map(times).max().unwrap_or(0);
    let plot = width.saturating_sub(MARGIN).max(10);
    let mut blocks = Vec::new();
    for &measure in &shape.measures {
        blocks.push(top(series(shape, time, measure)));
    }
    let count: usize = blocks.iter().map(Vec::len).sum();
    let height = match count {
        0 | 1 => 10,
        2..=3 => 5,
        _ => 3,
    };
    let step = smallest_step(&blocks);
    for block in &blocks {
        let (low, high) = scale(block);
        for line in block {
            writeln!(
                writer,
                "{}{}",
                " ".repeat(MARGIN),
                shorten(&line.name, plot)
            )?;
            let mut canvas = Canvas::new(plot, height);
            trace(&mut canvas, line, (first, last), (low, high), step);
            for row in 0..height {
                let label = match row {
                    0 => brief(high),
                    row if row + 1 == height => brief(low),
                    _ => String::new(),
                };
                let text = format!("{label:>6} ┤{}", canvas.row(row));
                writeln!(writer, "{}", text.trim_end())?;
            }
        }
    }
    write_axis(writer, first, last, plot)
}

/// The lines of a measure: one for each combination of the other keys.
fn series(shape: &Shape<'_>, time: usize, measure: usize) -> Vec<Series> {
    let mut by_label: BTreeMap<String, BTreeMap<i64, f64>> = BTreeMap::new();
    for row in shape.rows {
        if let (Some(Value::Time(millis)), Some(number)) =
            (row.get(time), shape.number(row, measure))
        {
            let points = by_label.entry(shape.label(row)).or_default();
            *points.entry(*millis).or_default() += number;
        }
    }
    by_label
        .into_iter()
        .map(|(label, points)| Series {
            name: match label.as_str() {
                "" => shape.name(measure),
                label if shape.measures.len() == 1 => label.to_owned(),
                label => format!("{label}: {}", shape.name(measure)),
            },
            points,
        })
        .collect()
}

/// The largest lines by area; the others are summed into one.
fn top(mut all: Vec<Series>) -> Vec<Series> {
    all.sort_by(|a, b| b.area().total_cmp(&a.area()));
    if all.len() > MAX_SERIES {
        let rest = all.split_off(MAX_SERIES);
        let mut other = Series {
            name: format!("other ({} series, summed)", rest.len()),
            points: BTreeMap::new(),
        };
        for line in rest {
            for (time, value) in line.points {
                *other.points.entry(time).or_default() += value;
            }
        }
        all.push(other);
    }
    all
}

/// The scale starts at zero unless there are numbers below.
fn scale(block: &[Series]) -> (f64, f64) {
    let values = || block.iter().flat_map(|line| line.points.values().copied());
    let low = values().fold(0.0, f64::min);
    let high = values().fold(0.0, f64::max);
    if low == high {
        (low, low + 1.0)
    } else {
        (low, high)
    }
}

/// The bin width, as far as the data shows it.
fn smallest_step(blocks: &[Vec<Series>]) -> i64 {
    let mut times: Vec<i64> = blocks
        .iter()
        .flatten()
        .flat_map(|line| line.points.keys().copied())
        .collect();
    times.sort_unstable();
    times.dedup();
    times
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .min()
        .unwrap_or(1)
}

/// Draws a line; it breaks where a bin is absent.
fn trace(canvas: &mut Canvas, line: &Series, time: (i64, i64), value: (f64, f64), step: i64) {
    let across = (canvas.width() - 1) as f64;
    let down = (canvas.height() - 1) as f64;
    let span = (time.1 - time.0).max(1) as f64;
    let place = |millis: i64, number: f64| {
        let x = (millis - time.0) as f64 / span * across;
        let y = (value.1 - number) / (value.1 - value.0) * down;
        (x.round() as usize, y.round() as usize)
    };
    let mut previous: Option<(i64, (usize, usize))> = None;
    for (&millis, &number) in &line.points {
        let here = place(millis, number);
        match previous {
            Some((before, there)) if millis - before <= step.saturating_mul(3) / 2 => {
                canvas.line(there, here);
            }
            _ => canvas.dot(here.0, here.1),
        }
        previous = Some((millis, here));
    }
}

/// The time axis: first time to the left, last to the right, the middle when there is room.
fn write_axis(writer: &mut dyn Write, first: i64, last: i64, plot: usize) -> io::Result<()> {
    writeln!(writer, "{}└{}", " ".repeat(MARGIN - 1), "─".repeat(plot))?;
    let start = axis_time(first);
    let mut text = start.clone();
    let mut put = |label: &str, at: usize| {
        let gap = at.saturating_sub(text.chars().count());
        if gap >= 2 {
            text.push_str(&" ".repeat(gap));
            text.push_str(label);
        }
        gap >= 2
    };
    if last > first {
        let middle = axis_time(first + (last - first) / 2);
        let end = axis_time(last);
        if plot >= 3 * start.len() + 4 {
            put(&middle, (plot - start.len()) / 2);
        }
        // A narrow plot has room for the time of day only.
        if !put(&end, plot.saturating_sub(end.len()))
            && let Some((_, time)) = end.split_once(' ')
        {
            put(time, plot.saturating_sub(time.len()));
        }
    }
    writeln!(writer, "{}{text}", " ".repeat(MARGIN))
}

/// Date, hour and minute.
fn axis_time(millis: i64) -> String {
    let text = format_timestamp(millis);
    match text.rfind(':') {
        Some(at) => text[..at].to_owned(),
        None => text,
    }
}
