//! JSON and structure functions (spec 7.4).

use flowgauge_event::Value;
use flowgauge_ql::pipeline::BinaryOp;

use super::{Answer, Arguments};
use crate::reference::convert::int;
use crate::reference::{compare, json, parse};

pub(super) fn call(name: &str, args: &Arguments<'_, '_>) -> Answer {
    let first = args.value(0)?;
    Ok(Some(match name {
        "jsonParse" => match first {
            Value::Text(text) if json::parse_container(&text).is_some() => {
                Value::Structure(text.trim().to_owned())
            }
            Value::Structure(text) => Value::Structure(text),
            Value::List(items) => Value::Structure(json::string_array(items)),
            _ => Value::Missing,
        },
        "jsonStringify" => match first {
            Value::Structure(text) => Value::Text(text),
            Value::Text(text) if json::parse_container(&text).is_some() => Value::Text(text),
            Value::List(items) => Value::Text(json::string_array(items)),
            _ => Value::Missing,
        },
        "jsonArraySize" => match parse::array_elements(&first) {
            Some(elements) => int(elements.len() as i64),
            None => Value::Missing,
        },
        "jsonArrayContains" => {
            if first.is_missing() {
                return Ok(Some(Value::Missing));
            }
            let wanted = args.value(1)?;
            let elements = parse::array_elements(&first).unwrap_or_default();
            Value::Boolean(
                elements
                    .iter()
                    .any(|element| compare::holds(BinaryOp::Equal, element, &wanted)),
            )
        }
        _ => return Ok(None),
    }))
}

#[cfg(test)]
mod tests {
    use crate::reference::functions::tests::check;

    #[test]
    fn results() {
        check(&[
            ("jsonParse", &[r#" {"a":[1,2]} "#], Some(r#"{"a":[1,2]}"#)),
            ("jsonParse", &["42"], None),
            ("jsonParse", &["{"], None),
            ("jsonStringify", &["x"], None),
            ("jsonArraySize", &["[1,[2,3]]"], Some("2")),
            ("jsonArraySize", &[r#"{"a":1}"#], None),
            ("jsonArrayContains", &[r#"["admin"]"#, "admin"], Some("1")),
            ("jsonArrayContains", &[r#"["Admin"]"#, "admin"], Some("0")),
            ("jsonArrayContains", &["[80]", "80"], Some("1")),
            ("jsonArrayContains", &["admin", "admin"], Some("0")),
        ]);
    }
}
