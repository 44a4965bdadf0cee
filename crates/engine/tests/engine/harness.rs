//! Runs queries on the engine over texts written to a temporary folder.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use flowgauge_engine::{
    Catalog, EngineError, EventRequest, Events, FieldsRequest, FileCatalog, InputOptions, LogGroup,
    LookupTable, Query, RunOptions, Statistics,
};
use flowgauge_event::{Limits, TimeRange};
use flowgauge_ql::pipeline::{GroupFacts, LogClass};
use flowgauge_ql::{Options, Pipeline, compile};
use flowgauge_testkit::golden::{
    CaseGroup, CaseInput, CaseOutput, DataFile, Executor, Prepared, Table,
};
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
    folder: TempDir,
    inputs: InputOptions,
    groups: Vec<LogGroup>,
    tables: Vec<LookupTable>,
    any_group: bool,
    limits: Limits,
}

impl Files {
    /// Writes each text into a folder of its own, so that equal names do not meet.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Files {
        let folder = tempfile::tempdir().expect("a folder");
        let inputs = write(&folder, "main", files);
        Files {
            folder,
            inputs,
            groups: Vec::new(),
            tables: Vec::new(),
            any_group: false,
            limits: Limits::default(),
        }
    }

    /// With a log group of these texts.
    pub fn with_group<'a>(
        mut self,
        facts: GroupFacts,
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Files {
        let name = format!("group{}", self.groups.len());
        let inputs = InputOptions {
            format: self.inputs.format.clone(),
            ..write(&self.folder, &name, files)
        };
        self.groups.push(LogGroup { facts, inputs });
        self
    }

    /// With a lookup table.
    pub fn with_table(mut self, name: &str, csv: &str) -> Files {
        let table = LookupTable::from_csv(name, name, csv.as_bytes(), u64::MAX);
        self.tables.push(table.expect("a table"));
        self
    }

    /// Every log group that a query names is there and holds these files.
    pub fn with_any_group(mut self) -> Files {
        self.any_group = true;
        self
    }

    /// With other limits.
    pub fn with_limit(mut self, name: &str, value: u64) -> Files {
        assert!(self.limits.set(name, value), "{name}");
        self
    }

    fn catalog(&self, statistics: Arc<Statistics>) -> Arc<dyn Catalog> {
        let catalog = FileCatalog::new(self.inputs.clone(), statistics)
            .with_groups(self.groups.clone())
            .with_tables(self.tables.clone())
            .with_limits(self.limits);
        match self.any_group {
            true => Arc::new(AnyGroup(catalog)),
            false => Arc::new(catalog),
        }
    }

    /// Runs a pipeline. Fails with a panic when the engine panics.
    pub fn run(
        &self,
        pipeline: &Pipeline,
        context: &Context,
        machine: Machine,
    ) -> Result<Table, EngineError> {
        let (table, _) = self.run_counted(pipeline, context, machine)?;
        Ok(table)
    }

    /// The same, and what was counted.
    fn run_counted(
        &self,
        pipeline: &Pipeline,
        context: &Context,
        machine: Machine,
    ) -> Result<(Table, Arc<Statistics>), EngineError> {
        let mut options = RunOptions::new(context.now);
        options.window = TimeRange {
            start: context.start,
            end: context.end,
        };
        options.threads = machine.threads;
        options.memory = machine.memory;
        options.limits = self.limits;
        RUNTIME.block_on(async {
            let statistics = Arc::new(Statistics::default());
            let catalog = self.catalog(Arc::clone(&statistics));
            let query = Query::plan(pipeline, catalog, &options, Arc::clone(&statistics)).await?;
            let mut rows = Vec::new();
            query
                .run(|row| {
                    rows.push(row.to_vec());
                    Ok(())
                })
                .await?;
            Ok((Table::new(query.columns().to_vec(), &rows), statistics))
        })
    }

    /// Runs a query text that must compile and shows the result.
    pub fn show(&self, query: &str) -> Result<String, EngineError> {
        let pipeline = pipeline_of(query);
        Ok(self.run(&pipeline, &Context::default(), PLAIN)?.render())
    }

    /// Runs a query text that must compile, on several threads, and gives the warnings of the run.
    pub fn warnings(&self, query: &str) -> Result<Vec<String>, EngineError> {
        let machine = Machine {
            threads: 3,
            ..PLAIN
        };
        let run = self.run_counted(&pipeline_of(query), &Context::default(), machine);
        run.map(|(_, statistics)| statistics.warnings())
    }
}

fn pipeline_of(query: &str) -> Pipeline {
    let compiled = compile(query, &Options::default());
    let errors: Vec<_> = compiled.errors().collect();
    assert!(errors.is_empty(), "{query}\n{errors:?}");
    compiled.pipeline.expect("no error")
}

/// Writes texts below a folder.
fn write<'a>(
    folder: &TempDir,
    name: &str,
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> InputOptions {
    let mut paths = Vec::new();
    let folder = folder.path().join(name);
    std::fs::create_dir(&folder).expect("a folder");
    for (index, (name, text)) in files.into_iter().enumerate() {
        let parent = folder.join(format!("{index:03}"));
        std::fs::create_dir(&parent).expect("a folder");
        let path = parent.join(Path::new(name).file_name().expect("a file name"));
        std::fs::write(&path, text).expect("a file");
        paths.push(path.into_os_string());
    }
    if paths.is_empty() {
        let path = folder.join("empty.log");
        std::fs::write(&path, "").expect("a file");
        paths.push(path.into_os_string());
    }
    InputOptions {
        paths,
        ..InputOptions::default()
    }
}

fn texts(files: &[DataFile]) -> impl Iterator<Item = (&str, &str)> {
    files
        .iter()
        .map(|file| (file.name.as_str(), file.text.as_str()))
}

fn facts(group: &CaseGroup) -> GroupFacts {
    let attribute = |name: &str| group.attributes.get(name).cloned();
    let tags = group.attributes.iter().filter_map(|(key, value)| {
        let key = key.strip_prefix("tag:")?;
        Some((key.to_owned(), value.clone()))
    });
    GroupFacts {
        name: group.name.clone(),
        account: attribute("account"),
        class: match attribute("class").as_deref() {
            Some("INFREQUENT_ACCESS") => LogClass::InfrequentAccess,
            _ => LogClass::Standard,
        },
        data_source: attribute("source"),
        tags: tags.collect(),
    }
}

/// A catalog in which every log group is the default input.
struct AnyGroup(FileCatalog);

#[async_trait]
impl Catalog for AnyGroup {
    async fn events(&self, request: &EventRequest) -> datafusion::common::Result<Events> {
        let mut request = request.clone();
        request.source.choices.clear();
        self.0.events(&request).await
    }

    async fn fields(&self, request: &FieldsRequest) -> datafusion::common::Result<Vec<String>> {
        let mut request = request.clone();
        request.source.choices.clear();
        self.0.fields(&request).await
    }

    async fn lookup_table(&self, name: &str) -> datafusion::common::Result<Arc<LookupTable>> {
        self.0.lookup_table(name).await
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
        let mut files = Files::new(texts(case.data));
        files.inputs.format = case.options.get("format").cloned();
        files.limits = compiled.context.limits;
        for group in &case.surroundings.groups {
            files = files.with_group(facts(group), texts(&group.data));
        }
        for table in &case.surroundings.tables {
            files = files.with_table(&table.name, &table.text);
        }
        let table = files
            .run(&compiled.pipeline, &compiled.context, PLAIN)
            .map_err(|error| error.to_string())?;
        Ok(compiled.output(table))
    }
}
