//! Runs the examples of the language's registry through the kernels: with constants, and with
//! columns wherever an argument need not be constant.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::ColumnarValue;
use flowgauge_event::Number;
use flowgauge_format::json_scan::access::{self, Step as JsonStep};
use flowgauge_ql::functions::{FUNCTIONS as REGISTRY, Param};
use flowgauge_ql::pipeline::{BinaryOp, Expr, Literal, PathStep, Step};

use super::FUNCTIONS;
use super::tests::{call, text};
use crate::values;

/// Rows of the batches in which examples run as columns.
const ROWS: usize = 3;

/// Evaluates a bound expression; `None` when it nests a function that has no kernel.
fn evaluate(expr: &Expr, columns: bool) -> Option<ColumnarValue> {
    Some(match expr {
        Expr::Literal(Literal::Number(Number::Int(value))) => int(*value),
        Expr::Literal(Literal::Number(Number::Float(value))) => {
            ColumnarValue::Scalar(ScalarValue::Float64(Some(*value)))
        }
        Expr::Literal(Literal::Text(value)) => text(value),
        Expr::Literal(Literal::Boolean(value)) => flag(*value),
        Expr::Period(period) => text(&period.to_string()),
        Expr::Regex(regex) => text(regex),
        Expr::Negate(inner) => match evaluate(inner, false)? {
            ColumnarValue::Scalar(ScalarValue::Int64(Some(value))) => int(-value),
            ColumnarValue::Scalar(ScalarValue::Float64(Some(value))) => {
                ColumnarValue::Scalar(ScalarValue::Float64(Some(-value)))
            }
            other => panic!("cannot negate {other:?}"),
        },
        Expr::Binary { op, left, right } => {
            let number = |side| values::numbers(&one(evaluate(side, false)?)).ok()?.get(0);
            let order = number(left)?.compare(number(right)?);
            flag(match op {
                BinaryOp::Equal => order.is_eq(),
                BinaryOp::Greater => order.is_gt(),
                other => panic!("examples do not use {other:?}"),
            })
        }
        Expr::Access { base, path } => {
            let json = one(evaluate(base, columns)?);
            let json = values::printed(&json).expect("a JSON column prints");
            let steps: Vec<JsonStep<'_>> = path
                .iter()
                .map(|step| match step {
                    PathStep::Key(key) => JsonStep::Key(key),
                    PathStep::Index(index) => JsonStep::Index(*index as usize),
                })
                .collect();
            let found = access::get(json.value(0), &steps).map(|value| value.json_text().into());
            ColumnarValue::Scalar(ScalarValue::LargeUtf8(found))
        }
        Expr::Call { function, args } => {
            let name = function.name.to_ascii_lowercase();
            let scalar = FUNCTIONS.iter().find(|scalar| scalar.name == name)?;
            let mut values = Vec::new();
            for (index, arg) in args.iter().enumerate() {
                let value = evaluate(arg, columns)?;
                let varies = matches!(function.param(index), Some(Param::Value));
                values.push(if columns && varies {
                    ColumnarValue::Array(value.to_array(ROWS).expect("a scalar repeats"))
                } else {
                    value
                });
            }
            let column = call(scalar, &values);
            ColumnarValue::Scalar(
                ScalarValue::try_from_array(&column, column.len() - 1).expect("a known type"),
            )
        }
        other => panic!("examples do not use {other:?}"),
    })
}

fn int(value: i64) -> ColumnarValue {
    ColumnarValue::Scalar(ScalarValue::Int64(Some(value)))
}

fn flag(value: bool) -> ColumnarValue {
    ColumnarValue::Scalar(ScalarValue::Boolean(Some(value)))
}

fn one(value: ColumnarValue) -> ArrayRef {
    value.to_array(1).expect("a scalar is a column of one row")
}

#[test]
fn the_examples_of_the_registry_hold() {
    let mut failures = Vec::new();
    for scalar in FUNCTIONS.iter() {
        let function = REGISTRY
            .iter()
            .find(|function| function.name.eq_ignore_ascii_case(scalar.name))
            .unwrap_or_else(|| panic!("{} is not in the registry", scalar.name));
        let mut ran = 0;
        for (example, expected) in function.examples {
            let query = format!("fields {example} as result");
            let compiled = flowgauge_ql::compile(&query, &Default::default());
            let pipeline = compiled.pipeline.expect(example);
            let Some(Step::Compute(computed)) = pipeline.steps.first() else {
                panic!("{example} is no computation");
            };
            for columns in [false, true] {
                let Some(value) = evaluate(&computed[0].expr, columns) else {
                    continue;
                };
                ran += 1;
                let printed = values::printed(&one(value)).expect("results print");
                let printed = printed.iter().next().flatten();
                if printed != *expected {
                    failures.push(format!("{example}: {printed:?}, not {expected:?}"));
                }
            }
        }
        assert!(ran > 0, "no example of {} ran", scalar.name);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn missing_arguments_give_the_announced_type() {
    for scalar in FUNCTIONS.iter() {
        let function = REGISTRY
            .iter()
            .find(|function| function.name.eq_ignore_ascii_case(scalar.name))
            .expect("checked above");
        let arity = function.arity();
        let values: Vec<ColumnarValue> = (0..arity.min)
            .map(|index| match function.param(index) {
                Some(Param::Value) => ColumnarValue::Scalar(ScalarValue::Null),
                Some(Param::Period) => text("5m"),
                Some(Param::Subnet) => text("10.0.0.0/8"),
                _ => text("d"),
            })
            .collect();
        let column = call(scalar, &values);
        let never_missing = *column.data_type() == DataType::Boolean || scalar.name == "concat";
        assert!(
            never_missing || values::presence(&column).expect("any type").true_count() == 0,
            "{} of a missing value",
            scalar.name
        );
    }
}
