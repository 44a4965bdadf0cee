//! What is known of the lines at one leaf: numbers that only ever grow together, so that it does
//! not matter in which order lines come and which parts are merged first.

use crate::classify::thousandths;
use crate::codec::{self, Corrupt, Reader};
use crate::hash;
use crate::timeline::Timeline;
use crate::token::{Kind, Token};

/// Distinct values kept of a token: those with the smallest hashes, with exact counts.
const VALUES: usize = 16;
/// Bytes kept of a value.
const VALUE_BYTES: usize = 100;
/// Lines kept as samples of each side: those with the smallest hashes.
const SAMPLES: usize = 5;
/// Bytes kept of a sample.
const SAMPLE_BYTES: usize = 1_000;

/// How much is kept beside counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Detail {
    /// Counts alone.
    #[default]
    Counts,
    /// Values of tokens, sample lines, and counts over time.
    Shown,
    /// Numbers over time as well, for anomalies.
    Anomalies,
}

/// A line as a leaf sees it.
pub(crate) struct Line<'a> {
    pub text: &'a str,
    pub tokens: &'a [Token],
    pub time: Option<i64>,
    /// 0 for lines of the window, 1 for lines it is compared with.
    pub side: usize,
}

/// The lines of a leaf.
#[derive(Debug, Clone, Default)]
pub(crate) struct Leaf {
    /// Lines of the window, and of the one it is compared with.
    pub counts: [u64; 2],
    /// Number tokens that had the same text in every line so far, by position.
    pub constants: Vec<(u16, Box<str>)>,
    /// What [`Detail`] asks for.
    pub details: Option<Box<Details>>,
}

/// See [`Detail::Shown`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Details {
    /// Earliest time of a line of the window.
    pub first: Option<i64>,
    /// Lines of the window over time.
    pub timeline: Timeline,
    /// The tokens that are no literals, by position.
    pub tokens: Vec<TokenValues>,
    /// Sample lines of both sides.
    pub samples: [Vec<Sample>; 2],
}

/// A sample line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sample {
    pub hash: u64,
    pub time: Option<i64>,
    pub text: Box<str>,
}

/// Values of one token in the lines of the window.
#[derive(Debug, Clone, Default)]
pub(crate) struct TokenValues {
    pub position: u16,
    /// Distinct values, smallest hashes first.
    pub values: Vec<Value>,
    /// Whether there were more values.
    pub more: bool,
    /// The numbers over time, for [`Detail::Anomalies`].
    pub numbers: Timeline,
}

/// A value and the lines that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value {
    pub hash: u64,
    pub count: u64,
    pub first: Option<i64>,
    pub text: Box<str>,
}

impl Leaf {
    /// A leaf without lines for a path of token kinds.
    pub(crate) fn new(detail: Detail, kinds: &[Kind]) -> Leaf {
        let details = (detail > Detail::Counts).then(|| {
            Box::new(Details {
                tokens: (0u16..)
                    .zip(kinds)
                    .filter(|(_, kind)| !kind.is_literal())
                    .map(|(position, _)| TokenValues {
                        position,
                        ..TokenValues::default()
                    })
                    .collect(),
                ..Details::default()
            })
        });
        Leaf {
            details,
            ..Leaf::default()
        }
    }

    /// Notes the numbers of the first line, which leads to the leaf by `kinds`.
    pub(crate) fn note_constants(&mut self, line: &Line<'_>, kinds: &[Kind]) {
        self.constants = (0u16..)
            .zip(line.tokens)
            .zip(kinds)
            .filter(|(_, kind)| **kind == Kind::Number)
            .map(|((position, token), _)| (position, token_text(line.text, token).into()))
            .collect();
    }

    /// Adds a line. Where `width` is the width of time steps and `detail` what is kept.
    #[inline]
    pub(crate) fn add(&mut self, line: &Line<'_>, detail: Detail, width: i64) {
        self.counts[line.side] += 1;
        if !self.constants.is_empty() {
            self.constants.retain(|(position, text)| {
                line.tokens
                    .get(usize::from(*position))
                    .is_some_and(|token| token_text(line.text, token) == &**text)
            });
        }
        if let Some(details) = &mut self.details {
            details.add(line, detail, width);
        }
    }

