//! Whether a text is one JSON document (RFC 8259), without recursion and without allocation.

use super::skip_blanks;

/// Deepest nesting that is read; a deeper message counts as no JSON (our choice, like that of
/// common JSON readers).
const DEPTH: usize = 1024;

/// Which containers are open, one bit each: set for an object, clear for an array.
struct Nesting {
    bits: [u64; DEPTH / 64],
    depth: usize,
}

impl Nesting {
    fn open(&mut self, object: bool) -> Option<()> {
        let word = self.bits.get_mut(self.depth / 64)?;
        let bit = 1 << (self.depth % 64);
        if object {
            *word |= bit
        } else {
            *word &= !bit
        }
        self.depth += 1;
        Some(())
    }

    fn in_object(&self) -> Option<bool> {
        let top = self.depth.checked_sub(1)?;
        Some(self.bits[top / 64] >> (top % 64) & 1 == 1)
    }
}

/// Passes over one whole document; `None` if the text is anything else.
pub(super) fn check(bytes: &[u8]) -> Option<()> {
    let mut nesting = Nesting {
        bits: [0; DEPTH / 64],
        depth: 0,
    };
    let mut at = skip_blanks(bytes, 0);
    loop {
        // A value begins here.
        match bytes.get(at)? {
            open @ (b'{' | b'[') => {
                let object = *open == b'{';
                nesting.open(object)?;
                at = skip_blanks(bytes, at + 1);
                if *bytes.get(at)? != if object { b'}' } else { b']' } {
                    if object {
                        at = check_key(bytes, at)?;
                    }
                    continue;
                }
                // Empty: the closing bracket is met below.
            }
            b'"' => at = check_string(bytes, at + 1)?,
            b't' => at = check_word(bytes, at, b"true")?,
            b'f' => at = check_word(bytes, at, b"false")?,
            b'n' => at = check_word(bytes, at, b"null")?,
            _ => at = check_number(bytes, at)?,
        }
        // A value has ended here: close containers up to one that goes on.
        loop {
            at = skip_blanks(bytes, at);
            let Some(object) = nesting.in_object() else {
                return (at == bytes.len()).then_some(());
            };
            match (bytes.get(at)?, object) {
                (b',', _) => {
                    at = skip_blanks(bytes, at + 1);
                    if object {
                        at = check_key(bytes, at)?;
                    }
                    break;
                }
                (b'}', true) | (b']', false) => {
                    nesting.depth -= 1;
                    at += 1;
                }
                _ => return None,
            }
        }
    }
}

/// Passes over a key and its colon, up to the value.
fn check_key(bytes: &[u8], at: usize) -> Option<usize> {
    if *bytes.get(at)? != b'"' {
        return None;
    }
    let colon = skip_blanks(bytes, check_string(bytes, at + 1)?);
    (*bytes.get(colon)? == b':').then(|| skip_blanks(bytes, colon + 1))
}

fn check_word(bytes: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    bytes[at..].starts_with(word).then_some(at + word.len())
}

fn check_string(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => match bytes.get(at + 1)? {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => at += 2,
                b'u' => {
                    let digits = bytes.get(at + 2..at + 6)?;
                    if !digits.iter().all(u8::is_ascii_hexdigit) {
                        return None;
                    }
                    at += 6;
                }
                _ => return None,
            },
            0..0x20 => return None,
            _ => at += 1,
        }
    }
}

fn check_number(bytes: &[u8], mut at: usize) -> Option<usize> {
    if bytes.get(at) == Some(&b'-') {
        at += 1;
    }
    at = match bytes.get(at)? {
        b'0' => at + 1,
        _ => check_digits(bytes, at)?,
    };
    if bytes.get(at) == Some(&b'.') {
        at = check_digits(bytes, at + 1)?;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        if matches!(bytes.get(at), Some(b'+' | b'-')) {
            at += 1;
        }
        at = check_digits(bytes, at)?;
    }
    Some(at)
}

/// Passes over at least one digit.
fn check_digits(bytes: &[u8], at: usize) -> Option<usize> {
    let length = bytes
        .get(at..)?
        .iter()
        .take_while(|b| b.is_ascii_digit())
        .count();
    (length > 0).then_some(at + length)
}

#[cfg(test)]
mod tests {
    use super::super::Json;
    use super::DEPTH;

    #[test]
    fn only_whole_documents_are_json() {
        let deepest = format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
        let too_deep = format!("[1,{deepest}]");
        for (text, expected) in [
            ("{}", true),
            (" [ ] \n", true),
            (r#"{"a":[1,{"b":null}],"c":"\u00e9\n"}"#, true),
            ("-0.5e+10", true),
            ("0", true),
            ("\"é\"", true),
            (&deepest, true),
            (&too_deep, false),
            ("", false),
            ("{} {}", false),
            ("{,}", false),
            ("[1,]", false),
            ("[1 2]", false),
            ("[1}", false),
            (r#"{"a"}"#, false),
            (r#"{"a":1,}"#, false),
            ("{a:1}", false),
            ("01", false),
            ("1.", false),
            (".5", false),
            ("+1", false),
            ("1e", false),
            ("-", false),
            ("tru", false),
            ("trueish", false),
            ("\"a", false),
            ("\"a\tb\"", false),
            (r#""\x""#, false),
            (r#""\u12g4""#, false),
            (r#"2025 {"a":1}"#, false),
        ] {
            assert_eq!(Json::document(text).is_some(), expected, "{text}");
        }
    }
}
