//! Cuts a line into tokens, in one pass over its bytes and without allocating.
//!
//! Tokens are words; what stands between them is separators, of which a run of white space counts
//! as one blank. The hash over all separators together with the number of tokens is the *skeleton*
//! of a line: only lines with the same skeleton can belong to one pattern.

use crate::classify::{self, CLASSES, COLON, DIGIT, LETTER, NOT_HEX, SEPARATOR, SLASH};
use crate::hash::mix;
use crate::time;
use crate::token::{Kind, Token};

/// Most tokens of a line; the rest of the line is one more.
pub const MOST_TOKENS: usize = 200;

/// A tokeniser that keeps its room for tokens between lines.
#[derive(Debug, Default)]
pub struct Scanner {
    tokens: Vec<Token>,
    skeleton: u64,
}

impl Scanner {
    /// The tokens of the last line.
    #[inline]
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The skeleton of the last line.
    #[inline]
    pub fn skeleton(&self) -> u64 {
        self.skeleton
    }

    /// Cuts a line of less than 4 GiB.
    pub fn scan(&mut self, line: &[u8]) {
        self.tokens.clear();
        self.skeleton = 0;
        let line = &line[..line.len().min(u32::MAX as usize)];
        let (mut at, end) = ends(line);
        let line = &line[..end];
        let mut blank = false;
        while at < end {
            let byte = line[at];
            let class = CLASSES[usize::from(byte)];
            if class & (LETTER | DIGIT) == 0 {
                // Separators are no part of a token.
                let token = if class == SEPARATOR {
                    None
                } else {
                    self.mark(line, at)
                };
                match token {
                    Some(next) => {
                        at = next;
                        blank = false;
                    }
                    None => {
                        at += 1;
                        if !is_blank(byte) {
                            self.separate(byte);
                        } else if !blank {
                            self.separate(b' ');
                        }
                        blank = is_blank(byte);
                    }
                }
                continue;
            }
            blank = false;
            if self.tokens.len() == MOST_TOKENS {
                self.push(at, end, Kind::Blob);
                break;
            }
            at = self.word(line, at);
        }
        self.skeleton = mix(self.skeleton, self.tokens.len() as u64);
    }

    #[inline]
    fn push(&mut self, start: usize, end: usize, kind: Kind) {
        // No separator that is a byte of text.
        self.separate(0xff);
        self.tokens.push(Token {
            start: start as u32,
            end: end as u32,
            kind,
        });
    }

