//! From a miner's state to patterns.

use std::collections::{BTreeMap, HashMap};

use crate::anomaly::{self, Anomaly};
use crate::cluster::{self, Member};
use crate::json;
use crate::leaf::{Details, Leaf, Sample, Value};
use crate::miner::Miner;
use crate::severity;
use crate::timeline::Timeline;
use crate::token::Kind;

/// Values shown of a token.
const SHOWN_VALUES: usize = 10;

/// A pattern and the lines that have it.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// The common text, with `<Type-N>` for what varies.
    pub text: String,
    /// Lines of the window.
    pub count: u64,
    /// Lines of the window it is compared with.
    pub earlier: u64,
    /// What varies, in order.
    pub tokens: Vec<DynamicToken>,
    /// Unusual things, for [`crate::Detail::Anomalies`].
    pub anomalies: Vec<Anomaly>,
    /// Lines over time: starts of steps in milliseconds, and counts.
    pub timeline: Vec<(i64, u64)>,
    samples: Vec<Sample>,
}

/// A part of a pattern that varies.
#[derive(Debug, Clone)]
pub struct DynamicToken {
    /// `<Type-N>`, as the pattern shows it.
    pub label: String,
    /// The type.
    pub kind: Kind,
    /// Some values with their lines in the window, the most frequent first.
    pub values: Vec<(String, u64)>,
    /// All values that were kept.
    pub(crate) kept: Vec<Value>,
    /// Whether there were more.
    pub(crate) more: bool,
    /// Numbers over time.
    pub(crate) numbers: Timeline,
    /// Text before the token.
    pub(crate) before: String,
}

impl Pattern {
    /// How serious the pattern is.
    pub fn severity(&self) -> &'static str {
        severity::label(&self.text)
    }

    /// How the number of lines differs from that of the other window, in words.
    pub fn change(&self) -> String {
        match (self.count, self.earlier) {
            (_, 0) => "New pattern".to_owned(),
            (0, _) => "No longer seen".to_owned(),
            (now, before) if now == before => "Unchanged".to_owned(),
            (now, before) => {
                let percent =
                    (now.abs_diff(before) as u128 * 100 + before as u128 / 2) / before as u128;
                let direction = if now > before { "Up" } else { "Down" };
                format!("{direction} {percent}%")
            }
        }
    }

    /// The dynamic tokens as JSON: a list with label, type and counted values of each.
    pub fn tokens_json(&self) -> String {
        json::list(self.tokens.iter().map(|token| {
            let values = json::map(
                token
                    .values
                    .iter()
                    .map(|(value, count)| (value.as_str(), count.to_string())),
            );
            json::map([
                ("tokenString", json::text(&token.label)),
                ("inferredTokenName", json::text(token.kind.label())),
                ("enumerations", values),
            ])
        }))
    }

    /// The counts over time as JSON: start of the step in milliseconds to count.
    pub fn timeline_json(&self) -> String {
        let keyed: Vec<(String, String)> = self
            .timeline
            .iter()
            .map(|(start, count)| (start.to_string(), count.to_string()))
            .collect();
        json::map(
            keyed
                .iter()
                .map(|(key, value)| (key.as_str(), value.clone())),
        )
    }

    /// Sample lines as JSON: a list with time and text of each.
    pub fn samples_json(&self) -> String {
        json::list(self.samples.iter().map(|sample| {
            let time = sample.time.map(|time| ("timestamp", time.to_string()));
            let message = ("message", json::text(&sample.text));
            json::map(time.into_iter().chain([message]))
        }))
    }
}

/// A leaf on its way into a pattern.
struct Found {
    number: u32,
    path: Vec<(Kind, Box<str>)>,
    leaf: Leaf,
}

impl Miner {
    /// The patterns, those with the most lines in the window first, then by text.
    pub fn patterns(&self) -> Vec<Pattern> {
        self.mine().0
    }

