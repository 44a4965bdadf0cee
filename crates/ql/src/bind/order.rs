//! What may follow what (spec 6.1), and the rewrite of `limit` before `sort` (spec 6.3 b).

use flowgauge_event::Limits;

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::syntax::{Query, Stage, StageKind};

/// Reports every stage that may not stand where it stands.
pub fn check(query: &Query, limits: &Limits, diagnostics: &mut Vec<Diagnostic>) {
    let stages = &query.stages;
    let last_stats = stages.iter().rposition(is_stats);
    let stats_count = stages.iter().filter(|stage| is_stats(stage)).count();
    let mut dedup_seen = false;
    let mut sort_seen = false;
    let mut pattern_seen = false;
    // The command whose result the rows are, once they are no events.
    let mut result_of: Option<&str> = None;
    let mut stats_seen = 0;
    let mut joins = 0;
    for (at, stage) in stages.iter().enumerate() {
        let mut refuse = |code, message: String, help: &str| {
            diagnostics.push(Diagnostic::error(code, stage.keyword, message).with_help(help));
        };
        if dedup_seen && !matches!(stage.kind, StageKind::Limit { .. } | StageKind::Estimate) {
            refuse(
                codes::STAGE_ORDER,
                "only `limit` may follow `dedup`".to_owned(),
                "move this stage before `dedup`",
            );
        }
        match &stage.kind {
            StageKind::Source(_)
                if stages[..at]
                    .iter()
                    .any(|earlier| !matches!(earlier.kind, StageKind::Source(_))) =>
            {
                refuse(
                    codes::STAGE_ORDER,
                    "`SOURCE` may only stand at the very start".to_owned(),
                    "move it to the front",
                );
            }
            StageKind::Dedup(_) => dedup_seen = true,
            StageKind::Sort(_) | StageKind::Limit { .. } => {
                sort_seen |= matches!(stage.kind, StageKind::Sort(_));
                if stats_count > 1 && last_stats.is_some_and(|last| at < last) {
                    refuse(
                        codes::STAGE_ORDER,
                        "with several `stats`, `sort` and `limit` may only follow the last one"
                            .to_owned(),
                        "move this stage after the last `stats`",
                    );
                }
            }
            StageKind::Stats(_) => {
                stats_seen += 1;
                pattern_seen = false;
                result_of = Some("stats");
                if stats_seen == limits.stats_stages + 1 {
                    refuse(
                        codes::TOO_MANY_STAGES,
                        format!("a query may hold at most {} `stats`", limits.stats_stages),
                        "remove this stage or the ones after it",
                    );
                }
            }
            StageKind::LogCompare { .. } if pattern_seen => {}
            StageKind::Pattern(_) | StageKind::LogCompare { .. } => {
                let word = match stage.kind {
                    StageKind::Pattern(_) => "pattern",
                    _ => "logcompare",
                };
                if sort_seen {
                    refuse(
                        codes::STAGE_ORDER,
                        format!("`{word}` may not follow `sort`"),
                        "sort after it",
                    );
                }
                if let Some(other) = result_of {
                    refuse(
                        codes::STAGE_ORDER,
                        format!("`{word}` needs log events, not the result of `{other}`"),
                        "remove one of the two stages",
                    );
                }
                pattern_seen = true;
                result_of = Some("pattern");
            }
            StageKind::CountFrequent(_) | StageKind::RelevantFields { .. } => {
                pattern_seen = false;
                result_of = Some(match stage.kind {
                    StageKind::CountFrequent(_) => "countFrequent",
                    _ => "relevantfields",
                });
            }
            StageKind::Diff(_) if !pattern_seen => refuse(
                codes::STAGE_ORDER,
                "Diff compilation Failed : Diff operation has to be used after Pattern".to_owned(),
                "write `pattern @message | diff`",
            ),
            StageKind::Anomaly if !pattern_seen => {
                refuse(
                    codes::STAGE_ORDER,
                    "`anomaly` needs the result of `pattern`".to_owned(),
                    "write `pattern @message | anomaly`",
                );
            }
            StageKind::FillMissing(_) if stats_seen == 0 => refuse(
                codes::STAGE_ORDER,
                "`fillmissing` needs `stats … by bin(…)` before it".to_owned(),
                "group by `bin(5m)` first",
            ),
            StageKind::Join(_) => {
                joins += 1;
                if joins == limits.joins + 1 {
                    let message = match limits.joins {
                        1 => "a query may hold one `join`".to_owned(),
                        most => format!("a query may hold at most {most} `join`"),
                    };
                    refuse(codes::TOO_MANY_STAGES, message, "remove this stage");
                }
            }
            StageKind::Estimate if at + 1 != stages.len() => {
                refuse(
                    codes::STAGE_ORDER,
                    "`estimate` must be the last stage".to_owned(),
                    "move it to the end",
                );
            }
            _ => {}
        }
    }
}

fn is_stats(stage: &Stage) -> bool {
    matches!(stage.kind, StageKind::Stats(_))
}

/// The stages with every `limit n` that directly precedes a `sort` put behind it: AWS's own
/// samples mean "the top n". Where a `sort` before the `limit` says which rows are wanted, the one
/// after it only orders those.
pub fn swap_limits<'q>(query: &'q Query, diagnostics: &mut Vec<Diagnostic>) -> Vec<&'q Stage> {
    // Each with whether a `sort` stands before it, as it was written.
    let mut stages = with_order(query);
    for at in 1..stages.len() {
        let ((before, ordered), (after, _)) = (stages[at - 1], stages[at]);
        if !ordered
            && matches!(before.kind, StageKind::Limit { any: false, .. })
            && matches!(after.kind, StageKind::Sort(_))
        {
            stages.swap(at - 1, at);
            diagnostics.push(
                Diagnostic::warning(
                    codes::SWAPPED_LIMIT,
                    before.span,
                    "`limit` before `sort` was read as `sort`, then `limit`",
                )
                .with_help("write `sort … | limit …`"),
            );
        }
    }
    stages.into_iter().map(|(stage, _)| stage).collect()
}

/// Warns of every `limit any` behind a `sort`: it takes whatever rows come first, and in no order.
pub fn lint_any(query: &Query, diagnostics: &mut Vec<Diagnostic>) {
    for (stage, ordered) in with_order(query) {
        if ordered && matches!(stage.kind, StageKind::Limit { any: true, .. }) {
            diagnostics.push(
                Diagnostic::warning(
                    codes::NO_EFFECT,
                    stage.span,
                    "`limit any` takes any rows, whatever the `sort` before it says",
                )
                .with_help("write `limit` without `any`, or leave the `sort` out"),
            );
        }
    }
}

/// The stages, each with whether a `sort` before it has put the rows in order.
fn with_order(query: &Query) -> Vec<(&Stage, bool)> {
    let mut ordered = false;
    let mut stages = Vec::with_capacity(query.stages.len());
    for stage in &query.stages {
        stages.push((stage, ordered));
        match stage.kind {
            StageKind::Sort(_) => ordered = true,
            StageKind::Stats(_)
            | StageKind::Pattern(_)
            | StageKind::LogCompare { .. }
            | StageKind::CountFrequent(_)
            | StageKind::RelevantFields { .. } => ordered = false,
            _ => {}
        }
    }
    stages
}
