//! `filterIndex`: a filter on indexed fields.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::{BinaryOp, Expr, ExprKind, StageKind};
use crate::{Diagnostic, codes};

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "filterIndex",
    aliases: &[],
    syntax: "filterIndex field = value [and field in [value, …]]",
    summary: "keeps events whose indexed field has a value; conditions are joined by and",
    examples: &[
        Example {
            query: r#"filterIndex action = "REJECT""#,
            shows: "one value",
        },
        Example {
            query: r#"filterIndex logStatus in ["NODATA", "SKIPDATA"]"#,
            shows: "several values",
        },
        Example {
            query: r#"filterIndex action = "ACCEPT" and flowDirection = "egress" | stats sum(bytes) by dstAddr"#,
            shows: "two fields, then an aggregation",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    let expr = parser.expression()?;
    let conditions = match expr.kind {
        ExprKind::And(conditions) => conditions,
        _ => vec![expr],
    };
    for condition in &conditions {
        if !is_index_condition(condition) {
            return Err(Diagnostic::error(
                codes::UNEXPECTED,
                condition.span,
                "expected `field = value` or `field in [values]` in `filterIndex`",
            )
            .with_help("other conditions belong into `filter`"));
        }
    }
    Ok(StageKind::FilterIndex(conditions))
}

fn is_index_condition(condition: &Expr) -> bool {
    let field = |expr: &Expr| matches!(expr.kind, ExprKind::Field(_));
    match &condition.kind {
        ExprKind::Binary {
            op: BinaryOp::Equal,
            left,
            right,
        } => field(left) && matches!(right.kind, ExprKind::Literal(_)),
        ExprKind::In { value, negated, .. } => field(value) && !negated,
        _ => false,
    }
}
