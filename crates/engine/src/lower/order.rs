//! Row order: `sort`, `limit`, `dedup`, and the order that applies when a query names none.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::{Column, Result, ScalarValue, UnnestOptions, internal_err};
use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::{
    Expr as Df, ExprFunctionExt, LogicalPlan, Sort, SortExpr, lit, when,
};
use flowgauge_ql::pipeline::{Expr, SortKey};

use super::expr::{call, field_of, scanned_or_carried};
use super::{Lowering, POSITION, named};
use crate::registry;

/// Rows that are kept in memory when a `dedup` wants no more; beyond, combinations are grouped, which
/// can use the disk.
const FEW: usize = 20_000;

/// A `dedup` that waits for the number of rows that are wanted of it.
pub(super) struct Packed {
    columns: Vec<Column>,
    /// A null of each column's type.
    witnesses: Vec<Df>,
    /// The values that make a combination.
    combination: Vec<Df>,
    /// A whole row as one value.
    row: Df,
    /// A value whose order is that of the rows.
    key: Df,
}

impl Lowering {
    /// Newest event first, then input order (spec 5.7).
    pub(super) fn event_order(&self) -> Vec<SortExpr> {
        vec![
            ordering(scanned_or_carried(self, "@timestamp"), true),
            ordering(scanned_or_carried(self, POSITION), false),
        ]
    }

    /// Notes the order; ties keep the order there was.
    pub(super) fn sort(&mut self, keys: &[SortKey]) -> Result<()> {
        let mut order = Vec::new();
        for key in keys {
            // The text column even of integer fields: it knows what is no number and sorts first.
            let value = self.expr(&key.expr)?;
            order.extend(
                self.sort_values(value)?
                    .into_iter()
                    .map(|value| ordering(value, key.descending)),
            );
        }
        order.append(&mut self.order);
        self.order = order;
        Ok(())
    }

    /// The expressions whose natural order is the language's order of a value: missing, then text,
    /// then numbers (spec 5.7).
    pub(super) fn sort_values(&self, value: Df) -> Result<Vec<Df>> {
        Ok(match self.type_of(&value)? {
            DataType::Int64 | DataType::Float64 | DataType::Boolean | DataType::Timestamp(_, _) => {
                vec![value]
            }
            // By value; integers that round to the same float are told apart by themselves.
            DataType::Struct(_) => {
                let integer = datafusion::functions::core::expr_fn::get_field(value.clone(), "int");
                vec![call("_to_float", vec![value])?, integer]
            }
            DataType::Utf8View => vec![call("_sort_key", vec![value])?],
            _ => vec![call("_sort_key", vec![call("_text", vec![value])?])?],
        })
    }

    /// Puts the current order into the plan, cut to `fetch` rows.
    pub(super) fn apply_order(&mut self, fetch: Option<u64>) -> Result<()> {
        let order = self.order.clone();
        // A limit is at most 1,000,000,000, which fits 32 bits.
        let rows = fetch.and_then(|fetch| usize::try_from(fetch).ok());
        if let Some(packed) = self.packed.take() {
            self.unpack(packed, rows)?;
        }
        if order.is_empty() {
            // A single aggregated row has no order.
            return match rows {
                Some(rows) => self.rebuild(|plan| plan.limit(0, Some(rows))),
                None => Ok(()),
            };
        }
        if self.sorted.is_some() {
            self.resort(&self.current_order())?;
        }
        // The builder would try to find the keys among the outputs of an aggregation; here they
        // are expressions over the columns as they are.
        self.plan = LogicalPlan::Sort(Sort {
            expr: order,
            input: Arc::new(self.plan.clone()),
            fetch: rows,
        });
        Ok(())
    }

    pub(super) fn limit(&mut self, count: u64, any: bool) -> Result<()> {
        self.limited = true;
        if any && self.packed.is_none() {
            let rows = usize::try_from(count).ok();
            return self.rebuild(|plan| plan.limit(0, rows));
        }
        self.apply_order(Some(count))
    }

    /// The first row, in the current order, of every combination; rows with a missing value stay.
    ///
    /// What it costs depends on the rows that are wanted, which the `limit` after it tells; the plan
    /// is made by [`Lowering::unpack`].
    pub(super) fn dedup(&mut self, fields: &[Expr]) -> Result<()> {
        if self.order.is_empty() {
            // A single aggregated row repeats nothing.
            return Ok(());
        }
        let mut groups = Vec::new();
        let mut missing = lit(false);
        for field in fields {
            let key = self.group_key(self.expr(field)?)?;
            missing = missing.or(key.clone().is_null());
            groups.push(key.alias(self.internal_name("key")));
        }
        // A row with a missing value is in a group of its own.
        let own = (self.raw && self.exploded)
            .then(|| self.row_position())
            .transpose()?;
        let columns = self.plan.schema().columns();
        let packed = call("_pack", columns.iter().cloned().map(Df::Column).collect())?;
        let own = match own {
            Some(number) => number,
            None if self.raw => scanned_or_carried(self, POSITION),
            // Aggregated rows differ from each other.
            None => packed.clone(),
        };
        let nothing = ScalarValue::try_from(self.type_of(&own)?)?;
        groups.push(
            when(missing, own)
                .otherwise(Df::Literal(nothing, None))?
                .alias("#own"),
        );
        let mut key = Vec::new();
        for part in &self.order {
            key.push(part.expr.clone());
            key.push(lit(!part.asc));
        }
        let key = call("_order_key", key)?;
        let mut witnesses = Vec::new();
        for column in &columns {
            let data_type = self.type_of(&Df::Column(column.clone()))?;
            witnesses.push(Df::Literal(ScalarValue::try_from(data_type)?, None));
        }
        self.packed = Some(Packed {
            columns,
            witnesses,
            combination: groups,
            row: packed,
            key,
        });
        Ok(())
    }

