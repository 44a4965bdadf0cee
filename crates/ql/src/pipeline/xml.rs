//! Paths into XML documents, for `parse … xml` (spec 5.5): the part of XPath that names one place
//! from the root down.
//!
//! ```text
//! /order/item[2]/sku      the second item of each order
//! /order/item[@id="7"]    the item whose attribute has this value
//! /order/*/@no            an attribute of whatever element stands there
//! /order/note/text()      the text of an element itself, without that of its children
//! ```

use std::fmt;

/// A path from the root of a document; its result is the first place in the document that it leads
/// to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct XmlPath {
    /// Elements from the root down; at least one.
    pub elements: Vec<XmlElement>,
    /// What is taken of the last element.
    pub end: XmlEnd,
    text: String,
}

/// The elements that a step of a path accepts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct XmlElement {
    /// Their name; `None`: any.
    pub name: Option<String>,
    /// What else must hold, one after the other.
    pub conditions: Vec<XmlCondition>,
}

/// What stands in square brackets.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum XmlCondition {
    /// `[2]`: the element's place, from 1, among the children of one parent that were accepted so
    /// far.
    Position(usize),
    /// `[@id="7"]`: an attribute has this value.
    Attribute {
        /// The attribute.
        name: String,
        /// Its value.
        value: String,
    },
}

/// What is taken of an element.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum XmlEnd {
    /// All text in it.
    Content,
    /// `text()`: the first text that is its own child.
    Text,
    /// `@id`: an attribute.
    Attribute(String),
}

impl XmlPath {
    /// Reads a path. Fails with what is wrong.
    pub fn parse(text: &str) -> Result<XmlPath, String> {
        let mut reader = Reader { rest: text };
        let mut elements = Vec::new();
        let mut end = XmlEnd::Content;
        while !reader.rest.is_empty() {
            if !reader.take("/") {
                return Err(reader.unexpected("`/`"));
            }
            if end != XmlEnd::Content {
                return Err("nothing can follow an attribute or `text()`".to_owned());
            }
            if reader.take("@") {
                end = XmlEnd::Attribute(reader.name("the name of an attribute")?);
            } else if reader.take("text()") {
                end = XmlEnd::Text;
            } else {
                elements.push(reader.element()?);
            }
        }
        if elements.is_empty() {
            return Err("the path names no element".to_owned());
        }
        Ok(XmlPath {
            elements,
            end,
            text: text.to_owned(),
        })
    }
}

impl fmt::Display for XmlPath {
    /// The path as it was written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn element(&mut self) -> Result<XmlElement, String> {
        let name = match self.take("*") {
            true => None,
            false => Some(self.name("the name of an element, `*`, `@name` or `text()`")?),
        };
        let mut conditions = Vec::new();
        while self.take("[") {
            conditions.push(self.condition()?);
            if !self.take("]") {
                return Err(self.unexpected("`]`"));
            }
        }
        Ok(XmlElement { name, conditions })
    }

    fn condition(&mut self) -> Result<XmlCondition, String> {
        let wanted = "a position such as `[2]` or an attribute such as `[@id=\"7\"]`";
        self.blanks();
        let condition = if self.take("@") {
            let name = self.name("the name of an attribute")?;
            self.blanks();
            if !self.take("=") {
                return Err(self.unexpected("`=`"));
            }
            self.blanks();
            let value = self.quoted()?;
            XmlCondition::Attribute { name, value }
        } else {
            let digits = self.while_char(|c| c.is_ascii_digit());
            match digits.parse() {
                Ok(position) if position > 0 => XmlCondition::Position(position),
                Ok(_) => return Err("positions count from 1".to_owned()),
                Err(_) => return Err(self.unexpected(wanted)),
            }
        };
        self.blanks();
        Ok(condition)
    }

    fn quoted(&mut self) -> Result<String, String> {
        for quote in ["\"", "'"] {
            if self.take(quote) {
                let (value, rest) = self
                    .rest
                    .split_once(quote)
                    .ok_or_else(|| format!("the value has no closing {quote}"))?;
                self.rest = rest;
                return Ok(value.to_owned());
            }
        }
        Err(self.unexpected("a value in quotes"))
    }

    fn name(&mut self, wanted: &str) -> Result<String, String> {
        let starts = self.rest.chars().next();
        if !starts.is_some_and(|c| c.is_alphabetic() || c == '_' || !c.is_ascii()) {
            return Err(self.unexpected(wanted));
        }
        let name = self.while_char(is_name_char).to_owned();
        // `node()` and `child::`, which are no names.
        if self.rest.starts_with(['(', ':']) {
            return Err(self.unexpected(wanted));
        }
        Ok(name)
    }

    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn while_char(&mut self, accepts: impl Fn(char) -> bool) -> &str {
        let end = self.rest.find(|c| !accepts(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn unexpected(&self, wanted: &str) -> String {
        match self.rest {
            "" => format!("{wanted} is missing at the end"),
            rest => format!("{wanted} should stand before `{rest}`"),
        }
    }
}

/// What names of elements and attributes are made of, the signs of ASCII left out.
fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.') || !(c.is_ascii() || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read() {
        let path = XmlPath::parse(r#"/a/*[@id = 'x"]'][2]/é.b-c/@no"#).expect("a path");
        let element = |name: Option<&str>, conditions| XmlElement {
            name: name.map(str::to_owned),
            conditions,
        };
        let chosen = vec![
            XmlCondition::Attribute {
                name: "id".to_owned(),
                value: "x\"]".to_owned(),
            },
            XmlCondition::Position(2),
        ];
        assert_eq!(
            path.elements,
            [
                element(Some("a"), vec![]),
                element(None, chosen),
                element(Some("é.b-c"), vec![]),
            ]
        );
        assert_eq!(path.end, XmlEnd::Attribute("no".to_owned()));
        assert_eq!(
            XmlPath::parse("/a/text()").map(|path| path.end),
            Ok(XmlEnd::Text)
        );
    }

    #[test]
    fn what_is_no_path_is_told() {
        for (text, problem) in [
            ("", "the path names no element"),
            ("/@id", "the path names no element"),
            ("a/b", "`/` should stand before `a/b`"),
            (
                "/a//b",
                "the name of an element, `*`, `@name` or `text()` should stand before `/b`",
            ),
            (
                "/a/",
                "the name of an element, `*`, `@name` or `text()` is missing at the end",
            ),
            (
                "/a[",
                "a position such as `[2]` or an attribute such as `[@id=\"7\"]` is missing at the end",
            ),
            ("/a[0]", "positions count from 1"),
            (
                "/a[last()]",
                "a position such as `[2]` or an attribute such as `[@id=\"7\"]` should stand before `last()]`",
            ),
            ("/a[@id]", "`=` should stand before `]`"),
            ("/a[@id=7]", "a value in quotes should stand before `7]`"),
            ("/a[@id=\"7]", "the value has no closing \""),
            ("/a[1", "`]` is missing at the end"),
            ("/a/text()/b", "nothing can follow an attribute or `text()`"),
            ("/a/@b/c", "nothing can follow an attribute or `text()`"),
            (
                "/a/..",
                "the name of an element, `*`, `@name` or `text()` should stand before `..`",
            ),
            (
                "/a/node()",
                "the name of an element, `*`, `@name` or `text()` should stand before `()`",
            ),
            (
                "/child::a",
                "the name of an element, `*`, `@name` or `text()` should stand before `::a`",
            ),
            ("/a|/b", "`/` should stand before `|/b`"),
        ] {
            let found = XmlPath::parse(text).expect_err(text);
            assert_eq!(found, problem, "{text}");
        }
    }
}
