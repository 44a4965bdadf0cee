//! The scanner against `serde_json`: the same grammar, the same fields, the same values.

use flowgauge_event::limits;
use flowgauge_format::json::FORMAT as JSON;
use flowgauge_format::json_scan::{self, Kind};
use proptest::prelude::*;
use serde_json::Value;

use crate::support::{discovered, field};

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-d]",
        1 => "@?[a-c](\\.[a-c])?",
        1 => any::<String>(),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        // Fractions that serde_json reads back exactly.
        any::<i32>().prop_map(|number| Value::from(f64::from(number) / 8.0)),
        any::<String>().prop_map(Value::from),
        "[ -~\"\\\\]{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            object(inner),
        ]
    })
}

fn object(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    proptest::collection::vec((key(), inner), 0..6)
        .prop_map(|members| Value::Object(members.into_iter().collect()))
}

/// The fields that the rules of spec 8.4 give, with the number of nested steps to each.
fn reference(value: &Value, name: &str, steps: Vec<usize>, fields: &mut Vec<Reference>) {
    let join = |key: &str| match steps.is_empty() {
        true => key.to_owned(),
        false => format!("{name}.{key}"),
    };
    let further = |key: &str| {
        let mut steps = steps.clone();
        steps.push(key.len());
        steps
    };
    let text = match value {
        Value::Null => None,
        Value::Bool(flag) => Some(u8::from(*flag).to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        _ => Some(value.to_string()),
    };
    if !steps.is_empty() {
        fields.push(Reference {
            name: name.to_owned(),
            steps: steps.clone(),
            leaf: !value.is_null() && !value.is_object() && !value.is_array(),
            text,
        });
    }
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let index = index.to_string();
                reference(item, &join(&index), further(&index), fields);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                let key = match key.starts_with('@') {
                    true => format!("@{key}"),
                    false => key.clone(),
                };
                reference(member, &join(&key), further(&key), fields);
            }
        }
        _ => {}
    }
}

struct Reference {
    name: String,
    /// Lengths of the keys on the way.
    steps: Vec<usize>,
    leaf: bool,
    text: Option<String>,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn fields_agree(event in object(value()), pretty in any::<bool>()) {
        let line = match pretty {
            true => serde_json::to_string_pretty(&event).expect("prints").replace('\n', "\t"),
            false => event.to_string(),
        };
        let mut fields = Vec::new();
        reference(&event, "", Vec::new(), &mut fields);
        prop_assume!(fields.iter().filter(|field| field.leaf).count() <= limits::JSON_FIELDS);
        for wanted in &fields {
            // A name with a single `@` belongs to the system.
            let same = fields.iter().filter(|field| field.name == wanted.name);
            let winner = same
                .max_by(|a, b| (a.steps.len(), &a.steps).cmp(&(b.steps.len(), &b.steps)))
                .expect("at least the wanted one");
            let mut expected = winner.text.clone();
            if pretty && !winner.leaf {
                // Containers come as they stand in the line; compare their content.
                let found = field(&JSON, &line, &wanted.name);
                let found = found.map(|text| serde_json::from_str::<Value>(&text).expect("JSON"));
                expected = found.map(|found| found.to_string()).filter(|_| expected.is_some());
                prop_assert_eq!(&expected, &winner.text, "{} of {}", wanted.name, line);
                continue;
            }
            prop_assert_eq!(field(&JSON, &line, &wanted.name), expected, "{} of {}", wanted.name, line);
        }
        let mut names: Vec<String> = Vec::new();
        for field in fields.iter().filter(|field| field.leaf) {
            if !names.contains(&field.name) {
                names.push(field.name.clone());
            }
        }
        prop_assert_eq!(discovered(&JSON, &line), (1, names));
    }

    #[test]
    fn the_grammar_agrees(event in value(), at in any::<prop::sample::Index>(), byte in "[ \\[\\]{}:,\"\\\\0-9a-zE.+-]") {
        let mut text = event.to_string();
        let places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
        let place = places[at.index(places.len())];
        let old = text[place..].chars().next().map_or(0, char::len_utf8);
        text.replace_range(place..place + old, &byte);
        let ours = json_scan::root(&text);
        let theirs = serde_json::from_str::<Value>(&text);
        if let Err(error) = &theirs {
            // Its limits, not the grammar's: numbers are text here, lone surrogates are let through.
            let error = error.to_string();
            let limits = ["number out of range", "surrogate", "end of hex escape"];
            if limits.iter().any(|limit| error.contains(limit)) {
                return Ok(());
            }
        }
        prop_assert_eq!(ours.is_some(), theirs.is_ok(), "{}", text);
        if let (Some(ours), Ok(Value::String(theirs))) = (ours, theirs) {
            let is_string = matches!(ours.kind, Kind::String { .. });
            prop_assert!(is_string);
            let ours = ours.field_text().map(|text| text.into_owned());
            prop_assert_eq!(ours, Some(theirs));
        }
    }
}
