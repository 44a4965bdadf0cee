use flowgauge_ql::{Diagnostic, Span, codes};

use super::*;

const QUERY: &str = "fields @timestamp\n| filter größe = 'é' and bogus(1)\n| limit 5";

fn finding() -> Diagnostic {
    let start = QUERY.find("bogus").expect("it is there");
    Diagnostic::error(
        codes::UNKNOWN_FUNCTION,
        Span::new(start, start + 5),
        "unknown function `bogus`",
    )
    .with_help("`floor` is close")
}

#[test]
fn the_source_line_is_underlined() {
    let text = render(&[finding()], QUERY, None, false);
    assert_eq!(
        text,
        "error[Q202]: unknown function `bogus`\n  \
         |\n\
         2 | | filter größe = 'é' and bogus(1)\n  \
         |                          ^^^^^\n  \
         |\n  \
         = help: `floor` is close\n"
    );
}

#[test]
fn colours_only_when_asked_for() {
    assert!(!render(&[finding()], QUERY, None, false).contains('\u{1b}'));
    assert!(render(&[finding()], QUERY, None, true).contains('\u{1b}'));
}

#[test]
fn warnings_and_origins_show() {
    let warning = Diagnostic::warning(codes::STRAY_PIPE, Span::new(18, 19), "stray pipe");
    let text = render(&[warning], QUERY, Some("slow.cwl"), false);
    assert!(text.starts_with("warning[W105]: stray pipe"), "{text}");
    assert!(text.contains("slow.cwl:2:1"), "{text}");
}

#[test]
fn json_counts_characters_from_the_start_of_the_text() {
    let mut out = Vec::new();
    write_json(&mut out, &[finding()], QUERY).expect("memory takes every write");
    let parsed: serde_json::Value = serde_json::from_slice(&out).expect("it is JSON");
    assert_eq!(
        parsed,
        serde_json::json!([{
            "code": "Q202",
            "severity": "error",
            "message": "unknown function `bogus`",
            "help": "`floor` is close",
            "start": 43,
            "end": 48,
            "line": 2,
            "column": 26,
        }])
    );
}

/// Spans at the end, beyond it, reversed, or inside a character must not panic.
#[test]
fn any_span_renders() {
    for query in ["", "é", "a\r\nb\n", "x\u{1b}[2Jy\tz", QUERY] {
        for start in 0..query.len() + 3 {
            for end in 0..query.len() + 3 {
                let finding = Diagnostic::error(
                    codes::UNEXPECTED,
                    Span {
                        start: start as u32,
                        end: end as u32,
                    },
                    "unexpected",
                );
                let text = render(std::slice::from_ref(&finding), query, None, false);
                assert!(text.contains("Q101") && !text.contains('\u{1b}'), "{text}");
                write_json(&mut Vec::new(), &[finding], query).expect("memory takes every write");
            }
        }
    }
}
