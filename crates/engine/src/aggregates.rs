//! The aggregate functions of the language (spec 7.7 and 7.8), one file each.
//!
//! An aggregate is an [`Aggregate`]: a name, its types, and a *fold*, which keeps one slot per
//! group and works a column at a time. Two adapters do the rest for all of them: `grouped` makes
//! a fold a `GroupsAccumulator`, and `udaf` makes it a DataFusion function, identified by its
//! name alone so that plans stay serialisable. Aggregates whose slot grows with the data keep it
//! bounded and are buckets (`bucket`).
//!
//! `count(*)`, `countOverTime` and `sumOverTime` have no file: they are lowered to others.

mod avg;
mod bucket;
mod cells;
mod codec;
mod count;
mod count_distinct;
mod count_frequent;
mod earliest;
mod extreme;
mod first;
mod first_distinct;
mod frequent;
mod grouped;
mod hyperloglog;
mod latest;
mod max;
mod median;
mod min;
mod moments;
mod patterns;
mod pct;
mod quantile;
mod rate;
mod relevance;
mod rows;
mod selector;
mod sorts_first;
mod sorts_last;
mod states;
mod stddev;
mod sum;
#[cfg(test)]
pub(crate) mod testing;
mod topk;
mod total;
mod udaf;
mod values;
mod variance;

use std::sync::{Arc, LazyLock};

use datafusion::logical_expr::AggregateUDF;

use crate::Statistics;
pub use patterns::FIELDS as PATTERN_FIELDS;
pub use udaf::{Aggregate, Call};

/// Every aggregate function, ordered by name.
pub static AGGREGATES: &[&Aggregate] = &[
    &avg::AVG,
    &count::COUNT,
    &count_distinct::COUNT_DISTINCT,
    &earliest::EARLIEST,
    &latest::LATEST,
    &max::MAX,
    &median::MEDIAN,
    &min::MIN,
    &pct::PCT,
    &rate::RATE,
    &sorts_first::SORTS_FIRST,
    &sorts_last::SORTS_LAST,
    &stddev::STDDEV,
    &sum::SUM,
    &topk::TOPK,
    &values::VALUES,
    &variance::VARIANCE,
];

/// Aggregates that only lowering calls; their names start with an underscore.
static INTERNAL: &[&Aggregate] = &[
    &count_frequent::FREQUENT,
    &first::FIRST,
    &first_distinct::FIRST_DISTINCT,
    &patterns::PATTERNS,
    &relevance::RELEVANCE,
];

static FUNCTIONS: LazyLock<Vec<Arc<AggregateUDF>>> = LazyLock::new(|| {
    AGGREGATES
        .iter()
        .chain(INTERNAL)
        .map(|aggregate| Arc::new(udaf::function(aggregate, None)))
        .collect()
});

/// The DataFusion function of an aggregate, by its canonical name in lower case.
pub fn find(name: &str) -> Option<Arc<AggregateUDF>> {
    FUNCTIONS
        .iter()
        .find(|function| function.name() == name)
        .cloned()
}

/// The same, counting in `statistics` what the user has to know about its results.
pub fn counting(name: &str, statistics: &Arc<Statistics>) -> Option<Arc<AggregateUDF>> {
    let aggregate = AGGREGATES.iter().find(|aggregate| aggregate.name == name)?;
    let statistics = Some(Arc::clone(statistics));
    Some(Arc::new(udaf::function(aggregate, statistics)))
}

/// All of them, to be registered where plans are read back by name.
pub fn all() -> Vec<Arc<AggregateUDF>> {
    FUNCTIONS.clone()
}

#[cfg(test)]
mod tests;
