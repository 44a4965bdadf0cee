//! Aggregates in DataFusion plans: several partitions, and memory so short that groups spill.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, StringViewArray};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::datasource::MemTable;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::{Expr, col, lit};
use datafusion::physical_plan::collect;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::printed;
use crate::aggregates::{AGGREGATES, find};
use crate::types::TIME;

const GROUPS: i64 = 3_000;
const ROWS: i64 = 60_000;
const BATCH: i64 = 4_000;

/// Rows whose values follow from their number, in batches dealt to partitions.
fn table(partitions: i64) -> MemTable {
    let schema = Arc::new(Schema::new(vec![
        Field::new("group", DataType::Int64, false),
        Field::new("text", DataType::Utf8View, false),
        Field::new("position", DataType::Int64, false),
        Field::new("time", TIME, false),
    ]));
    let batch = |first: i64, last: i64| {
        let rows: ArrayRef = Arc::new(Int64Array::from_iter_values(first..last));
        let groups = Int64Array::from_iter_values((first..last).map(|row| row % GROUPS));
        let texts =
            StringViewArray::from_iter_values((first..last).map(|row| (row / GROUPS).to_string()));
        let times = arrow::compute::cast(&rows, &TIME).expect("times");
        RecordBatch::try_new(
            Arc::clone(&schema),
            vec![Arc::new(groups), Arc::new(texts), rows, times],
        )
        .expect("batch")
    };
    let batches = ROWS / BATCH;
    let partition = |part: i64| {
        let numbers = (0..batches).filter(|number| number % partitions == part);
        numbers
            .map(|number| batch(number * BATCH, (number + 1) * BATCH))
            .collect()
    };
    MemTable::try_new(
        Arc::clone(&schema),
        (0..partitions).map(partition).collect(),
    )
    .expect("table")
}

fn calls() -> Vec<Expr> {
    AGGREGATES
        .iter()
        .map(|aggregate| {
            let x = || col("text");
            let arguments = match aggregate.name {
                "pct" => vec![x(), lit(90.0)],
                "topk" => vec![lit(2_i64), x()],
                "earliest" | "latest" => vec![x(), col("time"), col("position")],
                "rate" => vec![
                    x(),
                    lit(60_000_i64),
                    lit(300_000_i64),
                    col("time"),
                    col("position"),
                ],
                _ => vec![x()],
            };
            find(aggregate.name)
                .expect("registered")
                .call(arguments)
                .alias(aggregate.name)
        })
        .collect()
}

async fn run(context: &SessionContext, partitions: i64) -> (RecordBatch, usize) {
    let frame = context
        .read_table(Arc::new(table(partitions)))
        .expect("table");
    let frame = frame
        .aggregate(vec![col("group")], calls())
        .expect("aggregate");
    let plan = frame.create_physical_plan().await.expect("plan");
    let batches = collect(Arc::clone(&plan), context.task_ctx())
        .await
        .expect("run");
    let mut spills = 0;
    let mut nodes = vec![plan];
    while let Some(node) = nodes.pop() {
        spills += node
            .metrics()
            .and_then(|metrics| metrics.spill_count())
            .unwrap_or(0);
        nodes.extend(node.children().into_iter().cloned());
    }
    (
        concat_batches(&batches[0].schema(), &batches).expect("batch"),
        spills,
    )
}

fn check(batch: &RecordBatch) {
    assert_eq!(batch.num_rows(), GROUPS as usize);
    let expected = [
        ("avg", "9.5"),
        ("count", "20"),
        ("countdistinct", "20"),
        ("earliest", "0"),
        ("latest", "19"),
        ("max", "19"),
        ("median", "9"),
        ("min", "0"),
        ("pct", "17"),
        ("rate", "3.8"),
        ("sortsfirst", "0"),
        ("sortslast", "19"),
        ("stddev", "5.7663"),
        ("sum", "190"),
        ("topk", r#"["0","1"]"#),
        (
            "values",
            "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19",
        ),
        ("variance", "33.25"),
    ];
    assert_eq!(expected.len(), AGGREGATES.len());
    for (name, value) in expected {
        let column = batch.column_by_name(name).expect(name);
        assert_eq!(column.null_count(), 0, "{name}");
        assert!(
            printed(column)
                .iter()
                .all(|text| text.as_deref() == Some(value)),
            "{name}"
        );
    }
}

#[tokio::test]
async fn partitions_meet() {
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(3));
    check(&run(&context, 3).await.0);
}

#[tokio::test]
async fn groups_spill() {
    // One partition: several would race for the memory.
    let config = SessionConfig::new()
        .with_target_partitions(1)
        .with_batch_size(500);
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_limit(9_000_000, 1.0)
        .build_arc()
        .expect("runtime");
    let context = SessionContext::new_with_config_rt(config, runtime);
    let (batch, spills) = run(&context, 1).await;
    assert!(spills > 0);
    check(&batch);
}
