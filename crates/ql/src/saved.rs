//! Saved queries in a query: `$name(p = value)` is replaced by the saved text, as text, before the
//! whole is parsed (spec 13.2).
//!
//! A parameter is always a value: where the saved text says `{{p}}`, a number or a quoted text is
//! put. Findings about the whole are told where the user wrote something: in the call.

use std::ops::Range;

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::environment::SavedQuery;
use crate::lexer;
use crate::parser::SavedCall;
use crate::span::Span;
use crate::suggest;
use crate::syntax::{Expr, ExprKind, Literal, Name, Query, StageKind};
use crate::token::TokenKind;

/// A query with its saved queries put in.
#[derive(Debug)]
pub(crate) struct Expansion {
    /// The whole text.
    pub(crate) text: String,
    /// The pieces that were put in, in order.
    pieces: Vec<Piece>,
    /// Where the values of parameters stand in the whole.
    values: Vec<Span>,
}

/// A saved text inside an expansion.
#[derive(Debug)]
struct Piece {
    name: String,
    /// Where the call stands in the query as it was written.
    call: Span,
    /// Where the saved text stands in the whole.
    inside: Span,
}

impl Expansion {
    /// Puts the saved texts in the place of their calls. Fails with everything that is wrong with
    /// the calls.
    pub(crate) fn new(
        text: &str,
        calls: &[SavedCall],
        saved: &[SavedQuery],
    ) -> Result<Expansion, Vec<Diagnostic>> {
        let mut expansion = Expansion {
            text: String::with_capacity(text.len()),
            pieces: Vec::new(),
            values: Vec::new(),
        };
        let mut problems = Vec::new();
        let mut copied = 0;
        for call in calls {
            match filled(call, saved) {
                Ok(filled) => {
                    expansion
                        .text
                        .push_str(&text[copied..call.span.range().start]);
                    let start = expansion.text.len();
                    expansion.text.push_str(&filled.text);
                    let values = filled.values.iter();
                    expansion.values.extend(
                        values.map(|value| Span::new(start + value.start, start + value.end)),
                    );
                    expansion.pieces.push(Piece {
                        name: call.name.text.clone(),
                        call: call.span,
                        inside: Span::new(start, expansion.text.len()),
                    });
                    copied = call.span.range().end;
                }
                Err(mut found) => problems.append(&mut found),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        expansion.text.push_str(&text[copied..]);
        Ok(expansion)
    }

    /// What is wrong with parameters that stand where a name belongs: a constant there would group,
    /// order and show nothing.
    pub(crate) fn misplaced(&self, query: &Query) -> Vec<Diagnostic> {
        let mut constants: Vec<Span> = Vec::new();
        let mut note = |expr: &Expr| {
            if matches!(expr.kind, ExprKind::Literal(_)) {
                constants.push(expr.span);
            }
        };
        for stage in &query.stages {
            match &stage.kind {
                StageKind::Fields(items) | StageKind::Display(items) => items
                    .iter()
                    .filter(|item| item.alias.is_none())
                    .for_each(|item| note(&item.expr)),
                StageKind::Stats(stats) => stats.by.iter().for_each(|item| note(&item.expr)),
                StageKind::Sort(keys) => keys.iter().for_each(|key| note(&key.expr)),
                _ => {}
            }
        }
        constants.retain(|constant| self.values.contains(constant));
        let problem = |span: Span| {
            Diagnostic::error(
                codes::UNKNOWN_SAVED,
                span,
                "a parameter is a value and cannot stand for a field",
            )
            .with_help("write the field into the saved query")
        };
        constants.into_iter().map(problem).collect()
    }

    /// A finding about the whole text, told about the text as it was written.
    pub(crate) fn told(&self, mut finding: Diagnostic) -> Diagnostic {
        let piece = self.pieces.iter().find(|piece| {
            piece.inside.start <= finding.span.start && finding.span.end <= piece.inside.end
        });
        match piece {
            Some(piece) => {
                finding.message =
                    format!("in the saved query `{}`: {}", piece.name, finding.message);
                finding.span = piece.call;
            }
            None => {
                finding.span = Span::new(
                    self.written(finding.span.range().start, false),
                    self.written(finding.span.range().end, true),
                );
            }
        }
        finding
    }

    /// The place in the written query of a place in the whole; inside a saved text it is the begin
    /// or the end of its call.
    fn written(&self, at: usize, end: bool) -> usize {
        // How much longer the whole is than the query up to here.
        let (mut call_end, mut piece_end) = (0, 0);
        for piece in &self.pieces {
            let (inside, call) = (piece.inside.range(), piece.call.range());
            if at <= inside.start {
                break;
            }
            if at < inside.end {
                return if end { call.end } else { call.start };
            }
            (call_end, piece_end) = (call.end, inside.end);
        }
        at - piece_end + call_end
    }
}

/// A saved text with its values.
struct Filled {
    text: String,
    /// Where the values stand in it.
    values: Vec<Range<usize>>,
}

/// The text of a saved query with the values of a call.
fn filled(call: &SavedCall, saved: &[SavedQuery]) -> Result<Filled, Vec<Diagnostic>> {
    let Some(query) = saved.iter().find(|query| query.name == call.name.text) else {
        let help = match suggest::closest(
            &call.name.text,
            saved.iter().map(|query| query.name.as_str()),
        ) {
            Some(close) => format!("did you mean `{close}`?"),
            None if saved.is_empty() => "no saved queries are known".to_owned(),
            None => "the names of saved queries are case-sensitive".to_owned(),
        };
        return Err(vec![
            Diagnostic::error(
                codes::UNKNOWN_SAVED,
                call.name.span,
                format!("no saved query is called `{}`", call.name.text),
            )
            .with_help(help),
        ]);
    };
    let mut problems = argument_problems(call, query);
    let source = query.text.trim();
    let mut text = String::with_capacity(source.len());
    let mut values = Vec::new();
    let mut copied = 0;
    let tokens = lexer::lex(source).tokens;
    if tokens.iter().all(|token| token.kind == TokenKind::End) {
        problems.push(
            Diagnostic::error(
                codes::UNKNOWN_SAVED,
                call.name.span,
                format!("the saved query `{}` is empty", query.name),
            )
            .with_help("write its stages into it, or leave the call out"),
        );
    }
    for token in tokens {
        if token.kind != TokenKind::Placeholder {
            continue;
        }
        let name = token.span.text(source).trim_matches(['{', '}']).trim();
        text.push_str(&source[copied..token.span.range().start]);
        copied = token.span.range().end;
        match value(name, &call.arguments, query) {
            Ok(value) => {
                let start = text.len();
                text.push_str(&written(value));
                values.push(start..text.len());
            }
            Err(problem) => problems.push(Diagnostic::error(
                codes::UNKNOWN_SAVED,
                call.span,
                format!("the saved query `{}` {problem}", query.name),
            )),
        }
    }
    text.push_str(&source[copied..]);
    problems.dedup();
    if !problems.is_empty() {
        return Err(problems);
    }
    // A comment at the end must not reach into what follows the call.
    if text
        .lines()
        .next_back()
        .is_some_and(|line| line.contains('#'))
    {
        text.push('\n');
    }
    Ok(Filled { text, values })
}

/// What is wrong with the names of the arguments.
fn argument_problems(call: &SavedCall, query: &SavedQuery) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for (at, (name, _)) in call.arguments.iter().enumerate() {
        if call.arguments[..at]
            .iter()
            .any(|(other, _)| other.text == name.text)
        {
            problems.push(Diagnostic::error(
                codes::UNKNOWN_OPTION,
                name.span,
                format!("Duplicate parameter name `{}`", name.text),
            ));
        } else if !query.parameters.iter().any(|known| known.name == name.text) {
            let known = || query.parameters.iter().map(|known| known.name.as_str());
            let help = match suggest::closest(&name.text, known()) {
                Some(close) => format!("did you mean `{close}`?"),
                None if query.parameters.is_empty() => "it has no parameters".to_owned(),
                None => format!(
                    "its parameters are: {}",
                    known().collect::<Vec<_>>().join(", ")
                ),
            };
            problems.push(
                Diagnostic::error(
                    codes::UNKNOWN_OPTION,
                    name.span,
                    format!(
                        "the saved query `{}` has no parameter `{}`",
                        query.name, name.text
                    ),
                )
                .with_help(help),
            );
        }
    }
    problems
}

/// The value of a parameter: the call's, or the default.
fn value<'a>(
    name: &str,
    arguments: &'a [(Name, Literal)],
    query: &'a SavedQuery,
) -> Result<&'a Literal, String> {
    let Some(declared) = query.parameters.iter().find(|known| known.name == name) else {
        return Err(format!(
            "says {{{{{name}}}}} but declares no such parameter"
        ));
    };
    arguments
        .iter()
        .find(|(argument, _)| argument.text == name)
        .map(|(_, value)| value)
        .or(declared.default.as_ref())
        .ok_or_else(|| format!("needs a value for its parameter `{name}`"))
}

