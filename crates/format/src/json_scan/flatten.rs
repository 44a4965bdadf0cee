//! The flattened names of all fields of an event, for field discovery (spec 8.4).

use std::borrow::Cow;
use std::collections::HashSet;

use flowgauge_event::limits;

use super::text::unescape;
use super::{Cursor, Kind, Malformed};

/// Calls `found` with each field name of the object at byte `start` of `text`, once per name, and
/// returns the offset behind the object. Names come in document order; `null` is no field, and
/// only the first [`limits::JSON_FIELDS`] scalars count. An error may come after some names.
pub fn flatten(text: &str, start: usize, found: &mut dyn FnMut(&str)) -> Result<usize, Malformed> {
    let mut pass = Pass {
        text,
        cursor: Cursor::new(text, start),
        name: String::new(),
        seen: HashSet::new(),
        found,
    };
    if pass.cursor.peek() != Some(b'{') {
        return Err(pass.cursor.malformed());
    }
    pass.container(1)?;
    Ok(pass.cursor.pos)
}

struct Pass<'t, 'f> {
    text: &'t str,
    cursor: Cursor<'t>,
    name: String,
    seen: HashSet<String>,
    found: &'f mut dyn FnMut(&str),
}

impl Pass<'_, '_> {
    /// Reads the container at the cursor, which lies at nesting level `level`.
    fn container(&mut self, level: usize) -> Result<(), Malformed> {
        let object = self.cursor.peek() == Some(b'{');
        let close = if object { b'}' } else { b']' };
        self.cursor.pos += 1;
        if self.cursor.next_token() == Some(close) {
            self.cursor.pos += 1;
            return Ok(());
        }
        let parent = self.name.len();
        let mut index = 0usize;
        loop {
            if level > 1 {
                self.name.push('.');
            }
            if object {
                let key = self.cursor.key()?;
                let key = match key.kind {
                    Kind::String { escaped: true } => unescape(key.of(self.text)),
                    _ => Cow::Borrowed(key.of(self.text)),
                };
                if key.starts_with('@') {
                    self.name.push('@');
                }
                self.name.push_str(&key);
            } else {
                self.name.push_str(&index.to_string());
                index += 1;
            }
            self.value(level)?;
            self.name.truncate(parent);
            match self.cursor.next_token() {
                Some(b',') => self.cursor.pos += 1,
                Some(byte) if byte == close => break,
                _ => return Err(self.cursor.malformed()),
            }
        }
        self.cursor.pos += 1;
        Ok(())
    }

    fn value(&mut self, level: usize) -> Result<(), Malformed> {
        match self.cursor.next_token() {
            Some(b'{' | b'[') if level < limits::JSON_DEPTH => self.container(level + 1),
            Some(b'{' | b'[') => self.cursor.value(level).map(|_| ()),
            _ => {
                let before = self.cursor.leaves;
                self.cursor.value(level)?;
                let counts = self.cursor.leaves > before && before < limits::JSON_FIELDS;
                if counts && self.seen.insert(self.name.clone()) {
                    (self.found)(&self.name);
                }
                Ok(())
            }
        }
    }
}
