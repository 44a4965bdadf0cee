//! The syntax tree as text, for `--explain=syntax`: one node a line, indented by depth.
//!
//! The form is for people; nothing reads it back.

use std::fmt::{self, Write};

use flowgauge_event::Number;

use crate::syntax::{
    Aliased, CommandOption, Expr, ExprKind, FieldPath, LikePattern, Literal, Lookup, Name, Parse,
    ParseMode, PathStep, Query, SourceItem, StageKind, StringLiteral,
};

/// Prints a query.
pub fn print_syntax(query: &Query) -> String {
    let mut printer = Printer {
        out: String::new(),
        depth: 0,
    };
    printer.query(query);
    printer.out
}

struct Printer {
    out: String,
    depth: usize,
}

impl Printer {
    fn line(&mut self, text: impl fmt::Display) {
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
        // Writing to a string cannot fail.
        let _ = writeln!(self.out, "{text}");
    }

    /// A line with something below it.
    fn node(&mut self, text: impl fmt::Display, below: impl FnOnce(&mut Self)) {
        self.line(text);
        self.depth += 1;
        below(self);
        self.depth -= 1;
    }

    fn query(&mut self, query: &Query) {
        for stage in &query.stages {
            self.stage(&stage.kind);
        }
    }

    fn stage(&mut self, kind: &StageKind) {
        match kind {
            StageKind::Source(source) => self.node("SOURCE", |p| {
                source.items.iter().for_each(|item| p.source_item(item));
                p.named("start", source.start.as_ref());
                p.named("end", source.end.as_ref());
            }),
            StageKind::Fields(columns) => self.node("fields", |p| p.aliased_list(columns)),
            StageKind::Display(columns) => self.node("display", |p| p.aliased_list(columns)),
            StageKind::Filter(condition) => self.node("filter", |p| p.expr(condition)),
            StageKind::FilterIndex(conditions) => {
                self.node("filterIndex", |p| p.exprs(conditions));
            }
            StageKind::Parse(parse) => self.parse(parse),
            StageKind::Json { input, path, into } => self.node("json", |p| {
                p.input(input.as_ref());
                p.line(format_args!("path {}", quoted(path)));
                p.named("into", Some(into));
            }),
            StageKind::Stats(stats) => self.node("stats", |p| {
                p.aliased_list(&stats.outputs);
                if !stats.by.is_empty() {
                    p.node("by", |p| p.aliased_list(&stats.by));
                }
                if let Some(offset) = stats.offset {
                    p.line(format_args!("offset {offset}"));
                }
            }),
            StageKind::Sort(keys) => self.node("sort", |p| {
                for key in keys {
                    let order = if key.descending { "desc" } else { "asc" };
                    p.node(order, |p| p.expr(&key.expr));
                }
            }),
            StageKind::Limit { count, any, .. } => {
                let any = if *any { " any" } else { "" };
                self.line(format_args!("limit{any} {count}"));
            }
            StageKind::Dedup(fields) => self.node("dedup", |p| p.exprs(fields)),
            StageKind::Unnest { list, into } => self.node("unnest", |p| {
                p.expr(list);
                p.named("into", Some(into));
            }),
            StageKind::Expand(field) => self.node("expand", |p| p.expr(field)),
            StageKind::Unmask(fields) => self.node("unmask", |p| p.exprs(fields)),
            StageKind::Pattern(field) => self.node("pattern", |p| p.expr(field)),
            StageKind::Diff(window) => self.line(format_args!("diff {window:?}")),
            StageKind::Anomaly => self.line("anomaly"),
            StageKind::RelevantFields { fields, condition } => {
                self.node("relevantfields", |p| {
                    p.exprs(fields);
                    p.node("where", |p| p.expr(condition));
                });
            }
            StageKind::LogCompare { timeshift } => {
                self.line(format_args!("logcompare timeshift {timeshift}"));
            }
            StageKind::Lookup(lookup) => self.lookup("lookup", lookup),
            StageKind::CidrLookup(lookup) => self.lookup("cidrlookup", lookup),
            StageKind::Join(join) => self.node("join", |p| {
                p.options(&join.options);
                p.node("where", |p| {
                    p.expr(&join.left);
                    p.expr(&join.right);
                });
                p.node("query", |p| p.query(&join.query));
            }),
            StageKind::AppendCols { options, query } => self.node("appendcols", |p| {
                p.options(options);
                p.node("query", |p| p.query(query));
            }),
            StageKind::AddTotals { options, fields } => self.node("addtotals", |p| {
                p.options(options);
                p.exprs(fields);
            }),
            StageKind::AutoRegress { field, alias, lags } => self.node("autoregress", |p| {
                p.expr(field);
                p.named("as", alias.as_ref());
                p.line(format_args!("lags {} to {}", lags.0, lags.1));
            }),
            StageKind::Accum { field, alias } => self.node("accum", |p| {
                p.expr(field);
                p.named("as", alias.as_ref());
            }),
            StageKind::FillDown(names) => self.node("filldown", |p| p.names("field", names)),
            StageKind::FillMissing(values) => self.node("fillmissing", |p| {
                for (value, name) in values {
                    p.line(format_args!("{} for {}", literal(value), name.text));
                }
            }),
            StageKind::Outlier { options, fields } => self.node("outlier", |p| {
                p.options(options);
                p.exprs(fields);
            }),
            StageKind::Sessionize {
                fields,
                maxspan,
                alias,
            } => self.node("sessionize", |p| {
                p.exprs(fields);
                if let Some(maxspan) = maxspan {
                    p.line(format_args!("maxspan {maxspan}"));
                }
                p.named("as", alias.as_ref());
            }),
            StageKind::CountFrequent(fields) => self.node("countFrequent", |p| p.exprs(fields)),
            StageKind::Estimate => self.line("estimate"),
            StageKind::SavedQuery { name, arguments } => {
                self.node(format_args!("saved query {}", name.text), |p| {
                    for (name, value) in arguments {
                        p.line(format_args!("{} = {}", name.text, literal(value)));
                    }
                });
            }
        }
    }

