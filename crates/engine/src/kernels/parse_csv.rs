//! `parse f csv as a, b`: one RFC 4180 record, values by position; surplus ignored (spec 5.5).

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringViewBuilder, StructArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};
use flowgauge_event::Number;

use super::parse_glob::capture_fields;
use crate::function::{Args, Scalar};

/// `_parse_csv(value, position…)`
pub static PARSE_CSV: Scalar = Scalar {
    name: "_parse_csv",
    returns: |types| DataType::Struct(capture_fields(types.len() - 1)),
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let mut positions = Vec::new();
    for index in 1..args.len() {
        match args.constant_number(index) {
            Some(Number::Int(position)) if position >= 0 => positions.push(position as usize),
            _ => return internal_err!("_parse_csv needs constant positions"),
        }
    }
    let values = args.texts(0)?;
    let mut columns: Vec<StringViewBuilder> =
        positions.iter().map(|_| StringViewBuilder::new()).collect();
    let wanted = positions.iter().max().map_or(0, |last| last + 1);
    for row in 0..args.rows {
        let text = values.is_valid(row).then(|| values.value(row));
        let record: Vec<Cow<str>> = Record(text).take(wanted).collect();
        for (column, &position) in columns.iter_mut().zip(&positions) {
            column.append_option(record.get(position));
        }
    }
    let columns: Vec<ArrayRef> = columns
        .iter_mut()
        .map(|column| Arc::new(column.finish()) as ArrayRef)
        .collect();
    Ok(Arc::new(StructArray::try_new_with_length(
        capture_fields(columns.len()),
        columns,
        None,
        args.rows,
    )?))
}

/// The fields of the first record of a text: what is left of it, nothing after the last field.
struct Record<'a>(Option<&'a str>);

impl<'a> Iterator for Record<'a> {
    type Item = Cow<'a, str>;

    fn next(&mut self) -> Option<Cow<'a, str>> {
        let text = self.0.take()?;
        let Some(mut rest) = text.strip_prefix('"') else {
            return Some(Cow::Borrowed(self.plain(text)));
        };
        let mut value = String::new();
        loop {
            let Some((part, tail)) = rest.split_once('"') else {
                // The quote is never closed.
                value.push_str(rest);
                return Some(Cow::Owned(value));
            };
            value.push_str(part);
            match tail.strip_prefix('"') {
                Some(tail) => {
                    value.push('"');
                    rest = tail;
                }
                None => {
                    value.push_str(self.plain(tail));
                    return Some(Cow::Owned(value));
                }
            }
        }
    }
}

impl<'a> Record<'a> {
    /// The text up to the end of the field, which this leaves behind.
    fn plain(&mut self, text: &'a str) -> &'a str {
        let end = text.find([',', '\n', '\r']).unwrap_or(text.len());
        self.0 = text[end..].strip_prefix(',');
        &text[..end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records() {
        for (text, fields) in [
            ("", &[""][..]),
            ("a,b", &["a", "b"]),
            ("a,", &["a", ""]),
            ("\na,b", &[""]),
            ("a\r\nb", &["a"]),
            (r#""a,b",c"#, &["a,b", "c"]),
            (r#""a ""b"" c",d"#, &[r#"a "b" c"#, "d"]),
            (r#""a"b,c"#, &["ab", "c"]),
            (r#"a"b",c"#, &[r#"a"b""#, "c"]),
            (r#"a,"b"#, &["a", "b"]),
            ("\"a\nb\",c", &["a\nb", "c"]),
        ] {
            assert_eq!(Record(Some(text)).collect::<Vec<_>>(), fields, "{text}");
        }
        assert_eq!(Record(None).count(), 0);
    }
}
