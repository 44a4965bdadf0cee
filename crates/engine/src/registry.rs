//! All functions by name, as DataFusion knows them.
//!
//! Plans name functions only, so whoever has this registry can run a plan that was written down.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};

use crate::function::InsightsFunction;
use crate::functions::FUNCTIONS;
use crate::kernels::KERNELS;
use crate::{Statistics, aggregates, sort_key, windows};

static SCALARS: LazyLock<HashMap<&'static str, Arc<ScalarUDF>>> = LazyLock::new(|| {
    FUNCTIONS
        .iter()
        .chain(KERNELS)
        .chain([&&sort_key::SORT_KEY])
        .map(|scalar| (scalar.name, Arc::new(InsightsFunction::udf(scalar))))
        .collect()
});

/// A scalar function (canonical name in lower case) or a kernel (leading underscore).
pub fn scalar(name: &str) -> Option<Arc<ScalarUDF>> {
    SCALARS.get(name).cloned()
}

/// An aggregate, by canonical name in lower case.
pub fn aggregate(name: &str) -> Option<Arc<AggregateUDF>> {
    aggregates::find(name)
}

/// An aggregate that counts in `statistics` what the user has to know about its results.
pub fn counting_aggregate(name: &str, statistics: &Arc<Statistics>) -> Option<Arc<AggregateUDF>> {
    aggregates::counting(name, statistics)
}

/// A window function, by its internal name.
pub fn window(name: &str) -> Option<Arc<WindowUDF>> {
    windows::find(name)
}
