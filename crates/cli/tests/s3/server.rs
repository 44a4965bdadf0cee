//! The S3 server of the tests: a process of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A running server; it ends when this is dropped, or when the tests die.
pub struct Server {
    /// The port on 127.0.0.1.
    pub port: u16,
    process: Child,
}

/// The interpreter that was asked for, else whatever is in the path.
pub fn python() -> String {
    std::env::var("FLOWGAUGE_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

/// Whether the interpreter has modules, named as `import` has them.
pub fn has_modules(modules: &str) -> bool {
    Command::new(python())
        .args(["-c", &format!("import {modules}")])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

impl Server {
    /// Starts a server that holds the folders of `site` as buckets.
    pub fn start(site: &Path, variables: &[(&str, &str)]) -> Server {
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/s3/server.py");
        let mut process = Command::new(python())
            .arg(script)
            .arg(site)
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the interpreter starts");
        let output = process.stdout.take().expect("a pipe");
        let mut line = String::new();
        BufReader::new(output)
            .read_line(&mut line)
            .expect("the server prints its port");
        let port = line.trim().parse().expect("a port");
        Server { port, process }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Closing its standard input would do; this does not wait for it.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