    /// For each of some lines that were added before, the index of its pattern in
    /// [`Miner::patterns`].
    pub fn assign<'a>(&self, lines: impl Iterator<Item = &'a str>) -> Vec<Option<usize>> {
        let (patterns, texts) = self.mine();
        let places: HashMap<&str, usize> = patterns
            .iter()
            .enumerate()
            .map(|(at, pattern)| (pattern.text.as_str(), at))
            .collect();
        lines
            .map(|line| {
                let text = texts.get(&self.find(line)?)?;
                places.get(text.as_str()).copied()
            })
            .collect()
    }

    /// The patterns, and the text of the pattern of each leaf.
    fn mine(&self) -> (Vec<Pattern>, HashMap<u32, String>) {
        let mut patterns: BTreeMap<String, Pattern> = BTreeMap::new();
        let mut texts = HashMap::new();
        for root in self.roots.values() {
            let mut leaves = Vec::new();
            self.trie.each_leaf(root.node, &mut |path, number, leaf| {
                let path = path.iter().map(|(kind, text)| (*kind, (*text).into()));
                leaves.push(Found {
                    number,
                    path: path.collect(),
                    leaf: leaf.clone(),
                });
            });
            leaves.sort_by(|a, b| a.path.cmp(&b.path));
            let members: Vec<Member<'_>> = leaves
                .iter()
                .map(|found| Member {
                    path: found
                        .path
                        .iter()
                        .map(|(kind, text)| (*kind, &**text))
                        .collect(),
                    lines: found.leaf.counts[0] + found.leaf.counts[1],
                })
                .collect();
            for part in cluster::divide(&members) {
                let pattern = self.build(&root.separators, &leaves, &part);
                for index in part {
                    texts.insert(leaves[index].number, pattern.text.clone());
                }
                // Two skeletons can read the same when a line holds text like `<Token-1>`.
                match patterns.get_mut(&pattern.text) {
                    Some(known) => {
                        known.count += pattern.count;
                        known.earlier += pattern.earlier;
                    }
                    None => {
                        patterns.insert(pattern.text.clone(), pattern);
                    }
                }
            }
        }
        let mut patterns: Vec<Pattern> = patterns.into_values().collect();
        if self.settings().detail == crate::Detail::Anomalies {
            anomaly::find(&mut patterns, self);
        }
        patterns.sort_by(|a, b| {
            (b.count, b.earlier)
                .cmp(&(a.count, a.earlier))
                .then_with(|| a.text.cmp(&b.text))
        });
        (patterns, texts)
    }

    fn build(&self, separators: &str, leaves: &[Found], part: &[usize]) -> Pattern {
        let mut whole: Option<Leaf> = None;
        let path = |index: &usize| &leaves[*index].path;
        let varies: Vec<bool> = (0..path(&part[0]).len())
            .map(|at| {
                part.iter()
                    .any(|index| path(index)[at] != path(&part[0])[at])
            })
            .collect();
        for index in part {
            let mut leaf = leaves[*index].leaf.clone();
            for (at, (kind, text)) in path(index).iter().enumerate() {
                if varies[at] {
                    leaf.widen(at as u16, kind.is_literal().then_some(&**text));
                }
            }
            match &mut whole {
                Some(whole) => whole.merge(leaf),
                None => whole = Some(leaf),
            }
        }
        let whole = whole.unwrap_or_default();
        let details = whole.details.map(|details| *details).unwrap_or_default();
        let mut text = String::new();
        let mut tokens = Vec::new();
        let mut pieces = separators.split('\0');
        text.push_str(pieces.next().unwrap_or(""));
        for (at, varies) in varies.iter().enumerate() {
            let (kind, literal) = &path(&part[0])[at];
            let several = whole.counts[0] + whole.counts[1] > 1;
            let constant = whole
                .constants
                .iter()
                .find(|(position, _)| usize::from(*position) == at)
                .filter(|_| several && *kind == Kind::Number);
            if kind.is_literal() && !varies {
                text.push_str(literal);
            } else if let Some((_, number)) = constant {
                text.push_str(number);
            } else {
                let kind = common_kind(part.iter().map(|index| &path(index)[at]));
                let label = format!("<{}-{}>", kind.label(), tokens.len() + 1);
                tokens.push(dynamic_token(label.clone(), kind, &details, at, &text));
                text.push_str(&label);
            }
            text.push_str(pieces.next().unwrap_or(" "));
        }
        let [current, earlier] = details.samples;
        let mut samples = if current.is_empty() { earlier } else { current };
        samples.sort_by(|a, b| (a.time, &a.text).cmp(&(b.time, &b.text)));
        Pattern {
            text,
            count: whole.counts[0],
            earlier: whole.counts[1],
            tokens,
            anomalies: Vec::new(),
            timeline: details
                .timeline
                .0
                .iter()
                .map(|step| (step.at.saturating_mul(self.width), step.count))
                .collect(),
            samples,
        }
    }
}

fn dynamic_token(
    label: String,
    kind: Kind,
    details: &Details,
    at: usize,
    text: &str,
) -> DynamicToken {
    let known = details
        .tokens
        .iter()
        .find(|token| usize::from(token.position) == at);
    let mut kept = known.map_or_else(Vec::new, |token| token.values.clone());
    kept.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
    DynamicToken {
        label,
        kind,
        values: kept
            .iter()
            .take(SHOWN_VALUES)
            .map(|value| (value.text.to_string(), value.count))
            .collect(),
        more: known.is_some_and(|token| token.more),
        numbers: known.map_or_else(Timeline::default, |token| token.numbers.clone()),
        kept,
        before: text.to_owned(),
    }
}

/// The type of a place by all that stood there; a lone hyphen fits any type.
fn common_kind<'a>(tokens: impl Iterator<Item = &'a (Kind, Box<str>)>) -> Kind {
    let mut common = None;
    for (kind, text) in tokens {
        let kind = match kind {
            Kind::Dash => continue,
            Kind::Name if text.bytes().any(|byte| byte.is_ascii_digit()) => Kind::Id,
            other => *other,
        };
        common = match common {
            None => Some(kind),
            Some(known) if known == kind => Some(known),
            Some(Kind::Id | Kind::Number) if matches!(kind, Kind::Id | Kind::Number) => {
                Some(Kind::Id)
            }
            Some(_) => Some(Kind::Any),
        };
    }
    common.unwrap_or(Kind::Any)
}
