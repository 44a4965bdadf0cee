//! JSON into a tree with positions.

use super::{Member, Mistake, Node, Value};

/// Deepest nesting; what the AWS tools print needs eight.
const DEPTH: usize = 64;

/// Reads one JSON object and nothing after it.
pub(super) fn parse(text: &str) -> Result<Node, Mistake> {
    let mut reader = Reader { text, at: 0 };
    if text.starts_with('\u{feff}') {
        reader.at = '\u{feff}'.len_utf8();
    }
    let root = reader.value(0)?;
    if !matches!(root.value, Value::Members(_)) {
        return Err(Mistake::new(root.at, "the file must hold an object, `{…}`"));
    }
    reader.blanks();
    match reader.peek() {
        None => Ok(root),
        Some(_) => Err(Mistake::new(
            reader.at,
            "there is something after the end of the object; give each JSON document a file of its own",
        )),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn mistake<T>(&self, problem: impl Into<String>) -> Result<T, Mistake> {
        Err(Mistake::new(self.at, problem))
    }

    fn value(&mut self, depth: usize) -> Result<Node, Mistake> {
        self.blanks();
        let at = self.at;
        if depth > DEPTH {
            return self.mistake(format!("values are nested deeper than {DEPTH}"));
        }
        let value = match self.peek() {
            Some(b'{') => Value::Members(self.members(depth)?),
            Some(b'[') => Value::List(self.list(depth)?),
            Some(b'"') => Value::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            Some(_) => return self.mistake("this is no JSON value"),
            None => return self.mistake("the file ends where a value is expected"),
        };
        Ok(Node { value, at })
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Mistake> {
        if !self.text[self.at..].starts_with(word) {
            return self.mistake("this is no JSON value");
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<String, Mistake> {
        let start = self.at;
        let part = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
        while self.peek().is_some_and(part) {
            self.at += 1;
        }
        let number = &self.text[start..self.at];
        // Rust reads every JSON number, and more: `1.`, `+1` and `01` are none.
        let digits = number.trim_start_matches('-');
        let zero_led = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
        if zero_led || number.ends_with('.') || number.parse::<f64>().is_err() {
            return Err(Mistake::new(start, format!("`{number}` is no number")));
        }
        Ok(number.to_owned())
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Node>, Mistake> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.blanks();
            if items.is_empty() && self.peek() == Some(b']') {
                break;
            }
            items.push(self.value(depth + 1)?);
            self.blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return self.mistake("expected `,` or `]` in a list"),
            }
        }
        self.at += 1;
        Ok(items)
    }

    fn members(&mut self, depth: usize) -> Result<Vec<Member>, Mistake> {
        self.at += 1;
        let mut members: Vec<Member> = Vec::new();
        loop {
            self.blanks();
            if members.is_empty() && self.peek() == Some(b'}') {
                break;
            }
            let at = self.at;
            if self.peek() != Some(b'"') {
                return self.mistake("expected the name of a member, in double quotes");
            }
            let name = self.string()?;
            if members.iter().any(|member| member.name == name) {
                return Err(Mistake::new(
                    at,
                    format!("`{name}` stands twice in the same object"),
                ));
            }
            self.blanks();
            if self.peek() != Some(b':') {
                return self.mistake(format!("expected `:` after the name `{name}`"));
            }
            self.at += 1;
            let node = self.value(depth + 1)?;
            members.push(Member { name, at, node });
            self.blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return self.mistake("expected `,` or `}` in an object"),
            }
        }
        self.at += 1;
        Ok(members)
    }

    fn string(&mut self) -> Result<String, Mistake> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let Some(plain) = rest.find(|c: char| c == '"' || c == '\\' || c < ' ') else {
                return Err(Mistake::new(start, "this text has no closing quote"));
            };
            text.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => text.push(self.escape()?),
                _ => return self.mistake(
                    "a line break or control character inside a text; write it as `\\n` or `\\u….`",
                ),
            }
        }
        self.at += 1;
        Ok(text)
    }

    fn escape(&mut self) -> Result<char, Mistake> {
        let start = self.at;
        let letter = self.text.as_bytes().get(self.at + 1).copied();
        self.at += 2;
        let c = match letter {
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(plain),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(start),
            _ => return Err(Mistake::new(start, "this escape is not one of JSON's")),
        };
        Ok(c)
    }

    /// `\uXXXX`, or two of them for a character outside the first plane.
    fn unicode(&mut self, start: usize) -> Result<char, Mistake> {
        let wrong = || Mistake::new(start, "`\\u` needs four hexadecimal digits of a character");
        let high = self.hex().ok_or_else(wrong)?;
        if !(0xd800..0xdc00).contains(&high) {
            return char::from_u32(high).ok_or_else(wrong);
        }
        if !self.text[self.at..].starts_with("\\u") {
            return Err(wrong());
        }
        self.at += 2;
        let low = self.hex().filter(|low| (0xdc00..0xe000).contains(low));
        let low = low.ok_or_else(wrong)?;
        char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)).ok_or_else(wrong)
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }
}
