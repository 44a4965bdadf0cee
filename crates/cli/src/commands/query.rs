//! `flowgauge query`: asks logs a question.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{ArgPredicate, PossibleValue, PossibleValuesParser};
use clap::{Args, ValueEnum};
use flowgauge_ql::{Options, compile, lexer, print};
use flowgauge_render::{OUTPUTS, Output, diagnostics, find};

use super::{Command, Run, command};
use crate::failure::Failure;
use crate::inputs::{InputArgs, STDIN, query_text};
use crate::progress::{Progress, ProgressSource, Reading};
use crate::run::{self, Job, Plan};
use crate::sink::Sink;
use crate::surroundings::SurroundingArgs;
use crate::terminal::{self, count};
use crate::{overwrite, parameters};

pub(super) const COMMAND: Command =
    command::<Query>("query", "Ask logs a question in Logs Insights");

/// The output that is a file, not text.
const PARQUET: &str = "parquet";

#[derive(Debug, Args)]
struct Query {
    /// The query; `-` reads it from standard input
    // `--limit help` needs none; with another limit, an empty query says what is missing.
    #[arg(
        required = false,
        required_unless_present = "limits",
        default_value_if("limits", ArgPredicate::IsPresent, "")
    )]
    query: String,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    surroundings: SurroundingArgs,
    #[command(flatten)]
    printing: Printing,
    /// Treat what AWS only tolerates (W1xx) as errors; hints (W2xx) stay warnings
    #[arg(long)]
    strict: bool,
    /// Print a form of the query instead of running it
    #[arg(long, value_name = "FORM", num_args = 0..=1, require_equals = true, default_missing_value = "pipeline")]
    explain: Option<Form>,
    /// Say on standard error what was read and found
    #[arg(long)]
    stats: bool,
    /// Add the column @ptr to raw events
    #[arg(long)]
    ptr: bool,
    /// Put VALUE where the query says {{NAME}}; may be repeated
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
}

/// How a result is printed.
#[derive(Debug, Clone, Args)]
pub(super) struct Printing {
    /// How the result is printed
    #[arg(short, long, value_name = "OUTPUT", default_value = "table", value_parser = outputs())]
    pub(super) output: String,
    /// Write the result to a file
    #[arg(long, value_name = "FILE")]
    pub(super) output_file: Option<PathBuf>,
}

fn outputs() -> PossibleValuesParser {
    let parquet = PossibleValue::new(PARQUET).help("a Parquet file; needs --output-file");
    let printed = OUTPUTS
        .iter()
        .map(|kind| PossibleValue::new(kind.name).help(kind.summary));
    PossibleValuesParser::new(printed.chain([parquet]))
}

/// The named forms of a query on its way to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// The tokens of the text
    Tokens,
    /// The syntax tree
    Syntax,
    /// The typed pipeline
    Pipeline,
    /// The logical plan
    Logical,
    /// The physical plan
    Physical,
}

impl Printing {
    /// Opens the place where the result goes, which must not be one of the logs that are read.
    pub(super) fn sink<'a>(
        &self,
        progress: &'a Progress,
        read: &[OsString],
    ) -> Result<Sink<'a>, Failure> {
        let Some(file) = &self.output_file else {
            return Ok(Sink::standard(progress));
        };
        overwrite::refuse(file, read)?;
        Sink::file(file)
    }

    /// Opens the output that is printed.
    pub(super) fn output<'a>(
        &self,
        sink: &'a mut Sink<'_>,
    ) -> Result<Box<dyn Output + Send + 'a>, Failure> {
        let kind = find(&self.output)
            .ok_or_else(|| Failure::Input(format!("`-o {}` prints no text here", self.output)))?;
        let settings = sink.settings;
        Ok((kind.open)(Box::new(sink), settings))
    }
}

