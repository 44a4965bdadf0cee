//! What every executor does with a case, and the reference evaluator as one.

use flowgauge_event::{Limits, parse_time};
use flowgauge_ql::{
    Environment, Options as QueryOptions, Pipeline, SavedQuery, Severity, TableHeader, compile,
};

use super::case::{DataFile, Surroundings};
use super::runner::{CaseInput, Executor};
use super::table::{CaseOutput, Table};
use crate::reference::{
    self, Context, FlowLogLines, Group, Inputs, JsonLines, ListedFlowLogLines, Loader, LookupTable,
    PlainLines, Row, is_default_flow_record, is_flow_header,
};

/// A case after the front end, which all executors share.
#[derive(Debug)]
pub enum Prepared {
    /// The query compiled.
    Runs(Box<Compiled>),
    /// The query was refused; this is the output.
    Refused(CaseOutput),
}

/// A compiled case.
#[derive(Debug)]
pub struct Compiled {
    /// What the query means.
    pub pipeline: Pipeline,
    /// The time of the run and the query window, from the file's options.
    pub context: Context,
    /// What the output says before the table.
    warnings: Vec<String>,
}

impl Prepared {
    /// Compiles a case. Fails when the file's options make no sense.
    pub fn new(case: &CaseInput<'_>) -> Result<Prepared, String> {
        let option = |key: &str| case.options.get(key).map(String::as_str);
        let limits = limits(option("limit"))?;
        let options = QueryOptions {
            limits,
            strict: option("strict") == Some("true"),
            environment: environment(case.surroundings)?,
        };
        let compiled = compile(case.query, &options);
        let Some(pipeline) = compiled.pipeline else {
            let diagnostics = compiled
                .diagnostics
                .iter()
                .filter(|finding| finding.is_error())
                .map(|finding| {
                    format!(
                        "{} {}..{} {}",
                        finding.code, finding.span.start, finding.span.end, finding.message
                    )
                })
                .collect();
            return Ok(Prepared::Refused(CaseOutput::Refused { diagnostics }));
        };
        let warnings = compiled
            .diagnostics
            .iter()
            .filter(|finding| finding.severity == Severity::Warning)
            .map(|finding| format!("{}: {}", finding.code, finding.message))
            .collect();
        let time = |key: &str, now: i64| -> Result<Option<i64>, String> {
            option(key)
                .map(|text| parse_time(text, now).map_err(|error| error.to_string()))
                .transpose()
        };
        let now = time("now", 0)?.unwrap_or(0);
        let context = Context {
            now,
            start: time("start", now)?,
            end: time("end", now)?,
            limits,
        };
        Ok(Prepared::Runs(Box::new(Compiled {
            pipeline,
            context,
            warnings,
        })))
    }
}

impl Compiled {
    /// The output of a run that gave this table.
    pub fn output(self, table: Table) -> CaseOutput {
        CaseOutput::Rows {
            warnings: self.warnings,
            table,
        }
    }
}

/// Runs cases with the reference evaluator and its naive readers.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReferenceExecutor;

impl Executor for ReferenceExecutor {
    fn name(&self) -> &str {
        "reference"
    }

    fn execute(&self, case: &CaseInput<'_>) -> Result<CaseOutput, String> {
        let compiled = match Prepared::new(case)? {
            Prepared::Runs(compiled) => compiled,
            Prepared::Refused(output) => return Ok(output),
        };
        let format = case.options.get("format").map(String::as_str);
        let surroundings = case.surroundings;
        let groups = surroundings.groups.iter().map(|group| {
            Ok(Group {
                name: group.name.clone(),
                attributes: group.attributes.clone(),
                events: events(format, &group.data)?,
            })
        });
        let tables = surroundings.tables.iter();
        let inputs = Inputs {
            events: events(format, case.data)?,
            groups: groups.collect::<Result<_, String>>()?,
            tables: tables
                .map(|table| LookupTable::parse(&table.name, &table.text))
                .collect(),
        };
        let table = run_reference(&compiled.pipeline, &inputs, &compiled.context)?;
        Ok(compiled.output(table))
    }
}

fn events(format: Option<&str>, data: &[DataFile]) -> Result<Vec<Row>, String> {
    let mut events = Vec::new();
    for file in data {
        events.extend(loader(format, &file.text)?.load(&file.name, &file.text)?);
    }
    Ok(events)
}

/// The limits that `option limit NAME=VALUE …` moves.
fn limits(moved: Option<&str>) -> Result<Limits, String> {
    let mut limits = Limits::default();
    for word in moved.unwrap_or_default().split_whitespace() {
        let known = word.split_once('=').is_some_and(|(name, value)| {
            let value = value.parse();
            value.is_ok_and(|value| limits.set(name, value))
        });
        if !known {
            return Err(format!("`option limit` takes NAME=VALUE, not `{word}`"));
        }
    }
    Ok(limits)
}

/// What a query of a case file can name.
fn environment(surroundings: &Surroundings) -> Result<Environment, String> {
    let groups = surroundings.groups.iter();
    let tables = surroundings.tables.iter().map(|table| TableHeader {
        name: table.name.clone(),
        columns: LookupTable::parse(&table.name, &table.text).columns,
    });
    let saved = surroundings
        .saved
        .iter()
        .map(|file| SavedQuery::parse(&file.name, &file.text));
    Ok(Environment {
        groups: Some(groups.map(|group| group.name.clone()).collect()),
        tables: Some(tables.collect()),
        saved: saved.collect::<Result<_, String>>()?,
    })
}

/// What the reference evaluator gives, as it prints.
pub fn run_reference(
    pipeline: &Pipeline,
    inputs: &Inputs,
    context: &Context,
) -> Result<Table, String> {
    let rows = reference::run(pipeline, inputs, context)?;
    let columns = pipeline.output.iter().map(|column| column.name.clone());
    Ok(Table::new(columns.collect(), &rows))
}

/// The reader for a format name or a field list, or for how the text looks.
fn loader(format: Option<&str>, text: &str) -> Result<Box<dyn Loader>, String> {
    let first = text.lines().find(|line| !line.is_empty()).unwrap_or("");
    Ok(match format {
        Some("json") => Box::new(JsonLines),
        Some("vpc-flow" | "tgw-flow") => Box::new(FlowLogLines),
        Some("text") => Box::new(PlainLines),
        Some(fields) if fields.starts_with("${") => Box::new(ListedFlowLogLines(fields.to_owned())),
        Some(other) => {
            return Err(format!(
                "the reference readers do not know the format `{other}`"
            ));
        }
        None if first.starts_with('{') => Box::new(JsonLines),
        None if is_flow_header(first) || is_default_flow_record(first) => Box::new(FlowLogLines),
        None => Box::new(PlainLines),
    })
}
