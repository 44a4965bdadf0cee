//! `parse` in all its modes, and the `json` stage.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::pipeline::{Expr, Glob, PathStep, Step, XmlPath};
use crate::regexes;
use crate::span::Span;
use crate::syntax::{self, Name, Parse, ParseMode, StringLiteral};

use super::Binder;
use super::regex_groups;

impl Binder<'_> {
    pub(super) fn parse_stage(&mut self, parse: &Parse, span: Span) {
        let Some(input) = self.parse_input(parse.input.as_ref(), span) else {
            return;
        };
        match &parse.mode {
            ParseMode::Glob { pattern, names } => {
                let glob = split_glob(&pattern.text);
                let stars = glob.literals.len() - 1;
                if stars != names.len() {
                    self.report(
                        Diagnostic::error(
                            codes::BAD_GLOB,
                            pattern.span,
                            format!(
                                "the pattern has {stars} `*` but {} names follow",
                                names.len()
                            ),
                        )
                        .with_help("give one name for each `*`"),
                    );
                    return;
                }
                let names = self.define_all(names);
                self.steps.push(Step::ParseGlob { input, glob, names });
            }
            ParseMode::Regex {
                pattern,
                names,
                multi,
            } => self.parse_regex(input, pattern, names, *multi),
            ParseMode::Logfmt { into } => {
                let into = self.define_one(into);
                self.steps.push(Step::ParseLogfmt { input, into });
            }
            ParseMode::Csv { names } => {
                let names = self.define_all(names);
                self.steps.push(Step::ParseCsv { input, names });
            }
            ParseMode::Xml { path, into } => {
                let path = match XmlPath::parse(&path.text) {
                    Ok(steps) => steps,
                    Err(problem) => {
                        self.report(
                            Diagnostic::error(
                                codes::BAD_ARGUMENT,
                                path.span,
                                format!("the XML path cannot be used: {problem}"),
                            )
                            .with_help("write one like '/order/item[2]/@id'"),
                        );
                        return;
                    }
                };
                let into = self.define_one(into);
                self.steps.push(Step::ParseXml { input, path, into });
            }
        }
    }

    pub(super) fn json_stage(
        &mut self,
        input: Option<&syntax::Expr>,
        path: &StringLiteral,
        into: &Name,
    ) {
        let Some(input) = self.parse_input(input, path.span) else {
            return;
        };
        let Some(path) = json_path(&path.text) else {
            self.report(
                Diagnostic::error(
                    codes::BAD_ARGUMENT,
                    path.span,
                    "a JSON path looks like \"a.b[0].c\"",
                )
                .with_help("name keys with dots between them and list elements as [n]"),
            );
            return;
        };
        let into = self.define_one(into);
        self.steps.push(Step::ParseJson { input, path, into });
    }

    fn parse_input(&mut self, input: Option<&syntax::Expr>, span: Span) -> Option<Expr> {
        match input {
            Some(expr) => self.expr(expr),
            None => self.source_field("@message", span),
        }
    }

    fn define_one(&mut self, name: &Name) -> String {
        self.define(&name.text, name.span);
        self.shown.add(&name.text, Expr::Column(name.text.clone()));
        name.text.clone()
    }

    fn define_all(&mut self, names: &[Name]) -> Vec<String> {
        names.iter().map(|name| self.define_one(name)).collect()
    }

    fn parse_regex(&mut self, input: Expr, pattern: &StringLiteral, names: &[Name], multi: bool) {
        let (regex, named) = regex_groups::plain_names(&pattern.text);
        let compiled = match regexes::compile(&regex) {
            Ok(compiled) => compiled,
            Err(error) => {
                self.bad_regex(pattern.span, &error);
                return;
            }
        };
        let groups: Vec<(usize, Name)> = if names.is_empty() {
            compiled
                .capture_names()
                .enumerate()
                .filter_map(|(number, group)| {
                    let text = named
                        .iter()
                        .find(|(plain, _)| Some(plain.as_str()) == group)?
                        .1
                        .clone();
                    Some((
                        number,
                        Name {
                            text,
                            span: pattern.span,
                        },
                    ))
                })
                .collect()
        } else {
            let available = compiled.captures_len() - 1;
            if names.len() > available {
                self.report(Diagnostic::error(
                    codes::BAD_REGEX,
                    pattern.span,
                    format!(
                        "{} names follow but the expression has {available} capture groups",
                        names.len()
                    ),
                ));
                return;
            }
            (1..).zip(names.iter().cloned()).collect()
        };
        if groups.iter().any(|(_, name)| name.text.is_empty()) {
            self.report(
                Diagnostic::error(
                    codes::BAD_REGEX,
                    pattern.span,
                    "a group of the expression has an empty name",
                )
                .with_help("name what to extract: (?<port>[0-9]+)"),
            );
            return;
        }
        if groups.is_empty() {
            self.report(
                Diagnostic::error(
                    codes::BAD_REGEX,
                    pattern.span,
                    "the expression captures nothing",
                )
                .with_help("name what to extract: (?<port>[0-9]+)"),
            );
            return;
        }
        let groups = groups
            .into_iter()
            .map(|(number, name)| {
                let column = self.define_one(&name);
                (number, column)
            })
            .collect();
        self.steps.push(Step::ParseRegex {
            input,
            regex,
            groups,
            multi,
        });
    }
}

/// Splits a glob at its stars; `\*` is a literal star.
fn split_glob(pattern: &str) -> Glob {
    let mut literals = vec![String::new()];
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '*' => literals.push(String::new()),
            '\\' if chars.peek() == Some(&'*') => {
                chars.next();
                push_char(&mut literals, '*');
            }
            other => push_char(&mut literals, other),
        }
    }
    Glob { literals }
}

fn push_char(literals: &mut [String], c: char) {
    if let Some(last) = literals.last_mut() {
        last.push(c);
    }
}

/// `a.b[0].c` as steps; digits between dots are an index too.
fn json_path(text: &str) -> Option<Vec<PathStep>> {
    let mut steps = Vec::new();
    for part in text.strip_prefix("$.").unwrap_or(text).split('.') {
        let (key, mut indexes) = part.find('[').map_or((part, ""), |at| part.split_at(at));
        if key.is_empty() && indexes.is_empty() {
            return None;
        }
        if !key.is_empty() {
            steps.push(match key.parse() {
                Ok(index) => PathStep::Index(index),
                Err(_) => PathStep::Key(key.to_owned()),
            });
        }
        while !indexes.is_empty() {
            let (index, rest) = indexes.strip_prefix('[')?.split_once(']')?;
            steps.push(PathStep::Index(index.parse().ok()?));
            indexes = rest;
        }
    }
    Some(steps)
}
