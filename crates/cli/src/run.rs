//! The door to the engine. Commands say what they want in these words and know nothing of plans,
//! batches or runtimes.

use std::future::Future;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use flowgauge_engine::{
    Dataset, EngineError, FileCatalog, InputOptions, LogGroup, Query, RunOptions,
};
use flowgauge_event::{Clock, SystemClock};
use flowgauge_format::flow_fields;
use flowgauge_ql::{FilterPattern, Pipeline};
use flowgauge_render::{Column, Output, Value, diagnostics};
use tokio::runtime::{Builder, Handle};

use crate::failure::Failure;
use crate::inputs::Inputs;
use crate::interrupt;
use crate::parquet_output;
use crate::progress::Reading;
use crate::surroundings::Surroundings;
use crate::terminal::{complain, stderr_colors, tell};

use flowgauge_engine::source::sequential::for_each_message;
pub use flowgauge_engine::source::sequential::{FieldCounts, Handed};

/// A query that compiled, and what it reads.
pub struct Job {
    /// The query's text, to point at in hints.
    pub text: String,
    /// What it means.
    pub pipeline: Pipeline,
    /// What it reads.
    pub inputs: Inputs,
    /// What exists beside it.
    pub surroundings: Surroundings,
    /// Whether raw rows end in `@ptr`.
    pub ptr: bool,
}

/// Which plan `--explain` shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// The logical plan.
    Logical,
    /// The physical plan.
    Physical,
}

/// Runs a query: gives an output every row and finishes it. Returns the number of rows. Of a query
/// that fails nothing is printed but the rows that an output has streamed by then.
pub fn query(
    job: &Job,
    reading: &Reading,
    output: &mut (dyn Output + Send),
) -> Result<u64, Failure> {
    block_on(async {
        let query = plan(job, reading, false).await?;
        let mut columns = Column::of(&job.pipeline);
        if columns.len() != query.columns().len() {
            columns = query.columns().iter().map(Column::key).collect();
        }
        let mut printed = Printed {
            output,
            columns: &columns,
            begun: false,
        };
        let mut rows = 0;
        let mut refused = None;
        let outcome = query
            .run(|row| {
                rows += 1;
                // An output that refuses a row ends the query; its reason is reported below.
                printed.row(row).map_err(|error| {
                    refused = Some(error);
                    EngineError::Execution("the output was closed".to_owned())
                })
            })
            .await;
        if let Some(error) = refused {
            return Err(error.into());
        }
        match outcome {
            Ok(outcome) => {
                printed.finish()?;
                warn(reading);
                let most = job.surroundings.limits.max_rows;
                warn_of_limit(reading, outcome.truncated_at, most);
                Ok(rows)
            }
            Err(error) => {
                printed.abandon()?;
                Err(error.into())
            }
        }
    })
}

/// An output that begins with its first row.
struct Printed<'a> {
    output: &'a mut (dyn Output + Send),
    columns: &'a [Column],
    begun: bool,
}

impl Printed<'_> {
    fn begin(&mut self) -> io::Result<()> {
        if self.begun {
            return Ok(());
        }
        self.begun = true;
        self.output.begin(self.columns)
    }

    fn row(&mut self, row: &[Value]) -> io::Result<()> {
        self.begin()?;
        self.output.row(row)
    }

    fn finish(mut self) -> io::Result<()> {
        self.begin()?;
        self.output.finish()
    }

    fn abandon(self) -> io::Result<()> {
        match self.begun {
            true => self.output.abandon(),
            false => Ok(()),
        }
    }
}

/// Runs a query and writes its result as a Parquet file. Returns the number of rows.
pub fn query_to_parquet(
    job: &Job,
    reading: &Reading,
    out: impl Write + Send,
) -> Result<u64, Failure> {
    block_on(async {
        let query = plan(job, reading, false).await?;
        let mut batches = Vec::new();
        let outcome = query
            .run_batches(|batch| {
                batches.push(batch.clone());
                Ok(())
            })
            .await?;
        let rows = parquet_output::write(query.columns(), &batches, out)?;
        warn(reading);
        let most = job.surroundings.limits.max_rows;
        warn_of_limit(reading, outcome.truncated_at, most);
        Ok(rows)
    })
}

/// Runs a query and keeps its rows.
pub fn collect(job: &Job) -> Result<(Vec<Column>, Vec<Vec<Value>>), Failure> {
    let mut rows = Collected::default();
    query(job, &Reading::default(), &mut rows)?;
    Ok((rows.columns, rows.rows))
}

/// The plan of a query as text.
pub fn explain(job: &Job, which: Plan) -> Result<String, Failure> {
    block_on(async {
        let query = plan(job, &Reading::default(), true).await?;
        Ok(match which {
            Plan::Logical => format!("{}\n", query.logical()),
            Plan::Physical => query.physical(),
        })
    })
}

/// Looks at the inputs' fields.
pub fn fields(inputs: &Inputs, reading: &Reading) -> Result<FieldCounts, Failure> {
    let counted = with_dataset(inputs, reading, |dataset, handle| {
        flowgauge_engine::source::sequential::count_fields(dataset, handle)
    })?;
    warn(reading);
    if counted.left_out {
        complain(&format!(
            "warning: the logs have more than {} different fields; those that came later were not counted\n",
            counted.fields.len()
        ));
    }
    Ok(counted)
}

