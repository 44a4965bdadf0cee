//! The door to the engine. Commands say what they want in these words and know nothing of plans,
//! batches or runtimes.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use flowgauge_ql::{FilterPattern, Pipeline};
use flowgauge_render::{Column, Output, Value};

use crate::failure::Failure;
use crate::inputs::Inputs;
use crate::progress::ProgressSource;

/// A query that compiled, and what it reads.
pub struct Job {
    /// The query's text, for error messages.
    pub text: String,
    /// What it means.
    pub pipeline: Pipeline,
    /// What it reads.
    pub inputs: Inputs,
    /// Whether raw rows end in `@ptr`.
    pub ptr: bool,
}

/// What a query has read and found; `--stats` prints it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Statistics {
    /// Events that matched the filters.
    pub records_matched: u64,
    /// Events read.
    pub records_scanned: u64,
    /// Bytes of the events read.
    pub bytes_scanned: u64,
    /// Rows of the result.
    pub rows: u64,
    /// Lines that do not fit their format.
    pub malformed: u64,
    /// Files read.
    pub files: u64,
    /// Files that could not be read and were skipped.
    pub skipped_files: u64,
}

/// Which plan `--explain` shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// The logical plan.
    Logical,
    /// The physical plan.
    Physical,
}

/// A field of the inputs and how many events have it.
pub struct FieldCount {
    /// Its name.
    pub name: String,
    /// Events that have it.
    pub events: u64,
}

/// The fields of some inputs.
pub struct Fields {
    /// Events looked at.
    pub events: u64,
    /// The fields, most frequent first.
    pub fields: Vec<FieldCount>,
}

/// Runs a query: begins `output`, gives it every row and finishes it.
pub fn query(
    job: &Job,
    progress: &Arc<ProgressSource>,
    output: &mut (dyn Output + Send),
) -> Result<Statistics, Failure> {
    let _ = (job, progress, output);
    Err(without_engine())
}

/// Runs a query and writes its result as a Parquet file.
pub fn query_to_parquet(
    job: &Job,
    progress: &Arc<ProgressSource>,
    file: &Path,
) -> Result<Statistics, Failure> {
    let _ = (job, progress, file);
    Err(without_engine())
}

/// Runs a query and keeps its rows.
pub fn collect(job: &Job) -> Result<(Vec<Column>, Vec<Vec<Value>>), Failure> {
    let mut rows = Collected::default();
    query(job, &Arc::default(), &mut rows)?;
    Ok((rows.columns, rows.rows))
}

/// The plan of a query as text.
pub fn explain(job: &Job, plan: Plan) -> Result<String, Failure> {
    let _ = (job, plan);
    Err(without_engine())
}

/// Looks at the inputs' fields.
pub fn fields(inputs: &Inputs, progress: &Arc<ProgressSource>) -> Result<Fields, Failure> {
    let _ = (inputs, progress);
    Err(without_engine())
}

/// Writes the messages that match a filter pattern, each with a line end, and returns how many.
pub fn filter(
    pattern: &FilterPattern,
    inputs: &Inputs,
    progress: &Arc<ProgressSource>,
    out: &mut (dyn Write + Send),
) -> Result<u64, Failure> {
    let _ = (pattern, inputs, progress, out);
    Err(without_engine())
}

fn without_engine() -> Failure {
    Failure::Input("this build has no engine".to_owned())
}

/// An output that keeps what it gets.
#[derive(Default)]
struct Collected {
    columns: Vec<Column>,
    rows: Vec<Vec<Value>>,
}

impl Output for Collected {
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
