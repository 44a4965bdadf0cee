//! The modes of `parse` (spec 5.5). A missing input gives what a text without a match gives.

use flowgauge_event::Value;
use flowgauge_ql::pipeline::{Glob, XmlCondition, XmlElement, XmlEnd, XmlPath};
use regex::Regex;

use super::json;

/// The regular expression of a glob, one group a star.
///
/// The description's own translation: literals escaped, stars lazy, anchored at the start when the
/// pattern begins with a star, the last star greedy when it ends the pattern, `.` matches line
/// feeds.
pub(super) fn glob_regex(glob: &Glob) -> Result<Regex, String> {
    let mut pattern = String::from("(?s)");
    for (index, literal) in glob.literals.iter().enumerate() {
        let last = index + 1 == glob.literals.len();
        pattern.push_str(match (index, literal.is_empty()) {
            (0, true) => "^",
            (0, false) => "",
            (_, true) if last => "(.*)",
            _ => "(.*?)",
        });
        pattern.push_str(&regex::escape(literal));
    }
    Regex::new(&pattern).map_err(|error| error.to_string())
}

/// The listed groups of the first match, or of every match, a set of columns each; without a
/// match one set of missing values.
pub(super) fn regex(
    regex: &Regex,
    groups: &[(usize, String)],
    multi: bool,
    text: Option<&str>,
) -> Vec<Vec<(String, Value)>> {
    let limit = if multi { usize::MAX } else { 1 };
    let mut matches: Vec<Vec<(String, Value)>> = text
        .map(|text| {
            regex
                .captures_iter(text)
                .take(limit)
                .map(|captures| {
                    groups
                        .iter()
                        .map(|(number, name)| {
                            let value = captures
                                .get(*number)
                                .map_or(Value::Missing, |group| text_value(group.as_str()));
                            (name.clone(), value)
                        })
                        .collect()
                })
                .collect()
        })
        .unwrap_or_default();
    if matches.is_empty() {
        let missing = |(_, name): &(usize, String)| (name.clone(), Value::Missing);
        matches.push(groups.iter().map(missing).collect());
    }
    matches
}

/// A map of the `key=value` pairs, values as text. A value may stand in double quotes with
/// back-slash escapes; a word without `=` is no pair, nor is one with a quote before its `=`; the
/// last of equal keys counts. Text without any pair is missing.
pub(super) fn logfmt(text: Option<&str>) -> Value {
    let mut rest = text.unwrap_or("").trim_start();
    let mut map = serde_json::Map::new();
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let (key, tail) = rest.split_at(end);
        rest = match tail.strip_prefix('=') {
            Some(tail) => {
                let (value, tail) = logfmt_value(tail);
                if !key.is_empty() && !key.contains('"') {
                    map.insert(key.to_owned(), serde_json::Value::String(value));
                }
                tail
            }
            None => tail,
        };
        rest = rest.trim_start();
    }
    if map.is_empty() {
        return Value::Missing;
    }
    Value::Structure(serde_json::Value::Object(map).to_string())
}

fn logfmt_value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &quoted[at + 1..]),
            '\\' => match chars.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, 't')) => value.push('\t'),
                Some((_, 'r')) => value.push('\r'),
                Some((_, other)) => value.push(other),
                None => value.push('\\'),
            },
            other => value.push(other),
        }
    }
    (value, "")
}

/// The fields of the first CSV record (RFC 4180).
pub(super) fn csv(text: Option<&str>) -> Vec<Value> {
    let Some(text) = text else {
        return Vec::new();
    };
    let mut values = Vec::new();
    let mut rest = text;
    loop {
        let mut value = String::new();
        if let Some(quoted) = rest.strip_prefix('"') {
            rest = quoted;
            // Up to the closing quote; a doubled quote is one.
            loop {
                match rest.split_once('"') {
                    Some((part, tail)) => {
                        value.push_str(part);
                        match tail.strip_prefix('"') {
                            Some(tail) => {
                                value.push('"');
                                rest = tail;
                            }
                            None => {
                                rest = tail;
                                break;
                            }
                        }
                    }
                    None => {
                        value.push_str(rest);
                        rest = "";
                        break;
                    }
                }
            }
        }
        let end = rest.find([',', '\n', '\r']).unwrap_or(rest.len());
        value.push_str(&rest[..end]);
        values.push(Value::Text(value));
        match rest[end..].strip_prefix(',') {
            Some(tail) => rest = tail,
            None => return values,
        }
    }
}

/// What the path leads to first: the nodes of each step are those that the step before it led to,
/// in document order. Text in front of the document does not count.
pub(super) fn xml(text: Option<&str>, path: &XmlPath) -> Value {
    let document = text.and_then(|text| text.find('<').map(|start| &text[start..]));
    let Some(document) = document.and_then(|text| roxmltree::Document::parse(text).ok()) else {
        return Value::Missing;
    };
    let mut nodes = vec![document.root()];
    for step in &path.elements {
        let parents = std::mem::take(&mut nodes);
        nodes.extend(
            parents
                .into_iter()
                .flat_map(|parent| accepted(parent, step)),
        );
    }
    let found = nodes.into_iter().find_map(|node| match &path.end {
        XmlEnd::Content => {
            let texts = node.descendants().filter(roxmltree::Node::is_text);
            Some(texts.filter_map(|text| text.text()).collect())
        }
        XmlEnd::Text => {
            let own = node.children().find(roxmltree::Node::is_text);
            own.and_then(|text| text.text()).map(str::to_owned)
        }
        XmlEnd::Attribute(name) => node.attribute(name.as_str()).map(str::to_owned),
    });
    found.map_or(Value::Missing, Value::Text)
}

