//! Horizontal bars, in eighths of a character.

use std::io::{self, Write};

use flowgauge_event::Number;

use super::{MAX_BARS, Shape, shorten};

const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// One block of bars a measure: label, bar, number. The longest bar fills the width; a negative
/// number has a shaded bar of its size.
pub(super) fn draw(writer: &mut dyn Write, shape: &Shape<'_>, width: usize) -> io::Result<()> {
    let shown = &shape.rows[..shape.rows.len().min(MAX_BARS)];
    let labels: Vec<String> = shown
        .iter()
        .map(|row| shorten(&shape.label(row), width / 3))
        .collect();
    let label_width = labels
        .iter()
        .map(|label| label.chars().count())
        .max()
        .unwrap_or(0);
    for (position, &measure) in shape.measures.iter().enumerate() {
        if position > 0 {
            writeln!(writer)?;
        }
        writeln!(writer, "{}", shape.name(measure))?;
        let numbers: Vec<Option<f64>> =
            shown.iter().map(|row| shape.number(row, measure)).collect();
        let printed: Vec<String> = numbers
            .iter()
            .map(|number| number.map_or_else(|| "-".to_owned(), print))
            .collect();
        let number_width = printed.iter().map(String::len).max().unwrap_or(0);
        let longest = numbers
            .iter()
            .flatten()
            .fold(0.0_f64, |longest, number| longest.max(number.abs()));
        let room = width.saturating_sub(label_width + number_width + 2).max(4);
        for ((label, number), text) in labels.iter().zip(&numbers).zip(&printed) {
            let line = format!(
                "{label:label_width$} {text:>number_width$} {}",
                bar(number.unwrap_or(0.0), longest, room)
            );
            writeln!(writer, "{}", line.trim_end())?;
        }
    }
    let hidden = shape.rows.len() - shown.len();
    if hidden > 0 {
        writeln!(writer, "{hidden} more rows are not drawn")?;
    }
    Ok(())
}

/// Whole numbers print without a fraction, as in tables.
fn print(value: f64) -> String {
    Number::Float(value).to_string()
}

fn bar(value: f64, longest: f64, room: usize) -> String {
    if longest <= 0.0 {
        return String::new();
    }
    let eighths = (value.abs() / longest * room as f64 * 8.0).round() as usize;
    if value < 0.0 {
        return "░".repeat(eighths.div_ceil(8));
    }
    // Anything above zero shows, however small.
    let eighths = if value > 0.0 { eighths.max(1) } else { 0 };
    let mut text = "█".repeat(eighths / 8);
    text.push_str(EIGHTHS[eighths % 8]);
    text
}
