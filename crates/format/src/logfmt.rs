//! logfmt: lines of `key=value` pairs, values quoted where they hold blanks.

use std::borrow::Cow;

use flowgauge_event::{TimeRange, limits};

use crate::columns::Columns;
use crate::json_scan::text::unescape;
use crate::lines::Lines;
use crate::system::{FieldText, Rows, System};
use crate::{Confidence, Decoder, FileContext, Format, event_time};

/// logfmt.
pub static FORMAT: Format = Format {
    name: "logfmt",
    summary: "lines of key=value pairs",
    sniff,
    open: |_, context| Ok(Box::new(Logfmt(System::new(context)))),
};

/// Lines of the head that sniffing looks at.
const SNIFFED_LINES: usize = 20;
/// Keys that hold the event time when the line does not begin with one.
const TIME_KEYS: [&str; 3] = ["time", "ts", "timestamp"];

/// One pair, as byte ranges of the text it was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pair {
    key: (usize, usize),
    /// Without quotes.
    value: (usize, usize),
    /// Whether the value holds backslash escapes.
    escaped: bool,
}

/// The pairs of a text, in order. A word without `=` is no pair and is skipped; a quoted value
/// ends at the next quote that no backslash precedes, or with the text. Equal keys all appear.
pub fn parse_pairs(text: &str) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
    Pairs { text, pos: 0 }.map(move |pair| (&text[pair.key.0..pair.key.1], value(text, &pair)))
}

fn value<'t>(text: &'t str, pair: &Pair) -> Cow<'t, str> {
    let raw = &text[pair.value.0..pair.value.1];
    if pair.escaped {
        unescape(raw)
    } else {
        Cow::Borrowed(raw)
    }
}

struct Pairs<'t> {
    text: &'t str,
    pos: usize,
}

impl Iterator for Pairs<'_> {
    type Item = Pair;

    fn next(&mut self) -> Option<Pair> {
        let bytes = self.text.as_bytes();
        let blank = |at: usize| bytes[at].is_ascii_whitespace();
        while self.pos < bytes.len() {
            let start = self.pos;
            while self.pos < bytes.len() && bytes[self.pos] != b'=' && !blank(self.pos) {
                self.pos += 1;
            }
            let key = (start, self.pos);
            if bytes.get(self.pos) != Some(&b'=') {
                self.pos += 1;
                continue;
            }
            self.pos += 1;
            let pair = if bytes.get(self.pos) == Some(&b'"') {
                self.quoted(key)
            } else {
                let start = self.pos;
                while self.pos < bytes.len() && !blank(self.pos) {
                    self.pos += 1;
                }
                Pair {
                    key,
                    value: (start, self.pos),
                    escaped: false,
                }
            };
            // `=x` has no key; its value is skipped with it. Quotes in a key are prose, not data.
            let name = &self.text[key.0..key.1];
            if !name.is_empty() && !name.contains('"') {
                return Some(pair);
            }
        }
        None
    }
}

impl Pairs<'_> {
    /// Reads the value whose opening quote stands at the position.
    fn quoted(&mut self, key: (usize, usize)) -> Pair {
        let bytes = self.text.as_bytes();
        let start = self.pos + 1;
        let mut at = start;
        let mut escaped = false;
        while at < bytes.len() && bytes[at] != b'"' {
            if bytes[at] == b'\\' {
                escaped = true;
                at += 1;
            }
            at += 1;
        }
        // A backslash may have been the last byte.
        let end = at.min(bytes.len());
        self.pos = end + 1;
        Pair {
            key,
            value: (start, end),
            escaped,
        }
    }
}

fn sniff(head: &str, _: &FileContext) -> Confidence {
    let (mut lines, mut fitting) = (0, 0);
    for line in Lines::new(head).take(SNIFFED_LINES) {
        lines += 1;
        let words = line.text.split_ascii_whitespace().count();
        let pairs = Pairs {
            text: line.text,
            pos: 0,
        };
        let pairs: Vec<Pair> = pairs
            .filter(|pair| plausible_key(&line.text[pair.key.0..pair.key.1]))
            .collect();
        // Quoted values hold several words; what counts is the text outside all pairs.
        let inside: usize = pairs
            .iter()
            .map(|pair| {
                line.text[pair.key.0..pair.value.1]
                    .split_ascii_whitespace()
                    .count()
            })
            .sum();
        if pairs.len() >= 2 && 2 * words.saturating_sub(inside) <= pairs.len() {
            fitting += 1;
        }
    }
    if lines > 0 && 2 * fitting > lines {
        Confidence::Likely
    } else {
        Confidence::No
    }
}

fn plausible_key(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '@')
        && (key.chars()).all(|c| c.is_ascii_alphanumeric() || "_.-/@".contains(c))
}

struct Logfmt(System);

impl Decoder for Logfmt {
    fn decode(&self, block: &str, range: TimeRange, out: &mut Columns) {
        let mut wanted: Vec<String> = Vec::new();
        let mut rows = Rows::new(&self.0, block, range, out, |name| {
            // A key that begins with `@` is written with two (spec 8.4).
            let key = match name.strip_prefix('@') {
                Some(key) if key.starts_with('@') => key,
                Some(_) => return None,
                None => name,
            };
            wanted.push(key.to_owned());
            Some(wanted.len() - 1)
        });
        let mut pairs: Vec<Pair> = Vec::new();
        for line in Lines::new(block) {
            let text = line.text;
            pairs.clear();
            pairs.extend(Pairs { text, pos: 0 });
            if pairs.is_empty() {
                rows.count_malformed();
            }
            // The last of equal keys counts.
            let find = |pairs: &[Pair], key: &str| {
                let mut pairs = pairs.iter().rev();
                pairs
                    .find(|pair| &text[pair.key.0..pair.key.1] == key)
                    .copied()
            };
            let time = match rows.needs_time() {
                true => event_time::leading(text).map(|(time, _)| time).or_else(|| {
                    let mut keys = TIME_KEYS.iter();
                    keys.find_map(|key| event_time::from_text(&value(text, &find(&pairs, key)?)))
                }),
                false => None,
            };
            let fields = &pairs[..pairs.len().min(limits::JSON_FIELDS)];
            rows.push(&line, time, |number, scratch| {
                match find(fields, &wanted[number]) {
                    None => FieldText::Missing,
                    Some(pair) if pair.escaped => {
                        scratch.clear();
                        scratch.push_str(&value(text, &pair));
                        FieldText::Other(scratch)
                    }
                    Some(pair) => FieldText::span(pair.value.0, pair.value.1),
                }
            });
        }
    }

    fn discover(&self, block: &str, event: &mut dyn FnMut(), found: &mut dyn FnMut(&str)) {
        for line in Lines::new(block) {
            event();
            let mut seen: Vec<&str> = Vec::new();
            for (key, _) in parse_pairs(line.text).take(limits::JSON_FIELDS) {
                if seen.contains(&key) {
                    continue;
                }
                seen.push(key);
                if key.starts_with('@') {
                    found(&format!("@{key}"));
                } else {
                    found(key);
                }
            }
        }
    }
}
