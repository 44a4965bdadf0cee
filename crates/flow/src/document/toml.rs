//! TOML into a tree with positions.

use ::toml::de::{DeTable, DeValue};

use super::{Member, Mistake, Node, Value};

/// Reads a TOML document.
pub(super) fn parse(text: &str) -> Result<Node, Mistake> {
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        Mistake::new(at, error.message().to_owned())
    })?;
    let members = members(table.into_inner())?;
    Ok(Node {
        value: Value::Members(members),
        at: 0,
    })
}

fn members(table: DeTable<'_>) -> Result<Vec<Member>, Mistake> {
    let mut members = Vec::with_capacity(table.len());
    for (name, value) in table {
        let at = name.span().start;
        let node = node(value.span().start, value.into_inner())?;
        members.push(Member {
            name: name.into_inner().into_owned(),
            at,
            node,
        });
    }
    // The table is in the order of names; messages should come in the order of the file.
    members.sort_by_key(|member| member.at);
    Ok(members)
}

fn node(at: usize, value: DeValue<'_>) -> Result<Node, Mistake> {
    let value = match value {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => {
            let value = i64::from_str_radix(number.as_str(), number.radix());
            let value = value.map_err(|_| Mistake::new(at, format!("`{number}` is too large")))?;
            Value::Number(value.to_string())
        }
        DeValue::Float(number) => Value::Number(number.as_str().to_owned()),
        DeValue::Boolean(value) => Value::Bool(value),
        DeValue::Datetime(time) => Value::Text(time.to_string()),
        DeValue::Array(items) => {
            let items = items.into_iter().map(|item| {
                let at = item.span().start;
                node(at, item.into_inner())
            });
            Value::List(items.collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => Value::Members(members(table)?),
    };
    Ok(Node { value, at })
}
