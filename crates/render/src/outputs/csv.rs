//! Comma-separated values as RFC 4180 has them: a header, CRLF line ends, quotes where needed.

use std::borrow::Cow;
use std::io::{self, Write};

use ::csv::{Terminator, Writer, WriterBuilder};
use flowgauge_event::Value;

use super::{Output, OutputKind, Settings, shown};
use crate::column::Column;

pub(super) const KIND: OutputKind = OutputKind {
    name: "csv",
    summary: "comma-separated values with a header (RFC 4180)",
    streams: true,
    open: |writer, settings| {
        Box::new(Csv {
            writer: WriterBuilder::new()
                .terminator(Terminator::CRLF)
                .from_writer(writer),
            settings,
        })
    },
};

struct Csv<W: Write> {
    writer: Writer<W>,
    settings: Settings,
}

impl<W: Write> Csv<W> {
    fn cell(&mut self, text: Cow<'_, str>) -> io::Result<()> {
        let text = shown(text, self.settings);
        self.writer.write_field(text.as_bytes()).map_err(io_error)
    }

    fn end_line(&mut self) -> io::Result<()> {
        // An empty record after single fields ends the line.
        self.writer.write_record(None::<&[u8]>).map_err(io_error)
    }
}

impl<W: Write> Output for Csv<W> {
    fn begin(&mut self, columns: &[Column]) -> io::Result<()> {
        for column in columns {
            self.cell(Cow::Borrowed(&column.name))?;
        }
        self.end_line()
    }

    fn row(&mut self, row: &[Value]) -> io::Result<()> {
        for value in row {
            self.cell(value.print().unwrap_or_default())?;
        }
        self.end_line()
    }

    fn finish(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Keeps the kind of an I/O error, so that a closed pipe is still known as one.
fn io_error(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
