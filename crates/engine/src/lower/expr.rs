//! Expressions: fields, operators and calls as DataFusion expressions over the kernels.

use arrow::datatypes::DataType;
use datafusion::common::{Column, Result, ScalarValue, internal_err};
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::{Expr as Df, lit};
use flowgauge_event::Number;
use flowgauge_ql::functions::{Function, Group};
use flowgauge_ql::pipeline::{BinaryOp, Expr, Literal, PathStep};

use super::{Lowering, POSITION, column_of, named, number_column};
use crate::registry;

impl Lowering {
    /// Lowers an expression to whatever type it has.
    pub(super) fn expr(&self, expr: &Expr) -> Result<Df> {
        Ok(match expr {
            Expr::Literal(literal) => constant(literal),
            Expr::Column(name) => match self.names.get(name) {
                Some(column) => named(column),
                None => {
                    return internal_err!("the pipeline names a column that no step made: {name}");
                }
            },
            Expr::Source(name) => self.source(name)?,
            Expr::Access { base, path } => {
                let mut args = vec![self.expr(base)?];
                args.extend(path.iter().map(step));
                call("_json_access", args)?
            }
            Expr::Call { function, args } => self.call(function, args)?,
            Expr::Aggregate { function, .. } => {
                return internal_err!("the aggregate {} stands outside stats", function.name);
            }
            Expr::Period(period) => text(&period.to_string()),
            Expr::Regex(regex) => text(regex),
            Expr::Negate(inner) => call("_negate", vec![self.numeric(inner)?])?,
            Expr::Not(inner) => Df::Not(Box::new(self.condition(inner)?)),
            Expr::Binary { op, left, right } if op.is_comparison() => {
                self.comparison(*op, left, right)?
            }
            Expr::Binary { op, left, right } => {
                call(kernel(*op), vec![self.numeric(left)?, self.numeric(right)?])?
            }
            Expr::And(parts) => balanced(self.conditions(parts)?, Df::and),
            Expr::Or(parts) => balanced(self.conditions(parts)?, Df::or),
            Expr::Contains {
                value,
                text: needle,
                negated,
            } => self.search("_contains", value, needle, *negated)?,
            Expr::Matches {
                value,
                regex,
                negated,
            } => self.search("_matches", value, regex, *negated)?,
            Expr::In {
                value,
                list,
                negated,
            } => self.membership(value, list, *negated)?,
            Expr::InQuery {
                value,
                query,
                negated,
            } => self.in_subquery(value, query, *negated)?,
        })
    }

    /// Lowers an expression that will be used as a number: a field that has its numbers in a
    /// column of their own is read from there.
    pub(super) fn numeric(&self, expr: &Expr) -> Result<Df> {
        match expr {
            Expr::Source(name) if self.has_numbers(name) => {
                Ok(scanned_or_carried(self, &number_column(name)))
            }
            _ => self.expr(expr),
        }
    }

    /// Lowers an expression as a condition: two-valued, never null.
    pub(super) fn condition(&self, expr: &Expr) -> Result<Df> {
        let lowered = self.expr(expr)?;
        if self.type_of(&lowered)? == DataType::Boolean
            && !matches!(expr, Expr::Column(_) | Expr::Call { .. })
        {
            return Ok(lowered);
        }
        call("_truth", vec![lowered])
    }

    fn conditions(&self, parts: &[Expr]) -> Result<Vec<Df>> {
        parts.iter().map(|part| self.condition(part)).collect()
    }

    fn source(&self, name: &str) -> Result<Df> {
        if name == "@ptr" {
            return call(
                "_pointer",
                vec![self.source("@log")?, scanned_or_carried(self, POSITION)],
            );
        }
        Ok(scanned_or_carried(self, &column_of(name)))
    }

    fn search(&self, kernel: &str, value: &Expr, pattern: &str, negated: bool) -> Result<Df> {
        let value = self.expr(value)?;
        let found = call(kernel, vec![value.clone(), text(pattern)])?;
        if !negated {
            return Ok(found);
        }
        // A missing value is neither found nor not found.
        Ok(self.has_text(value)?.and(Df::Not(Box::new(found))))
    }

    /// Whether a value has a text: it is there and no container.
    pub(super) fn has_text(&self, value: Df) -> Result<Df> {
        let container = matches!(self.type_of(&value)?, DataType::LargeUtf8 | DataType::Utf8);
        Ok(if container {
            call("_text", vec![value])?.is_not_null()
        } else {
            value.is_not_null()
        })
    }

