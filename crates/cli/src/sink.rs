//! Where results go: standard output, or the file that `--output-file` names.

use std::io::{self, BufWriter, Stdout, Write};
use std::path::Path;

use flowgauge_render::Settings;

use crate::failure::Failure;
use crate::progress::Progress;
use crate::result_file::ResultFile;
use crate::terminal;

/// A place for one result. Buffered; outputs flush when they finish.
pub struct Sink<'a> {
    target: Target<'a>,
    /// What is known about the place.
    pub settings: Settings,
}

enum Target<'a> {
    Standard(BufWriter<AfterProgress<'a>>),
    File {
        /// As the user wrote it.
        name: String,
        writer: BufWriter<ResultFile>,
    },
}

impl<'a> Sink<'a> {
    /// Standard output. The progress goes away before the first byte, unless that goes to a file:
    /// what reads a pipe may show it on the terminal.
    pub fn standard(progress: &'a Progress) -> Sink<'a> {
        let stdout = io::stdout();
        let settings = terminal::settings(&stdout);
        Sink {
            target: Target::Standard(BufWriter::new(AfterProgress {
                progress: (!terminal::is_file(&stdout)).then_some(progress),
                stdout,
            })),
            settings,
        }
    }

    /// A file, which has its name when it is complete.
    pub fn file(path: &Path) -> Result<Sink<'a>, Failure> {
        let name = path.display().to_string();
        let file =
            ResultFile::create(path).map_err(|error| Failure::Input(format!("{name}: {error}")))?;
        Ok(Sink {
            target: Target::File {
                name,
                writer: BufWriter::new(file),
            },
            settings: Settings::default(),
        })
    }

    /// The result is complete. Without this a file goes away again.
    pub fn keep(self) -> Result<(), Failure> {
        match self.target {
            Target::Standard(mut writer) => Ok(writer.flush()?),
            Target::File { name, writer } => writer
                .into_inner()
                .map_err(io::IntoInnerError::into_error)
                .and_then(ResultFile::keep)
                .map_err(|error| match Failure::from(error) {
                    Failure::Input(problem) => Failure::Input(format!("{name}: {problem}")),
                    other => other,
                }),
        }
    }
}

impl Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.target {
            Target::Standard(writer) => writer.write(bytes),
            Target::File { writer, .. } => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.target {
            Target::Standard(writer) => writer.flush(),
            Target::File { writer, .. } => writer.flush(),
        }
    }
}

/// Standard output, on whose terminal progress is shown until something is written.
struct AfterProgress<'a> {
    progress: Option<&'a Progress>,
    stdout: Stdout,
}

impl Write for AfterProgress<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(progress) = self.progress.take() {
            progress.clear();
        }
        self.stdout.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }
}
