//! The door to the engine. Commands say what they want in these words and know nothing of plans,
//! batches or runtimes.

use std::future::Future;
use std::io::Write;
use std::path::Path;
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
use crate::parquet_output;
use crate::progress::ProgressSource;
use crate::surroundings::Surroundings;
use crate::terminal::{complain, stderr_colors};

pub use flowgauge_engine::source::sequential::FieldCounts;

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

/// Runs a query: opens an output once the inputs are found, gives it every row and finishes it.
/// Returns the number of rows.
pub fn query<'a>(
    job: &Job,
    progress: &Arc<ProgressSource>,
    open: impl FnOnce() -> Result<Box<dyn Output + Send + 'a>, Failure>,
) -> Result<u64, Failure> {
    block_on(async {
        let query = plan(job, progress, false).await?;
        let mut columns = Column::of(&job.pipeline);
        if columns.len() != query.columns().len() {
            columns = query.columns().iter().map(Column::key).collect();
        }
        let mut output = open()?;
        output.begin(&columns)?;
        let mut rows = 0;
        let mut refused = None;
        let outcome = query
            .run(|row| {
                rows += 1;
                // An output that refuses a row ends the query; its reason is reported below.
                output.row(row).map_err(|error| {
                    refused = Some(error);
                    EngineError::Execution("the output was closed".to_owned())
                })
            })
            .await;
        if let Some(error) = refused {
            return Err(error.into());
        }
        output.finish()?;
        warn(progress, outcome?.truncated_at);
        Ok(rows)
    })
}

/// Runs a query and writes its result as a Parquet file. Returns the number of rows.
pub fn query_to_parquet(
    job: &Job,
    progress: &Arc<ProgressSource>,
    file: &Path,
) -> Result<u64, Failure> {
    block_on(async {
        let query = plan(job, progress, false).await?;
        let mut batches = Vec::new();
        let outcome = query
            .run_batches(|batch| {
                batches.push(batch.clone());
                Ok(())
            })
            .await?;
        let rows = parquet_output::write(query.columns(), &batches, file)?;
        warn(progress, outcome.truncated_at);
        Ok(rows)
    })
}

/// Runs a query and keeps its rows.
pub fn collect(job: &Job) -> Result<(Vec<Column>, Vec<Vec<Value>>), Failure> {
    let mut rows = Collected::default();
    query(job, &Arc::default(), || Ok(Box::new(&mut rows)))?;
    Ok((rows.columns, rows.rows))
}

/// The plan of a query as text.
pub fn explain(job: &Job, which: Plan) -> Result<String, Failure> {
    block_on(async {
        let query = plan(job, &Arc::default(), true).await?;
        Ok(match which {
            Plan::Logical => format!("{}\n", query.logical()),
            Plan::Physical => query.physical(),
        })
    })
}

/// Looks at the inputs' fields.
pub fn fields(inputs: &Inputs, progress: &Arc<ProgressSource>) -> Result<FieldCounts, Failure> {
    let counted = with_dataset(inputs, progress, |dataset, handle| {
        flowgauge_engine::source::sequential::count_fields(dataset, handle)
    })?;
    warn(progress, None);
    if counted.left_out {
        complain(&format!(
            "warning: the logs have more than {} different fields; those that came later were not counted\n",
            counted.fields.len()
        ));
    }
    Ok(counted)
}

/// Writes the messages that match a filter pattern, each with a line end, and returns how many.
pub fn filter(
    pattern: &FilterPattern,
    inputs: &Inputs,
    progress: &Arc<ProgressSource>,
    out: &mut (dyn Write + Send),
) -> Result<u64, Failure> {
    let mut matched = 0;
    let mut refused = None;
    with_dataset(inputs, progress, |dataset, handle| {
        flowgauge_engine::source::sequential::for_each_message(dataset, handle, &mut |message| {
            if !pattern.matches(message) {
                return Ok(true);
            }
            matched += 1;
            let written = out
                .write_all(message.as_bytes())
                .and_then(|()| out.write_all(b"\n"));
            Ok(match written {
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
    warn(progress, None);
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

async fn plan(
    job: &Job,
    progress: &Arc<ProgressSource>,
    plan_only: bool,
) -> Result<Query, Failure> {
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
    let catalog = FileCatalog::new(inputs, Arc::clone(progress))
        .with_groups(groups)
        .with_tables(surroundings.tables.clone())
        .with_limits(surroundings.limits);
    let query = Query::plan(&job.pipeline, Arc::new(catalog), &run, Arc::clone(progress)).await?;
    let known = || flow_fields::FIELDS.iter().map(|field| field.name);
    let hints: Vec<_> = query
        .unknown_fields()
        .iter()
        .map(|name| flowgauge_ql::unknown_field(&job.text, name, known()))
        .collect();
    complain(&diagnostics::render(
        &hints,
        &job.text,
        None,
        stderr_colors(),
    ));
    Ok(query)
}

/// Runs blocking work over listed inputs.
fn with_dataset<T: Send>(
    inputs: &Inputs,
    progress: &Arc<ProgressSource>,
    work: impl FnOnce(&Dataset, &Handle) -> Result<T, EngineError> + Send,
) -> Result<T, Failure> {
    block_on(async {
        let dataset = Dataset::open(&options(inputs), Arc::clone(progress))
            .await
            .map_err(EngineError::from)?;
        let handle = Handle::current();
        handle.spawn(async {
            // The wait for the worker below sees no signal, and the worker leaves nothing behind.
            interrupted().await;
            std::process::exit(i32::from(Failure::Interrupted.code()));
        });
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

/// Runs a future on a runtime of its own; Ctrl-C ends it at once.
fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Input(format!("no threads can be started: {error}")))?;
    let result = runtime.block_on(async {
        tokio::select! {
            result = work => result,
            () = interrupted() => Err(Failure::Interrupted),
        }
    });
    // Operators get a moment to remove what they put on the disk; threads that read may be waiting
    // for a pipe, and nothing they hold outlives the process.
    runtime.shutdown_timeout(Duration::from_millis(100));
    result
}

/// Waits for Ctrl-C; for ever where it cannot be waited for and ends the process as always.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

/// Says on standard error what the user has to know about the inputs and the result.
fn warn(progress: &ProgressSource, truncated_at: Option<u64>) {
    for warning in progress.warnings() {
        complain(&format!("warning: {warning}\n"));
    }
    if let Some(rows) = truncated_at {
        complain(&format!(
            "warning: only the first {rows} rows are shown; add `| limit N` (at most 100000) for more\n"
        ));
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

impl Output for &mut Collected {
    fn begin(&mut self, columns: &[Column]) -> std::io::Result<()> {
        self.columns = columns.to_vec();
        Ok(())
    }

    fn row(&mut self, row: &[Value]) -> std::io::Result<()> {
        self.rows.push(row.to_vec());
        Ok(())
    }

    fn finish(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
