//! `countFrequent`: one aggregation that counts packed combinations, and a row of each.

use std::collections::HashMap;

use datafusion::common::{Result, UnnestOptions, internal_err};
use datafusion::logical_expr::Expr as Df;
use flowgauge_ql::pipeline::Computed;

use super::expr::{call, field_of, missing};
use super::order::ordering;
use super::{Lowering, named};
use crate::registry;

impl Lowering {
    pub(super) fn count_frequent(&mut self, keys: &[Computed], into: &str) -> Result<()> {
        let mut values = Vec::new();
        let mut witnesses = Vec::new();
        for key in keys {
            let value = self.group_key(self.expr(&key.expr)?)?;
            witnesses.push(missing(self.type_of(&value)?)?);
            values.push(value);
        }
        let frequent = match registry::aggregate("_frequent") {
            Some(frequent) => frequent.call(vec![call("_pack", values)?]),
            None => return internal_err!("no aggregate is called _frequent"),
        };
        let list = self.internal_name("frequent");
        let none: [Df; 0] = [];
        self.rebuild(|plan| plan.aggregate(none, [frequent.alias(&list)]))?;
        let options = UnnestOptions::new().with_preserve_nulls(false);
        let column = named(&list).try_as_col().cloned();
        self.rebuild(|plan| {
            plan.unnest_columns_with_options(column.into_iter().collect(), options)
        })?;
        let mut unpack = vec![field_of(named(&list), 0)];
        unpack.extend(witnesses);
        let row = self.add_internal("row", call("_unpack", unpack)?)?;
        self.raw = false;
        self.limited = false;
        self.exploded = false;
        self.sorted = None;
        self.names = HashMap::new();
        let mut columns: Vec<(String, Df)> = keys
            .iter()
            .enumerate()
            .map(|(index, key)| (key.name.clone(), field_of(row.clone(), index)))
            .collect();
        columns.push((into.to_owned(), field_of(named(&list), 1)));
        self.add_columns(columns)?;
        let column = |name: &str| self.names.get(name).map(|column| named(column));
        let keys: Vec<Df> = keys.iter().filter_map(|key| column(&key.name)).collect();
        let count = column(into);
        self.order = count
            .into_iter()
            .map(|count| ordering(count, true))
            .chain(self.group_order(&keys)?)
            .collect();
        Ok(())
    }
}