    fn source_item(&mut self, item: &SourceItem) {
        match item {
            SourceItem::LogGroup(name) => self.named("log group", Some(name)),
            SourceItem::DataSource(values) => {
                self.line(format_args!("data source {}", literals(values)));
            }
            SourceItem::LogGroups(arguments) => self.node("log groups", |p| {
                for (name, values) in arguments {
                    p.line(format_args!("{}: {}", name.text, literals(values)));
                }
            }),
            SourceItem::LogGroupTags(tags) => self.node("log group tags", |p| {
                for (key, values) in tags {
                    p.line(format_args!("{}: {}", quoted(key), literals(values)));
                }
            }),
        }
    }

    fn parse(&mut self, parse: &Parse) {
        self.node("parse", |p| {
            p.input(parse.input.as_ref());
            match &parse.mode {
                ParseMode::Glob { pattern, names } => {
                    p.line(format_args!("glob {}", quoted(pattern)));
                    p.names("as", names);
                }
                ParseMode::Regex {
                    pattern,
                    names,
                    multi,
                } => {
                    let multi = if *multi { " multi" } else { "" };
                    p.line(format_args!("regex{multi} {}", quoted(pattern)));
                    p.names("as", names);
                }
                ParseMode::Logfmt { into } => p.named("logfmt as", Some(into)),
                ParseMode::Csv { names } => p.names("csv as", names),
                ParseMode::Xml { path, into } => {
                    p.line(format_args!("xml {}", quoted(path)));
                    p.named("as", Some(into));
                }
            }
        });
    }

    fn lookup(&mut self, command: &str, lookup: &Lookup) {
        self.node(format_args!("{command} {}", lookup.table.text), |p| {
            for (column, field) in &lookup.matches {
                p.line(format_args!("match {} = {}", column.text, field.text));
            }
            let verb = if lookup.overwrite {
                "output"
            } else {
                "output new"
            };
            for (column, name) in &lookup.outputs {
                p.line(format_args!("{verb} {} as {}", column.text, name.text));
            }
        });
    }

    fn input(&mut self, input: Option<&Expr>) {
        if let Some(input) = input {
            self.node("input", |p| p.expr(input));
        }
    }

