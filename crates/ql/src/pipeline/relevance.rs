//! What `relevantfields` means.

use std::collections::BTreeSet;

use super::{ADDED_FIELDS, Computed, Expr};

/// `relevantfields`: compares the values that fields have in the rows that meet a condition with
/// those in the others.
///
/// The score of a field is the Jensen–Shannon divergence to base 2 of its two distributions, each
/// side weighing the same; a missing value is a value. A field with more than
/// [`RELEVANT_CATEGORIES`](flowgauge_event::limits::RELEVANT_CATEGORIES) values, all numbers, is
/// numeric: its values are then missing, up to a threshold, and above it, for the threshold with
/// the greatest divergence. Fields of one score stay in their order. A field without a value has
/// no row, and no field has one when all rows or none meet the condition.
#[derive(Debug, Clone)]
pub struct RelevantFields {
    /// The condition.
    pub condition: Expr,
    /// The fields under the names that they are shown with. None when the query names none: then
    /// they are those that the events have, by name, without those that
    /// [`RelevantFields::read`] gives, and without categorical fields that have several values
    /// and none of them twice.
    pub fields: Vec<Computed>,
    /// Whether the query names the fields.
    pub named: bool,
}

impl RelevantFields {
    /// The fields of events that the condition reads. They would be the most relevant by
    /// definition.
    pub fn read(&self) -> BTreeSet<String> {
        let mut read = BTreeSet::new();
        self.condition.walk(&mut |part| {
            if let Expr::Source(name) = part {
                read.insert(name.clone());
            }
        });
        read
    }

    /// Whether a field is found when the query names none: what the system adds to events says
    /// nothing about them.
    pub fn finds(field: &str) -> bool {
        !ADDED_FIELDS.contains(&field)
    }
}

/// Columns of `relevantfields`.
pub mod relevance_columns {
    /// The field.
    pub const FIELD_NAME: &str = "@fieldName";
    /// How much its values differ, 0 to 1.
    pub const SCORE: &str = "@relevanceScore";
    /// Of a categorical field: the values that differ most, with their shares, as JSON.
    pub const CONTRIBUTORS: &str = "@topRelevanceContributors";
    /// Of a numeric field: the median of the rows that meet the condition.
    pub const CONDITIONAL_MEDIAN: &str = "@conditionalMedian";
    /// Of a numeric field: the median of the others.
    pub const BASELINE_MEDIAN: &str = "@baselineMedian";
    /// All of them.
    pub const ALL: &[&str] = &[
        FIELD_NAME,
        SCORE,
        CONTRIBUTORS,
        CONDITIONAL_MEDIAN,
        BASELINE_MEDIAN,
    ];
}
