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

    fn failed(&self, error: io::Error) -> SinkError {
        match error.kind() {
            ErrorKind::BrokenPipe => SinkError::Closed,
            _ => SinkError::Io {
                path: self.name.clone(),
                error,
            },
        }
    }

    fn hand_on(&mut self) -> Result<(), SinkError> {
        let written = self.writer.write_all(&self.text);
        self.text.clear();
        written.map_err(|error| self.failed(error))
    }
}

impl<W: Write> Sink for Lines<W> {
    fn write(&mut self, window: &ClosedWindow, inventory: &Inventory) -> Result<(), SinkError> {
        for record in &window.records {
            self.format.write_line(record, inventory, &mut self.text);
            self.text.push(b'\n');
            if self.text.len() >= CHUNK {
                self.hand_on()?;
            }
        }
        self.hand_on()?;
        self.writer.flush().map_err(|error| self.failed(error))
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.writer.flush().map_err(|error| self.failed(error))
    }
}

#[cfg(test)]
mod tests;