/// A value as it stands in a query.
fn written(value: &Literal) -> String {
    match value {
        Literal::Number(number) => number.to_string(),
        Literal::Boolean(flag) => flag.to_string(),
        Literal::Text(text) => {
            let mut quoted = String::with_capacity(text.len() + 2);
            quoted.push('"');
            for character in text.chars() {
                match character {
                    '"' | '\\' => quoted.extend(['\\', character]),
                    '\n' => quoted.push_str("\\n"),
                    '\r' => quoted.push_str("\\r"),
                    _ => quoted.push(character),
                }
            }
            quoted.push('"');
            quoted
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::SavedParameter;
    use crate::parser::parse;

    fn saved() -> Vec<SavedQuery> {
        vec![SavedQuery {
            name: "Rejected".to_owned(),
            text: "filter action = {{ action }} and dstPort = {{port}} # of a port".to_owned(),
            parameters: vec![
                SavedParameter {
                    name: "port".to_owned(),
                    default: None,
                },
                SavedParameter {
                    name: "action".to_owned(),
                    default: Some(Literal::Text("a \"b\"".to_owned())),
                },
            ],
        }]
    }

    fn expansion(text: &str) -> Result<Expansion, Vec<Diagnostic>> {
        Expansion::new(text, &parse(text).saved, &saved())
    }

    #[test]
    fn values_are_literals_and_places_lead_back() {
        let text = "$Rejected(port = 22) | limit 5";
        let expansion = expansion(text).expect("expands");
        assert_eq!(
            expansion.text,
            "filter action = \"a \\\"b\\\"\" and dstPort = 22 # of a port\n | limit 5"
        );
        let limit = expansion.text.find("limit").expect("there");
        let found = |start, end| {
            let finding = Diagnostic::error(codes::BAD_ARGUMENT, Span::new(start, end), "x");
            let told = expansion.told(finding);
            (told.span.text(text).to_owned(), told.message)
        };
        assert_eq!(
            found(limit, limit + 7),
            ("limit 5".to_owned(), "x".to_owned())
        );
        assert_eq!(
            found(7, 13),
            (
                "$Rejected(port = 22)".to_owned(),
                "in the saved query `Rejected`: x".to_owned()
            )
        );
        assert_eq!(found(0, expansion.text.len()).0, text);
    }

    #[test]
    fn wrong_calls_are_told_apart() {
        for (text, message) in [
            ("$rejected(port = 1)", "no saved query is called `rejected`"),
            (
                "$Rejected()",
                "the saved query `Rejected` needs a value for its parameter `port`",
            ),
            (
                "$Rejected(port = 1, prot = 2)",
                "the saved query `Rejected` has no parameter `prot`",
            ),
            (
                "$Rejected(port = 1, port = 2)",
                "Duplicate parameter name `port`",
            ),
        ] {
            let problems = expansion(text).expect_err("refused");
            let messages: Vec<_> = problems
                .iter()
                .map(|problem| problem.message.as_str())
                .collect();
            assert_eq!(messages, [message], "{text}");
        }
    }
}
