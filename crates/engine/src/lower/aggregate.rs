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

use super::expr::call;
use super::{Lowering, named};
use crate::registry;

/// The aggregate calls of a stage and the plan columns that hold them.
struct Calls {
    /// Begins the names of those columns and no name of the stage.
    prefix: String,
    calls: Vec<Df>,
    /// Whether a call has no value whatever the rows are.
    missing: bool,
}

impl Calls {
    fn new(mut prefix: String, keys: &[Computed], outputs: &[Computed]) -> Calls {
        while keys
            .iter()
            .chain(outputs)
            .any(|item| item.name.starts_with(&prefix))
        {
            prefix.insert(0, '#');
        }
        Calls {
            prefix,
            calls: Vec::new(),
            missing: false,
        }
    }

    /// The column of a call; equal calls share one.
    fn column(&mut self, call: Df) -> String {
        let index = match self.calls.iter().position(|known| *known == call) {
            Some(index) => index,
            None => {
                self.calls.push(call);
                self.calls.len() - 1
            }
        };
        self.name(index)
    }

    /// The column of calls without a value.
    fn missing(&mut self) -> String {
        self.missing = true;
        format!("{}-", self.prefix)
    }

    fn name(&self, index: usize) -> String {
        format!("{}.{index}", self.prefix)
    }
}

/// What an aggregate needs besides its arguments.
struct Surroundings {
    /// Period of the `bin` among the keys.
    bin: Option<Period>,
    /// Time and position of the rows, where a call asks for them.
    time: Option<(Df, Df)>,
}

impl Lowering {
    pub(super) fn aggregate(
        &mut self,
        keys: &[Computed],
        outputs: &[Computed],
        offset: Option<Period>,
    ) -> Result<()> {
        let around = Surroundings {
            bin: keys.iter().find_map(|key| bin_period(&key.expr)),
            time: self.time_and_position(outputs)?,
        };
        self.bin_offset = offset.map_or(0, Period::approx_millis);
        let mut groups = Vec::new();
        let mut key_columns = Vec::new();
        for key in keys {
            let value = self.group_key(self.expr(&key.expr)?)?;
            let column = self.internal_name("key");
            groups.push(value.alias(&column));
            key_columns.push(column);
        }
        self.bin_offset = 0;
        // Outputs are rewritten so that aggregates become columns; what remains is lowered over
        // the aggregation's result.
        let mut calls = Calls::new(self.internal_name("aggregate"), keys, outputs);
        let mut rewritten = Vec::new();
        for output in outputs {
            rewritten.push(self.pull_out(&output.expr, &around, &mut calls)?);
        }
        let rows = keys.is_empty().then(|| calls.column(count(lit(1i64))));
        let aggregates: Vec<Df> = calls
            .calls
            .iter()
            .enumerate()
            .map(|(index, call)| call.clone().alias(calls.name(index)))
            .collect();
        self.rebuild(|plan| plan.aggregate(groups, aggregates))?;
        if let Some(rows) = rows {
            self.rebuild(|plan| plan.filter(named(&rows).gt(lit(0i64))))?;
        }
        self.raw = false;
        self.limited = false;
        self.exploded = false;
        self.sorted = None;
        self.names = HashMap::new();
        for index in 0..calls.calls.len() {
            let column = calls.name(index);
            self.names.insert(column.clone(), column);
        }
        if calls.missing {
            let nothing = Df::Literal(ScalarValue::Float64(None), None);
            let column = self.add_internal("missing", nothing)?;
            if let Df::Column(column) = column {
                self.names.insert(calls.missing(), column.name);
            }
        }
        for (key, column) in keys.iter().zip(key_columns) {
            self.names.insert(key.name.clone(), column);
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
            DataType::Float64 | DataType::Struct(_) => call("_shown", vec![value])?,
            DataType::LargeUtf8 | DataType::Utf8 => call("_text", vec![value])?,
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
    fn pull_out(&self, expr: &Expr, around: &Surroundings, calls: &mut Calls) -> Result<Expr> {
        let mut inner = |part: &Expr| self.pull_out(part, around, calls);
        Ok(match expr {
            // Without a bin there is no length to relate a change to.
            Expr::Aggregate { function, .. } if function.name == "rate" && around.bin.is_none() => {
                Expr::Column(calls.missing())
            }
            Expr::Aggregate { function, args } => {
                let call = self.aggregate_call(function, args, around)?;
                Expr::Column(calls.column(call))
            }
            Expr::Literal(_)
            | Expr::Column(_)
            | Expr::Source(_)
            | Expr::Period(_)
            | Expr::Regex(_)
            // Stands in filters only, where there are no aggregates.
            | Expr::InQuery { .. } => expr.clone(),
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
        around: &Surroundings,
    ) -> Result<Df> {
        let time_and_position = || match &around.time {
            Some(time) => Ok(time.clone()),
            None => internal_err!("{} needs @timestamp", function.name),
        };
        let name = function.name.to_ascii_lowercase();
        let arguments = match name.as_str() {
            "count" | "countovertime" if args.is_empty() => return Ok(count(lit(1i64))),
            "count" | "countovertime" => return aggregate("count", vec![self.expr(&args[0])?]),
            "sum" | "sumovertime" => return aggregate("sum", vec![self.numeric(&args[0])?]),
            "avg" | "stddev" | "variance" | "median" => vec![self.numeric(&args[0])?],
            "pct" => vec![self.numeric(&args[0])?, self.expr(&args[1])?],
            "topk" => vec![self.expr(&args[0])?, self.expr(&args[1])?],
            "earliest" | "latest" => {
                let (time, position) = time_and_position()?;
                // Maps and lists are no values for `stats` (spec 4.1).
                let value = self.expr(&args[0])?;
                let value = match self.type_of(&value)? {
                    DataType::LargeUtf8 | DataType::Utf8 => call("_text", vec![value])?,
                    _ => value,
                };
                vec![value, time, position]
            }
            "rate" => {
                let (Some(Expr::Period(period)), Some(bin)) = (args.get(1), around.bin) else {
                    return internal_err!("rate needs a constant period and a bin");
                };
                let (time, position) = time_and_position()?;
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
        // The user has to know when values were left out.
        match registry::counting_aggregate("values", &self.context.statistics) {
            Some(function) if name == "values" => Ok(function.call(arguments)),
            _ => aggregate(&name, arguments),
        }
    }

    /// Time and position of the rows, if an output has a call that asks for them.
    fn time_and_position(&mut self, outputs: &[Computed]) -> Result<Option<(Df, Df)>> {
        let mut wanted = false;
        for output in outputs {
            output.expr.walk(&mut |part| {
                wanted |= matches!(part, Expr::Aggregate { function, .. }
                    if matches!(function.name, "earliest" | "latest" | "rate"));
            });
        }
        if !wanted {
            return Ok(None);
        }
        let position = self.row_position()?;
        Ok(self.timestamp().map(|time| (time, position)))
    }
}

/// The period of the `bin` in a group key.
fn bin_period(key: &Expr) -> Option<Period> {
    let mut found = None;
    key.walk(&mut |part| {
        if let Expr::Call { function, args } = part
            && function.name == "bin"
            && let Some(Expr::Period(period)) = args.last()
        {
            found = found.or(Some(*period));
        }
    });
    found
}

fn aggregate(name: &str, args: Vec<Df>) -> Result<Df> {
    match registry::aggregate(name) {
        Some(function) => Ok(function.call(args)),
        None => internal_err!("no aggregate is called {name}"),
    }
}