    fn named(&mut self, role: &str, name: Option<&Name>) {
        if let Some(name) = name {
            self.line(format_args!("{role} {}", name.text));
        }
    }

    fn names(&mut self, role: &str, names: &[Name]) {
        for name in names {
            self.named(role, Some(name));
        }
    }

    fn options(&mut self, options: &[CommandOption]) {
        for option in options {
            let value = literal(&option.value);
            self.line(format_args!("option {} = {value}", option.name.text));
        }
    }

    fn aliased_list(&mut self, list: &[Aliased]) {
        for item in list {
            match &item.alias {
                Some(alias) => {
                    self.node(format_args!("as {}", alias.text), |p| p.expr(&item.expr));
                }
                None => self.expr(&item.expr),
            }
        }
    }

    fn exprs(&mut self, list: &[Expr]) {
        list.iter().for_each(|expr| self.expr(expr));
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Literal(value) => self.line(literal(value)),
            ExprKind::Field(path) => self.line(format_args!("field {}", field(path))),
            ExprKind::Access { base, path } => {
                let steps: Vec<String> = path.iter().map(step).collect();
                self.node(format_args!("access {}", steps.concat()), |p| p.expr(base));
            }
            ExprKind::Call { name, args } => {
                self.node(format_args!("call {}", name.text), |p| p.exprs(args));
            }
            ExprKind::Star => self.line("*"),
            ExprKind::Period(period) => self.line(format_args!("period {period}")),
            ExprKind::Regex(pattern) => self.line(format_args!("regex {}", quoted(pattern))),
            ExprKind::Negate(inner) => self.node("negate", |p| p.expr(inner)),
            ExprKind::Not(inner) => self.node("not", |p| p.expr(inner)),
            ExprKind::Binary { op, left, right } => self.node(op.symbol(), |p| {
                p.expr(left);
                p.expr(right);
            }),
            ExprKind::And(operands) => self.node("and", |p| p.exprs(operands)),
            ExprKind::Or(operands) => self.node("or", |p| p.exprs(operands)),
            ExprKind::Like {
                value,
                pattern,
                negated,
            } => self.node(format_args!("{}like", not(*negated)), |p| {
                p.expr(value);
                match pattern {
                    LikePattern::Substring(text) => p.line(quoted(text)),
                    LikePattern::Regex(text) => p.line(format_args!("regex {}", quoted(text))),
                }
            }),
            ExprKind::In {
                value,
                list,
                negated,
            } => self.node(format_args!("{}in", not(*negated)), |p| {
                p.expr(value);
                for (value, _) in list {
                    p.line(literal(value));
                }
            }),
            ExprKind::InQuery {
                value,
                query,
                negated,
            } => self.node(format_args!("{}in", not(*negated)), |p| {
                p.expr(value);
                p.node("query", |p| p.query(query));
            }),
        }
    }
}

fn not(negated: bool) -> &'static str {
    if negated { "not " } else { "" }
}

/// The path as it was written, so that `` a.`b.c` `` and `a.b.c` can be told apart.
fn field(path: &FieldPath) -> String {
    let mut text = String::new();
    for segment in &path.segments {
        if segment.index {
            text.push_str(&format!("[{}]", segment.text));
            continue;
        }
        if !text.is_empty() {
            text.push('.');
        }
        if segment.quoted {
            text.push_str(&format!("`{}`", segment.text));
        } else {
            text.push_str(&segment.text);
        }
    }
    text
}

fn step(step: &PathStep) -> String {
    match step {
        PathStep::Key(key) => format!(".{key}"),
        PathStep::Index(index) => format!("[{index}]"),
    }
}

fn quoted(text: &StringLiteral) -> String {
    format!("{:?}", text.text)
}

fn literal(value: &Literal) -> String {
    match value {
        Literal::Number(Number::Int(value)) => value.to_string(),
        // All digits, unlike in results.
        Literal::Number(Number::Float(value)) => value.to_string(),
        Literal::Text(text) => format!("{text:?}"),
        Literal::Boolean(value) => value.to_string(),
    }
}

fn literals(values: &[Literal]) -> String {
    let values: Vec<String> = values.iter().map(literal).collect();
    values.join(", ")
}
