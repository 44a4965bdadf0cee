//! Stages that make rows of another kind of the events: patterns, and fields by relevance.

use flowgauge_ql::pipeline::{columns, relevance_columns};
use proptest::collection::vec;
use proptest::prelude::*;

use super::names::Names;
use super::query::{Tree, tree};

/// A stage, and those that only stand behind it.
#[derive(Debug, Clone)]
pub(super) enum Mined {
    Pattern(usize, Then),
    LogCompare(u8),
    Relevant(Vec<usize>, Tree),
}

/// What follows `pattern`.
#[derive(Debug, Clone, Copy)]
pub(super) enum Then {
    Nothing,
    Anomaly,
    Diff,
    LogCompare(u8),
}

pub(super) fn stage() -> impl Strategy<Value = Mined> {
    let then = prop_oneof![
        2 => Just(Then::Nothing),
        2 => Just(Then::Anomaly),
        1 => Just(Then::Diff),
        1 => (1u8..4).prop_map(Then::LogCompare),
    ];
    prop_oneof![
        3 => (any::<usize>(), then).prop_map(|(field, then)| Mined::Pattern(field, then)),
        1 => (1u8..4).prop_map(Mined::LogCompare),
        2 => (vec(any::<usize>(), 1..4), tree(2))
            .prop_map(|(fields, condition)| Mined::Relevant(fields, condition)),
    ]
}

impl Mined {
    /// Whether it may not follow `sort`.
    pub(super) fn is_pattern(&self) -> bool {
        !matches!(self, Mined::Relevant(..))
    }

    /// The stages. Without a window there is none to compare with, and then nothing is compared.
    pub(super) fn render(&self, names: &mut Names, windows: bool) -> Vec<String> {
        let compare = |minutes: u8| format!("logcompare timeshift {minutes}m");
        match self {
            Mined::Relevant(numbers, condition) => {
                // What `parse` made cannot be compared.
                let fields: Vec<&str> = numbers.iter().map(|at| names.source(*at)).collect();
                let fields = fields.join(", ");
                let stage = format!("relevantfields {fields} where {}", condition.render(names));
                names.replace(relevance_columns::ALL);
                vec![stage]
            }
            Mined::LogCompare(minutes) if windows => {
                names.replace(PATTERN_COLUMNS);
                names.known.push(columns::DIFF_COUNT.to_owned());
                vec![compare(*minutes)]
            }
            // The same without a comparison.
            Mined::LogCompare(_) => {
                names.replace(PATTERN_COLUMNS);
                vec!["pattern @message".to_owned()]
            }
            Mined::Pattern(number, then) => {
                let mut stages = vec![format!("pattern {}", names.pick(*number))];
                names.replace(PATTERN_COLUMNS);
                let (stage, more) = match then {
                    Then::Anomaly => ("anomaly".to_owned(), columns::ANOMALY_TYPE),
                    Then::Diff if windows => ("diff".to_owned(), columns::DIFF_DESCRIPTION),
                    Then::LogCompare(minutes) if windows => {
                        (compare(*minutes), columns::DIFF_COUNT)
                    }
                    Then::Nothing | Then::Diff | Then::LogCompare(_) => return stages,
                };
                stages.push(stage);
                names.known.push(more.to_owned());
                stages
            }
        }
    }
}

/// The columns that every pattern has.
const PATTERN_COLUMNS: &[&str] = &[
    columns::PATTERN,
    columns::RATIO,
    columns::COUNT,
    columns::SEVERITY,
    columns::TOKENS,
    columns::VISUALIZATION,
    columns::SAMPLES,
];
