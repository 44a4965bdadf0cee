#![allow(clippy::unwrap_used)]

mod errors;
mod forms;
mod survival;

use flowgauge_event::limits;

use super::parse;
use crate::print::print_syntax;
use crate::syntax::{ExprKind, StageKind};
use crate::{Severity, codes};

/// Query, code, text of the span, message, help.
type Expected = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// Compares all diagnostics of each query; a query with several stands in several lines.
fn assert_diagnostics(table: &[Expected]) {
    let mut seen = Vec::new();
    for (query, ..) in table {
        if seen.contains(query) {
            continue;
        }
        seen.push(query);
        let parsed = parse(query);
        let found: Vec<_> = parsed
            .diagnostics
            .iter()
            .map(|found| {
                let warning = found.code.starts_with('W');
                assert_eq!(found.severity == Severity::Warning, warning, "{query}");
                let help = found.help.as_deref().unwrap_or("");
                (
                    found.code,
                    found.span.text(query),
                    found.message.as_str(),
                    help,
                )
            })
            .collect();
        let expected: Vec<_> = table
            .iter()
            .filter(|line| line.0 == *query)
            .map(|line| (line.1, line.2, line.3, line.4))
            .collect();
        assert_eq!(found, expected, "{query}");
    }
}

/// The tree of a query without errors, on one line.
fn flat(query: &str) -> String {
    let parsed = parse(query);
    assert!(!parsed.has_errors(), "{query}: {:?}", parsed.diagnostics);
    let mut out = String::new();
    let mut depth = 0;
    for line in print_syntax(&parsed.query).lines() {
        let text = line.trim_start();
        let level = (line.len() - text.len()) / 2;
        if level > depth {
            out.push_str(" (");
        } else {
            out.push_str(&")".repeat(depth - level));
            if !out.is_empty() {
                out.push_str(", ");
            }
        }
        out.push_str(text);
        depth = level;
    }
    out.push_str(&")".repeat(depth));
    out
}

#[test]
fn leniencies_mean_what_the_right_spelling_means() {
    for (written, meant) in [
        (
            "filter a = 1 and and b = 2 or or c",
            "filter a = 1 and b = 2 or c",
        ),
        (
            "parse \"* * *\"\n| as a,\n| b,\n| c\n| sort a",
            "parse \"* * *\" as a, b, c | sort a",
        ),
        ("parse \"* *\" a, b", "parse \"* *\" as a, b"),
        (
            "fields a | count (*) by b",
            "fields a | stats count(*) by b",
        ),
        ("head 5", "limit 5"),
        ("order by a desc, b", "sort a desc, b"),
        ("sort by a", "sort a"),
        ("stats count(*) group by a", "stats count(*) by a"),
    ] {
        assert_eq!(flat(written), flat(meant), "{written}");
        assert_eq!(parse(meant).diagnostics, [], "{meant}");
    }
}

#[test]
fn a_broken_stage_does_not_hide_the_others() {
    let query = "fields a | filter (b = = 1 and c in (SOURCE 'g' | fields d)) | limit 5";
    let parsed = parse(query);
    assert_eq!(parsed.diagnostics.len(), 1);
    assert_eq!(parsed.query.stages.len(), 2);
    assert!(matches!(
        parsed.query.stages[1].kind,
        StageKind::Limit { count: 5, .. }
    ));
}

#[test]
fn spans_cover_stages_keywords_and_expressions() {
    let query = "fields a | stats sum( x ) / (y+1) as z by b # end";
    let parsed = parse(query);
    let stage = &parsed.query.stages[1];
    assert_eq!(stage.keyword.text(query), "stats");
    assert_eq!(stage.span.text(query), "stats sum( x ) / (y+1) as z by b");
    let StageKind::Stats(stats) = &stage.kind else {
        panic!("a stats stage");
    };
    assert_eq!(stats.outputs[0].expr.span.text(query), "sum( x ) / (y+1)");
    let ExprKind::Binary { right, .. } = &stats.outputs[0].expr.kind else {
        panic!("a division");
    };
    assert_eq!(right.span.text(query), "(y+1)");
}

#[test]
fn long_and_deep_queries_are_refused() {
    let long = format!("filter a = \"{}\"", "é".repeat(limits::QUERY_CHARS));
    assert_eq!(parse(&long).diagnostics[0].code, codes::TOO_LONG);
    let fits = format!("filter a = \"{}\"", "é".repeat(limits::QUERY_CHARS - 13));
    assert_eq!(parse(&fits).diagnostics, []);

    let nested = |open: &str, close: &str, levels: usize| {
        format!("filter {}a{}", open.repeat(levels), close.repeat(levels))
    };
    for (open, close) in [
        ("(", ")"),
        ("f(", ")"),
        ("not ", ""),
        ("- ", ""),
        ("a ^ ", ""),
    ] {
        let deep = nested(open, close, limits::EXPRESSION_DEPTH);
        assert_eq!(parse(&deep).diagnostics[0].code, codes::TOO_DEEP, "{open}");
        let fits = nested(open, close, 40);
        assert_eq!(parse(&fits).diagnostics, [], "{open}");
    }
    // A chain of one operator is as high as it is long; `and` and `or` make one flat node.
    let sum = nested("a + ", "", limits::EXPRESSION_DEPTH);
    assert_eq!(parse(&sum).diagnostics[0].code, codes::TOO_DEEP);
    assert_eq!(parse(&nested("a or ", "", 1000)).diagnostics, []);
}
