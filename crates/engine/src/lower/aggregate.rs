//! `stats`: group keys, aggregates, and expressions over aggregates.
//!
//! Three plan nodes: the aggregation over the distinct aggregate calls, a projection that computes
//! the outputs from them, and, without keys, a filter that drops the row of an empty input (spec
//! 5.6: zero events give no row).

use std::collections::HashMap;

use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::{Expr as Df, lit};
use flowgauge_event::Period;
use flowgauge_ql::functions::Function;
use flowgauge_ql::pipeline::{Computed, Expr};

use super::expr::{call, scanned_or_carried};
use super::{Lowering, POSITION, named};
use crate::registry;

/// The aggregate calls of a stage and the plan columns that hold them.
#[derive(Default)]
struct Calls {
    calls: Vec<Df>,
}

impl Calls {
    /// The column of a call; equal calls share one.
    fn column(&mut self, call: Df) -> String {
        let index = match self.calls.iter().position(|known| *known == call) {
            Some(index) => index,
            None => {
                self.calls.push(call);
                self.calls.len() - 1
            }
        };
        format!("#aggregate{index}")
    }
}

impl Lowering {
    pub(super) fn aggregate(
        &mut self,
        keys: &[Computed],
        outputs: &[Computed],
        offset: Option<Period>,
    ) -> Result<()> {
        let offset_millis = offset.map_or(0, Period::approx_millis);
        let mut groups = Vec::new();
        let mut bin = None;
        for (index, key) in keys.iter().enumerate() {
            let value = match &key.expr {
                Expr::Call { function, args } if function.name == "bin" => {
                    if let Some(Expr::Period(period)) = args.get(1) {
                        bin.get_or_insert(*period);
                    }
                    self.bin(args, offset_millis)?
                }
                other => self.expr(other)?,
            };
            let value = self.group_key(value)?;
            groups.push(value.alias(format!("#key{index}")));
        }
        // Outputs are rewritten so that aggregates become columns; what remains is lowered over
        // the aggregation's result.
        let mut calls = Calls::default();
        let mut rewritten = Vec::new();
        for output in outputs {
            rewritten.push(self.pull_out(&output.expr, bin, &mut calls)?);
        }
        let rows = keys.is_empty().then(|| calls.column(count(lit(1i64))));
        let aggregates: Vec<Df> = calls
            .calls
            .iter()
            .enumerate()
            .map(|(index, call)| call.clone().alias(format!("#aggregate{index}")))
            .collect();
        self.rebuild(|plan| plan.aggregate(groups, aggregates))?;
        if let Some(rows) = rows {
            self.rebuild(|plan| plan.filter(named(&rows).gt(lit(0i64))))?;
        }
        self.raw = false;
        self.limited = false;
        self.names = HashMap::new();
        for index in 0..calls.calls.len() {
            let column = format!("#aggregate{index}");
            self.names.insert(column.clone(), column);
        }
        for (index, key) in keys.iter().enumerate() {
            self.names.insert(key.name.clone(), format!("#key{index}"));
        }
        for (output, expr) in outputs.iter().zip(&rewritten) {
            let expr = self.expr(expr)?;
            self.add_columns(vec![(output.name.clone(), expr)])?;
        }
        self.keep_only(keys, outputs)?;
        let key_columns: Vec<Df> = keys
            .iter()
            .filter_map(|key| self.names.get(&key.name))
            .map(|column| named(column))
            .collect();
        self.order = self.group_order(&key_columns)?;
        Ok(())
    }

    /// A value as a group key: what prints the same is the same, so floats count with the four
    /// decimals that are shown, and containers are missing (spec 4.1).
    pub(super) fn group_key(&self, value: Df) -> Result<Df> {
        Ok(match self.type_of(&value)? {
            DataType::Float64 | DataType::Struct(_) | DataType::LargeUtf8 | DataType::Utf8 => {
                call("_text", vec![value])?
            }
            _ => value,
        })
    }

    /// Drops every column but keys and outputs.
    fn keep_only(&mut self, keys: &[Computed], outputs: &[Computed]) -> Result<()> {
        let kept: Vec<(String, String)> = keys
            .iter()
            .chain(outputs)
            .filter_map(|item| {
                self.names
                    .get(&item.name)
                    .map(|column| (item.name.clone(), column.clone()))
            })
            .collect();
        let columns: Vec<Df> = kept.iter().map(|(_, column)| named(column)).collect();
        self.rebuild(|plan| plan.project(columns))?;
        self.names = kept.into_iter().collect();
        Ok(())
    }

