//! All aggregates through every path DataFusion has: single and grouped accumulators, merged
//! partial results, rows converted to partial results, and emission in pieces.

mod large;
mod naive;
mod plan;
mod results;

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, LargeStringArray, StringViewArray,
    TimestampMillisecondArray, UInt64Array,
};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, EmitTo, GroupsAccumulator};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{Column, Literal};
use flowgauge_event::Number;

use crate::values::{NumberBuilder, cell};

/// An argument of a call under test.
#[derive(Clone)]
enum Argument {
    Values(ArrayRef),
    Constant(ScalarValue),
}

/// An aggregate with its arguments.
struct Use {
    function: Arc<AggregateUDF>,
    columns: Vec<ArrayRef>,
    expressions: Vec<Arc<dyn PhysicalExpr>>,
    fields: Vec<FieldRef>,
}

impl Use {
    fn new(name: &str, arguments: &[Argument]) -> Use {
        let rows = arguments.iter().find_map(|argument| match argument {
            Argument::Values(column) => Some(column.len()),
            Argument::Constant(_) => None,
        });
        let mut parts = Use {
            function: super::find(name).expect(name),
            columns: vec![],
            expressions: vec![],
            fields: vec![],
        };
        for (index, argument) in arguments.iter().enumerate() {
            let (column, expression): (ArrayRef, Arc<dyn PhysicalExpr>) = match argument {
                Argument::Values(column) => (Arc::clone(column), Arc::new(Column::new("c", index))),
                Argument::Constant(value) => (
                    value.to_array_of_size(rows.unwrap_or(0)).expect("constant"),
                    Arc::new(Literal::new(value.clone())),
                ),
            };
            parts
                .fields
                .push(Arc::new(Field::new("c", column.data_type().clone(), true)));
            parts.columns.push(column);
            parts.expressions.push(expression);
        }
        parts
    }

    fn result(&self) -> FieldRef {
        let types: Vec<DataType> = self
            .fields
            .iter()
            .map(|field| field.data_type().clone())
            .collect();
        Arc::new(Field::new(
            "r",
            self.function.return_type(&types).expect("type"),
            true,
        ))
    }

    fn with<T>(&self, then: impl FnOnce(AccumulatorArgs) -> Result<T>) -> Result<T> {
        then(AccumulatorArgs {
            return_field: self.result(),
            schema: &Schema::empty(),
            ignore_nulls: false,
            order_bys: &[],
            is_reversed: false,
            name: "r",
            is_distinct: false,
            exprs: &self.expressions,
            expr_fields: &self.fields,
        })
    }

    fn single(&self) -> Box<dyn Accumulator> {
        self.with(|args| self.function.accumulator(args))
            .expect("accumulator")
    }

    fn grouped(&self) -> Box<dyn GroupsAccumulator> {
        self.with(|args| self.function.create_groups_accumulator(args))
            .expect("groups accumulator")
    }

    fn rows(&self, rows: &[usize]) -> Vec<ArrayRef> {
        let rows = UInt64Array::from_iter_values(rows.iter().map(|row| *row as u64));
        self.columns
            .iter()
            .map(|column| take(column, &rows, None).expect("rows"))
            .collect()
    }

