//! Lines on a stream such as standard output, as CloudWatch has them: without a header.

use std::io::{self, ErrorKind, Write};

use super::{Sink, SinkError};
use crate::inventory::Inventory;
use crate::record::ClosedWindow;
use crate::record_format::RecordFormat;

/// Text that is written at once, bytes.
const CHUNK: usize = 64 * 1024;

/// Lines on a stream. Each window is there as soon as it has closed.
pub struct Lines<W> {
    name: String,
    format: RecordFormat,
    text: Vec<u8>,
    writer: W,
}

impl<W: Write> Lines<W> {
    /// Lines on a stream that has this name in messages.
    pub fn new(name: &str, format: RecordFormat, writer: W) -> Lines<W> {
        Lines {
            name: name.to_owned(),
            format,
            text: Vec::with_capacity(CHUNK + 4096),
            writer,
        }
    }
}

fn hand_on(text: &mut Vec<u8>, writer: &mut impl Write) -> io::Result<()> {
    let written = writer.write_all(text);
    text.clear();
    written
}

fn failed(name: &str, error: io::Error) -> SinkError {
    match error.kind() {
        ErrorKind::BrokenPipe => SinkError::Closed,
        _ => SinkError::Io {
            path: name.to_owned(),
            error,
        },
    }
}

impl<W: Write> Sink for Lines<W> {
    fn write(&mut self, window: &ClosedWindow, inventory: &Inventory) -> Result<(), SinkError> {
        let mut printer = self.format.printer(inventory);
        for record in &window.records {
            printer.write(record, &mut self.text);
            self.text.push(b'\n');
            if self.text.len() >= CHUNK {
                hand_on(&mut self.text, &mut self.writer)
                    .map_err(|error| failed(&self.name, error))?;
            }
        }
        hand_on(&mut self.text, &mut self.writer)
            .and_then(|()| self.writer.flush())
            .map_err(|error| failed(&self.name, error))
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.writer
            .flush()
            .map_err(|error| failed(&self.name, error))
    }
}

#[cfg(test)]
mod tests;
