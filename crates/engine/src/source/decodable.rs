//! Conditions that decoders can apply by themselves, and what is left of a scan's wishes then.

use std::sync::Arc;

use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::expressions::{BinaryExpr, Column, Literal, NotExpr};
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr, conjunction, split_conjunction};
use flowgauge_format::{Condition, Request, Test};

use super::program::Wishes;
use super::rows;
use crate::functions::ip_address::Subnet;
use crate::functions::is_ip_in_subnet::IS_IP_IN_SUBNET;
use crate::functions::is_ipv4_in_subnet::IS_IPV4_IN_SUBNET;
use crate::kernels::logic::TRUTH;
use crate::lower::POSITION;
use crate::types;

/// The conditions of a scan that a decoder may apply, and the wishes without them: of columns that
/// only those conditions read, nothing is decoded.
pub(super) fn split(wishes: &Wishes) -> Result<(Vec<Condition>, Wishes)> {
    let (mut conditions, mut left) = (Vec::new(), Vec::new());
    for part in wishes.condition.iter().flat_map(split_conjunction) {
        match decodable(part, wishes) {
            Some(condition) => conditions.push(condition),
            None => left.push(Arc::clone(part)),
        }
    }
    let rest = Wishes {
        condition: (!left.is_empty()).then(|| conjunction(left)),
        ..wishes.clone()
    };
    Ok((conditions, rest.trimmed()?))
}

/// A condition on one text that is true or not.
fn decodable(expr: &Arc<dyn PhysicalExpr>, wishes: &Wishes) -> Option<Condition> {
    let (of, test) = if let Some(not) = expr.downcast_ref::<NotExpr>() {
        in_subnet(not.arg(), wishes, false)?
    } else if let Some(comparison) = expr.downcast_ref::<BinaryExpr>() {
        is(comparison, wishes)?
    } else {
        in_subnet(expr, wishes, true)?
    };
    Some(Condition { of, test })
}

/// A comparison for equality, alone or as `… IS NOT DISTINCT FROM true`: missing text is not equal.
fn is(comparison: &BinaryExpr, wishes: &Wishes) -> Option<(Request, Test)> {
    let (left, right) = (comparison.left(), literal(comparison.right())?);
    match (comparison.op(), right) {
        (Operator::IsNotDistinctFrom, ScalarValue::Boolean(Some(true))) => {
            is(left.downcast_ref::<BinaryExpr>()?, wishes)
        }
        (Operator::Eq, ScalarValue::Utf8View(Some(wanted))) => {
            Some((text(left, wishes)?, Test::Is(wanted.clone())))
        }
        _ => None,
    }
}

/// `_truth(isIpv4InSubnet(text, "…"))`, where missing counts as false.
fn in_subnet(
    expr: &Arc<dyn PhysicalExpr>,
    wishes: &Wishes,
    inside: bool,
) -> Option<(Request, Test)> {
    let truth = expr.downcast_ref::<ScalarFunctionExpr>()?;
    let [test] = truth.args() else { return None };
    let test = test.downcast_ref::<ScalarFunctionExpr>()?;
    let names = [IS_IPV4_IN_SUBNET.name, IS_IP_IN_SUBNET.name];
    if truth.name() != TRUTH.name || !names.contains(&test.name()) {
        return None;
    }
    let [address, subnet] = test.args() else {
        return None;
    };
    let ScalarValue::Utf8View(Some(subnet)) = literal(subnet)? else {
        return None;
    };
    // No text is an address of both families, so both functions ask the same of an IPv4 subnet.
    let Subnet::V4 { network, mask } = Subnet::parse(subnet)? else {
        return None;
    };
    let test = Test::InSubnet {
        network,
        mask,
        inside,
    };
    Some((text(address, wishes)?, test))
}

fn literal(expr: &Arc<dyn PhysicalExpr>) -> Option<&ScalarValue> {
    Some(expr.downcast_ref::<Literal>()?.value())
}

/// The request behind a column of text.
fn text(expr: &Arc<dyn PhysicalExpr>, wishes: &Wishes) -> Option<Request> {
    let column = expr.downcast_ref::<Column>()?;
    let field = wishes.decoded.field(column.index());
    let is_text = field.name() != POSITION && *field.data_type() == types::TEXT;
    is_text.then(|| rows::request(field))
}
