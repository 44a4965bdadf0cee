//! Charts of characters: bars for grouped results, lines when a key is a time.

use std::io::{self, Write};

use flowgauge_event::Value;

use crate::cell::{is_numeric, number, visible};
use crate::column::{Column, Role};

mod bars;
mod braille;
mod lines;

/// Most bars of one chart, as in the console.
const MAX_BARS: usize = 100;
/// Lines drawn one by one; the rest is summed into one more.
const MAX_SERIES: usize = 8;
/// Width when the output has none of its own.
const DEFAULT_WIDTH: usize = 100;

/// A result sorted into labels and numbers.
struct Shape<'a> {
    columns: &'a [Column],
    rows: &'a [Vec<Value>],
    /// The column whose times are the axis of lines.
    time: Option<usize>,
    /// The other keys: they label bars and lines.
    keys: Vec<usize>,
    measures: Vec<usize>,
}

/// Draws the result; `Ok(false)` when it has no numeric column, and then nothing was written.
pub(crate) fn draw(
    writer: &mut dyn Write,
    columns: &[Column],
    rows: &[Vec<Value>],
    width: Option<u16>,
) -> io::Result<bool> {
    let shape = Shape::new(columns, rows);
    if shape.measures.is_empty() {
        return Ok(false);
    }
    let width = width.map_or(DEFAULT_WIDTH, usize::from).max(20);
    match shape.time {
        Some(time) => lines::draw(writer, &shape, time, width)?,
        None => bars::draw(writer, &shape, width)?,
    }
    Ok(true)
}

impl<'a> Shape<'a> {
    /// Takes the parts that columns are known to play. Without any, columns of numbers are drawn
    /// and the others label; if all are numbers, the first labels.
    fn new(columns: &'a [Column], rows: &'a [Vec<Value>]) -> Shape<'a> {
        let grouped = columns.iter().any(|column| column.role != Role::Field);
        let values = |index: usize| {
            let values = rows.iter().filter_map(move |row| row.get(index));
            values.filter(|value| !is_absent(value))
        };
        let numeric =
            |index: usize| values(index).next().is_some() && values(index).all(is_numeric);
        // What a measure has beside numbers, such as the smallest text of a group, is not drawn.
        let has_number = |index: usize| values(index).any(|value| number(value).is_some());
        let mut keys = Vec::new();
        let mut measures = Vec::new();
        for (index, column) in columns.iter().enumerate() {
            match column.role {
                Role::Key => keys.push(index),
                Role::Field if grouped && !numeric(index) => {}
                Role::Field if numeric(index) => measures.push(index),
                Role::Field => keys.push(index),
                Role::Measure if has_number(index) => measures.push(index),
                Role::Measure => {}
            }
        }
        if !grouped && keys.is_empty() && measures.len() > 1 {
            keys.push(measures.remove(0));
        }
        let is_time = |&key: &usize| columns[key].role == Role::Key || Some(&key) == keys.first();
        let mut times = keys.iter().copied().filter(is_time);
        let time = times.find(|&key| is_timeline(rows, key));
        keys.retain(|&key| Some(key) != time);
        Shape {
            columns,
            rows,
            time,
            keys,
            measures,
        }
    }

    /// The keys of a row as one label.
    fn label(&self, row: &[Value]) -> String {
        let cells: Vec<String> = self
            .keys
            .iter()
            .filter_map(|&key| row.get(key))
            .map(|value| match value.print() {
                Some(text) => visible(&text).into_owned(),
                None => "(none)".to_owned(),
            })
            .collect();
        cells.join(", ")
    }

    fn number(&self, row: &[Value], column: usize) -> Option<f64> {
        row.get(column).and_then(number)
    }

    fn name(&self, column: usize) -> String {
        visible(&self.columns[column].name).into_owned()
    }
}

/// Whether a cell holds nothing to draw: no value, or the `-` that flow logs have for none.
fn is_absent(value: &Value) -> bool {
    value.is_missing() || matches!(value, Value::Text(text) if text == "-")
}

/// Whether a column has times, and nothing else but missing cells.
fn is_timeline(rows: &[Vec<Value>], column: usize) -> bool {
    let mut has_time = false;
    let only_times = rows.iter().all(|row| {
        let cell = row.get(column);
        has_time |= matches!(cell, Some(Value::Time(_)));
        matches!(cell, Some(Value::Time(_) | Value::Missing))
    });
    only_times && has_time
}

/// A label of at most `width` characters.
fn shorten(label: &str, width: usize) -> String {
    if label.chars().count() <= width {
        return label.to_owned();
    }
    let mut short: String = label.chars().take(width.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// A number for an axis: three digits and a suffix for thousands.
fn brief(value: f64) -> String {
    const SUFFIXES: [&str; 7] = ["", "K", "M", "G", "T", "P", "E"];
    let mut scaled = value;
    let mut suffix = 0;
    while scaled.abs() >= 999.5 && suffix + 1 < SUFFIXES.len() {
        scaled /= 1_000.0;
        suffix += 1;
    }
    let digits = match scaled.abs() {
        size if size >= 100.0 || scaled.fract() == 0.0 => 0,
        size if size >= 10.0 => 1,
        _ => 2,
    };
    format!("{scaled:.digits$}{}", SUFFIXES[suffix])
}

#[cfg(test)]
mod tests;
