//! Conditions that decoders can apply by themselves, and what is left of a scan's wishes then.

use std::sync::Arc;

use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::expressions::{BinaryExpr, Column, Literal};
use datafusion::physical_expr::{PhysicalExpr, conjunction, split_conjunction};
use flowgauge_format::Condition;

use super::program::{Wishes, columns_of, renumbered};
use crate::lower::{POSITION, name_of};
use crate::types;

/// The conditions of a scan that a decoder may apply, and the wishes without them: of columns that
/// only those conditions read, nothing is decoded. `None` when there is no such condition.
pub(super) fn split(wishes: &Wishes) -> Result<Option<(Vec<Condition>, Wishes)>> {
    let Some(condition) = &wishes.condition else {
        return Ok(None);
    };
    let (mut conditions, mut left) = (Vec::new(), Vec::new());
    for part in split_conjunction(condition) {
        match decodable(part, wishes) {
            Some(condition) => conditions.push(condition),
            None => left.push(Arc::clone(part)),
        }
    }
    if conditions.is_empty() {
        return Ok(None);
    }
    let mut rest = Wishes {
        condition: (!left.is_empty()).then(|| conjunction(left)),
        ..wishes.clone()
    };
    if rest.outputs.is_some() {
        let read = columns_of(rest.exprs())?;
        // Positions count the rows that are decoded, so they may skip some, but must stay in order.
        let mut present: Vec<usize> = read.into_iter().collect();
        present.sort_unstable();
        rest.decoded = Arc::new(wishes.decoded.project(&present)?);
        if let Some(condition) = &mut rest.condition {
            *condition = renumbered(condition, &present)?;
        }
        for condition in &mut rest.moving {
            *condition = renumbered(condition, &present)?;
        }
        for output in rest.outputs.iter_mut().flat_map(|(outputs, _)| outputs) {
            output.expr = renumbered(&output.expr, &present)?;
        }
    }
    Ok(Some((conditions, rest)))
}

/// A comparison of a field's text for equality, which is true or not: missing text is not.
fn decodable(expr: &Arc<dyn PhysicalExpr>, wishes: &Wishes) -> Option<Condition> {
    let comparison = expr.downcast_ref::<BinaryExpr>()?;
    let (left, right) = (comparison.left(), comparison.right());
    if *comparison.op() == Operator::IsNotDistinctFrom {
        let wanted = right.downcast_ref::<Literal>()?;
        return match wanted.value() {
            ScalarValue::Boolean(Some(true)) => decodable(left, wishes),
            _ => None,
        };
    }
    if *comparison.op() != Operator::Eq {
        return None;
    }
    let column = left.downcast_ref::<Column>()?;
    let field = wishes.decoded.field(column.index());
    if field.name() == POSITION || *field.data_type() != types::TEXT {
        return None;
    }
    match right.downcast_ref::<Literal>()?.value() {
        ScalarValue::Utf8View(Some(text)) => Some(Condition {
            name: name_of(field.name()).to_owned(),
            text: text.clone(),
        }),
        _ => None,
    }
}
