//! The bridge between the language's scalar functions and DataFusion.
//!
//! A function is a [`Scalar`]: a name, a result type and one kernel over columns, in a file of its
//! own under `functions/`, listed once in [`crate::functions::FUNCTIONS`]. [`InsightsFunction`] is
//! the only DataFusion wrapper; it is identified by name and holds no state, so plans stay
//! serialisable.

use std::hash::{Hash, Hasher};

use arrow::array::{Array, ArrayRef, BooleanArray, Int64Array, StringViewArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use flowgauge_event::Number;

use crate::values::{self, Numbers};

/// A scalar function of the language, or an internal kernel such as a comparison.
pub struct Scalar {
    /// Name in plans: the canonical name in lower case, or an internal name starting with `_`.
    pub name: &'static str,
    /// Type of the result for argument types.
    pub returns: fn(&[DataType]) -> DataType,
    /// Computes the column; its length is [`Args::rows`].
    pub invoke: fn(&Args) -> Result<ArrayRef>,
}

/// The arguments of one call over one batch.
pub struct Args<'a> {
    /// The values.
    pub values: &'a [ColumnarValue],
    /// Rows of the batch.
    pub rows: usize,
}

impl Args<'_> {
    /// Number of arguments.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are no arguments.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// An argument as a column; constants are repeated.
    pub fn array(&self, index: usize) -> Result<ArrayRef> {
        self.values[index].to_array(self.rows)
    }

    /// An argument's printed text; see [`values::texts`].
    pub fn texts(&self, index: usize) -> Result<StringViewArray> {
        values::texts(&self.array(index)?)
    }

    /// An argument as numbers; see [`values::numbers`].
    pub fn numbers(&self, index: usize) -> Result<Numbers> {
        values::numbers(&self.array(index)?)
    }

    /// An argument as truth values; see [`values::truth`].
    pub fn truth(&self, index: usize) -> Result<BooleanArray> {
        values::truth(&self.array(index)?)
    }

    /// An argument as milliseconds; see [`values::times`].
    pub fn times(&self, index: usize) -> Result<Int64Array> {
        values::times(&self.array(index)?)
    }

    /// The text of a constant argument; `None` when it varies by row or is missing.
    pub fn constant_text(&self, index: usize) -> Option<String> {
        let ColumnarValue::Scalar(value) = &self.values[index] else {
            return None;
        };
        let array = value.to_array().ok()?;
        let texts = values::texts(&array).ok()?;
        texts.is_valid(0).then(|| texts.value(0).to_owned())
    }

    /// The number of a constant argument; `None` when it varies by row or is no number.
    pub fn constant_number(&self, index: usize) -> Option<Number> {
        let ColumnarValue::Scalar(value) = &self.values[index] else {
            return None;
        };
        values::numbers(&value.to_array().ok()?).ok()?.get(0)
    }
}

/// DataFusion's view of a [`Scalar`].
pub struct InsightsFunction {
    scalar: &'static Scalar,
    signature: Signature,
}

impl InsightsFunction {
    /// The DataFusion function of a scalar.
    pub fn udf(scalar: &'static Scalar) -> ScalarUDF {
        ScalarUDF::new_from_impl(InsightsFunction {
            scalar,
            signature: Signature::variadic_any(Volatility::Immutable),
        })
    }
}

impl std::fmt::Debug for InsightsFunction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.scalar.name)
    }
}

impl PartialEq for InsightsFunction {
    fn eq(&self, other: &Self) -> bool {
        self.scalar.name == other.scalar.name
    }
}

impl Eq for InsightsFunction {}

impl Hash for InsightsFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.scalar.name.hash(state);
    }
}

impl ScalarUDFImpl for InsightsFunction {
    fn name(&self) -> &str {
        self.scalar.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        Ok((self.scalar.returns)(arg_types))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = args
            .args
            .iter()
            .all(|value| matches!(value, ColumnarValue::Scalar(_)));
        let rows = if constant { 1 } else { args.number_rows };
        let column = (self.scalar.invoke)(&Args {
            values: &args.args,
            rows,
        })?;
        if constant {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &column, 0,
            )?));
        }
        Ok(ColumnarValue::Array(column))
    }
}
