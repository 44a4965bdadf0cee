//! Which leaves of a tree are one pattern: what a statement wrote differs between its lines in the
//! values it was given, and not in its words.
//!
//! A set of leaves with the same skeleton is divided until each part looks like one statement. A
//! part does when most of its words agree and the places where they differ look like values: names
//! with digits or punctuation always do; plain words do when they are many, and when they do not
//! go hand in hand with the words at other places. The set is divided by the place with the fewest
//! different words, which is likely to be part of the text. Only the set of leaves decides, not
//! their order.

use std::collections::{HashMap, HashSet};

use crate::severity;
use crate::token::Kind;

/// Different words from which on a place is a value although only as many words agree as differ.
const MANY_WORDS: usize = 8;
/// Lines a word has from which on one of two alternatives is text.
const LINES_OF_ALTERNATIVE: u64 = 8;
/// Lines a leaf has on average from which on words that go hand in hand are text.
const LINES_OF_LEAF: u64 = 4;
/// As many places that agree on the look of a value count as one word that agrees.
const VALUES_OF_WORD: usize = 4;
/// Where one line in so many has a value that is no name, the words beside it are values.
const SHARE_OF_VALUES: u64 = 4;
/// Places looked at for words that go hand in hand.
const COMPARED_PLACES: usize = 12;

/// A leaf as the division sees it.
#[derive(Debug)]
pub(crate) struct Member<'a> {
    /// Kind and text of the tokens.
    pub path: Vec<(Kind, &'a str)>,
    /// Lines.
    pub lines: u64,
}

/// Divides leaves of one skeleton into patterns: indices into `members`, which should be sorted.
pub(crate) fn divide(members: &[Member<'_>]) -> Vec<Vec<usize>> {
    let places = members.first().map_or(0, |member| member.path.len());
    let mut done = Vec::new();
    let mut open = vec![(0..members.len()).collect::<Vec<usize>>()];
    while let Some(part) = open.pop() {
        if part.len() < 2 {
            done.push(part);
            continue;
        }
        match dividing_place(members, &part, places) {
            None => done.push(part),
            Some(place) => {
                let mut groups: HashMap<(Kind, &str), Vec<usize>> = HashMap::new();
                for index in part {
                    let key = side_of(members[index].path[place]);
                    groups.entry(key).or_default().push(index);
                }
                open.extend(groups.into_values());
            }
        }
    }
    done
}

/// What decides to which part a leaf goes: words by their text, severities in any case, values of
/// any look together.
fn side_of((kind, text): (Kind, &str)) -> (Kind, &str) {
    if kind == Kind::Word {
        (kind, text)
    } else {
        (Kind::Any, "")
    }
}

/// A place with different tokens.
struct Place {
    at: usize,
    /// Different words; all other tokens together count as one.
    words: usize,
    /// Whether only a smaller part of the tokens are words.
    is_value: bool,
    /// Lines of the rarest word.
    rarest: u64,
    /// Whether one of the words is a severity.
    severity: bool,
}

/// The place to divide a part by; none when it is a pattern.
fn dividing_place(members: &[Member<'_>], part: &[usize], places: usize) -> Option<usize> {
    let mut agreeing = 0;
    let mut agreeing_values = 0;
    let mut differing = Vec::new();
    for at in 0..places {
        let first = members[part[0]].path[at];
        if part.iter().all(|index| members[*index].path[at] == first) {
            if first.0 == Kind::Word {
                agreeing += 1;
            } else {
                agreeing_values += 1;
            }
        } else {
            differing.push(place(members, part, at));
        }
    }
    if let Some(place) = differing.iter().find(|place| place.severity) {
        return Some(place.at);
    }
    let all = differing.len();
    differing.retain(|place| !place.is_value);
    let is_text = 2 * (agreeing + differing.len()) >= places;
    agreeing += (agreeing_values + all - differing.len()) / VALUES_OF_WORD;
    let narrowest = differing
        .iter()
        .min_by_key(|place| (place.words, place.at))?;
    let lines: u64 = part.iter().map(|index| members[*index].lines).sum();
    let most_agree =
        agreeing > differing.len() || agreeing == differing.len() && narrowest.words > MANY_WORDS;
    // Records, which hold hardly any text, have values with two alternatives.
    let alternatives = is_text && narrowest.words == 2 && narrowest.rarest >= LINES_OF_ALTERNATIVE;
    let is_pattern = most_agree
        && !alternatives
        && !(lines >= LINES_OF_LEAF * part.len() as u64
            && go_hand_in_hand(members, part, &differing));
    (!is_pattern).then_some(narrowest.at)
}

fn place(members: &[Member<'_>], part: &[usize], at: usize) -> Place {
    let mut lines: HashMap<(Kind, &str), u64> = HashMap::new();
    let mut names: HashSet<&str> = HashSet::new();
    let mut total = 0;
    let mut typed = 0;
    let mut anything = false;
    for index in part {
        let token = members[*index].path[at];
        let count = members[*index].lines;
        match token.0 {
            Kind::Word => {}
            Kind::Name | Kind::Dash => {
                names.insert(token.1);
            }
            kind => {
                typed += count;
                anything |= kind == Kind::Any;
            }
        }
        total += count;
        *lines.entry(side_of(token)).or_default() += count;
    }
    let words = lines.len();
    let plain = words - usize::from(lines.contains_key(&(Kind::Any, "")));
    Place {
        at,
        words,
        is_value: anything
            || plain == 0
            || names.len() > plain
            || SHARE_OF_VALUES * typed >= total
            || plain == 1 && names.len() == 1,
        rarest: lines.values().copied().min().unwrap_or(0),
        severity: words > 1 && lines.keys().any(|(_, text)| severity::is_word(text)),
    }
}

/// Whether the words of one place tell those of another, so that they belong to different texts.
fn go_hand_in_hand(members: &[Member<'_>], part: &[usize], places: &[Place]) -> bool {
    let places = &places[..places.len().min(COMPARED_PLACES)];
    places.iter().enumerate().any(|(index, one)| {
        places[..index].iter().any(|other| {
            let pairs: HashSet<_> = part
                .iter()
                .map(|index| {
                    let path = &members[*index].path;
                    (side_of(path[one.at]), side_of(path[other.at]))
                })
                .collect();
            pairs.len() <= one.words.max(other.words)
        })
    })
}
