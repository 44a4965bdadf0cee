//! The first stage beside DataFusion's own, and the table beside a map of the standard library.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringViewArray,
    TimestampMillisecondArray,
};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Field, Int64Type, Schema};
use datafusion::datasource::MemTable;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::{col, lit};
use datafusion::physical_plan::{ExecutionPlan, collect};
use datafusion::prelude::{SessionConfig, SessionContext};

use super::table::Table;
use super::{GroupExec, install};
use crate::aggregates::find;
use crate::types;

const ROWS: usize = 200_000;

/// The texts, with repetitions: short, as long as an address, too long for a code, and missing.
fn text(row: usize, kinds: usize) -> Option<String> {
    let kind = (row * 7919) % kinds;
    match kind % 5 {
        0 => None,
        1 => Some(format!("10.{kind}")),
        2 => Some(format!("10.200.{:03}.{:03}", kind / 1000, kind % 1000)),
        3 => Some(format!("2001:db8::ffff:{kind:08}")),
        _ => Some("\0".repeat(kind % 19)),
    }
}

fn batches(kinds: usize) -> Vec<RecordBatch> {
    let schema = Arc::new(Schema::new(vec![
        Field::new("text", types::TEXT, true),
        Field::new("number", DataType::Int64, true),
        Field::new("time", types::TIME, true),
        Field::new("flag", DataType::Boolean, true),
    ]));
    let batch = |rows: std::ops::Range<usize>| {
        let number = |row: usize| (!row.is_multiple_of(11)).then_some((row % 13) as i64 - 6);
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringViewArray::from_iter(
                rows.clone().map(|row| text(row, kinds)),
            )),
            Arc::new(Int64Array::from_iter(rows.clone().map(number))),
            Arc::new(TimestampMillisecondArray::from_iter(
                rows.clone().map(|row| number(row / 3)),
            )),
            Arc::new(BooleanArray::from_iter(
                rows.map(|row| number(row / 5).map(|number| number > 0)),
            )),
        ];
        RecordBatch::try_new(Arc::clone(&schema), columns).expect("batch")
    };
    (0..ROWS)
        .step_by(5_000)
        .map(|first| batch(first..first + 5_000))
        .collect()
}

#[test]
fn groups_are_those_of_equal_values() {
    for keys in [
        vec![0],
        vec![1],
        vec![3, 2],
        vec![0, 1, 3],
        vec![0, 1, 2, 3],
    ] {
        let mut known: HashMap<String, usize> = HashMap::new();
        let batches = batches(3_000);
        let types = keys
            .iter()
            .map(|&key| batches[0].column(key).data_type().clone());
        let mut table = Table::new(types);
        let mut groups = Vec::new();
        // Twice, to see that nothing of the first groups is left.
        for _ in 0..2 {
            known.clear();
            for batch in &batches {
                let columns: Vec<ArrayRef> = keys
                    .iter()
                    .map(|&key| Arc::clone(batch.column(key)))
                    .collect();
                table.assign(&columns, &mut groups).expect("keys");
                for (row, group) in groups.iter().enumerate() {
                    let next = known.len();
                    let name = printed(&columns, row);
                    assert_eq!(known.entry(name).or_insert(next), group);
                }
            }
            assert_eq!(table.len(), known.len());
            let taken = table.take().expect("columns");
            assert_eq!(table.len(), 0);
            for (name, group) in &known {
                assert_eq!(&printed(&taken, *group), name);
            }
        }
    }
}

fn printed(columns: &[ArrayRef], row: usize) -> String {
    let cells = columns.iter().map(|column| {
        let cell = arrow::util::display::array_value_to_string(column, row).expect("cell");
        format!("{}{cell}", column.is_valid(row))
    });
    cells.collect::<Vec<_>>().join("|")
}

/// The plan of a grouping, with or without the replacement.
async fn plan(context: &SessionContext, kinds: usize, replaced: bool) -> Arc<dyn ExecutionPlan> {
    let batches = batches(kinds);
    let halves = batches.chunks(batches.len() / 2).map(<[_]>::to_vec);
    let table = MemTable::try_new(batches[0].schema(), halves.collect()).expect("table");
    let distinct = find("countdistinct").expect("registered");
    let sum = find("sum").expect("registered");
    let frame = context
        .read_table(Arc::new(table))
        .expect("table")
        .aggregate(
            vec![col("text"), col("flag")],
            vec![
                count(lit(1_i64)).alias("rows"),
                distinct.call(vec![col("time")]).alias("times"),
                distinct.call(vec![col("text")]).alias("texts"),
                sum.call(vec![col("number")]).alias("sum"),
            ],
        )
        .expect("aggregate");
    let plan = frame.create_physical_plan().await.expect("plan");
    if replaced {
        install(plan).expect("replace")
    } else {
        plan
    }
}

async fn rows(context: &SessionContext, plan: Arc<dyn ExecutionPlan>) -> RecordBatch {
    let schema = plan.schema();
    let batches = collect(plan, context.task_ctx()).await.expect("rows");
    concat_batches(&schema, &batches).expect("one batch")
}

/// The first stage of a plan.
fn first_stage(plan: &Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan> {
    if plan.downcast_ref::<GroupExec>().is_some() {
        return Arc::clone(plan);
    }
    let inputs = plan.children();
    first_stage(inputs.first().expect("a replaced stage"))
}

/// How many rows each group has, by the partial or whole counts of a result.
fn counts(rows: &RecordBatch) -> HashMap<String, i64> {
    let mut counts = HashMap::new();
    let numbers = rows.column(2).as_primitive::<Int64Type>();
    for row in 0..rows.num_rows() {
        *counts
            .entry(printed(&rows.columns()[..2], row))
            .or_default() += numbers.value(row);
    }
    counts
}

fn sorted(rows: &RecordBatch) -> Vec<String> {
    let mut rows: Vec<String> = (0..rows.num_rows())
        .map(|row| printed(rows.columns(), row))
        .collect();
    rows.sort();
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replaced_stage_gives_the_same() {
    let config = SessionConfig::new().with_target_partitions(2);
    let roomy = SessionContext::new_with_config(config.clone());
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_limit(1 << 20, 1.0)
        .build_arc()
        .expect("runtime");
    let narrow = SessionContext::new_with_config_rt(config, runtime);
    // Few groups, and so many that grouping does not pay.
    for kinds in [100, 3_000, 5 * ROWS] {
        let expected = rows(&roomy, plan(&roomy, kinds, false).await).await;
        let replaced = plan(&roomy, kinds, true).await;
        assert_eq!(
            sorted(&rows(&roomy, Arc::clone(&replaced)).await),
            sorted(&expected)
        );
        // With so little memory, groups are handed over early, again and again.
        let partial = rows(&narrow, first_stage(&replaced)).await;
        assert_eq!(counts(&partial), counts(&expected));
        let repeated = partial.num_rows() > 2 * expected.num_rows();
        assert_eq!(repeated, kinds == 3_000, "{}", partial.num_rows());
    }
}
