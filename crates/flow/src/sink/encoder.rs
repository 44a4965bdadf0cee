//! Records as bytes: lines, gzip of lines, or Parquet, into anything that can be written to.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::record::FlowRecord;
use crate::record_format::{Printer, RecordFormat};

#[cfg(feature = "parquet")]
mod columns;

/// Text collected before it is handed on, bytes.
const CHUNK: usize = 64 * 1024;

/// How records are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Lines below a header line.
    Plain,
    /// The same, as one gzip member.
    Gzip,
    /// Parquet with the types and column names of the flow log files of AWS.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl Encoding {
    /// What the name of an object ends with.
    pub fn ending(self) -> &'static str {
        match self {
            Encoding::Plain => ".log",
            Encoding::Gzip => ".log.gz",
            #[cfg(feature = "parquet")]
            Encoding::Parquet => ".log.parquet",
        }
    }
}

/// An encoder over a writer.
pub struct Encoder<W: Write + Send> {
    text: Vec<u8>,
    body: Body<W>,
}

enum Body<W: Write + Send> {
    Plain(W),
    Gzip(Box<GzEncoder<W>>),
    #[cfg(feature = "parquet")]
    Parquet(Box<columns::Columns<W>>),
}

impl<W: Write + Send> Encoder<W> {
    /// An encoder that has written nothing but the header.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn new(encoding: Encoding, format: &RecordFormat, writer: W) -> io::Result<Encoder<W>> {
        let mut text = Vec::with_capacity(CHUNK + 4096);
        let body = match encoding {
            Encoding::Plain => Body::Plain(writer),
            Encoding::Gzip => Body::Gzip(Box::new(GzEncoder::new(writer, Compression::default()))),
            #[cfg(feature = "parquet")]
            Encoding::Parquet => {
                let columns = columns::Columns::new(format, writer)?;
                return Ok(Encoder {
                    text,
                    body: Body::Parquet(Box::new(columns)),
                });
            }
        };
        text.extend_from_slice(format.header().as_bytes());
        text.push(b'\n');
        Ok(Encoder { text, body })
    }

    /// Adds a record, by a printer of the encoder's format.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn record(&mut self, record: &FlowRecord, printer: &mut Printer<'_>) -> io::Result<()> {
        #[cfg(feature = "parquet")]
        if let Body::Parquet(columns) = &mut self.body {
            self.text.clear();
            printer.write(record, &mut self.text);
            return columns.line(&self.text);
        }
        printer.write(record, &mut self.text);
        self.text.push(b'\n');
        if self.text.len() >= CHUNK {
            self.hand_on()?;
        }
        Ok(())
    }

    /// Hands on what is collected, as far as the encoding can.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn flush(&mut self) -> io::Result<()> {
        self.hand_on()?;
        match &mut self.body {
            Body::Plain(writer) => writer.flush(),
            // A flush in the middle would cost compression, or row groups of a few records.
            _ => Ok(()),
        }
    }

    fn hand_on(&mut self) -> io::Result<()> {
        match &mut self.body {
            Body::Plain(writer) => writer.write_all(&self.text)?,
            Body::Gzip(encoder) => encoder.write_all(&self.text)?,
            #[cfg(feature = "parquet")]
            Body::Parquet(_) => {}
        }
        self.text.clear();
        Ok(())
    }

    /// Writes what is left and the end of the encoding, and gives the writer back.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn finish(mut self) -> io::Result<W> {
        self.hand_on()?;
        match self.body {
            Body::Plain(mut writer) => {
                writer.flush()?;
                Ok(writer)
            }
            Body::Gzip(encoder) => encoder.finish(),
            #[cfg(feature = "parquet")]
            Body::Parquet(columns) => columns.finish(),
        }
    }
}

impl Encoder<Vec<u8>> {
    /// Bytes so far: exactly those that are encoded, and about those that are not yet.
    pub fn size(&self) -> usize {
        match &self.body {
            Body::Plain(writer) => writer.len() + self.text.len(),
            Body::Gzip(encoder) => encoder.get_ref().len(),
            #[cfg(feature = "parquet")]
            Body::Parquet(columns) => columns.size(),
        }
    }
}

#[cfg(test)]
mod tests;
