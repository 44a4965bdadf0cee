//! `SOURCE`: which log groups, which times.

use flowgauge_event::{Period, parse_time};

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::pipeline::{GroupChoice, LogClass, RelativeTime, TagFilter};
use crate::span::Span;
use crate::suggest;
use crate::syntax::{Literal, Name, Source, SourceItem};

use crate::bind::Binder;

impl Binder<'_> {
    pub(in crate::bind) fn source(&mut self, source: &Source) {
        let mut choice = GroupChoice::default();
        for item in &source.items {
            match item {
                SourceItem::LogGroup(name) => {
                    self.check_group(name);
                    choice.names.push(name.text.clone());
                }
                SourceItem::LogGroups(arguments) => {
                    for (name, values) in arguments {
                        self.log_groups(&mut choice, name, values);
                    }
                }
                SourceItem::DataSource(values) => choice.data_sources.extend(texts(values)),
                SourceItem::LogGroupTags(tags) => {
                    choice
                        .tags
                        .extend(tags.iter().map(|(key, values)| TagFilter {
                            key: key.text.clone(),
                            values: texts(values),
                        }));
                }
            }
        }
        self.check_counts(source, &choice);
        self.source.choices.push(choice);
        for (time, what) in [(&source.start, "start"), (&source.end, "end")] {
            let Some(written) = time else { continue };
            let time = self.relative_time(written);
            let slot = match what {
                "start" => &mut self.source.start,
                _ => &mut self.source.end,
            };
            if slot.is_some() {
                self.report(Diagnostic::error(
                    codes::BAD_ARGUMENT,
                    written.span,
                    format!("`{what}=` is given twice"),
                ));
            } else {
                *slot = time;
                self.check_window(written.span);
            }
        }
    }

    /// Reports a window that ends before it starts, as far as the query itself tells.
    fn check_window(&mut self, span: Span) {
        let (Some(start), Some(end)) = (self.source.start, self.source.end) else {
            return;
        };
        let reversed = match (start, end) {
            // Times since the epoch can only be told apart from those before now at run time.
            (RelativeTime::At(start), RelativeTime::At(end)) => start > end,
            (RelativeTime::At(_), _) | (_, RelativeTime::At(_)) => false,
            (start, end) => start.millis(0) > end.millis(0),
        };
        if reversed {
            self.report(
                Diagnostic::error(
                    codes::BAD_ARGUMENT,
                    span,
                    "the window of `SOURCE` ends before it starts",
                )
                .with_help("exchange `start=` and `end=`"),
            );
        }
    }

    fn check_group(&mut self, name: &Name) {
        let Some(groups) = &self.options.environment.groups else {
            return;
        };
        if groups.contains(&name.text) {
            return;
        }
        let help = match suggest::closest(&name.text, groups.iter().map(String::as_str)) {
            Some(close) => format!("did you mean `{close}`?"),
            None if groups.is_empty() => "no log groups are known".to_owned(),
            None => format!("the log groups are: {}", groups.join(", ")),
        };
        self.report(
            Diagnostic::error(
                codes::UNKNOWN_GROUP,
                name.span,
                format!("no log group is called `{}`", name.text),
            )
            .with_help(help),
        );
    }

    fn log_groups(&mut self, choice: &mut GroupChoice, name: &Name, values: &[Literal]) {
        match name.text.to_ascii_lowercase().as_str() {
            "nameprefix" => choice.prefixes.extend(texts(values)),
            "accountidentifier" | "accountidentifiers" => choice.accounts.extend(texts(values)),
            _ => {
                for value in texts(values) {
                    match value.to_ascii_uppercase().as_str() {
                        "STANDARD" => choice.classes.push(LogClass::Standard),
                        "INFREQUENT_ACCESS" => choice.classes.push(LogClass::InfrequentAccess),
                        _ => self.report(
                            Diagnostic::error(
                                codes::BAD_ARGUMENT,
                                name.span,
                                format!("`{value}` is no class of log groups"),
                            )
                            .with_help("the classes are STANDARD and INFREQUENT_ACCESS"),
                        ),
                    }
                }
            }
        }
    }

    fn check_counts(&mut self, source: &Source, choice: &GroupChoice) {
        let Some(span) = source.span else { return };
        let limits = &self.options.limits;
        let counts = [
            (choice.prefixes.len(), limits.source_prefixes, "prefixes"),
            (choice.accounts.len(), limits.source_accounts, "accounts"),
            (
                choice.data_sources.len(),
                limits.data_sources,
                "data sources",
            ),
            (choice.tags.len(), limits.tag_filters, "tag filters"),
            (
                choice
                    .tags
                    .iter()
                    .map(|tag| tag.values.len())
                    .max()
                    .unwrap_or(0),
                limits.tag_filters,
                "values of a tag",
            ),
        ];
        for (count, most, what) in counts {
            if count as u64 > most {
                self.report(Diagnostic::error(
                    codes::BAD_ARGUMENT,
                    span,
                    format!("`SOURCE` takes at most {most} {what}, not {count}"),
                ));
            }
        }
    }

    /// `now`, `-1d`; numbers are seconds or milliseconds since the epoch.
    fn relative_time(&mut self, written: &Name) -> Option<RelativeTime> {
        let text = written.text.as_str();
        if text.eq_ignore_ascii_case("now") {
            return Some(RelativeTime::Now);
        }
        if let Some(period) = text.strip_prefix('-').and_then(Period::parse) {
            return Some(RelativeTime::Ago(period));
        }
        // Only numbers are left; what other times depend on is not known here.
        if text.bytes().all(|byte| byte.is_ascii_digit())
            && let Ok(millis) = parse_time(text, 0)
        {
            return Some(RelativeTime::At(millis));
        }
        self.report(
            Diagnostic::error(
                codes::BAD_ARGUMENT,
                written.span,
                format!("`{text}` is no time of `SOURCE`"),
            )
            .with_help("write `now`, an age such as `-1d`, or seconds since the epoch"),
        );
        None
    }
}

/// Values as text; an account may be written as a number.
fn texts(values: &[Literal]) -> Vec<String> {
    values
        .iter()
        .map(|value| match value {
            Literal::Text(text) => text.clone(),
            Literal::Number(number) => number.to_string(),
            Literal::Boolean(flag) => flag.to_string(),
        })
        .collect()
}
