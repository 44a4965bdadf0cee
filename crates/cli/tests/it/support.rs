//! A folder of logs and the program run in it.

use std::io::Write;
#[cfg(unix)]
use std::path::Path;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

/// A fresh folder.
pub struct Place {
    folder: TempDir,
}

/// What a run of the program left.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(output: &Output) -> Ran {
        Ran {
            // A signal has no code and no test expects one.
            code: output.status.code().unwrap_or(-1),
            // CSV ends its lines as RFC 4180 says; the files of `outputs` show it.
            out: String::from_utf8(output.stdout.clone())
                .expect("results are UTF-8")
                .replace("\r\n", "\n"),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Standard output of a run that ended well and quietly.
    #[track_caller]
    pub fn quiet(&self) -> &str {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{self:?}");
        &self.out
    }

    /// Standard output of a run that ended well and warned of this on standard error.
    #[track_caller]
    pub fn warned(&self, part: &str) -> &str {
        assert_eq!(self.code, 0, "{self:?}");
        assert!(self.err.contains(part), "{part}: {self:?}");
        &self.out
    }

    /// A run that ended with a code and said why in all of these words.
    #[track_caller]
    pub fn failed(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, code, "{self:?}");
        for part in parts {
            assert!(self.err.contains(part), "{part}: {self:?}");
        }
    }
}

impl Place {
    pub fn new() -> Place {
        Place {
            folder: tempfile::tempdir().expect("a folder for the test"),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file and the folders above it.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("below the folder")).expect("folders");
        std::fs::write(&path, content).expect("the file is written");
        path
    }

    /// The names in the folder, hidden ones included.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).expect("the folder");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("readable").file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// The program, to be run in the folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_flowgauge"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&self.command(arguments).output().expect("the program runs"))
    }

    /// Runs with bytes on standard input.
    pub fn pipe(&self, input: &[u8], arguments: &[&str]) -> Ran {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut stdin = child.stdin.take().expect("it was asked for");
        // A program that has what it needs may close its input early.
        let _ = stdin.write_all(input);
        drop(stdin);
        Ran::of(&child.wait_with_output().expect("the program ends"))
    }

    /// The result of a query as CSV, from a run that ended well and quietly.
    #[track_caller]
    pub fn ask(&self, query: &str, paths: &[&str]) -> String {
        let arguments = [&["query", "-o", "csv", query], paths].concat();
        self.run(&arguments).quiet().to_owned()
    }
}

/// The header of a flow log in the default format.
pub const HEADER: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";

/// The number of seconds at which the record with number 0 starts: 2024-05-01T00:00:00Z.
pub const EPOCH: i64 = 1_714_521_600;

/// A record that starts `number` seconds after [`EPOCH`], transferred `number` bytes, and was
/// rejected when the number is odd.
pub fn record(number: i64) -> String {
    let start = EPOCH + number;
    format!(
        "2 123456789010 eni-0a1b 10.0.{}.{} 10.1.0.{} {} 443 6 {} {number} {start} {} {} OK",
        number / 250 % 250,
        number % 250,
        number % 7,
        40_000 + number % 1_000,
        1 + number % 9,
        start + 59,
        if number % 2 == 0 { "ACCEPT" } else { "REJECT" }
    )
}

/// Records in lines, without a header.
pub fn records(numbers: std::ops::Range<i64>) -> String {
    numbers.map(|number| record(number) + "\n").collect()
}

/// A flow log with a header.
pub fn flow_log(numbers: std::ops::Range<i64>) -> String {
    format!("{HEADER}\n{}", records(numbers))
}

pub fn gzip(content: impl AsRef<[u8]>) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(content.as_ref()).expect("to memory");
    packed.finish().expect("to memory")
}

pub fn zstd(content: impl AsRef<[u8]>) -> Vec<u8> {
    zstd::encode_all(content.as_ref(), 1).expect("to memory")
}

/// Makes a pipe with a name.
#[cfg(unix)]
pub fn make_fifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().expect("mkfifo");
    assert!(made.success());
}

/// Makes a pipe with a name and feeds it from a thread.
#[cfg(unix)]
pub fn feed_fifo(path: &Path, content: Vec<u8>) -> std::thread::JoinHandle<()> {
    make_fifo(path);
    let path = path.to_owned();
    std::thread::spawn(move || {
        // A reader that has enough closes the pipe.
        let _ = std::fs::write(path, content);
    })
}

/// How many records `--stats` says were scanned.
pub fn scanned(err: &str) -> u64 {
    let before = err.split(" scanned,").next().expect("a first part");
    let number = before.rsplit(' ').next().expect("a last word");
    number.parse().expect("a number of records")
}
