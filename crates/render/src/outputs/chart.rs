//! A chart: bars for groups, lines over time.

use std::io::{self, Write};

use flowgauge_event::Value;

use super::table::write_table;
use super::{Output, OutputKind, Settings, names};
use crate::chart::draw;
use crate::column::Column;

pub(super) const KIND: OutputKind = OutputKind {
    name: "chart",
    summary: "bars for grouped results, lines when a key is a bin() or a time",
    streams: false,
    open: |writer, settings| {
        Box::new(Chart {
            writer,
            settings,
            columns: Vec::new(),
            rows: Vec::new(),
        })
    },
};

struct Chart<W> {
    writer: W,
    settings: Settings,
    columns: Vec<Column>,
    rows: Vec<Vec<Value>>,
}

impl<W: Write> Output for Chart<W> {
    fn begin(&mut self, columns: &[Column]) -> io::Result<()> {
        self.columns = columns.to_vec();
        Ok(())
    }

    fn row(&mut self, row: &[Value]) -> io::Result<()> {
        self.rows.push(row.to_vec());
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        let writer = &mut self.writer;
        if self.rows.is_empty() {
            writeln!(writer, "no rows to draw")?;
        } else if !draw(writer, &self.columns, &self.rows, self.settings.width)? {
            writeln!(
                writer,
                "no chart: the result has no numeric column; add one with `stats`, e.g. `stats count(*) by srcAddr`"
            )?;
            write_table(writer, &names(&self.columns), &self.rows, self.settings)?;
        }
        writer.flush()
    }
}