    fn call(&self, function: &'static Function, args: &[Expr]) -> Result<Df> {
        let context = &self.context;
        let millis = |value: Option<i64>| Df::Literal(ScalarValue::Int64(value), None);
        match function.name {
            "now" => return Ok(millis(Some(context.now.div_euclid(1000)))),
            "queryStartTime" => return Ok(millis(context.start)),
            "queryEndTime" => return Ok(millis(context.end)),
            "queryTimeRange" => {
                return Ok(millis(
                    context
                        .start
                        .zip(context.end)
                        .map(|(start, end)| end.saturating_sub(start)),
                ));
            }
            "bin" => return self.bin(args),
            "histogram" => {
                let width = self.expr(&args[1])?;
                let bucket = call("_divide", vec![self.numeric(&args[0])?, width.clone()])?;
                return call("_multiply", vec![call("floor", vec![bucket])?, width]);
            }
            _ => {}
        }
        let lowered = args
            .iter()
            .map(|arg| {
                if function.group == Group::Numeric {
                    self.numeric(arg)
                } else {
                    self.expr(arg)
                }
            })
            .collect::<Result<Vec<Df>>>()?;
        call(&function.name.to_ascii_lowercase(), lowered)
    }

    fn bin(&self, args: &[Expr]) -> Result<Df> {
        let (time, period) = (self.expr(&args[0])?, self.expr(&args[1])?);
        call("_bin", vec![time, period, lit(self.bin_offset)])
    }

    /// The event time: a column of that name if a step made one, else the event's own.
    pub(super) fn timestamp(&self) -> Option<Df> {
        match self.names.get("@timestamp") {
            Some(column) => Some(named(column)),
            None => self.raw.then(|| scanned_or_carried(self, "@timestamp")),
        }
    }
}

/// A column of the scan: qualified while the scan is the plan, unqualified after a projection.
pub(super) fn scanned_or_carried(lowering: &Lowering, name: &str) -> Df {
    let qualified = Column::new(Some(lowering.events.clone()), name);
    if lowering.plan.schema().has_column(&qualified) {
        return Df::Column(qualified);
    }
    named(name)
}

/// A call of a registered function or kernel.
pub(super) fn call(name: &str, args: Vec<Df>) -> Result<Df> {
    match registry::scalar(name) {
        Some(function) => Ok(function.call(args)),
        None => internal_err!("no function or kernel is called {name}"),
    }
}

/// A missing value of a type.
pub(super) fn missing(kind: DataType) -> Result<Df> {
    Ok(Df::Literal(ScalarValue::try_from(kind)?, None))
}

/// A text constant.
pub(super) fn text(value: &str) -> Df {
    Df::Literal(ScalarValue::Utf8View(Some(value.to_owned())), None)
}

/// A field of a struct column.
pub(super) fn field_of(base: Df, index: usize) -> Df {
    get_field(base, index.to_string())
}

/// A step into a JSON value as a constant argument.
pub(super) fn step(step: &PathStep) -> Df {
    match step {
        PathStep::Key(key) => text(key),
        // An index past i64 leads nowhere, like any index past the end.
        PathStep::Index(index) => lit(i64::try_from(*index).unwrap_or(i64::MAX)),
    }
}

pub(super) fn constant(literal: &Literal) -> Df {
    match literal {
        Literal::Number(Number::Int(value)) => lit(*value),
        Literal::Number(Number::Float(value)) => lit(*value),
        Literal::Text(value) => text(value),
        Literal::Boolean(value) => lit(*value),
    }
}

fn kernel(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "_add",
        BinaryOp::Subtract => "_subtract",
        BinaryOp::Multiply => "_multiply",
        BinaryOp::Divide => "_divide",
        BinaryOp::Modulo => "_modulo",
        BinaryOp::Power => "_power",
        BinaryOp::Equal => "_equal",
        BinaryOp::NotEqual => "_not_equal",
        BinaryOp::Less => "_less",
        BinaryOp::LessOrEqual => "_less_or_equal",
        BinaryOp::Greater => "_greater",
        BinaryOp::GreaterOrEqual => "_greater_or_equal",
    }
}

/// The kernel of a comparison.
pub(super) fn comparison_kernel(op: BinaryOp) -> &'static str {
    kernel(op)
}

/// Joins operands as a balanced tree: thousands of operands stay a few levels deep.
fn balanced(mut operands: Vec<Df>, join: fn(Df, Df) -> Df) -> Df {
    while operands.len() > 1 {
        let mut level = Vec::with_capacity(operands.len().div_ceil(2));
        let mut pairs = operands.into_iter();
        while let Some(first) = pairs.next() {
            level.push(match pairs.next() {
                Some(second) => join(first, second),
                None => first,
            });
        }
        operands = level;
    }
    operands.pop().unwrap_or_else(|| lit(true))
}
