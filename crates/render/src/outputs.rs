//! The ways to print a result, one file each, listed once.

use std::borrow::Cow;
use std::io::{self, Write};

use flowgauge_event::Value;

use crate::cell::harmless;
use crate::column::Column;

mod chart;
mod csv;
mod json;
mod markdown;
mod ndjson;
mod table;
mod tsv;

/// Prints one result. Call [`Output::begin`] once, [`Output::row`] for each row, then
/// [`Output::finish`]; rows have one value for each column.
pub trait Output {
    /// Starts the result.
    fn begin(&mut self, columns: &[Column]) -> io::Result<()>;
    /// Takes one row.
    fn row(&mut self, row: &[Value]) -> io::Result<()>;
    /// Writes what is left and flushes.
    fn finish(&mut self) -> io::Result<()>;
    /// Ends a result of which no more rows come, because something has failed. What was written
    /// stays, and nothing closes it, so that a reader notices; what is held is not printed.
    fn abandon(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What an output has to know about the place it prints to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    /// Columns of the terminal; `None` when the output is a file or a pipe, which has no width.
    pub width: Option<u16>,
    /// Whether to colour.
    pub color: bool,
    /// Whether it is a terminal, which would obey control characters: they are printed as visible
    /// text there, and as they are elsewhere.
    pub terminal: bool,
}

/// Opens an output on a writer.
pub type Open = for<'a> fn(Box<dyn Write + Send + 'a>, Settings) -> Box<dyn Output + Send + 'a>;

/// One entry of [`OUTPUTS`].
pub struct OutputKind {
    /// Name for `--output`.
    pub name: &'static str,
    /// One sentence for the manual.
    pub summary: &'static str,
    /// Whether rows are written as they come; the others hold the result, which `limit` bounds.
    pub streams: bool,
    /// Opens one.
    pub open: Open,
}

/// Every way to print a result.
pub const OUTPUTS: &[OutputKind] = &[
    table::KIND,
    json::KIND,
    ndjson::KIND,
    csv::KIND,
    tsv::KIND,
    markdown::KIND,
    chart::KIND,
];

/// The output of that name.
pub fn find(name: &str) -> Option<&'static OutputKind> {
    OUTPUTS.iter().find(|kind| kind.name == name)
}

/// Text as it stands in a cell of an output that has lines.
fn shown(text: Cow<'_, str>, settings: Settings) -> Cow<'_, str> {
    if !settings.terminal {
        return text;
    }
    match harmless(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(safe) => Cow::Owned(safe),
    }
}

/// Names of columns, which several outputs keep.
fn names(columns: &[Column]) -> Vec<String> {
    columns.iter().map(|column| column.name.clone()).collect()
}

#[cfg(test)]
mod tests;
