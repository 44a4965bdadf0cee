//! What the terminal can do. The only place that looks at the environment.

use std::io::{self, IsTerminal, Stdout, Write};

use flowgauge_render::{Settings, cell};
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

/// What outputs have to know about standard output.
pub fn settings(stdout: &Stdout) -> Settings {
    let terminal = stdout.is_terminal();
    Settings {
        terminal,
        width: terminal
            .then(|| terminal_size_of(stdout).map(|(Width(width), _)| width))
            .flatten(),
        color: colors(stdout),
    }
}

/// Whether standard output is a regular file.
#[cfg(unix)]
pub fn is_file(stdout: &Stdout) -> bool {
    use std::os::fd::AsFd;
    let owned = stdout.as_fd().try_clone_to_owned();
    owned
        .and_then(|owned| std::fs::File::from(owned).metadata())
        .is_ok_and(|known| known.is_file())
}

/// Whether standard output is a regular file; where that cannot be told it may be shown to somebody.
#[cfg(not(unix))]
pub fn is_file(_stdout: &Stdout) -> bool {
    false
}

/// Prints text to standard error, where there is nobody to tell when that fails.
pub fn complain(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Prints a message, which may quote logs and names of files, to standard error.
pub fn tell(kind: &str, message: &str) {
    complain(&format!("{kind}: {}\n", cell::harmless(message)));
}

/// `1 row`, `2 rows`: a number of things whose plural is regular.
pub fn count(number: u64, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        _ => format!("{number} {thing}s"),
    }
}

/// Prints text to standard output; a closed pipe ends the command quietly.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}