    /// Results of groups through all paths, which must agree to the printed digit.
    fn results(&self, groups: &[usize], count: usize) -> Vec<Option<String>> {
        let all: Vec<usize> = (0..groups.len()).collect();
        let mut direct = self.grouped();
        for part in all.chunks(7) {
            let indices: Vec<usize> = part.iter().map(|row| groups[*row]).collect();
            direct
                .update_batch(&self.rows(part), &indices, None, count)
                .expect("update");
            assert!(direct.size() > 0);
        }
        direct
            .update_batch(&self.rows(&[]), &[], None, count)
            .expect("update");
        let direct = printed(&direct.evaluate(EmitTo::All).expect("evaluate"));
        assert_eq!(direct.len(), count);

        let state_types: Vec<DataType> = self
            .function
            .state_fields(StateFieldsArgs {
                name: "r",
                input_fields: &self.fields,
                return_field: self.result(),
                ordering_fields: &[],
                is_distinct: false,
            })
            .expect("state")
            .iter()
            .map(|field| field.data_type().clone())
            .collect();
        let check = |state: &[ArrayRef]| {
            assert_eq!(
                state
                    .iter()
                    .map(|part| part.data_type().clone())
                    .collect::<Vec<_>>(),
                state_types
            );
        };

        // Two halves with a filter each, merged, and given out in two pieces.
        let mut merged = self.grouped();
        for half in [0, 1] {
            let filter: BooleanArray = (0..groups.len())
                .map(|row| if row % 2 == half { Some(true) } else { None })
                .collect();
            let mut part = self.grouped();
            part.update_batch(&self.columns, groups, Some(&filter), count)
                .expect("update");
            let mut first = 0;
            for emit in [EmitTo::First(count / 2), EmitTo::All] {
                let state = part.state(emit).expect("state");
                check(&state);
                let indices: Vec<usize> = (first..first + state[0].len()).collect();
                first += state[0].len();
                merged.merge_batch(&state, &indices, count).expect("merge");
            }
            assert_eq!(first, count);
        }
        let mut pieces = printed(&merged.evaluate(EmitTo::First(count / 2)).expect("evaluate"));
        pieces.extend(printed(&merged.evaluate(EmitTo::All).expect("evaluate")));
        assert_eq!(pieces, direct, "merged {}", self.function.name());

        // Every row as a partial result of its own.
        let state = self
            .grouped()
            .convert_to_state(&self.columns, None)
            .expect("convert");
        check(&state);
        let mut converted = self.grouped();
        converted.merge_batch(&state, groups, count).expect("merge");
        assert_eq!(
            printed(&converted.evaluate(EmitTo::All).expect("evaluate")),
            direct,
            "converted {}",
            self.function.name()
        );

        for (group, expected) in direct.iter().enumerate() {
            let rows: Vec<usize> = all
                .iter()
                .copied()
                .filter(|row| groups[*row] == group)
                .collect();
            let mut whole = self.single();
            whole.update_batch(&self.rows(&rows)).expect("update");
            let mut merged = self.single();
            for half in rows.chunks(rows.len().div_ceil(2).max(1)) {
                let mut part = self.single();
                part.update_batch(&self.rows(half)).expect("update");
                let state: Vec<ArrayRef> = part
                    .state()
                    .expect("state")
                    .iter()
                    .map(|part| part.to_array().expect("array"))
                    .collect();
                check(&state);
                merged.merge_batch(&state).expect("merge");
            }
            for accumulator in [&mut whole, &mut merged] {
                assert!(accumulator.size() > 0);
                let value = accumulator.evaluate().expect("evaluate");
                assert_eq!(value.data_type(), *self.result().data_type());
                let value = printed(&value.to_array().expect("array"));
                assert_eq!(
                    value[0],
                    *expected,
                    "single {} {group}",
                    self.function.name()
                );
            }
        }
        direct
    }

    /// The result without grouping.
    fn result_of_all(&self) -> Option<String> {
        let rows = self.columns.first().map_or(0, |column| column.len());
        self.results(&vec![0; rows], 1).remove(0)
    }
}

fn printed(column: &ArrayRef) -> Vec<Option<String>> {
    (0..column.len())
        .map(|row| {
            cell(column, row)
                .expect("cell")
                .print()
                .map(|text| text.into_owned())
        })
        .collect()
}

fn text(values: &[Option<&str>]) -> Argument {
    Argument::Values(Arc::new(values.iter().collect::<StringViewArray>()))
}

fn words(values: &[&str]) -> Argument {
    Argument::Values(Arc::new(StringViewArray::from_iter_values(values)))
}

fn ints(values: &[i64]) -> Argument {
    Argument::Values(Arc::new(Int64Array::from(values.to_vec())))
}

fn maybe_ints(values: &[Option<i64>]) -> Argument {
    Argument::Values(Arc::new(Int64Array::from(values.to_vec())))
}

fn floats(values: &[f64]) -> Argument {
    Argument::Values(Arc::new(Float64Array::from(values.to_vec())))
}

fn numbers(values: &[Option<Number>]) -> Argument {
    let mut column = NumberBuilder::default();
    values.iter().for_each(|value| column.push(*value));
    Argument::Values(column.finish())
}

fn flags(values: &[Option<bool>]) -> Argument {
    Argument::Values(Arc::new(BooleanArray::from(values.to_vec())))
}

fn times(values: &[i64]) -> Argument {
    Argument::Values(Arc::new(TimestampMillisecondArray::from(values.to_vec())))
}

fn json(values: &[&str]) -> Argument {
    Argument::Values(Arc::new(LargeStringArray::from_iter_values(values)))
}

fn nothing() -> Argument {
    Argument::Values(Arc::new(arrow::array::NullArray::new(3)))
}

fn constant(value: i64) -> Argument {
    Argument::Constant(ScalarValue::Int64(Some(value)))
}

fn percent(value: f64) -> Argument {
    Argument::Constant(ScalarValue::Float64(Some(value)))
}
