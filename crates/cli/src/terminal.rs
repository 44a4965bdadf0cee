//! What the terminal can do. The only place that looks at the environment.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use flowgauge_render::Settings;
use terminal_size::{Width, terminal_size_of};

use crate::failure::Failure;

/// Whether a stream may be coloured: it is a terminal that understands it, and the user has not
/// declined (<https://no-color.org>).
fn colors(stream: &impl IsTerminal) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    stream.is_terminal()
        && !set("NO_COLOR")
        && std::env::var_os("TERM").is_none_or(|terminal| terminal != "dumb")
}

/// Whether diagnostics may be coloured.
pub fn stderr_colors() -> bool {
    colors(&io::stderr())
}

/// Where results go.
pub struct Sink {
    /// Buffered; outputs flush when they finish.
    pub writer: Box<dyn Write + Send>,
    /// What is known about the place.
    pub settings: Settings,
}

/// Opens the file, or standard output without one.
pub fn sink(file: Option<&Path>) -> Result<Sink, Failure> {
    match file {
        Some(path) => {
            let file = File::create(path)
                .map_err(|error| Failure::Input(format!("{}: {error}", path.display())))?;
            Ok(Sink {
                writer: Box::new(BufWriter::new(file)),
                settings: Settings::default(),
            })
        }
        None => {
            let stdout = io::stdout();
            let settings = Settings {
                width: stdout
                    .is_terminal()
                    .then(|| terminal_size_of(&stdout).map(|(Width(width), _)| width))
                    .flatten(),
                color: colors(&stdout),
            };
            Ok(Sink {
                writer: Box::new(BufWriter::new(stdout)),
                settings,
            })
        }
    }
}

/// Prints text to standard error, where there is nobody to tell when that fails.
pub fn complain(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Prints text to standard output; a closed pipe ends the command quietly.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}