    /// The expression with every aggregate replaced by the column that will hold it.
    fn pull_out(&self, expr: &Expr, bin: Option<Period>, calls: &mut Calls) -> Result<Expr> {
        let mut inner = |part: &Expr| self.pull_out(part, bin, calls);
        Ok(match expr {
            Expr::Aggregate { function, args } => {
                let call = self.aggregate_call(function, args, bin)?;
                Expr::Column(calls.column(call))
            }
            Expr::Literal(_)
            | Expr::Column(_)
            | Expr::Source(_)
            | Expr::Period(_)
            | Expr::Regex(_) => expr.clone(),
            Expr::Access { base, path } => Expr::Access {
                base: Box::new(inner(base)?),
                path: path.clone(),
            },
            Expr::Call { function, args } => Expr::Call {
                function,
                args: args.iter().map(inner).collect::<Result<_>>()?,
            },
            Expr::Negate(part) => Expr::Negate(Box::new(inner(part)?)),
            Expr::Not(part) => Expr::Not(Box::new(inner(part)?)),
            Expr::Binary { op, left, right } => Expr::Binary {
                op: *op,
                left: Box::new(inner(left)?),
                right: Box::new(inner(right)?),
            },
            Expr::And(parts) => Expr::And(parts.iter().map(inner).collect::<Result<_>>()?),
            Expr::Or(parts) => Expr::Or(parts.iter().map(inner).collect::<Result<_>>()?),
            Expr::Contains {
                value,
                text,
                negated,
            } => Expr::Contains {
                value: Box::new(inner(value)?),
                text: text.clone(),
                negated: *negated,
            },
            Expr::Matches {
                value,
                regex,
                negated,
            } => Expr::Matches {
                value: Box::new(inner(value)?),
                regex: regex.clone(),
                negated: *negated,
            },
            Expr::In {
                value,
                list,
                negated,
            } => Expr::In {
                value: Box::new(inner(value)?),
                list: list.clone(),
                negated: *negated,
            },
        })
    }

    fn aggregate_call(
        &self,
        function: &Function,
        args: &[Expr],
        bin: Option<Period>,
    ) -> Result<Df> {
        let name = function.name.to_ascii_lowercase();
        let arguments = match name.as_str() {
            "count" | "countovertime" if args.is_empty() => return Ok(count(lit(1i64))),
            "count" | "countovertime" => return aggregate("count", vec![self.expr(&args[0])?]),
            "sum" | "sumovertime" => return aggregate("sum", vec![self.numeric(&args[0])?]),
            "avg" | "stddev" | "variance" | "median" => vec![self.numeric(&args[0])?],
            "pct" => vec![self.numeric(&args[0])?, self.expr(&args[1])?],
            "topk" => vec![self.expr(&args[0])?, self.expr(&args[1])?],
            "earliest" | "latest" => {
                let (time, position) = self.time_and_position(function)?;
                vec![self.expr(&args[0])?, time, position]
            }
            "rate" => {
                let Some(Expr::Period(period)) = args.get(1) else {
                    return internal_err!("rate needs a constant period");
                };
                let (time, position) = self.time_and_position(function)?;
                // Without a bin there is no length to relate the change to.
                let Some(bin) = bin else {
                    return aggregate("max", vec![lit(ScalarValue::Float64(None))]);
                };
                vec![
                    self.numeric(&args[0])?,
                    lit(period.approx_millis()),
                    lit(bin.approx_millis()),
                    time,
                    position,
                ]
            }
            _ => args
                .iter()
                .map(|arg| self.expr(arg))
                .collect::<Result<_>>()?,
        };
        aggregate(&name, arguments)
    }

    fn time_and_position(&self, function: &Function) -> Result<(Df, Df)> {
        let Some(time) = self.timestamp() else {
            return internal_err!("{} needs @timestamp", function.name);
        };
        let position = if self.raw {
            scanned_or_carried(self, POSITION)
        } else {
            lit(0i64)
        };
        Ok((time, position))
    }
}

fn aggregate(name: &str, args: Vec<Df>) -> Result<Df> {
    match registry::aggregate(name) {
        Some(function) => Ok(function.call(args)),
        None => internal_err!("no aggregate is called {name}"),
    }
}