    /// Notes a separator byte, or that a token stands here.
    #[inline]
    fn separate(&mut self, byte: u8) {
        self.skeleton = (self.skeleton.rotate_left(7) ^ (u64::from(byte) + 1))
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    /// A token that begins with punctuation; where it ends.
    #[inline(never)]
    fn mark(&mut self, line: &[u8], at: usize) -> Option<usize> {
        let next = line.get(at + 1).copied();
        let next_class = next.map_or(SEPARATOR, |byte| CLASSES[usize::from(byte)]);
        if self.tokens.len() == MOST_TOKENS {
            return None;
        }
        match line[at] {
            b'/' if next_class & SEPARATOR == 0 && self.opens(line, at) => {
                let end = path_end(line, at);
                self.push(at, end, Kind::Path);
                Some(end)
            }
            // A lone slash is the root.
            b'/' if next_class & SEPARATOR != 0 && self.opens(line, at) => {
                self.push(at, at + 1, Kind::Path);
                Some(at + 1)
            }
            b'-' if next_class == DIGIT && self.opens(line, at) => Some(self.word(line, at)),
            b'+' if next_class & SEPARATOR == 0 && self.opens(line, at) => {
                Some(self.word(line, at))
            }
            b'-' if next_class & SEPARATOR != 0 && self.opens(line, at) => {
                self.push(at, at + 1, Kind::Dash);
                Some(at + 1)
            }
            b'.' | b'~' if next == Some(b'/') && self.opens(line, at) => {
                let end = path_end(line, at);
                self.push(at, end, Kind::Path);
                Some(end)
            }
            b':' if next == Some(b':') => {
                let end = word_end(line, at).0;
                (classify::colons(&line[at..end]) == Some(Kind::Ip)).then(|| {
                    self.push(at, end, Kind::Ip);
                    end
                })
            }
            _ => None,
        }
    }

    /// Whether a word may begin here: not in the middle of punctuation that belongs together.
    fn opens(&self, line: &[u8], at: usize) -> bool {
        at == 0 || CLASSES[usize::from(line[at - 1])] & (SEPARATOR | COLON) != 0
    }

    /// The token at `at`, where a letter, a digit or a sign stands; where it ends.
    #[inline(always)]
    fn word(&mut self, line: &[u8], at: usize) -> usize {
        let (end, flags) = word_end(line, at);
        // Of letters or digits alone, only what follows can make a time.
        let may_be_time = if flags == DIGIT {
            time::may_begin_with_day(&line[at..], end - at)
        } else if flags & !(LETTER | NOT_HEX) == 0 {
            time::may_begin_with_name(&line[at..], end - at)
        } else {
            return self.mixed(line, at, end, flags);
        };
        if may_be_time && let Some(length) = time::length(&line[at..]) {
            self.push(at, at + length, Kind::Time);
            return at + length;
        }
        self.push(at, end, classify::word(&line[at..end], flags));
        end
    }

    /// [`Scanner::word`] for one with more than letters or more than digits in it.
    #[inline(never)]
    fn mixed(&mut self, line: &[u8], at: usize, end: usize, flags: u8) -> usize {
        let first = line[at];
        if first.is_ascii_digit()
            && time::may_begin(&line[at..])
            && let Some(length) = time::length(&line[at..])
        {
            self.push(at, at + length, Kind::Time);
            return at + length;
        }
        if first.is_ascii_uppercase()
            && let Some(end) = self.klog(line, at)
        {
            return end;
        }
        // Punctuation at the end belongs to the sentence.
        let text = trim_marks(&line[at..end]);
        let (end, flags) = match at + text.len() {
            same if same == end => (end, flags),
            shorter => (shorter, classify::flags(text)),
        };
        if flags & COLON != 0 {
            return self.with_colon(line, at, end, flags);
        }
        if flags & SLASH != 0
            && at > 0
            && line[at - 1] == b'"'
            && let Some(length) = agent(&line[at..], text)
        {
            self.push(at, at + length, Kind::Blob);
            return at + length;
        }
        self.push(at, end, classify::word(text, flags));
        end
    }

    /// Severity letter and date of Kubernetes components: `E0501 12:00:00.123456`.
    fn klog(&mut self, line: &[u8], at: usize) -> Option<usize> {
        if !self.tokens.is_empty() || !matches!(line[at], b'I' | b'W' | b'E' | b'F') {
            return None;
        }
        let date = line.get(at + 1..at + 6)?;
        if !date[..4].iter().all(u8::is_ascii_digit) || date[4] != b' ' {
            return None;
        }
        let clock = time::length(&line[at + 6..])?;
        self.push(at, at + 1, Kind::Word);
        let end = at + 6 + clock;
        self.push(at + 1, end, Kind::Time);
        Some(end)
    }

    /// A word that holds a colon: an address, a URL, a resource name, or else two words.
    fn with_colon(&mut self, line: &[u8], at: usize, end: usize, flags: u8) -> usize {
        let text = &line[at..end];
        let colon = text
            .iter()
            .position(|byte| *byte == b':')
            .unwrap_or(text.len());
        if text[colon..].starts_with(b"://") && text[..colon].iter().all(u8::is_ascii_lowercase) {
            let end = path_end(line, at);
            self.push(at, end, Kind::Url);
            return end;
        }
        if text.starts_with(b"arn:") {
            self.push(at, end, Kind::Id);
            return end;
        }
        // Before the network's bits, an address has hexadecimal digits, colons and dots.
        if (flags & NOT_HEX == 0 || flags & SLASH != 0)
            && let Some(kind) = classify::colons(text)
        {
            self.push(at, end, kind);
            return end;
        }
        let end = at + colon;
        let end = at + trim_marks(&line[at..end]).len().max(1);
        let text = &line[at..end];
        self.push(at, end, classify::word(text, classify::flags(text)));
        end
    }
}

/// Whether a byte counts as white space; control characters do, too.
#[inline]
pub(crate) fn is_blank(byte: u8) -> bool {
    byte <= b' ' || byte == 0x7f
}

/// Where a line begins and ends without the white space at either end, which says nothing.
pub(crate) fn ends(line: &[u8]) -> (usize, usize) {
    let start = line.iter().position(|byte| !is_blank(*byte));
    let last = line.iter().rposition(|byte| !is_blank(*byte));
    start
        .zip(last)
        .map_or((0, 0), |(start, last)| (start, last + 1))
}

/// Where the word at `at` ends, and the classes of its bytes. An apostrophe between letters is
/// part of a word, and as good as a letter.
#[inline]
fn word_end(line: &[u8], at: usize) -> (usize, u8) {
    let mut flags = 0;
    let mut end = at;
    for &byte in &line[at..] {
        let class = CLASSES[usize::from(byte)];
        if class == SEPARATOR {
            if byte != b'\'' || !is_inside(line, at, end) {
                break;
            }
            flags |= LETTER | NOT_HEX;
        } else {
            flags |= class;
        }
        end += 1;
    }
    (end, flags)
}

/// Whether what stands at `place` in the word at `at` stands between two letters.
#[cold]
fn is_inside(line: &[u8], at: usize, place: usize) -> bool {
    let is_letter = |byte: &u8| CLASSES[usize::from(*byte)] & LETTER != 0;
    place > at && is_letter(&line[place - 1]) && line.get(place + 1).is_some_and(is_letter)
}

/// The text without the punctuation of a sentence at its end.
#[inline]
fn trim_marks(text: &[u8]) -> &[u8] {
    let is_mark = |byte: &u8| matches!(byte, b'.' | b':' | b'!' | b'?');
    let length = text.iter().rposition(|byte| !is_mark(byte));
    &text[..length.map_or(0, |last| last + 1)]
}

/// Where a path or URL ends. It holds query strings, but no sentence's punctuation at its end.
fn path_end(line: &[u8], at: usize) -> usize {
    let mut end = at;
    while let Some(&byte) = line.get(end) {
        match byte {
            b'"' | b'<' | b'>' | b'|' | b')' | b']' | b'}' | b'`' => break,
            _ if is_blank(byte) => break,
            _ => end += 1,
        }
    }
    while end > at + 1
        && matches!(
            line[end - 1],
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\''
        )
    {
        end -= 1;
    }
    end
}

/// Length of a user agent, which is product and version and whatever follows up to the quote.
/// The request line of an access log also opens a quote, but does not begin with a version.
fn agent(rest: &[u8], product: &[u8]) -> Option<usize> {
    let slash = product.iter().position(|byte| *byte == b'/')?;
    if !product.get(slash + 1)?.is_ascii_digit() {
        return None;
    }
    rest.iter().position(|byte| *byte == b'"')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line with every token that is no literal in angle brackets, words in round ones.
    fn marked(line: &str) -> String {
        let mut scanner = Scanner::default();
        scanner.scan(line.as_bytes());
        let mut out = String::new();
        let mut at = 0;
        for token in scanner.tokens() {
            let (start, end) = (token.start as usize, token.end as usize);
            out.push_str(&line[at..start]);
            let text = &line[start..end];
            out.push_str(&match token.kind {
                Kind::Word => text.to_owned(),
                Kind::Name => format!("({text})"),
                Kind::Dash => "<->".to_owned(),
                kind => format!("<{}>", kind.label()),
            });
            at = end;
        }
        out + &line[at..]
    }

    #[test]
    fn lines_of_many_programs() {
        let cases = [
            (
                "May  1 12:00:00 web-1 sshd[1234]: Accepted password for root from 10.0.0.1 port 22 ssh2",
                "<Time> (web-1) sshd[<Number>]: Accepted password for root from <IP> port <Number> (ssh2)",
            ),
            (
                r#"10.0.0.1 - ann [01/May/2024:12:00:00 +0000] "GET /a?b=c HTTP/1.1" 200 12 "-" "Mozilla/5.0 (X11) x""#,
                r#"<IP> <-> ann [<Time>] "(GET) <Path> (HTTP/1.1)" <Number> <Number> "<->" "<Token>""#,
            ),
            (
                r#"{"ts":"2024-05-01T12:00:00Z","level":"INFO","took":12.5,"url":"https://x.y/z"}"#,
                r#"{"ts":"<Time>","level":"INFO","took":<Number>,"url":"<URL>"}"#,
            ),
            (
                "\tat com.example.Main.run(Main.java:42)",
                "\tat (com.example.Main.run)((Main.java):<Number>)",
            ),
            (
                "E0501 12:00:00.123456   77 pod_workers.go:191] error for 2001:db8::1: can't",
                "E<Time>   <Number> (pod_workers.go):<Number>] error for <IP>: can't",
            ),
            (
                "2 123456789012 eni-0a1b2c3d 10.0.0.1 10.0.0.2 443 51000 6 1 40 1 2 ACCEPT OK",
                "<Number> <Number> <ID> <IP> <IP> <Number> <Number> <Number> <Number> <Number> <Number> <Number> ACCEPT OK",
            ),
            (
                "user=bob took=10ms id=550e8400-e29b-41d4-a716-446655440000 10.0.0.1:443 -5 x:y",
                "user=bob took=<Number> id=<ID> <IP>:<Number> <Number> x:y",
            ),
            (
                "Done. Can't? 50%... --flag",
                "Done. Can't? <Number>... --flag",
            ),
            (
                "cannot open /etc/passwd, ./x or ~/y.",
                "cannot open <Path>, <Path> or <Path>.",
            ),
            ("", ""),
            ("---", "---"),
        ];
        for (line, expected) in cases {
            assert_eq!(marked(line), expected, "{line}");
        }
    }

    #[test]
    fn the_skeleton_knows_separators_and_not_their_width() {
        let skeleton = |line: &str| {
            let mut scanner = Scanner::default();
            scanner.scan(line.as_bytes());
            scanner.skeleton()
        };
        assert_eq!(skeleton("a  b"), skeleton(" c\td \n"));
        assert_ne!(skeleton("a b"), skeleton("a, b"));
        assert_ne!(skeleton("a b"), skeleton("a b c"));
        assert_ne!(skeleton("(a) b"), skeleton("a (b)"));
    }

    #[test]
    fn the_rest_of_a_long_line_is_one_token() {
        let mut scanner = Scanner::default();
        scanner.scan("word ".repeat(10_000).as_bytes());
        assert_eq!(scanner.tokens().len(), MOST_TOKENS + 1);
        assert_eq!(
            scanner.tokens().last().map(|token| token.kind),
            Some(Kind::Blob)
        );
    }
}