/// The child elements that a step accepts.
fn accepted<'n, 'd>(
    parent: roxmltree::Node<'n, 'd>,
    step: &XmlElement,
) -> Vec<roxmltree::Node<'n, 'd>> {
    let named = |child: &roxmltree::Node<'_, '_>| match &step.name {
        Some(name) => child.tag_name().name() == name,
        None => true,
    };
    let children = parent.children().filter(roxmltree::Node::is_element);
    let mut nodes: Vec<_> = children.filter(named).collect();
    for condition in &step.conditions {
        nodes = match condition {
            XmlCondition::Position(place) => nodes.into_iter().skip(place - 1).take(1).collect(),
            XmlCondition::Attribute { name, value } => nodes
                .into_iter()
                .filter(|node| node.attribute(name.as_str()) == Some(value.as_str()))
                .collect(),
        };
    }
    nodes
}

fn text_value(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Text that holds a JSON object as a map; anything else as it is.
pub(super) fn discovered_map(value: Value) -> Value {
    match value {
        Value::Text(text) if json::parse_container(&text).is_some() => {
            Value::Structure(text.trim().to_owned())
        }
        other => other,
    }
}

/// The elements of text or a structure that holds a JSON array.
pub(super) fn array_elements(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Text(text) | Value::Structure(text) => match json::parse(text)? {
            json::Json::Array(_, items) => Some(items.iter().map(json::Json::value).collect()),
            _ => None,
        },
        Value::List(items) => Some(items.iter().cloned().map(Value::Text).collect()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(values: &[Value]) -> Vec<String> {
        values
            .iter()
            .map(|value| {
                value
                    .print()
                    .map_or("∅".to_owned(), |text| text.into_owned())
            })
            .collect()
    }

    #[test]
    fn globs() {
        for (literals, text, expected) in [
            (vec!["", " ", " ", ""], "x y z w", vec!["x", "y", "z w"]),
            (vec!["user=", ","], "a user=bob, b", vec!["bob"]),
            (vec!["user=", ","], "a user=bob", vec!["∅"]),
            (vec!["", " [", "] ", ""], "p [b] r s", vec!["p", "b", "r s"]),
            (vec!["a=", "", ""], "a=1\n2", vec!["", "1\n2"]),
            (vec!["", "x"], "ab\nxx", vec!["ab\n"]),
            (vec!["a.", ""], "abc a.d", vec!["d"]),
        ] {
            let literals = literals.into_iter().map(str::to_owned).collect();
            let compiled = glob_regex(&Glob { literals }).expect("pattern");
            let names: Vec<_> = (1..compiled.captures_len())
                .map(|group| (group, group.to_string()))
                .collect();
            let matches = regex(&compiled, &names, false, Some(text));
            let values: Vec<Value> = matches[0].iter().map(|(_, value)| value.clone()).collect();
            assert_eq!(printed(&values), expected, "{text}");
        }
    }

    #[test]
    fn structured_modes() {
        for (text, expected) in [
            (
                r#"level=error msg="a \"b\" c" n=5 flag"#,
                Some(r#"{"level":"error","msg":"a \"b\" c","n":"5"}"#),
            ),
            ("a= b=2", Some(r#"{"a":"","b":"2"}"#)),
            ("no pairs here", None),
        ] {
            assert_eq!(logfmt(Some(text)).print().as_deref(), expected, "{text}");
        }
        for (text, expected) in [
            ("a,b,c", vec!["a", "b", "c"]),
            (r#""a,""x""",,c"#, vec!["a,\"x\"", "", "c"]),
            ("a\r\nb,c", vec!["a"]),
        ] {
            assert_eq!(printed(&csv(Some(text))), expected, "{text}");
        }
        let document = "<a><b/><b id=\"7\"><c>x<d>y</d></c></b></a>";
        let path = |text: &str| XmlPath::parse(text).expect("a path");
        for (text, expected) in [
            ("/a/b/c", Some("xy")),
            ("/a/b/@id", Some("7")),
            ("/a/z", None),
            ("/b", None),
            ("/*/b[2]/c/text()", Some("x")),
            ("/a/b[1]", Some("")),
            ("/a/b[3]", None),
            ("/a/b[@id='7'][1]/*/d", Some("y")),
            ("/a/b[2][@id='8']", None),
            ("/a/b/text()", None),
        ] {
            assert_eq!(
                xml(Some(document), &path(text)).print().as_deref(),
                expected,
                "{text}"
            );
        }
        assert_eq!(
            xml(Some("at 7: <a>1</a>"), &path("/a")).print().as_deref(),
            Some("1")
        );
        assert!(xml(Some("no xml"), &path("/a")).is_missing());
    }
}
