//! `sessionize`: rows of one identity without a long gap.

use std::collections::HashMap;

use flowgauge_event::Value;
use flowgauge_ql::pipeline::Sessionize;

use super::{Rows, identity};
use crate::reference::convert::{int, millis};
use crate::reference::expression::Evaluator;

/// Numbers the sessions by time; the rows stay where they are.
pub(super) fn apply<'a>(
    evaluator: &Evaluator<'_>,
    step: &Sessionize,
    mut rows: Rows<'a>,
) -> Result<Rows<'a>, String> {
    let mut timed = Vec::new();
    for (at, row) in rows.iter_mut().enumerate() {
        row.columns.insert(step.into.clone(), Value::Missing);
        let mut who = Vec::new();
        for field in &step.identity {
            who.extend(identity(evaluator.eval(field, row)?));
        }
        let time = millis(&evaluator.eval(&step.time, row)?);
        if let Some(time) = time
            && who.len() == step.identity.len()
        {
            timed.push((time, at, who));
        }
    }
    timed.sort();
    let mut sessions = 0;
    let mut latest: HashMap<Vec<String>, (i64, i64)> = HashMap::new();
    for (time, at, who) in timed {
        let session = match latest.get(&who) {
            Some((last, session)) if time.saturating_sub(*last) <= step.maxspan => *session,
            _ => {
                sessions += 1;
                sessions
            }
        };
        latest.insert(who, (time, session));
        rows[at].columns.insert(step.into.clone(), int(session));
    }
    Ok(rows)
}