/// Hands over the messages that match a filter pattern, and the pauses between them, and returns how
/// many messages they are.
pub fn filter(
    pattern: &FilterPattern,
    inputs: &Inputs,
    reading: &Reading,
    mut out: impl FnMut(Handed) -> io::Result<()> + Send,
) -> Result<u64, Failure> {
    let mut matched = 0;
    let mut refused = None;
    with_dataset(inputs, reading, |dataset, handle| {
        for_each_message(dataset, handle, &mut |handed| {
            if let Handed::Message(message) = handed {
                if !pattern.matches(message) {
                    return Ok(true);
                }
                matched += 1;
            }
            Ok(match out(handed) {
                Ok(()) => true,
                Err(error) => {
                    refused = Some(error);
                    false
                }
            })
        })
    })?;
    if let Some(error) = refused {
        return Err(error.into());
    }
    Ok(matched)
}

fn options(inputs: &Inputs) -> InputOptions {
    InputOptions {
        paths: inputs.paths.clone(),
        format: inputs.format.clone().or_else(|| inputs.log_format.clone()),
        range: inputs.range,
        endpoint_url: inputs.endpoint_url.clone(),
        skip_bad_files: inputs.skip_bad_files,
    }
}

async fn plan(job: &Job, reading: &Reading, plan_only: bool) -> Result<Query, Failure> {
    let mut run = RunOptions::new(SystemClock.now_millis());
    run.pointers = job.ptr;
    run.window = job.inputs.range;
    let surroundings = &job.surroundings;
    run.limits = surroundings.limits;
    run.plan_only = plan_only;
    let inputs = options(&job.inputs);
    let groups = surroundings.groups.iter().map(|group| LogGroup {
        facts: group.facts.clone(),
        inputs: InputOptions {
            paths: group.inputs.paths.clone(),
            format: group
                .inputs
                .format
                .clone()
                .or_else(|| inputs.format.clone()),
            ..inputs.clone()
        },
    });
    let groups = groups.collect();
    let catalog = FileCatalog::new(inputs, Arc::clone(&reading.counts))
        .with_groups(groups)
        .with_tables(surroundings.tables.clone())
        .with_limits(surroundings.limits);
    let query = Query::plan(
        &job.pipeline,
        Arc::new(catalog),
        &run,
        Arc::clone(&reading.counts),
    )
    .await?;
    let known = || flow_fields::FIELDS.iter().map(|field| field.name);
    let hints: Vec<_> = query
        .unknown_fields()
        .iter()
        .map(|name| flowgauge_ql::unknown_field(&job.text, name, known()))
        .collect();
    let report = diagnostics::render(&hints, &job.text, None, stderr_colors());
    reading.progress.aside(|| complain(&report));
    Ok(query)
}

/// Runs blocking work over listed inputs.
fn with_dataset<T: Send>(
    inputs: &Inputs,
    reading: &Reading,
    work: impl FnOnce(&Dataset, &Handle) -> Result<T, EngineError> + Send,
) -> Result<T, Failure> {
    block_on(async {
        let dataset = Dataset::open(&options(inputs), Arc::clone(&reading.counts))
            .await
            .map_err(EngineError::from)?;
        let handle = Handle::current();
        // The work may wait for object stores, which the runtime's own threads must not.
        Ok(std::thread::scope(|scope| {
            let worker = scope.spawn(|| work(&dataset, &handle));
            match worker.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })?)
    })
}

/// Runs a future on a runtime of its own; Ctrl-C ends it at once, or soon where it blocks.
fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    interrupt::watch();
    let runtime = Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Input(format!("no threads can be started: {error}")))?;
    let result = runtime.block_on(async {
        tokio::select! {
            result = work => result,
            () = interrupt::pressed() => Err(Failure::Interrupted),
        }
    });
    // Operators get a moment to remove what they put on the disk; threads that read may be waiting
    // for a pipe, and nothing they hold outlives the process.
    runtime.shutdown_timeout(Duration::from_millis(100));
    result
}

/// Says on standard error what the user has to know about the inputs.
pub fn warn(reading: &Reading) {
    let mut told: Vec<String> = Vec::new();
    for warning in reading.counts.warnings() {
        // Of an input that a query reads several times, each reader says the same.
        if !told.contains(&warning) {
            reading.progress.aside(|| tell("warning", &warning));
            told.push(warning);
        }
    }
}

/// Says that rows were left out because the query has no `limit`.
fn warn_of_limit(reading: &Reading, shown: Option<u64>, most: u64) {
    if let Some(rows) = shown {
        let shown = match rows {
            1 => "row is".to_owned(),
            many => format!("{many} rows are"),
        };
        let text =
            format!("only the first {shown} shown; add `| limit N` (at most {most}) for more");
        reading.progress.aside(|| tell("warning", &text));
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Failure {
        match error {
            // No query is to blame for a full disk, nor for a defect.
            EngineError::Input(_) | EngineError::Disk { .. } | EngineError::Internal(_) => {
                Failure::Input(error.to_string())
            }
            EngineError::Resources(_) | EngineError::Execution(_) => {
                Failure::Query(format!("error: {error}\n"))
            }
        }
    }
}

/// An output that keeps what it gets.
#[derive(Default)]
struct Collected {
    columns: Vec<Column>,
    rows: Vec<Vec<Value>>,
}

impl Output for Collected {
    fn begin(&mut self, columns: &[Column]) -> io::Result<()> {
        self.columns = columns.to_vec();
        Ok(())
    }

    fn row(&mut self, row: &[Value]) -> io::Result<()> {
        self.rows.push(row.to_vec());
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}
