//! The reference evaluator as an executor.

use flowgauge_event::{Value, parse_time};
use flowgauge_ql::{Options as QueryOptions, Severity, compile};

use super::runner::{CaseInput, Executor};
use super::table::{CaseOutput, Table};
use crate::reference::{
    self, Context, FlowLogLines, JsonLines, ListedFlowLogLines, Loader, PlainLines, Row,
    is_default_flow_record, is_flow_header,
};

/// Runs cases with the reference evaluator and its naive readers.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReferenceExecutor;

impl Executor for ReferenceExecutor {
    fn name(&self) -> &str {
        "reference"
    }

    fn execute(&self, case: &CaseInput<'_>) -> Result<CaseOutput, String> {
        let option = |key: &str| case.options.get(key).map(String::as_str);
        let options = QueryOptions {
            strict: option("strict") == Some("true"),
        };
        let compiled = compile(case.query, &options);
        let Some(pipeline) = &compiled.pipeline else {
            let diagnostics = compiled.errors().map(|finding| {
                format!(
                    "{} {}..{} {}",
                    finding.code, finding.span.start, finding.span.end, finding.message
                )
            });
            return Ok(CaseOutput::Refused {
                diagnostics: diagnostics.collect(),
            });
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
        };
        let mut rows: Vec<Row> = Vec::new();
        for file in case.data {
            rows.extend(loader(option("format"), &file.text)?.load(&file.name, &file.text)?);
        }
        let cells = |row: Vec<Value>| -> Vec<Option<String>> {
            row.iter()
                .map(|value| value.print().map(|text| text.into_owned()))
                .collect()
        };
        let rows = reference::run(pipeline, &rows, &context)?;
        Ok(CaseOutput::Rows {
            warnings,
            table: Table {
                columns: pipeline
                    .output
                    .iter()
                    .map(|column| column.name.clone())
                    .collect(),
                rows: rows.into_iter().map(cells).collect(),
            },
        })
    }
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