impl Run for Query {
    fn run(self) -> Result<(), Failure> {
        if let Some(limits) = self.surroundings.help() {
            return terminal::print(&limits);
        }
        let inputs = &self.inputs;
        let only_groups = inputs.paths.is_empty() && self.surroundings.has_groups();
        if self.query == STDIN && !only_groups && inputs.paths.iter().all(|path| path == STDIN) {
            return Err(Failure::Input(
                "the query comes from standard input, so the logs cannot: name a file".to_owned(),
            ));
        }
        let surroundings = self.surroundings.resolve()?;
        let most = surroundings.limits.parameters;
        let text = parameters::fill(&query_text(&self.query)?, &self.parameters, most)?;
        if self.explain == Some(Form::Tokens) {
            return terminal::print(&lexer::print_tokens(&text));
        }
        let options = Options {
            strict: self.strict,
            limits: surroundings.limits,
            environment: surroundings.environment(),
        };
        let compiled = compile(&text, &options);
        let report = diagnostics::render(
            &compiled.diagnostics,
            &text,
            None,
            terminal::stderr_colors(),
        );
        if self.explain == Some(Form::Syntax) {
            terminal::complain(&report);
            return terminal::print(&print::print_syntax(&compiled.query));
        }
        let Some(pipeline) = compiled.pipeline else {
            return Err(Failure::Query(report));
        };
        terminal::complain(&report);
        let mut job = Job {
            text,
            pipeline,
            inputs: inputs.resolve()?,
            surroundings,
            ptr: self.ptr,
        };
        if only_groups {
            job.inputs.paths.clear();
        } else if self.explain.is_none() {
            job.inputs.refuse_terminal(inputs)?;
        }
        match self.explain {
            Some(Form::Pipeline) => terminal::print(&format!("{:#?}\n", job.pipeline)),
            Some(Form::Logical) => terminal::print(&run::explain(&job, Plan::Logical)?),
            Some(_) => terminal::print(&run::explain(&job, Plan::Physical)?),
            None => self.answer(&job),
        }
    }
}

impl Query {
    fn answer(&self, job: &Job) -> Result<(), Failure> {
        let printing = &self.printing;
        if printing.output == PARQUET && printing.output_file.is_none() {
            return Err(Failure::Input(
                "a Parquet result needs --output-file FILE".to_owned(),
            ));
        }
        let reading = Reading::show();
        let groups = job.surroundings.groups.iter();
        let read: Vec<&[OsString]> = groups
            .map(|group| group.inputs.paths.as_slice())
            .chain([job.inputs.paths.as_slice()])
            .collect();
        let mut sink = printing.sink(&reading.progress, &read.concat())?;
        let rows = if printing.output == PARQUET {
            run::query_to_parquet(job, &reading, &mut sink)?
        } else {
            run::query(job, &reading, printing.output(&mut sink)?.as_mut())?
        };
        sink.keep()?;
        if self.stats {
            let text = describe(rows, &reading.counts);
            reading.progress.aside(|| terminal::complain(&text));
        }
        Ok(())
    }
}

/// What was read and found, in the terms of the service's statistics.
fn describe(rows: u64, read: &ProgressSource) -> String {
    let get = ProgressSource::get;
    let mut text = format!(
        "{}; {} matched, {} scanned, {} scanned; {} read from {}\n",
        count(rows, "row"),
        count(get(&read.records_matched), "record"),
        get(&read.records_scanned),
        count(get(&read.bytes_scanned), "byte"),
        count(get(&read.bytes_read), "byte"),
        count(get(&read.files_scanned), "file"),
    );
    let skipped = get(&read.files_skipped);
    if skipped > 0 {
        let (files, bytes) = (
            count(skipped, "file"),
            count(get(&read.bytes_skipped), "byte"),
        );
        let why = outside(skipped);
        text.push_str(&format!("{files} ({bytes}) skipped: {why}\n"));
    }
    let folders = get(&read.folders_skipped);
    if folders > 0 {
        let why = outside(folders);
        text.push_str(&format!("{} skipped: {why}\n", count(folders, "folder")));
    }
    match get(&read.malformed) {
        0 => {}
        1 => text.push_str("1 line does not fit its format\n"),
        many => text.push_str(&format!("{many} lines do not fit their format\n")),
    }
    text
}

fn outside(number: u64) -> &'static str {
    match number {
        1 => "its name shows that it lies outside the time range",
        _ => "their names show that they lie outside the time range",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_name_what_went_wrong_only_if_it_did() {
        let read = ProgressSource::default();
        ProgressSource::add(&read.records_scanned, 10);
        let plain =
            "1 row; 0 records matched, 10 scanned, 0 bytes scanned; 0 bytes read from 0 files\n";
        assert_eq!(describe(1, &read), plain);
        ProgressSource::add(&read.files_scanned, 1);
        ProgressSource::add(&read.malformed, 1);
        let plain = plain.replace("0 files", "1 file");
        let told = format!("{plain}1 line does not fit its format\n");
        assert_eq!(describe(1, &read), told);
        ProgressSource::add(&read.malformed, 3);
        assert_eq!(
            describe(1, &read),
            format!("{plain}4 lines do not fit their format\n")
        );
    }
}
