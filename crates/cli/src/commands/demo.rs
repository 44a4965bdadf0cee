//! `flowgauge demo`: makes a day of flow logs with planted incidents and finds them again.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use flowgauge_demo::{Answers, Generator, Layout, MIN_RECORDS, Shape, write};
use flowgauge_event::TimeRange;
use flowgauge_ql::{Options, compile};
use flowgauge_render::{diagnostics, find};

use super::{Command, Run, command};
use crate::failure::Failure;
use crate::inputs::Inputs;
use crate::progress::Progress;
use crate::run::{self, Job};
use crate::showcase::{QUESTIONS, Question};
use crate::sink::Sink;
use crate::surroundings::Surroundings;
use crate::terminal;

pub(super) const COMMAND: Command = command::<Demo>(
    "demo",
    "Make a day of flow logs with planted incidents, and find them",
);

#[derive(Debug, Args)]
struct Demo {
    /// How many records, 1,000 or more
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u64).range(MIN_RECORDS..))]
    records: u64,
    /// The same seed makes the same records
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Folder for the logs and .answers.json; made when missing
    #[arg(long, value_name = "DIR", default_value = "demo-data")]
    out: PathBuf,
    /// Fields of each record: '${srcaddr} ${dstaddr} …' [default: the 14 of version 2]
    #[arg(long, value_name = "FIELDS")]
    format: Option<String>,
    /// Write one plain file instead of gzip objects as AWS lays them out in S3
    #[arg(long)]
    plain: bool,
}

impl Run for Demo {
    fn run(self) -> Result<(), Failure> {
        let layout = match &self.format {
            Some(format) => {
                Layout::parse(format).map_err(|error| Failure::Input(error.to_string()))?
            }
            None => Layout::default(),
        };
        let answers = self.write(&layout)?;
        if self.format.is_some() {
            // The questions use fields, and the message, of the default format.
            return terminal::print("the questions need the default format and were not asked\n");
        }
        let mut right = true;
        for question in QUESTIONS {
            right &= ask(question, &answers, &self.logs())?;
        }
        if right {
            Ok(())
        } else {
            Err(Failure::Query(
                "error: an answer is not what was planted\n".to_owned(),
            ))
        }
    }
}

impl Demo {
    fn write(&self, layout: &Layout) -> Result<Answers, Failure> {
        let generator = Generator::new(self.seed, self.records)
            .map_err(|error| Failure::Input(error.to_string()))?;
        let shape = if self.plain {
            Shape::Plain
        } else {
            Shape::Objects
        };
        self.refuse_other_logs()?;
        let (answers, files) = write(generator, layout, &self.out, shape)
            .map_err(|error| Failure::Input(format!("{}: {error}", self.out.display())))?;
        terminal::print(&format!(
            "wrote {} to {} in {}\n",
            terminal::count(answers.records, "record"),
            // Beside them lies the file of answers.
            terminal::count(files.len() as u64 - 1, "file"),
            self.out.display()
        ))?;
        Ok(answers)
    }

    /// Other logs in the folder would be mixed into the answers.
    fn refuse_other_logs(&self) -> Result<(), Failure> {
        let taken = [self.logs(), self.out.join("flow.log")]
            .iter()
            .any(|path| path.exists());
        if !taken {
            return Ok(());
        }
        if !is_demo(&self.out) {
            return Err(Failure::Input(format!(
                "{} holds logs that are not of a demo; choose another folder with --out",
                self.out.display()
            )));
        }
        // Logs of an earlier demo: object names differ by seed, so they would stay beside the new.
        for path in [self.out.join("AWSLogs"), self.out.join("flow.log")] {
            remove(&path)
                .map_err(|error| Failure::Input(format!("{}: {error}", path.display())))?;
        }
        Ok(())
    }

    /// Where the logs are.
    fn logs(&self) -> PathBuf {
        self.out
            .join(if self.plain { "flow.log" } else { "AWSLogs" })
    }
}

/// Whether the logs of a folder were made by a demo: their answers lie beside them.
fn is_demo(folder: &Path) -> bool {
    let answers = std::fs::read(folder.join(".answers.json")).unwrap_or_default();
    serde_json::from_slice::<serde_json::Value>(&answers).is_ok_and(|answers| {
        ["seed", "records", "topTalkers"]
            .iter()
            .all(|key| answers.get(key).is_some())
    })
}

fn remove(path: &Path) -> io::Result<()> {
    let removed = if path.is_dir() {
        std::fs::remove_dir_all(path)
    } else {
        std::fs::remove_file(path)
    };
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Asks a question, prints the answer and says whether it is the planted one.
fn ask(question: &Question, answers: &Answers, logs: &Path) -> Result<bool, Failure> {
    let compiled = compile(question.query, &Options::default());
    let Some(pipeline) = compiled.pipeline else {
        let colors = terminal::stderr_colors();
        let report = diagnostics::render(&compiled.diagnostics, question.query, None, colors);
        return Err(Failure::Query(report));
    };
    let job = Job {
        surroundings: Surroundings::default(),
        text: question.query.to_owned(),
        pipeline,
        inputs: Inputs {
            paths: vec![logs.into()],
            format: None,
            log_format: None,
            range: TimeRange::default(),
            skip_bad_files: false,
            endpoint_url: None,
        },
        ptr: false,
    };
    let (columns, rows) = run::collect(&job)?;
    let quiet = Progress::default();
    let mut sink = Sink::standard(&quiet);
    writeln!(sink, "\n{}\n  {}\n", question.title, question.query)?;
    let kind = find(question.output)
        .ok_or_else(|| Failure::Input(format!("no output `{}`", question.output)))?;
    let settings = sink.settings;
    let mut output = (kind.open)(Box::new(sink), settings);
    output.begin(&columns)?;
    for row in &rows {
        output.row(row)?;
    }
    output.finish()?;
    let right = (question.check)(answers, &rows);
    terminal::print(if right {
        "as planted: yes\n"
    } else {
        "as planted: no; .answers.json has what was planted\n"
    })?;
    Ok(right)
}
