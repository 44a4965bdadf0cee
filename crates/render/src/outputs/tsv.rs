//! Tab-separated values with a header. The format has no quotes: a tab, a line end and a backslash
//! inside a cell are written `\t`, `\n`, `\r` and `\\`, as databases write and read them.

use std::io::{self, Write};

use flowgauge_event::Value;

use super::{Output, OutputKind};
use crate::column::Column;

pub(super) const KIND: OutputKind = OutputKind {
    name: "tsv",
    summary: "tab-separated values with a header; tabs and line ends inside cells as \\t and \\n",
    streams: true,
    open: |writer, _| Box::new(Tsv { writer }),
};

struct Tsv<W> {
    writer: W,
}

impl<W: Write> Tsv<W> {
    fn cell(&mut self, index: usize, text: &str) -> io::Result<()> {
        if index > 0 {
            self.writer.write_all(b"\t")?;
        }
        let mut rest = text;
        while let Some(at) = rest.find(['\t', '\n', '\r', '\\']) {
            let (plain, tail) = rest.split_at(at);
            self.writer.write_all(plain.as_bytes())?;
            self.writer.write_all(match tail.as_bytes().first() {
                Some(b'\t') => b"\\t",
                Some(b'\n') => b"\\n",
                Some(b'\r') => b"\\r",
                _ => b"\\\\",
            })?;
            rest = &tail[1..];
        }
        self.writer.write_all(rest.as_bytes())
    }
}

impl<W: Write> Output for Tsv<W> {
    fn begin(&mut self, columns: &[Column]) -> io::Result<()> {
        for (index, column) in columns.iter().enumerate() {
            self.cell(index, &column.name)?;
        }
        self.writer.write_all(b"\n")
    }

    fn row(&mut self, row: &[Value]) -> io::Result<()> {
        for (index, value) in row.iter().enumerate() {
            self.cell(index, &value.print().unwrap_or_default())?;
        }
        self.writer.write_all(b"\n")
    }

    fn finish(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
