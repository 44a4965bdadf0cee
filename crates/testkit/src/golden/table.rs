//! What comes out of a query, and how a case file shows it.

use std::borrow::Cow;

use flowgauge_event::Value;

/// The rows of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Column headers.
    pub columns: Vec<String>,
    /// Printed cells; `None` is a missing value.
    pub rows: Vec<Vec<Option<String>>>,
}

impl Table {
    /// Rows as they print.
    pub fn new(columns: Vec<String>, rows: &[Vec<Value>]) -> Table {
        let print = |value: &Value| value.print().map(Cow::into_owned);
        Table {
            columns,
            rows: rows
                .iter()
                .map(|row| row.iter().map(print).collect())
                .collect(),
        }
    }

    /// The lines of [`CaseOutput::render`].
    pub fn render(&self) -> String {
        let mut lines = vec![line(self.columns.iter().map(|name| Some(name.as_str())))];
        for row in &self.rows {
            lines.push(line(row.iter().map(|cell| cell.as_deref())));
        }
        lines.join("\n")
    }
}

/// What an executor made of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseOutput {
    /// The query ran.
    Rows {
        /// One `W103: message` each.
        warnings: Vec<String>,
        /// The result.
        table: Table,
    },
    /// The query was refused.
    Refused {
        /// One `Q203 15..20 message` each.
        diagnostics: Vec<String>,
    },
}

impl CaseOutput {
    /// The lines that stand in the case file below `----`.
    ///
    /// Cells are separated by tabs. A missing value is `∅`, an empty text `""`; tabs and line
    /// breaks inside a cell are written `\t`, `\n` and `\r`.
    pub fn render(&self) -> String {
        let mut lines = Vec::new();
        match self {
            CaseOutput::Rows { warnings, table } => {
                lines.extend(warnings.iter().map(|warning| format!("warning {warning}")));
                lines.push(table.render());
            }
            CaseOutput::Refused { diagnostics } => {
                lines.push("error".to_owned());
                lines.extend(diagnostics.iter().map(|text| cell(Some(text)).into_owned()));
            }
        }
        lines.join("\n")
    }
}

fn line<'a>(cells: impl Iterator<Item = Option<&'a str>>) -> String {
    cells.map(cell).collect::<Vec<_>>().join("\t")
}

fn cell(cell: Option<&str>) -> Cow<'_, str> {
    match cell {
        None => Cow::Borrowed("∅"),
        Some("") => Cow::Borrowed("\"\""),
        Some(text) if text.contains(['\t', '\n', '\r']) => Cow::Owned(
            text.replace('\t', "\\t")
                .replace('\n', "\\n")
                .replace('\r', "\\r"),
        ),
        Some(text) => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rendering() {
        let output = CaseOutput::Rows {
            warnings: vec!["W102: swapped".to_owned()],
            table: Table {
                columns: vec!["a".to_owned(), "b".to_owned()],
                rows: vec![
                    vec![None, Some(String::new())],
                    vec![Some("x\ty\n".to_owned()), Some("1".to_owned())],
                ],
            },
        };
        assert_eq!(
            output.render(),
            "warning W102: swapped\na\tb\n∅\t\"\"\nx\\ty\\n\t1"
        );
        let refused = CaseOutput::Refused {
            diagnostics: vec!["Q203 15..20 unknown".to_owned()],
        };
        assert_eq!(refused.render(), "error\nQ203 15..20 unknown");
    }
}
