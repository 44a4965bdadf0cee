//! `flowgauge query`: asks logs a question.

use std::path::PathBuf;
use std::sync::Arc;

use clap::builder::{ArgPredicate, PossibleValue, PossibleValuesParser};
use clap::{Args, ValueEnum};
use flowgauge_ql::{Options, compile, lexer, print};
use flowgauge_render::{OUTPUTS, Output, diagnostics, find};

use super::{Command, Run, command};
use crate::failure::Failure;
use crate::inputs::{InputArgs, STDIN, query_text};
use crate::progress::{Progress, ProgressSource};
use crate::run::{self, Job, Plan};
use crate::surroundings::SurroundingArgs;
use crate::{parameters, terminal};

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
    /// Treat what AWS tolerates, or only warns about, as errors
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

/// Opens the output that the arguments name.
pub(super) fn open(printing: &Printing) -> Result<Box<dyn Output + Send>, Failure> {
    let kind = find(&printing.output)
        .ok_or_else(|| Failure::Input(format!("`-o {}` prints no text here", printing.output)))?;
    let sink = terminal::sink(printing.output_file.as_deref())?;
    Ok((kind.open)(sink.writer, sink.settings))
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
        let source = Arc::new(ProgressSource::default());
        let progress = Progress::show(Arc::clone(&source));
        let rows = if self.printing.output == PARQUET {
            let file = self.printing.output_file.as_deref().ok_or_else(|| {
                Failure::Input("a Parquet result needs --output-file FILE".to_owned())
            })?;
            run::query_to_parquet(job, &source, file)?
        } else {
            run::query(job, &source, || open(&self.printing))?
        };
        drop(progress);
        if self.stats {
            terminal::complain(&describe(rows, &source));
        }
        Ok(())
    }
}

/// What was read and found, in the terms of the service's statistics.
fn describe(rows: u64, read: &ProgressSource) -> String {
    let get = ProgressSource::get;
    let mut text = format!(
        "{rows} rows; {} records matched, {} scanned, {} bytes scanned; {} bytes read from {} files\n",
        get(&read.records_matched),
        get(&read.records_scanned),
        get(&read.bytes_scanned),
        get(&read.bytes_read),
        get(&read.files_scanned),
    );
    let skipped = get(&read.files_skipped);
    if skipped > 0 {
        text.push_str(&format!(
            "{skipped} files ({} bytes) skipped: their names show that they lie outside the time range\n",
            get(&read.bytes_skipped)
        ));
    }
    let folders = get(&read.folders_skipped);
    if folders > 0 {
        text.push_str(&format!(
            "{folders} folders skipped: their names show that they lie outside the time range\n"
        ));
    }
    let malformed = get(&read.malformed);
    if malformed > 0 {
        text.push_str(&format!("{malformed} lines do not fit their format\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_name_what_went_wrong_only_if_it_did() {
        let read = ProgressSource::default();
        ProgressSource::add(&read.records_scanned, 10);
        let plain =
            "1 rows; 0 records matched, 10 scanned, 0 bytes scanned; 0 bytes read from 0 files\n";
        assert_eq!(describe(1, &read), plain);
        ProgressSource::add(&read.malformed, 4);
        assert_eq!(
            describe(1, &read),
            format!("{plain}4 lines do not fit their format\n")
        );
    }
}
