//! `parse f /(?<x>…)/`: capture groups of the first match, or of every match with `multi`.
//!
//! Arguments: the value, the expression, then the numbers of the wanted groups. The result is a
//! struct with one text field per group (`multi`: a list of such structs, empty without a match).

use std::sync::Arc;

use arrow::array::{Array, ArrayBuilder, ArrayRef, ListArray, StringViewBuilder, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, internal_err};
use flowgauge_event::Number;
use regex::Captures;

use super::parse_glob::capture_fields;
use super::search::compiled;
use crate::function::{Args, Scalar};

/// `_parse_regex(value, regex, group…)`
pub static PARSE_REGEX: Scalar = Scalar {
    name: "_parse_regex",
    returns: |types| DataType::Struct(capture_fields(types.len() - 2)),
    invoke: first,
};

/// `_parse_regex_multi(value, regex, group…)`
pub static PARSE_REGEX_MULTI: Scalar = Scalar {
    name: "_parse_regex_multi",
    returns: |types| DataType::List(item_field(types.len() - 2)),
    invoke: every,
};

fn item_field(groups: usize) -> Arc<Field> {
    Arc::new(Field::new(
        "item",
        DataType::Struct(capture_fields(groups)),
        true,
    ))
}

fn groups(args: &Args) -> Result<Vec<usize>> {
    (2..args.len())
        .map(|index| match args.constant_number(index) {
            Some(Number::Int(group)) if group >= 0 => Ok(group as usize),
            _ => internal_err!("a capture group is a constant number"),
        })
        .collect()
}

fn append(builders: &mut [StringViewBuilder], groups: &[usize], captures: Option<&Captures>) {
    for (builder, &group) in builders.iter_mut().zip(groups) {
        builder.append_option(
            captures
                .and_then(|captures| captures.get(group))
                .map(|found| found.as_str()),
        );
    }
}

fn structs(builders: &mut [StringViewBuilder], rows: usize) -> Result<StructArray> {
    let columns: Vec<ArrayRef> = builders
        .iter_mut()
        .map(|builder| Arc::new(builder.finish()) as ArrayRef)
        .collect();
    Ok(StructArray::try_new_with_length(
        capture_fields(columns.len()),
        columns,
        None,
        rows,
    )?)
}

fn first(args: &Args) -> Result<ArrayRef> {
    let Some(pattern) = args.constant_text(1) else {
        return internal_err!("_parse_regex needs an expression");
    };
    let (regex, groups, values) = (compiled(&pattern)?, groups(args)?, args.texts(0)?);
    let mut builders: Vec<StringViewBuilder> = groups
        .iter()
        .map(|_| StringViewBuilder::with_capacity(args.rows))
        .collect();
    for row in 0..args.rows {
        let captures = if values.is_valid(row) {
            regex.captures(values.value(row))
        } else {
            None
        };
        append(&mut builders, &groups, captures.as_ref());
    }
    Ok(Arc::new(structs(&mut builders, args.rows)?))
}

fn every(args: &Args) -> Result<ArrayRef> {
    let Some(pattern) = args.constant_text(1) else {
        return internal_err!("_parse_regex_multi needs an expression");
    };
    let (regex, groups, values) = (compiled(&pattern)?, groups(args)?, args.texts(0)?);
    let mut builders: Vec<StringViewBuilder> =
        groups.iter().map(|_| StringViewBuilder::new()).collect();
    let mut lengths = Vec::with_capacity(args.rows);
    for row in 0..args.rows {
        let before = builders[0].len();
        if values.is_valid(row) {
            for captures in regex.captures_iter(values.value(row)) {
                append(&mut builders, &groups, Some(&captures));
            }
        }
        // A row without a match stays in the result, once, without the extracted fields.
        if builders[0].len() == before {
            append(&mut builders, &groups, None);
        }
        lengths.push(builders[0].len() - before);
    }
    let total = lengths.iter().sum();
    let items = structs(&mut builders, total)?;
    Ok(Arc::new(ListArray::try_new(
        item_field(groups.len()),
        OffsetBuffer::from_lengths(lengths),
        Arc::new(items),
        None,
    )?))
}
