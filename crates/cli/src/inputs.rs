//! Arguments that several commands share: where the logs are and how to read them.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Read};

use clap::Args;
use flowgauge_event::{Clock, SystemClock, TimeError, TimeRange, parse_end_time, parse_time};

use flowgauge_ql::suggest::closest;

use crate::failure::Failure;

/// The name that stands for standard input.
pub const STDIN: &str = "-";

/// Where the logs are and how to read them.
#[derive(Debug, Clone, Args)]
pub struct InputArgs {
    /// Files, folders, globs, s3:// URLs, or `-` for standard input, which is also read without any
    #[arg(value_name = "PATH")]
    pub paths: Vec<OsString>,
    /// Log format by name, or the fields of a flow log: '${srcaddr} ${dstaddr} …' [default: seen from each file]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// Leave out events before this time: 2024-05-01T12:00:00Z, epoch seconds or milliseconds, -2h
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub start: Option<String>,
    /// Leave out events after this time; one in whole seconds includes its second
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub end: Option<String>,
    /// Warn about files that cannot be read and go on
    #[arg(long)]
    pub skip_bad_files: bool,
    /// Endpoint of an S3-compatible store
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,
}

/// Inputs after their arguments have been understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inputs {
    /// Paths, globs and URLs as the user wrote them; [`STDIN`] is standard input.
    pub paths: Vec<OsString>,
    /// Name of a log format.
    pub format: Option<String>,
    /// Fields of a flow log, for files without a header.
    pub log_format: Option<String>,
    /// Times of the events that are read.
    pub range: TimeRange,
    /// Whether files that cannot be read are skipped.
    pub skip_bad_files: bool,
    /// Endpoint of an S3-compatible store.
    pub endpoint_url: Option<String>,
}

impl InputArgs {
    /// Understands times and formats.
    pub fn resolve(&self) -> Result<Inputs, Failure> {
        let now = SystemClock.now_millis();
        let time = |text: &Option<String>, parse: fn(&str, i64) -> _| {
            text.as_deref()
                .map(|text| parse(text, now))
                .transpose()
                .map_err(|error: TimeError| Failure::Input(error.to_string()))
        };
        let range = TimeRange {
            start: time(&self.start, parse_time)?,
            end: time(&self.end, parse_end_time)?,
        };
        if let (Some(start), Some(end)) = (range.start, range.end)
            && start > end
        {
            return Err(Failure::Input("--start is after --end".to_owned()));
        }
        let (format, log_format) = match &self.format {
            Some(text) if text.contains("${") => (None, Some(text.clone())),
            other => (other.clone(), None),
        };
        if let Some(name) = &format
            && flowgauge_format::registry::find(name).is_none()
        {
            let known: Vec<&str> = flowgauge_format::registry::FORMATS
                .iter()
                .map(|format| format.name)
                .collect();
            let help = match closest(name, known.iter().copied()) {
                Some(close) => format!("did you mean `{close}`?"),
                None => format!(
                    "there are {}, and lists of flow log fields such as '${{srcaddr}} ${{bytes}}'",
                    known.join(", ")
                ),
            };
            return Err(Failure::Input(format!("`{name}` is no log format; {help}")));
        }
        Ok(Inputs {
            paths: if self.paths.is_empty() {
                vec![STDIN.into()]
            } else {
                self.paths.clone()
            },
            format,
            log_format,
            range,
            skip_bad_files: self.skip_bad_files,
            endpoint_url: self.endpoint_url.clone(),
        })
    }
}

impl Inputs {
    /// Refuses to wait for logs that nobody is going to type. Whoever means the terminal says `-`.
    pub fn refuse_terminal(&self, arguments: &InputArgs) -> Result<(), Failure> {
        if arguments.paths.is_empty() && io::stdin().is_terminal() {
            return Err(Failure::Input(
                "no logs to read: name files, folders, globs or s3:// URLs, or pipe logs in"
                    .to_owned(),
            ));
        }
        Ok(())
    }
}

/// The text of a file without the mark that some editors put in front of UTF-8.
pub fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// A query given as an argument, or read from standard input when it is `-`.
pub fn query_text(argument: &str) -> Result<String, Failure> {
    if argument != STDIN {
        return Ok(argument.to_owned());
    }
    let mut text = String::new();
    io::stdin()
        .lock()
        .read_to_string(&mut text)
        .map_err(|error| Failure::Input(format!("the query cannot be read: {error}")))?;
    // The line end of an editor or `echo` is no part of the query.
    Ok(without_mark(&text).trim_end().to_owned())
}
