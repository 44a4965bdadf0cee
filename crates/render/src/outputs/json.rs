//! One JSON array of objects, an object a line.

use std::io::{self, Write};

use flowgauge_event::Value;

use super::{Output, OutputKind, names};
use crate::cell::write_json_row;
use crate::column::Column;

pub(super) const KIND: OutputKind = OutputKind {
    name: "json",
    summary: "an array of objects; numbers as numbers, missing cells left out",
    streams: true,
    open: |writer, settings| {
        Box::new(Json {
            writer,
            terminal: settings.terminal,
            names: Vec::new(),
            rows: 0,
        })
    },
};

struct Json<W> {
    writer: W,
    terminal: bool,
    names: Vec<String>,
    rows: u64,
}

impl<W: Write> Output for Json<W> {
    fn begin(&mut self, columns: &[Column]) -> io::Result<()> {
        self.names = names(columns);
        self.writer.write_all(b"[")
    }

    fn row(&mut self, row: &[Value]) -> io::Result<()> {
        let separator: &[u8] = if self.rows == 0 { b"\n" } else { b",\n" };
        self.rows += 1;
        self.writer.write_all(separator)?;
        write_json_row(&mut self.writer, &self.names, row, self.terminal)
    }

    fn finish(&mut self) -> io::Result<()> {
        let end: &[u8] = if self.rows == 0 { b"]\n" } else { b"\n]\n" };
        self.writer.write_all(end)?;
        self.writer.flush()
    }

    fn abandon(&mut self) -> io::Result<()> {
        self.writer.write_all(b"\n")?;
        self.writer.flush()
    }
}
