//! Window functions of our own: what a row-order command computes along the rows, where stock
//! DataFusion has no function for it that runs in bounded memory.
//!
//! One [`Window`] a file, listed once in [`WINDOWS`]. Each reads one column row by row and keeps a
//! state of fixed size; like all functions it is known by name alone, so plans stay serialisable.

mod fill_down;
mod running_sum;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    LimitEffect, PartitionEvaluator, Signature, Volatility, WindowUDF, WindowUDFImpl,
};
use datafusion::physical_plan::PhysicalExpr;

/// A window function.
pub struct Window {
    /// Name in plans, starting with an underscore.
    name: &'static str,
    /// Type of the result for the type of the argument.
    returns: fn(&DataType) -> DataType,
    /// Starts before the first row.
    start: fn() -> Box<dyn Running>,
}

/// What goes along the rows of a partition.
trait Running: fmt::Debug + Send {
    /// Takes a row of the argument's column and gives its result.
    fn step(&mut self, column: &ArrayRef, row: usize) -> Result<ScalarValue>;
}

/// Every window function.
static WINDOWS: &[&Window] = &[&fill_down::FILL_DOWN, &running_sum::RUNNING_SUM];

static FUNCTIONS: LazyLock<Vec<Arc<WindowUDF>>> = LazyLock::new(|| {
    WINDOWS
        .iter()
        .map(|window| {
            Arc::new(WindowUDF::new_from_impl(InsightsWindow {
                window,
                signature: Signature::any(1, Volatility::Immutable),
            }))
        })
        .collect()
});

/// The DataFusion function of a name.
pub fn find(name: &str) -> Option<Arc<WindowUDF>> {
    FUNCTIONS
        .iter()
        .find(|function| function.name() == name)
        .cloned()
}

/// DataFusion's view of a [`Window`].
struct InsightsWindow {
    window: &'static Window,
    signature: Signature,
}

impl fmt::Debug for InsightsWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.window.name)
    }
}

impl PartialEq for InsightsWindow {
    fn eq(&self, other: &Self) -> bool {
        self.window.name == other.window.name
    }
}

impl Eq for InsightsWindow {}

impl Hash for InsightsWindow {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.window.name.hash(state);
    }
}

impl WindowUDFImpl for InsightsWindow {
    fn name(&self) -> &str {
        self.window.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn field(&self, args: WindowUDFFieldArgs) -> Result<FieldRef> {
        let argument = args.get_input_field(0);
        let argument = argument.map_or(DataType::Null, |field| field.data_type().clone());
        let result = (self.window.returns)(&argument);
        Ok(Arc::new(Field::new(args.name(), result, true)))
    }

    fn partition_evaluator(
        &self,
        _: PartitionEvaluatorArgs,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(Evaluator((self.window.start)())))
    }

    fn limit_effect(&self, _: &[Arc<dyn PhysicalExpr>]) -> LimitEffect {
        // The first results depend on the first rows only.
        LimitEffect::None
    }
}

#[derive(Debug)]
struct Evaluator(Box<dyn Running>);

impl PartitionEvaluator for Evaluator {
    fn evaluate(&mut self, values: &[ArrayRef], range: &Range<usize>) -> Result<ScalarValue> {
        self.0.step(&values[0], range.start)
    }

    fn supports_bounded_execution(&self) -> bool {
        true
    }

    fn is_causal(&self) -> bool {
        true
    }
}