    /// Ends a `dedup`: finds the first rows, cut to `rows`, and unpacks them. Until then rows stay
    /// packed, because a top-N copies binary values together while views would keep every batch
    /// alive that they ever came from.
    fn unpack(&mut self, packed: Packed, rows: Option<usize>) -> Result<()> {
        let Packed {
            columns,
            witnesses,
            combination,
            row,
            key,
        } = packed;
        match rows {
            Some(rows) if rows <= FEW => self.few_first(row, key, combination, rows)?,
            _ => self.first_of_groups(row, key, combination, rows)?,
        }
        let mut args = vec![named("#packed")];
        args.extend(witnesses);
        let row = call("_unpack", args)?.alias("#row");
        self.rebuild(|plan| plan.project([row]))?;
        let restored: Vec<Df> = columns
            .into_iter()
            .enumerate()
            .map(|(index, column)| {
                field_of(named("#row"), index).alias_qualified(column.relation, column.name)
            })
            .collect();
        self.rebuild(|plan| plan.project(restored))
    }

    /// The packed first rows of combinations in `#packed`: one aggregation that holds only them.
    fn few_first(&mut self, row: Df, key: Df, combination: Vec<Df>, rows: usize) -> Result<()> {
        let Some(first) = registry::aggregate("_first_distinct") else {
            return internal_err!("no aggregate is called _first_distinct");
        };
        let values = combination.into_iter().map(Df::unalias).collect();
        let combination = call("_pack", values)?;
        // At most FEW.
        let first = first.call(vec![row, key, combination, lit(rows as i64)]);
        self.rebuild(|plan| plan.aggregate(Vec::<Df>::new(), [first.alias("#packed")]))?;
        let options = UnnestOptions::new().with_preserve_nulls(false);
        let column = Column::new_unqualified("#packed");
        self.rebuild(|plan| plan.unnest_columns_with_options(vec![column], options))
    }

    /// The same by an aggregation with a group for each combination: nothing is sorted, and what is
    /// held grows with the combinations, not with the rows.
    fn first_of_groups(
        &mut self,
        row: Df,
        key: Df,
        combination: Vec<Df>,
        rows: Option<usize>,
    ) -> Result<()> {
        let Some(first) = registry::aggregate("_first") else {
            return internal_err!("no aggregate is called _first");
        };
        let first = first.call(vec![row, key]).alias("#first");
        self.rebuild(|plan| plan.aggregate(combination, [first]))?;
        let first = named("#first");
        let sorted = [
            field_of(first.clone(), 0).alias("#packed"),
            field_of(first, 1).alias("#order"),
        ];
        self.rebuild(|plan| plan.project(sorted))?;
        self.plan = LogicalPlan::Sort(Sort {
            expr: vec![ordering(named("#order"), false)],
            input: Arc::new(self.plan.clone()),
            fetch: rows,
        });
        Ok(())
    }

    /// Adds a column that numbers rows from 1.
    pub(super) fn number_rows(&mut self, order: Vec<SortExpr>) -> Result<Df> {
        let number = row_number().order_by(order).build()?;
        let name = self.internal_name("row");
        self.rebuild(|plan| plan.window([number.alias(&name)]))?;
        Ok(named(&name))
    }

    /// Where a row stands among all, for those who prefer the first of several (selectors).
    pub(super) fn row_position(&mut self) -> Result<Df> {
        let event = scanned_or_carried(self, POSITION);
        match (self.raw, self.exploded) {
            (true, false) => Ok(event),
            (true, true) => {
                let mut order = vec![ordering(event, false)];
                order.extend(self.order.iter().cloned());
                self.number_rows(order)
            }
            // Without an order there is one row.
            (false, _) if self.order.is_empty() => Ok(lit(0i64)),
            (false, _) => self.number_rows(self.order.clone()),
        }
    }

    /// Ascending order of group keys, the order of aggregated rows.
    pub(super) fn group_order(&self, keys: &[Df]) -> Result<Vec<SortExpr>> {
        let mut order = Vec::new();
        for key in keys {
            order.extend(
                self.sort_values(key.clone())?
                    .into_iter()
                    .map(|value| ordering(value, false)),
            );
        }
        Ok(order)
    }
}

/// Missing values come first ascending and last descending.
pub(super) fn ordering(value: Df, descending: bool) -> SortExpr {
    value.sort(!descending, !descending)
}