    /// Adds the lines of another leaf with the same path, or one that became the same.
    pub(crate) fn merge(&mut self, other: Leaf) {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
        self.constants
            .retain(|known| other.constants.contains(known));
        match (&mut self.details, other.details) {
            (Some(details), Some(more)) => details.merge(*more),
            (details @ None, more) => *details = more,
            (Some(_), None) => {}
        }
    }

    /// Makes the token at `position` one that varies; so far it was `literal` in every line, or,
    /// with `None`, no literal.
    pub(crate) fn widen(&mut self, position: u16, literal: Option<&str>) {
        self.constants.retain(|(at, _)| *at != position);
        let Some(details) = &mut self.details else {
            return;
        };
        let Some(literal) = literal else { return };
        let count = self.counts[0];
        let at = details
            .tokens
            .binary_search_by_key(&position, |token| token.position);
        if let Err(at) = at {
            let mut token = TokenValues {
                position,
                ..TokenValues::default()
            };
            if count > 0 {
                token.add(literal, count, details.first);
            }
            details.tokens.insert(at, token);
        }
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        codec::put_u64(self.counts[0], out);
        codec::put_u64(self.counts[1], out);
        codec::put_u32(self.constants.len() as u32, out);
        for (position, text) in &self.constants {
            out.extend_from_slice(&position.to_le_bytes());
            codec::put_text(text, out);
        }
        match &self.details {
            None => out.push(0),
            Some(details) => {
                out.push(1);
                details.encode(out);
            }
        }
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Leaf, Corrupt> {
        let counts = [reader.count()?, reader.count()?];
        let mut constants = Vec::new();
        for _ in 0..reader.u32()? {
            constants.push((reader.u16()?, reader.text()?.into()));
        }
        let details = match reader.u8()? {
            0 => None,
            1 => Some(Box::new(Details::decode(reader)?)),
            _ => return Err(Corrupt::Damaged),
        };
        Ok(Leaf {
            counts,
            constants,
            details,
        })
    }

    /// Bytes allocated, roughly.
    pub(crate) fn heap(&self) -> usize {
        let constants = self.constants.len() * 32;
        constants + self.details.as_ref().map_or(0, |details| details.heap())
    }
}

impl Details {
    fn add(&mut self, line: &Line<'_>, detail: Detail, width: i64) {
        let hash = hash::mix(
            hash::bytes(line.text.as_bytes()),
            line.time.unwrap_or(i64::MIN) as u64,
        );
        let samples = &mut self.samples[line.side];
        if samples.len() < SAMPLES || samples.last().is_some_and(|last| hash < last.hash) {
            add_sample(
                samples,
                Sample {
                    hash,
                    time: line.time,
                    text: cut(line.text, SAMPLE_BYTES).into(),
                },
            );
        }
        if line.side != 0 {
            return;
        }
        self.first = earlier(self.first, line.time);
        let step = line.time.map(|time| time.div_euclid(width));
        if let Some(step) = step {
            self.timeline.add(step, None);
        }
        for token in &mut self.tokens {
            let Some(at) = line.tokens.get(usize::from(token.position)) else {
                continue;
            };
            let text = token_text(line.text, at);
            token.add(text, 1, line.time);
            if detail == Detail::Anomalies
                && at.kind == Kind::Number
                && let Some(step) = step
                && let Some(number) = thousandths(text.as_bytes())
            {
                token.numbers.add(step, Some(number));
            }
        }
    }

    pub(crate) fn merge(&mut self, other: Details) {
        self.first = earlier(self.first, other.first);
        self.timeline.merge(&other.timeline);
        for (samples, more) in self.samples.iter_mut().zip(other.samples) {
            for sample in more {
                add_sample(samples, sample);
            }
        }
        for token in other.tokens {
            match self
                .tokens
                .binary_search_by_key(&token.position, |known| known.position)
            {
                Ok(at) => self.tokens[at].merge(token),
                Err(at) => self.tokens.insert(at, token),
            }
        }
    }

    /// Makes time steps `factor` times as wide.
    pub(crate) fn coarsen(&mut self, factor: i64) {
        self.timeline.coarsen(factor);
        for token in &mut self.tokens {
            token.numbers.coarsen(factor);
        }
    }

