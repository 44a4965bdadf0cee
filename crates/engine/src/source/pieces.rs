//! `parse @message "* * …"` of lines that a decoder divides at blanks anyway.
//!
//! AWS makes its users take custom flow logs apart with as many stars as there are fields. The decoder of
//! such a file knows where the blanks are, so it delivers the captures as columns of their own, tests
//! them while it reads like fields, and makes no `@message`.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::datatypes::{Field, Schema};
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, ScalarValue};
use datafusion::physical_expr::expressions::{Column, Literal};
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};

use super::program::{GET_FIELD, Wishes};
use crate::kernels::parse_glob::{PARSE_GLOB, separator};
use crate::lower::piece_column;
use crate::types::TEXT;

/// The field that decoders divide.
const MESSAGE: &str = "@message";

/// A capture of the message: its number and how many there are.
type Piece = (usize, usize);

/// The wishes with columns in place of captures of the message; `None` when there is no such capture.
pub(super) fn divided(wishes: &Wishes) -> Result<Option<Wishes>> {
    let mut pieces = BTreeSet::new();
    for expr in wishes.exprs() {
        expr.apply(|part| {
            pieces.extend(piece(part));
            Ok(TreeNodeRecursion::Continue)
        })?;
    }
    if pieces.is_empty() {
        return Ok(None);
    }
    let pieces: Vec<Piece> = pieces.into_iter().collect();
    let first = wishes.decoded.fields().len();
    let columns = pieces
        .iter()
        .map(|&(at, of)| Arc::new(Field::new(piece_column(at, of), TEXT, true)));
    let fields = wishes.decoded.fields().iter().cloned().chain(columns);
    let schema = Schema::new(fields.collect::<Vec<_>>());
    let replaced = |expr: &Arc<dyn PhysicalExpr>| -> Result<Arc<dyn PhysicalExpr>> {
        let replace = |part: Arc<dyn PhysicalExpr>| {
            let found = piece(&part).and_then(|own| pieces.binary_search(&own).ok());
            Ok(match found {
                Some(number) => {
                    let (at, of) = pieces[number];
                    let column = Column::new(&piece_column(at, of), first + number);
                    Transformed::yes(Arc::new(column) as Arc<dyn PhysicalExpr>)
                }
                None => Transformed::no(part),
            })
        };
        Ok(Arc::clone(expr).transform_down(replace)?.data)
    };
    let mut divided = wishes.delivering();
    for expr in divided.exprs_mut() {
        *expr = replaced(expr)?;
    }
    divided.decoded = Arc::new(schema);
    Ok(Some(divided))
}

/// The piece of the message that an expression is.
fn piece(expr: &Arc<dyn PhysicalExpr>) -> Option<Piece> {
    let [call, field] = arguments(expr, GET_FIELD)? else {
        return None;
    };
    let [message, stars, texts @ ..] = arguments(call, PARSE_GLOB.name)? else {
        return None;
    };
    if message.downcast_ref::<Column>()?.name() != MESSAGE {
        return None;
    }
    let stars = number(stars)?;
    let literals: Vec<String> = texts
        .get(..=stars)?
        .iter()
        .map(text)
        .collect::<Option<_>>()?;
    if separator(&literals) != Some(b' ') {
        return None;
    }
    let used = texts.get(stars + 1 + text(field)?.parse::<usize>().ok()?)?;
    Some((number(used)?, stars))
}

/// The arguments of a call of that function.
fn arguments<'a>(
    expr: &'a Arc<dyn PhysicalExpr>,
    name: &str,
) -> Option<&'a [Arc<dyn PhysicalExpr>]> {
    let call = expr.downcast_ref::<ScalarFunctionExpr>()?;
    (call.name() == name).then(|| call.args())
}

fn number(expr: &Arc<dyn PhysicalExpr>) -> Option<usize> {
    match expr.downcast_ref::<Literal>()?.value() {
        ScalarValue::Int64(Some(number)) => usize::try_from(*number).ok(),
        _ => None,
    }
}

fn text(expr: &Arc<dyn PhysicalExpr>) -> Option<String> {
    let value = expr.downcast_ref::<Literal>()?.value();
    value.try_as_str().flatten().map(str::to_owned)
}
