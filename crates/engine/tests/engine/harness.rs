//! Runs queries on the engine over texts written to a temporary folder.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use flowgauge_engine::{EngineError, FileCatalog, InputOptions, Query, RunOptions, Statistics};
use flowgauge_event::TimeRange;
use flowgauge_ql::{Options, Pipeline, compile};
use flowgauge_testkit::golden::{CaseInput, CaseOutput, Executor, Prepared, Table};
use flowgauge_testkit::reference::Context;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// One runtime for all tests, like the one a program has.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime")
});

/// How a query uses the machine.
#[derive(Debug, Clone, Copy)]
pub struct Machine {
    pub threads: usize,
    pub memory: usize,
}

/// Plenty of memory, one thread.
pub const PLAIN: Machine = Machine {
    threads: 1,
    memory: 256 << 20,
};

/// Files for queries; they live as long as this.
pub struct Files {
    /// Removed with this.
    _folder: TempDir,
    inputs: InputOptions,
}

impl Files {
    /// Writes each text into a folder of its own, so that equal names do not meet.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Files {
        let folder = tempfile::tempdir().expect("a folder");
        let mut paths = Vec::new();
        for (index, (name, text)) in files.into_iter().enumerate() {
            let parent = folder.path().join(format!("{index:03}"));
            std::fs::create_dir(&parent).expect("a folder");
            let path = parent.join(Path::new(name).file_name().expect("a file name"));
            std::fs::write(&path, text).expect("a file");
            paths.push(path.display().to_string());
        }
        if paths.is_empty() {
            let path = folder.path().join("empty.log");
            std::fs::write(&path, "").expect("a file");
            paths.push(path.display().to_string());
        }
        let inputs = InputOptions {
            paths,
            ..InputOptions::default()
        };
        Files {
            _folder: folder,
            inputs,
        }
    }

    /// Runs a pipeline. Fails with a panic when the engine panics.
    pub fn run(
        &self,
        pipeline: &Pipeline,
        context: &Context,
        machine: Machine,
    ) -> Result<Table, EngineError> {
        let mut options = RunOptions::new(context.now);
        options.window = TimeRange {
            start: context.start,
            end: context.end,
        };
        options.threads = machine.threads;
        options.memory = machine.memory;
        RUNTIME.block_on(async {
            let statistics = Arc::new(Statistics::default());
            let catalog = FileCatalog::new(self.inputs.clone(), Arc::clone(&statistics));
            let query = Query::plan(pipeline, Arc::new(catalog), &options, statistics).await?;
            let mut rows = Vec::new();
            query
                .run(|row| {
                    rows.push(row.to_vec());
                    Ok(())
                })
                .await?;
            Ok(Table::new(query.columns().to_vec(), &rows))
        })
    }

    /// Runs a query text that must compile and shows the result.
    pub fn show(&self, query: &str) -> Result<String, EngineError> {
        let compiled = compile(query, &Options::default());
        let errors: Vec<_> = compiled.errors().collect();
        assert!(errors.is_empty(), "{query}\n{errors:?}");
        let pipeline = compiled.pipeline.expect("no error");
        Ok(self.run(&pipeline, &Context::default(), PLAIN)?.render())
    }
}

/// The engine as an executor of case files.
pub struct Engine;

impl Executor for Engine {
    fn name(&self) -> &str {
        "engine"
    }

    fn execute(&self, case: &CaseInput<'_>) -> Result<CaseOutput, String> {
        let compiled = match Prepared::new(case)? {
            Prepared::Runs(compiled) => compiled,
            Prepared::Refused(output) => return Ok(output),
        };
        let texts = case
            .data
            .iter()
            .map(|file| (file.name.as_str(), file.text.as_str()));
        let mut files = Files::new(texts);
        files.inputs.format = case.options.get("format").cloned();
        let table = files
            .run(&compiled.pipeline, &compiled.context, PLAIN)
            .map_err(|error| error.to_string())?;
        Ok(compiled.output(table))
    }
}