    fn encode(&self, out: &mut Vec<u8>) {
        put_time(self.first, out);
        self.timeline.encode(out);
        codec::put_u32(self.tokens.len() as u32, out);
        for token in &self.tokens {
            out.extend_from_slice(&token.position.to_le_bytes());
            out.push(u8::from(token.more));
            codec::put_u32(token.values.len() as u32, out);
            for value in &token.values {
                codec::put_u64(value.hash, out);
                codec::put_u64(value.count, out);
                put_time(value.first, out);
                codec::put_text(&value.text, out);
            }
            token.numbers.encode(out);
        }
        for samples in &self.samples {
            codec::put_u32(samples.len() as u32, out);
            for sample in samples {
                codec::put_u64(sample.hash, out);
                put_time(sample.time, out);
                codec::put_text(&sample.text, out);
            }
        }
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Details, Corrupt> {
        let mut details = Details {
            first: time(reader)?,
            timeline: Timeline::decode(reader)?,
            ..Details::default()
        };
        for _ in 0..reader.u32()? {
            let position = reader.u16()?;
            let more = reader.u8()? == 1;
            let mut values = Vec::new();
            for _ in 0..reader.u32()? {
                values.push(Value {
                    hash: reader.u64()?,
                    count: reader.count()?,
                    first: time(reader)?,
                    text: reader.text()?.into(),
                });
            }
            details.tokens.push(TokenValues {
                position,
                values,
                more,
                numbers: Timeline::decode(reader)?,
            });
        }
        for samples in &mut details.samples {
            for _ in 0..reader.u32()? {
                samples.push(Sample {
                    hash: reader.u64()?,
                    time: time(reader)?,
                    text: reader.text()?.into(),
                });
            }
        }
        Ok(details)
    }

    fn heap(&self) -> usize {
        let samples: usize = self
            .samples
            .iter()
            .flatten()
            .map(|sample| size_of::<Sample>() + sample.text.len())
            .sum();
        let tokens: usize = self.tokens.iter().map(TokenValues::heap).sum();
        size_of::<Details>() + samples + tokens + self.timeline.heap()
    }
}

impl TokenValues {
    /// Adds `count` lines with a value.
    #[inline]
    fn add(&mut self, text: &str, count: u64, first: Option<i64>) {
        let text = cut(text, VALUE_BYTES);
        let hash = hash::bytes(text.as_bytes());
        if self.values.len() == VALUES && self.values.last().is_some_and(|last| hash > last.hash) {
            self.more = true;
            return;
        }
        match self.values.binary_search_by_key(&hash, |value| value.hash) {
            Ok(at) => {
                let known = &mut self.values[at];
                known.count += count;
                known.first = earlier(known.first, first);
            }
            Err(at) => {
                if self.values.len() == VALUES {
                    self.values.pop();
                    self.more = true;
                }
                self.values.insert(
                    at,
                    Value {
                        hash,
                        count,
                        first,
                        text: text.into(),
                    },
                );
            }
        }
    }

    fn merge(&mut self, other: TokenValues) {
        self.more |= other.more;
        for value in other.values {
            self.add(&value.text, value.count, value.first);
        }
        self.numbers.merge(&other.numbers);
    }

    fn heap(&self) -> usize {
        let values: usize = self
            .values
            .iter()
            .map(|value| size_of::<Value>() + value.text.len())
            .sum();
        size_of::<TokenValues>() + values + self.numbers.heap()
    }
}

fn add_sample(samples: &mut Vec<Sample>, sample: Sample) {
    if let Err(at) = samples.binary_search_by_key(&sample.hash, |known| known.hash) {
        samples.insert(at, sample);
        samples.truncate(SAMPLES);
    }
}

fn earlier(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn put_time(time: Option<i64>, out: &mut Vec<u8>) {
    out.push(u8::from(time.is_some()));
    codec::put_i64(time.unwrap_or(0), out);
}

fn time(reader: &mut Reader<'_>) -> Result<Option<i64>, Corrupt> {
    let present = reader.u8()? == 1;
    let time = reader.i64()?;
    Ok(present.then_some(time))
}

/// The text of a token. Tokens end between characters, because all separators are ASCII.
#[inline]
pub(crate) fn token_text<'a>(line: &'a str, token: &Token) -> &'a str {
    line.get(token.start as usize..token.end as usize)
        .unwrap_or("")
}

/// The first bytes of a text, whole characters only.
pub(crate) fn cut(text: &str, bytes: usize) -> &str {
    if text.len() <= bytes {
        return text;
    }
    &text[..text.floor_char_boundary(bytes)]
}
