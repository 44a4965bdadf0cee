//! JSON as the language sees it: numbers and containers keep their source text.
//!
//! Scalars become text the way discovered fields do (spec 8.4): strings unquoted, numbers as
//! written, booleans `1` and `0`, null missing.

use flowgauge_event::Value;
use flowgauge_ql::pipeline::PathStep;

/// Deepest nesting that is read; deeper documents are no JSON here.
const DEPTH: usize = 127;

/// A JSON value; containers hold their source text too.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json<'a> {
    Null,
    Bool(bool),
    Number(&'a str),
    Text(String),
    Array(&'a str, Vec<Json<'a>>),
    /// Members in document order, duplicates included.
    Object(&'a str, Vec<(String, Json<'a>)>),
}

impl Json<'_> {
    /// The value a field access delivers; containers are structures.
    pub(super) fn value(&self) -> Value {
        match self {
            Json::Null => Value::Missing,
            Json::Bool(flag) => Value::Text(if *flag { "1" } else { "0" }.to_owned()),
            Json::Number(text) => Value::Text((*text).to_owned()),
            Json::Text(text) => Value::Text(text.clone()),
            Json::Array(text, _) | Json::Object(text, _) => Value::Structure((*text).to_owned()),
        }
    }

    /// Follows a path; digits as a key also index a list. The last of equal keys counts.
    pub(super) fn at(&self, path: &[PathStep]) -> Option<&Self> {
        let Some((step, rest)) = path.split_first() else {
            return Some(self);
        };
        let next = match (self, step) {
            (Json::Object(_, members), PathStep::Key(key)) => members
                .iter()
                .rev()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            (Json::Object(_, members), PathStep::Index(index)) => members
                .iter()
                .rev()
                .find(|(name, _)| *name == index.to_string())
                .map(|(_, value)| value),
            (Json::Array(_, items), PathStep::Index(index)) => {
                items.get(usize::try_from(*index).ok()?)
            }
            (Json::Array(_, items), PathStep::Key(key)) => items.get(key.parse::<usize>().ok()?),
            _ => None,
        };
        next?.at(rest)
    }
}

/// Reads a whole document; `None` when the text is no JSON.
pub(super) fn parse(text: &str) -> Option<Json<'_>> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    reader.blanks();
    (reader.at == text.len()).then_some(value)
}

/// Reads text that is an object or an array.
pub(super) fn parse_container(text: &str) -> Option<Json<'_>> {
    parse(text).filter(|json| matches!(json, Json::Array(..) | Json::Object(..)))
}

/// JSON text of a list of strings, without blanks.
pub(super) fn string_array<S: AsRef<str>>(items: impl IntoIterator<Item = S>) -> String {
    let items = items
        .into_iter()
        .map(|item| serde_json::Value::from(item.as_ref()))
        .collect();
    serde_json::Value::Array(items).to_string()
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn take(&mut self, token: &str) -> Option<()> {
        self.blanks();
        self.text[self.at..].starts_with(token).then(|| {
            self.at += token.len();
        })
    }

    fn value(&mut self, depth: usize) -> Option<Json<'a>> {
        self.blanks();
        let start = self.at;
        match self.text[start..].chars().next()? {
            '{' | '[' if depth >= DEPTH => None,
            '{' => {
                let members = self.list("{", "}", |reader| {
                    reader.blanks();
                    let key = reader.string()?;
                    reader.take(":")?;
                    Some((key, reader.value(depth + 1)?))
                })?;
                Some(Json::Object(&self.text[start..self.at], members))
            }
            '[' => {
                let items = self.list("[", "]", |reader| reader.value(depth + 1))?;
                Some(Json::Array(&self.text[start..self.at], items))
            }
            '"' => self.string().map(Json::Text),
            't' => self.take("true").map(|()| Json::Bool(true)),
            'f' => self.take("false").map(|()| Json::Bool(false)),
            'n' => self.take("null").map(|()| Json::Null),
            _ => self.number(),
        }
    }

    fn list<T>(
        &mut self,
        open: &str,
        close: &str,
        mut item: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        self.take(open)?;
        let mut items = Vec::new();
        if self.take(close).is_some() {
            return Some(items);
        }
        loop {
            items.push(item(self)?);
            if self.take(close).is_some() {
                return Some(items);
            }
            self.take(",")?;
        }
    }

    fn string(&mut self) -> Option<String> {
        let start = self.at;
        let mut escaped = false;
        let mut chars = self.text[start..].char_indices();
        chars.next().filter(|(_, c)| *c == '"')?;
        for (offset, c) in chars {
            match c {
                '"' if !escaped => {
                    self.at = start + offset + 1;
                    // The escapes themselves are no rule of ours, so a library resolves them.
                    return serde_json::from_str(&self.text[start..self.at]).ok();
                }
                '\\' => escaped = !escaped,
                _ => escaped = false,
            }
        }
        None
    }

    fn number(&mut self) -> Option<Json<'a>> {
        let start = self.at;
        let rest = &self.text[start..];
        let end = rest
            .find(|c: char| !(c.is_ascii_digit() || "+-.eE".contains(c)))
            .unwrap_or(rest.len());
        self.at += end;
        let text = &self.text[start..self.at];
        serde_json::from_str::<serde_json::Number>(text).ok()?;
        Some(Json::Number(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_find_values_and_texts_stay_as_written() {
        let text = r#" {"a": [1, {"b": 1.50}], "x.y": "q\"\u00e9", "t": true, "n": null, "a2":{ }, "d":1,"d":2} "#;
        let json = parse(text).expect("valid");
        let key = |text: &str| PathStep::Key(text.to_owned());
        for (path, expected) in [
            (vec![key("a"), PathStep::Index(1), key("b")], Some("1.50")),
            (vec![key("a"), key("0")], Some("1")),
            (vec![key("a")], Some(r#"[1, {"b": 1.50}]"#)),
            (vec![key("x.y")], Some("q\"é")),
            (vec![key("t")], Some("1")),
            (vec![key("n")], None),
            (vec![key("a2")], Some("{ }")),
            (vec![key("d")], Some("2")),
            (vec![key("x"), key("y")], None),
            (vec![key("a"), PathStep::Index(7)], None),
        ] {
            let value = json.at(&path).map_or(Value::Missing, Json::value);
            assert_eq!(value.print().as_deref(), expected, "{path:?}");
        }
    }

    #[test]
    fn what_is_no_json() {
        for text in [
            "",
            "{",
            "[1,]",
            "{a:1}",
            "01",
            "1 2",
            "{\"a\" 1}",
            "\"\n\"",
            "tru",
            "nan",
            "[1}",
            "-",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"[".repeat(100_000)), None);
        assert!(parse_container("1").is_none());
    }
}
