//! The bridge between the language's aggregates and DataFusion.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, ColumnarValue, EmitTo, GroupsAccumulator,
    Signature, Volatility,
};
use datafusion::physical_expr::PhysicalExpr;
use flowgauge_event::Number;

use crate::{Statistics, values};

/// The number of arguments of an aggregate that takes any.
pub const ANY_NUMBER: usize = usize::MAX;

/// An aggregate function of the language.
pub struct Aggregate {
    /// Name in plans: the canonical name in lower case.
    pub name: &'static str,
    /// Number of arguments, with those that lowering adds, or [`ANY_NUMBER`].
    pub arguments: usize,
    /// Type of the result for argument types.
    pub returns: fn(&[DataType]) -> DataType,
    /// Types of a partial result for argument types.
    pub state: fn(&[DataType]) -> Vec<DataType>,
    /// Starts an aggregation.
    pub create: fn(&Call) -> Result<Box<dyn Groups>>,
}

/// An accumulator over groups that can be shared between threads, as single accumulators must be.
pub trait Groups: GroupsAccumulator + Sync {}

impl<T: GroupsAccumulator + Sync> Groups for T {}

/// One use of an aggregate in a plan.
pub struct Call<'a> {
    name: &'static str,
    types: Vec<DataType>,
    arguments: &'a [Arc<dyn PhysicalExpr>],
    statistics: Option<&'a Arc<Statistics>>,
}

impl Call<'_> {
    /// Type of an argument.
    pub fn argument_type(&self, index: usize) -> &DataType {
        &self.types[index]
    }

    /// Where the query counts what the user has to know, if anywhere.
    pub fn statistics(&self) -> Option<Arc<Statistics>> {
        self.statistics.cloned()
    }

    /// The number of a constant argument; an error when it varies by row or is no number.
    pub fn constant(&self, index: usize) -> Result<Number> {
        let nothing = RecordBatch::new_empty(Arc::new(Schema::empty()));
        if let Ok(ColumnarValue::Scalar(value)) = self.arguments[index].evaluate(&nothing)
            && let Some(number) = values::numbers(&value.to_array()?)?.get(0)
        {
            return Ok(number);
        }
        plan_err!(
            "argument {} of {} must be a constant number",
            index + 1,
            self.name
        )
    }
}

/// The DataFusion function of an aggregate.
/// With `statistics` it counts there what the user has to know; in plans it is the same function.
pub(super) fn function(
    aggregate: &'static Aggregate,
    statistics: Option<Arc<Statistics>>,
) -> AggregateUDF {
    AggregateUDF::new_from_impl(InsightsAggregate {
        aggregate,
        statistics,
        signature: Signature::variadic_any(Volatility::Immutable),
    })
}

/// DataFusion's view of an [`Aggregate`].
struct InsightsAggregate {
    aggregate: &'static Aggregate,
    statistics: Option<Arc<Statistics>>,
    signature: Signature,
}

impl InsightsAggregate {
    fn start(&self, args: &AccumulatorArgs) -> Result<Box<dyn Groups>> {
        if args.is_distinct {
            return plan_err!("{} takes no distinct", self.aggregate.name);
        }
        let types: Vec<DataType> = args
            .expr_fields
            .iter()
            .map(|field| field.data_type().clone())
            .collect();
        (self.aggregate.create)(&Call {
            name: self.aggregate.name,
            types,
            arguments: args.exprs,
            statistics: self.statistics.as_ref(),
        })
    }
}

impl fmt::Debug for InsightsAggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.aggregate.name)
    }
}

impl PartialEq for InsightsAggregate {
    fn eq(&self, other: &Self) -> bool {
        self.aggregate.name == other.aggregate.name
    }
}

impl Eq for InsightsAggregate {}

impl Hash for InsightsAggregate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.aggregate.name.hash(state);
    }
}

impl AggregateUDFImpl for InsightsAggregate {
    fn name(&self) -> &str {
        self.aggregate.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        let wanted = self.aggregate.arguments;
        if wanted != ANY_NUMBER && arg_types.len() != wanted {
            return plan_err!(
                "{} takes {} arguments, not {}",
                self.aggregate.name,
                wanted,
                arg_types.len()
            );
        }
        Ok((self.aggregate.returns)(arg_types))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let types: Vec<DataType> = args
            .input_fields
            .iter()
            .map(|field| field.data_type().clone())
            .collect();
        Ok((self.aggregate.state)(&types)
            .into_iter()
            .enumerate()
            .map(|(part, data_type)| {
                Arc::new(Field::new(
                    format_state_name(args.name, &part.to_string()),
                    data_type,
                    true,
                ))
            })
            .collect())
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(OneGroup::new(self.start(&args)?)?))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        !args.is_distinct
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(self.start(&args)?)
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        // The selectors order by the time they are given, never by the order of rows.
        AggregateOrderSensitivity::Insensitive
    }
}

/// A single accumulator: one group without a key.
struct OneGroup {
    groups: Box<dyn Groups>,
    /// The group of each row: always the first.
    indices: Vec<usize>,
}

impl OneGroup {
    fn new(mut groups: Box<dyn Groups>) -> Result<OneGroup> {
        // The group exists even if no row comes.
        groups.merge_batch(&[], &[], 1)?;
        Ok(OneGroup {
            groups,
            indices: Vec::new(),
        })
    }

    fn resize(&mut self, columns: &[ArrayRef]) {
        self.indices
            .resize(columns.first().map_or(0, |column| column.len()), 0);
    }
}

impl fmt::Debug for OneGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneGroup")
    }
}

impl Accumulator for OneGroup {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.resize(values);
        self.groups.update_batch(values, &self.indices, None, 1)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        ScalarValue::try_from_array(&self.groups.evaluate(EmitTo::All)?, 0)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.indices.capacity() * size_of::<usize>() + self.groups.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.groups
            .state(EmitTo::All)?
            .iter()
            .map(|column| ScalarValue::try_from_array(column, 0))
            .collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.resize(states);
        self.groups.merge_batch(states, &self.indices, 1)
    }
}
