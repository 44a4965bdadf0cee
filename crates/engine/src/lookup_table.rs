//! Lookup tables: CSV with a header line, all of it in memory.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringViewArray, StringViewBuilder, UInt32Array};
use arrow::compute::take_record_batch;
use arrow::datatypes::{Field, Schema};
use datafusion::common::{Result, exec_err};
use flowgauge_ql::TableHeader;

use crate::error::InputError;
use crate::functions::ip_address::Subnet;
use crate::types;

/// A lookup table.
#[derive(Debug, Clone)]
pub struct LookupTable {
    /// Its name and columns.
    pub header: TableHeader,
    /// The cells, all of them text.
    columns: Vec<StringViewArray>,
    rows: usize,
}

impl LookupTable {
    /// Reads a table. `path` is for messages; `limit` is the most bytes of CSV that it may have.
    pub fn from_csv(
        name: &str,
        path: &str,
        csv: &[u8],
        limit: u64,
    ) -> Result<LookupTable, InputError> {
        let fail = |problem: String| InputError::new(path, problem);
        let valid = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !(1..=256).contains(&name.len()) || !name.chars().all(valid) {
            return Err(fail(format!(
                "`{name}` is no name of a lookup table: write 1 to 256 letters, digits and `_`"
            )));
        }
        let size = csv.len() as u64;
        if size > limit {
            return Err(fail(format!(
                "a lookup table may have {limit} bytes, this one has {size}"
            )));
        }
        // Programs of the office begin their files with a byte order mark.
        let csv = csv.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(csv);
        let mut reader = csv::ReaderBuilder::new().from_reader(csv);
        let header = reader.headers().map_err(|error| fail(reason(&error)))?;
        let columns: Vec<String> = header.iter().map(str::to_owned).collect();
        if let Some(problem) = header_problem(&columns) {
            return Err(fail(problem));
        }
        let mut builders: Vec<StringViewBuilder> =
            columns.iter().map(|_| StringViewBuilder::new()).collect();
        let mut rows = 0;
        for record in reader.records() {
            let record = record.map_err(|error| fail(reason(&error)))?;
            for (builder, cell) in builders.iter_mut().zip(&record) {
                builder.append_value(cell);
            }
            rows += 1;
        }
        Ok(LookupTable {
            header: TableHeader {
                name: name.to_owned(),
                columns,
            },
            columns: builders
                .iter_mut()
                .map(|builder| builder.finish())
                .collect(),
            rows,
        })
    }

    /// A column by name.
    pub fn column(&self, name: &str) -> Result<&StringViewArray> {
        let names = &self.header.columns;
        match names.iter().position(|column| column == name) {
            Some(index) => Ok(&self.columns[index]),
            None => exec_err!(
                "the lookup table `{}` has no column `{name}`; its columns are: {}",
                self.header.name,
                names.join(", ")
            ),
        }
    }

    /// The column of address ranges: the one of this name; when there is none and it was not
    /// written, the first that holds nothing but ranges.
    pub fn range_column(&self, name: &str, named: bool) -> Result<&StringViewArray> {
        if named || self.header.columns.iter().any(|column| column == name) {
            return self.column(name);
        }
        let is_range = |cell: Option<&str>| cell.is_some_and(|cell| Subnet::parse(cell).is_some());
        match self
            .columns
            .iter()
            .find(|column| column.iter().all(is_range))
        {
            Some(column) => Ok(column),
            None => exec_err!(
                "the lookup table `{}` has no column that holds only address ranges; name it: \
                 `cidrlookup {} {name} as column …`",
                self.header.name,
                self.header.name
            ),
        }
    }

    /// The first row of every combination of the match columns: these columns, then the others,
    /// under the names given.
    pub fn first_rows(
        &self,
        matches: &[(&str, String)],
        outputs: &[(&str, String)],
    ) -> Result<RecordBatch> {
        let keys = matches
            .iter()
            .map(|(column, _)| self.column(column))
            .collect::<Result<Vec<_>>>()?;
        let mut seen = HashSet::new();
        let mut kept = Vec::new();
        for row in 0..self.rows {
            let key: Vec<&str> = keys.iter().map(|column| column.value(row)).collect();
            if seen.insert(key) {
                // A table of at most a few megabytes has fewer rows.
                kept.push(u32::try_from(row).unwrap_or(u32::MAX));
            }
        }
        let all = self.batch(matches.iter().chain(outputs))?;
        Ok(take_record_batch(&all, &UInt32Array::from(kept))?)
    }

    /// Some columns under other names.
    pub fn batch<'a>(
        &self,
        columns: impl IntoIterator<Item = &'a (&'a str, String)>,
    ) -> Result<RecordBatch> {
        let mut fields = Vec::new();
        let mut arrays: Vec<ArrayRef> = Vec::new();
        for (column, name) in columns {
            fields.push(Field::new(name, types::TEXT, true));
            arrays.push(Arc::new(self.column(column)?.clone()));
        }
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
    }
}

fn header_problem(columns: &[String]) -> Option<String> {
    let mut seen = HashSet::new();
    for column in columns {
        if column.is_empty() {
            return Some("a column in the header line has no name".to_owned());
        }
        if !seen.insert(column) {
            return Some(format!("two columns are called `{column}`"));
        }
    }
    columns
        .is_empty()
        .then(|| "there is no header line with the names of the columns".to_owned())
}

/// What is wrong with a CSV text, in the user's words.
fn reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            format!("line {line} has {len} cells, the header line has {expected_len}")
        }
        csv::ErrorKind::Utf8 { pos, .. } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            format!("line {line} is not UTF-8")
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(csv: &str) -> Result<LookupTable, String> {
        LookupTable::from_csv("t", "t.csv", csv.as_bytes(), 60).map_err(|error| error.problem)
    }

    #[test]
    fn the_first_row_of_a_key_counts() {
        let table = table("\u{feff}k,v\n1,a\n1,b\n2,\"c\nd\"\n").expect("valid");
        let named = |name: &'static str| [(name, format!("#{name}"))];
        let rows = table.first_rows(&named("k"), &named("v")).expect("columns");
        let expected = StringViewArray::from(vec!["a", "c\nd"]);
        assert_eq!(
            (rows.num_rows(), rows.schema().field(1).name().as_str()),
            (2, "#v")
        );
        assert_eq!(**rows.column(1), expected);
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (csv, problem) in [
            ("k,k\n", "two columns are called `k`"),
            ("k,\n", "a column in the header line has no name"),
            ("k,v\n1\n", "line 2 has 1 cells, the header line has 2"),
            ("", "there is no header line with the names of the columns"),
            (
                "0123456789012345678901234567890123456789012345678901234567890",
                "a lookup table may have 60 bytes, this one has 61",
            ),
        ] {
            assert_eq!(table(csv).map(|_| ()), Err(problem.to_owned()), "{csv}");
        }
        let named = LookupTable::from_csv("a-b", "t.csv", b"k\n", 60);
        assert!(named.is_err_and(|error| error.problem.starts_with("`a-b` is no name")));
    }

    #[test]
    fn the_column_of_ranges_is_found() {
        let table = table("n,r\na,10.0.0.0/8\nb,::1\n").expect("valid");
        assert_eq!(table.range_column("x", false).expect("r").value(1), "::1");
        assert_eq!(table.range_column("n", false).expect("n").value(1), "b");
        assert!(table.range_column("x", true).is_err());
    }
}
