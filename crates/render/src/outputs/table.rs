//! A table with borders. On a terminal it fits the width, long cells wrap, and a list of objects has
//! a line for each; elsewhere every cell stands on one line in full.

use std::io::{self, Write};

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table as Grid, presets};
use flowgauge_event::Value;

use super::{Output, OutputKind, Settings, names};
use crate::cell::{is_numeric, visible};
use crate::column::Column;

pub(super) const KIND: OutputKind = OutputKind {
    name: "table",
    summary: "a table for reading; fits the terminal",
    streams: false,
    open: |writer, settings| {
        Box::new(Table {
            writer,
            settings,
            names: Vec::new(),
            rows: Vec::new(),
        })
    },
};

struct Table<W> {
    writer: W,
    settings: Settings,
    names: Vec<String>,
    rows: Vec<Vec<Value>>,
}

impl<W: Write> Output for Table<W> {
    fn begin(&mut self, columns: &[Column]) -> io::Result<()> {
        self.names = names(columns);
        Ok(())
    }

    fn row(&mut self, row: &[Value]) -> io::Result<()> {
        self.rows.push(row.to_vec());
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        write_table(&mut self.writer, &self.names, &self.rows, self.settings)?;
        self.writer.flush()
    }
}

/// Writes rows as a table; also what a chart falls back to.
pub(crate) fn write_table(
    writer: &mut dyn Write,
    names: &[String],
    rows: &[Vec<Value>],
    settings: Settings,
) -> io::Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    let alignment: Vec<CellAlignment> = (0..names.len())
        .map(|index| alignment(rows, index))
        .collect();
    let mut grid = Grid::new();
    grid.load_style(presets::UTF8_FULL_CONDENSED);
    match settings.width {
        Some(width) => {
            grid.set_content_arrangement(ContentArrangement::Dynamic);
            grid.set_width(width);
        }
        None => {
            grid.set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    grid.set_header(
        names
            .iter()
            .zip(&alignment)
            .map(|(name, alignment)| Cell::new(visible(name)).set_alignment(*alignment)),
    );
    for row in rows {
        grid.add_row(row.iter().zip(&alignment).map(|(value, alignment)| {
            let text = value.print().unwrap_or_default();
            let text = match objects(&text).filter(|_| settings.width.is_some()) {
                Some(lines) => lines.join("\n"),
                None => visible(&text).into_owned(),
            };
            Cell::new(text).set_alignment(*alignment)
        }));
    }
    for line in grid.lines() {
        writeln!(writer, "{line}")?;
    }
    Ok(())
}

/// A line for each object of a JSON list, such as what `relevantfields` and `pattern` give: names and
/// values without quotes, for readers. `None` for all other texts, and where reading the list would
/// change it, as it does with very long numbers.
fn objects(text: &str) -> Option<Vec<String>> {
    if !text.starts_with("[{") {
        return None;
    }
    let objects: Vec<serde_json::Map<String, serde_json::Value>> =
        serde_json::from_str(text).ok()?;
    if serde_json::to_string(&objects).ok()? != text {
        return None;
    }
    let lines = objects.iter().map(|object| {
        let members = object.iter().map(|(name, value)| match value.as_str() {
            Some(text) => format!("{}: {}", visible(name), visible(text)),
            None => format!("{}: {}", visible(name), visible(&value.to_string())),
        });
        members.collect::<Vec<_>>().join(", ")
    });
    Some(lines.collect())
}

/// Numbers stand to the right when every value of the column is one.
fn alignment(rows: &[Vec<Value>], index: usize) -> CellAlignment {
    let mut values = rows
        .iter()
        .filter_map(|row| row.get(index))
        .filter(|value| !value.is_missing())
        .peekable();
    if values.peek().is_some() && values.all(is_numeric) {
        CellAlignment::Right
    } else {
        CellAlignment::Left
    }
}
