//! The steps that bring in other tables (spec 5.15 to 5.19).

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::rc::Rc;

use flowgauge_event::Value;
use flowgauge_ql::Pipeline;
use flowgauge_ql::pipeline::{AppendCols, BinaryOp, Expr, Join, Lookup, LookupMatch};

use super::expression::Evaluator;
use super::inputs::LookupTable;
use super::{Working, compare, convert};

type Rows<'a> = Vec<Working<'a>>;

impl Evaluator<'_> {
    /// The rows of an inner query, a value for each of its output columns.
    fn inner(&self, query: &Pipeline) -> Result<Vec<Vec<Value>>, String> {
        super::run(query, self.inputs, self.context)
    }

    /// The values of a subquery, which runs once.
    pub(super) fn values(&self, query: &Pipeline) -> Result<Rc<Vec<Value>>, String> {
        let place: *const Pipeline = query;
        if let Some(values) = self.values.borrow().get(&place) {
            return Ok(Rc::clone(values));
        }
        let values: Vec<Value> = self.inner(query)?.into_iter().flatten().collect();
        if different(&values) > self.context.limits.subquery_values {
            return Err("too many values of a subquery".to_owned());
        }
        let values = Rc::new(values);
        self.values.borrow_mut().insert(place, Rc::clone(&values));
        Ok(values)
    }
}

/// How many printed values there are.
fn different<'v>(values: impl IntoIterator<Item = &'v Value>) -> u64 {
    let printed = values.into_iter().filter_map(Value::print);
    printed.collect::<BTreeSet<_>>().len() as u64
}

pub(super) fn join<'a>(
    evaluator: &Evaluator<'_>,
    join: &Join,
    rows: Rows<'a>,
) -> Result<Rows<'a>, String> {
    let right = evaluator.inner(&join.right)?;
    let columns = &join.right.output;
    let key = columns.iter().position(|column| column.name == join.key);
    let key = key.ok_or("the right side of the join has no key")?;
    if different(right.iter().map(|row| &row[key])) > evaluator.context.limits.join_keys {
        return Err("too many keys of a join".to_owned());
    }
    let mut out = Vec::new();
    for row in rows {
        let value = evaluator.eval(&join.left, &row)?;
        let mut alone = true;
        for partner in &right {
            if compare::holds(BinaryOp::Equal, &value, &partner[key]) {
                alone = false;
                let mut row = row.clone();
                for (column, value) in columns.iter().zip(partner) {
                    row.columns.insert(column.name.clone(), value.clone());
                }
                out.push(row);
            }
        }
        if alone && join.outer {
            let mut row = row;
            for column in columns {
                row.columns.insert(column.name.clone(), Value::Missing);
            }
            out.push(row);
        }
    }
    Ok(out)
}

pub(super) fn appendcols<'a>(
    evaluator: &Evaluator<'_>,
    step: &AppendCols,
    rows: Rows<'a>,
) -> Result<Rows<'a>, String> {
    let mut other = evaluator.inner(&step.query)?;
    other.truncate(usize::try_from(step.max).unwrap_or(usize::MAX));
    let mut out = Vec::new();
    for (at, mut row) in rows.into_iter().enumerate() {
        let mut values = Vec::new();
        for column in &step.columns {
            values.push(match (other.get(at), &column.replaced) {
                (Some(cells), _) => cells[column.index].clone(),
                (None, Some(replaced)) => evaluator.eval(replaced, &row)?,
                (None, None) => Value::Missing,
            });
        }
        for (column, value) in step.columns.iter().zip(values) {
            row.columns.insert(column.name.clone(), value);
        }
        out.push(row);
    }
    Ok(out)
}

pub(super) fn lookup<'a>(
    evaluator: &Evaluator<'_>,
    step: &Lookup,
    mut rows: Rows<'a>,
) -> Result<Rows<'a>, String> {
    let table = evaluator.inputs.table(&step.table)?;
    for row in &mut rows {
        let found = match &step.matches {
            LookupMatch::Equal(matches) => equal_row(evaluator, table, matches, row)?,
            LookupMatch::Range {
                column,
                named,
                value,
            } => {
                let column = range_column(table, column, *named)?;
                let address = convert::text(&evaluator.eval(value, row)?);
                smallest_range(table, column, address.as_deref())
            }
        };
        let mut values = Vec::new();
        for output in &step.outputs {
            let cell = table.column(&output.column)?;
            let new = found.map(|cells| Value::Text(cells[cell].clone()));
            values.push(match &output.existing {
                None => new.unwrap_or(Value::Missing),
                Some(existing) => {
                    let existing = evaluator.eval(existing, row)?;
                    match existing.print().as_deref() {
                        None | Some("") => new.unwrap_or(existing),
                        Some(_) => existing,
                    }
                }
            });
        }
        for (output, value) in step.outputs.iter().zip(values) {
            row.columns.insert(output.name.clone(), value);
        }
    }
    Ok(rows)
}

/// The first row all of whose match columns equal the printed values.
fn equal_row<'t>(
    evaluator: &Evaluator<'_>,
    table: &'t LookupTable,
    matches: &[(String, Expr)],
    row: &Working<'_>,
) -> Result<Option<&'t Vec<String>>, String> {
    let mut wanted = Vec::new();
    for (column, value) in matches {
        let value = convert::text(&evaluator.eval(value, row)?);
        wanted.push((table.column(column)?, value));
    }
    Ok(table.rows.iter().find(|cells| {
        wanted
            .iter()
            .all(|(column, value)| value.as_deref() == Some(cells[*column].as_str()))
    }))
}

fn range_column(table: &LookupTable, name: &str, named: bool) -> Result<usize, String> {
    match table.column(name) {
        Err(_) if !named => (0..table.columns.len())
            .find(|column| {
                table
                    .rows
                    .iter()
                    .all(|cells| range(&cells[*column]).is_some())
            })
            .ok_or_else(|| format!("the table {} has no column of ranges", table.name)),
        found => found,
    }
}

/// The row whose range holds the address and is the smallest; the first of equal ones.
fn smallest_range<'t>(
    table: &'t LookupTable,
    column: usize,
    address: Option<&str>,
) -> Option<&'t Vec<String>> {
    let address: IpAddr = address?.parse().ok()?;
    let mut best: Option<(u32, &Vec<String>)> = None;
    for cells in &table.rows {
        if let Some((network, length)) = range(&cells[column])
            && bits(address, length) == bits(network, length)
            && address.is_ipv4() == network.is_ipv4()
            && best.is_none_or(|(known, _)| length > known)
        {
            best = Some((length, cells));
        }
    }
    best.map(|(_, cells)| cells)
}

/// An address with a prefix length; an address alone is a range of one.
fn range(text: &str) -> Option<(IpAddr, u32)> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length.parse::<u32>().ok()?)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let length = length.unwrap_or(most);
    (length <= most).then_some((address, length))
}

/// The first bits of an address as a number.
fn bits(address: IpAddr, count: u32) -> u128 {
    let (value, width) = match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    };
    if count == 0 {
        0
    } else {
        value >> (width - count)
    }
}
