//! One file with all records, as the objects of S3 have them: below a header line.
//!
//! It has its name only when it is complete; until then it is the hidden file that
//! [`super::whole_file`] names. Devices and named pipes are written to as they are.

use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind};
use std::path::{Path, PathBuf};

use super::encoder::{Encoder, Encoding};
use super::{Sink, SinkError, whole_file};
use crate::inventory::Inventory;
use crate::record::ClosedWindow;
use crate::record_format::RecordFormat;

/// One file.
pub struct OneFile {
    path: PathBuf,
    format: RecordFormat,
    /// Where it is written; `None` when the file is no regular one.
    temporary: Option<PathBuf>,
    /// `None` once it is complete, or has failed.
    encoder: Option<Encoder<BufWriter<File>>>,
}

impl OneFile {
    /// Begins a file: gzip when its name ends in `.gz`, Parquet when it ends in `.parquet`, lines
    /// otherwise. A file of this name is replaced at the end.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub fn create(path: &Path, format: &RecordFormat) -> Result<OneFile, SinkError> {
        let regular = match fs::metadata(path) {
            Ok(known) => known.is_file(),
            Err(_) => true,
        };
        let temporary = match regular {
            true => Some(whole_file::temporary(path).map_err(|error| failed(path, error))?),
            false => None,
        };
        let writer = match &temporary {
            Some(temporary) => File::create(temporary),
            None => File::options().write(true).open(path),
        };
        let encoder = writer
            .and_then(|file| Encoder::new(encoding(path)?, format, BufWriter::new(file)))
            .map_err(|error| failed(path, error))?;
        Ok(OneFile {
            path: path.to_owned(),
            format: format.clone(),
            temporary,
            encoder: Some(encoder),
        })
    }

    /// The error after which nothing more is written.
    fn broken(&mut self, error: io::Error) -> SinkError {
        self.encoder = None;
        if error.kind() == ErrorKind::BrokenPipe {
            return SinkError::Closed;
        }
        let error = match &self.temporary {
            Some(kept) => {
                let kept = kept.display();
                io::Error::new(
                    error.kind(),
                    format!("{error}; what was written before is in {kept}"),
                )
            }
            None => error,
        };
        failed(&self.path, error)
    }
}

fn encoding(path: &Path) -> io::Result<Encoding> {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("gz") => Ok(Encoding::Gzip),
        #[cfg(feature = "parquet")]
        Some("parquet") => Ok(Encoding::Parquet),
        #[cfg(not(feature = "parquet"))]
        Some("parquet") => Err(io::Error::other("this program was built without Parquet")),
        Some("zst") => Err(io::Error::other(
            "Zstandard is not written; choose a name that ends in .log, .gz or .parquet",
        )),
        _ => Ok(Encoding::Plain),
    }
}

fn failed(path: &Path, error: io::Error) -> SinkError {
    SinkError::Io {
        path: path.display().to_string(),
        error,
    }
}

impl Sink for OneFile {
    fn write(&mut self, window: &ClosedWindow, inventory: &Inventory) -> Result<(), SinkError> {
        let Some(encoder) = &mut self.encoder else {
            return Ok(());
        };
        let mut printer = self.format.printer(inventory);
        let mut write = || {
            for record in &window.records {
                encoder.record(record, &mut printer)?;
            }
            encoder.flush()
        };
        write().map_err(|error| self.broken(error))
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        let Some(encoder) = self.encoder.take() else {
            return Ok(());
        };
        let finished = encoder.finish().and_then(|writer| {
            let file = writer
                .into_inner()
                .map_err(io::IntoInnerError::into_error)?;
            match &self.temporary {
                Some(temporary) => whole_file::publish(&file, temporary, &self.path),
                None => Ok(()),
            }
        });
        finished.map_err(|error| self.broken(error))
    }
}

#[cfg(test)]
mod tests;
