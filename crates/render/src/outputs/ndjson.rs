//! One JSON object a line.

use std::io::{self, Write};

use flowgauge_event::Value;

use super::{Output, OutputKind, names};
use crate::cell::write_json_row;
use crate::column::Column;

pub(super) const KIND: OutputKind = OutputKind {
    name: "ndjson",
    summary: "one JSON object a line; numbers as numbers, missing cells left out",
    streams: true,
    open: |writer, settings| {
        Box::new(Ndjson {
            writer,
            terminal: settings.terminal,
            names: Vec::new(),
        })
    },
};

struct Ndjson<W> {
    writer: W,
    terminal: bool,
    names: Vec<String>,
}

impl<W: Write> Output for Ndjson<W> {
    fn begin(&mut self, columns: &[Column]) -> io::Result<()> {
        self.names = names(columns);
        Ok(())
    }

    fn row(&mut self, row: &[Value]) -> io::Result<()> {
        write_json_row(&mut self.writer, &self.names, row, self.terminal)?;
        self.writer.write_all(b"\n")
    }

    fn finish(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
