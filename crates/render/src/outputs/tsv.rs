//! Tab-separated values with a header. The format has no quotes: a tab, a line end and a backslash
//! inside a cell are written `\t`, `\n`, `\r` and `\\`, as databases write and read them.

use std::borrow::Cow;
use std::io::{self, Write};

use flowgauge_event::Value;

use super::{Output, OutputKind, Settings, shown};
use crate::column::Column;

pub(super) const KIND: OutputKind = OutputKind {
    name: "tsv",
    summary: "tab-separated values with a header; tabs and line ends inside cells as \\t and \\n",
    streams: true,
    open: |writer, settings| Box::new(Tsv { writer, settings }),
};

struct Tsv<W> {
    writer: W,
    settings: Settings,
}

impl<W: Write> Tsv<W> {
    fn cell(&mut self, index: usize, text: &str) -> io::Result<()> {
        if index > 0 {
            self.writer.write_all(b"\t")?;
        }
        let text = shown(escape(text), self.settings);
        self.writer.write_all(text.as_bytes())
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

fn escape(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\t', '\n', '\r', '\\']) {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        out.push_str(match tail.as_bytes().first() {
            Some(b'\t') => "\\t",
            Some(b'\n') => "\\n",
            Some(b'\r') => "\\r",
            _ => "\\\\",
        });
        rest = &tail[1..];
    }
    if out.is_empty() {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    Cow::Owned(out)
}
