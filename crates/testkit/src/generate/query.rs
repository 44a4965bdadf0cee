//! Random queries, valid by construction.
//!
//! A query is first a small tree in which fields are numbers; rendering it walks the stages with
//! the names that exist there and takes each number modulo their count. So a shrunk tree is still
//! a valid query, and a query never names what a `stats` has removed.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::combine::{self, Combine};
use super::names::{Groups, Names};
use super::words::{AGGREGATES, CALLS, NO_TIME, OPERATORS, REGEXES, TEXTS, TIMED_AGGREGATES};

#[derive(Debug, Clone)]
enum Tree {
    Field(usize),
    Number(i64),
    Decimal(i64),
    Text(&'static str),
    Operation(&'static str, Box<Tree>, Box<Tree>),
    Call(&'static str, Vec<Tree>),
    Like(Box<Tree>, bool, &'static str),
    Matches(Box<Tree>, bool, &'static str),
    In(Box<Tree>, bool, Vec<Tree>),
}

#[derive(Debug, Clone)]
enum RowStage {
    Fields(Vec<Tree>),
    Filter(Tree),
    Glob(usize),
    Regex(usize),
    Matches(usize),
    Logfmt(usize),
    Csv(usize),
    Xml(usize),
    Json(usize),
    Structure(usize),
    Unnest(usize),
    Expand(usize),
    Combine(Combine),
    Ordered(Ordered),
    /// Only where a single `stats` follows.
    Sort(usize, bool),
    /// Only where a single `stats` follows.
    Limit(u8),
}

/// Commands that depend on the order of rows or see all of them.
#[derive(Debug, Clone)]
enum Ordered {
    AutoRegress(usize, u8),
    Accum(usize, bool),
    FillDown(Vec<usize>),
    Sessionize(usize),
    Outlier(Vec<usize>, u8),
    /// Only behind a `stats` with a bin.
    FillMissing(usize, i8),
    AddTotals(Vec<usize>, bool, bool),
}

#[derive(Debug, Clone)]
struct Stats {
    outputs: Vec<(&'static str, Vec<Tree>)>,
    timed: Option<(&'static str, Tree)>,
    keys: Vec<Tree>,
    bin: bool,
    offset: bool,
    topk: Option<Tree>,
    having: Option<Tree>,
}

#[derive(Debug, Clone)]
struct Shape {
    rows: Vec<RowStage>,
    stats: Vec<Stats>,
    frequent: Vec<usize>,
    sort: Vec<(Tree, bool)>,
    ordered: Vec<Ordered>,
    dedup: Vec<usize>,
    limit: Option<u8>,
}

/// Queries over source fields of these names; `@timestamp` is always there.
pub fn query(fields: &'static [&'static str]) -> impl Strategy<Value = String> {
    (
        vec(row_stage(), 0..4),
        vec(stats(), 0..3),
        prop_oneof![9 => Just(Vec::new()), 1 => vec(any::<usize>(), 1..3)],
        vec((tree(1), any::<bool>()), 0..3),
        prop_oneof![1 => Just(Vec::new()), 1 => vec(ordered(), 1..4)],
        prop_oneof![3 => Just(Vec::new()), 1 => vec(any::<usize>(), 1..3)],
        option::of(1u8..20),
    )
        .prop_map(
            move |(rows, stats, frequent, sort, ordered, dedup, limit)| {
                let shape = Shape {
                    rows,
                    stats,
                    frequent,
                    sort,
                    ordered,
                    dedup,
                    limit,
                };
                shape.render(fields)
            },
        )
}

/// Expressions over source fields of these names.
pub fn expression(fields: &'static [&'static str]) -> impl Strategy<Value = String> {
    tree(3).prop_map(move |tree| {
        let names = Names::new(fields);
        tree.render(&names)
    })
}

fn literal() -> impl Strategy<Value = Tree> {
    prop_oneof![
        (-10i64..100).prop_map(Tree::Number),
        (-500i64..500).prop_map(Tree::Decimal),
        prop::sample::select(TEXTS).prop_map(Tree::Text),
    ]
}

fn tree(depth: u32) -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![3 => any::<usize>().prop_map(Tree::Field), 1 => literal()];
    leaf.prop_recursive(depth, 12, 4, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        prop_oneof![
            3 => (prop::sample::select(OPERATORS), boxed(), boxed())
                .prop_map(|(operator, left, right)| Tree::Operation(operator, left, right)),
            3 => (prop::sample::select(CALLS), vec(inner.clone(), 4))
                .prop_map(|(call, args)| Tree::Call(call, args)),
            1 => (boxed(), any::<bool>(), prop::sample::select(TEXTS))
                .prop_map(|(value, negated, text)| Tree::Like(value, negated, text)),
            1 => (boxed(), any::<bool>(), prop::sample::select(REGEXES))
                .prop_map(|(value, negated, regex)| Tree::Matches(value, negated, regex)),
            1 => (boxed(), any::<bool>(), vec(literal(), 1..3))
                .prop_map(|(value, negated, list)| Tree::In(value, negated, list)),
        ]
    })
}

fn row_stage() -> impl Strategy<Value = RowStage> {
    prop_oneof![
        3 => vec(tree(3), 1..3).prop_map(RowStage::Fields),
        3 => tree(3).prop_map(RowStage::Filter),
        1 => any::<usize>().prop_map(RowStage::Glob),
        1 => any::<usize>().prop_map(RowStage::Regex),
        1 => any::<usize>().prop_map(RowStage::Matches),
        1 => any::<usize>().prop_map(RowStage::Logfmt),
        1 => any::<usize>().prop_map(RowStage::Csv),
        1 => any::<usize>().prop_map(RowStage::Xml),
        1 => any::<usize>().prop_map(RowStage::Json),
        2 => any::<usize>().prop_map(RowStage::Structure),
        2 => any::<usize>().prop_map(RowStage::Unnest),
        1 => any::<usize>().prop_map(RowStage::Expand),
        2 => combine::stage().prop_map(RowStage::Combine),
        1 => ordered().prop_map(RowStage::Ordered),
        1 => any::<(usize, bool)>().prop_map(|(field, down)| RowStage::Sort(field, down)),
        1 => (1u8..30).prop_map(RowStage::Limit),
    ]
}

fn ordered() -> impl Strategy<Value = Ordered> {
    let some = || vec(any::<usize>(), 1..3);
    prop_oneof![
        2 => (any::<usize>(), 0u8..30).prop_map(|(field, lags)| Ordered::AutoRegress(field, lags)),
        2 => any::<(usize, bool)>().prop_map(|(field, named)| Ordered::Accum(field, named)),
        2 => vec(any::<usize>(), 0..3).prop_map(Ordered::FillDown),
        2 => any::<usize>().prop_map(Ordered::Sessionize),
        2 => (some(), any::<u8>()).prop_map(|(fields, options)| Ordered::Outlier(fields, options)),
        2 => any::<(usize, i8)>().prop_map(|(field, value)| Ordered::FillMissing(field, value)),
        2 => (vec(any::<usize>(), 0..3), any::<bool>(), any::<bool>())
            .prop_map(|(fields, row, summary)| Ordered::AddTotals(fields, row, summary)),
    ]
}

fn stats() -> impl Strategy<Value = Stats> {
    let output = (prop::sample::select(AGGREGATES), vec(tree(1), 1));
    let timed = (prop::sample::select(TIMED_AGGREGATES), tree(1));
    (
        vec(output, 1..3),
        option::weighted(0.2, timed),
        vec(tree(1), 0..3),
        any::<bool>(),
        option::weighted(0.1, tree(1)),
        any::<bool>(),
        option::weighted(0.3, tree(2)),
    )
        .prop_map(|(outputs, timed, keys, bin, topk, offset, having)| Stats {
            outputs,
            timed,
            keys,
            bin,
            offset,
            topk,
            having,
        })
}

impl Tree {
    fn render(&self, names: &Names) -> String {
        let not = |negated: &bool| if *negated { "not " } else { "" };
        match self {
            Tree::Field(number) => names.pick(*number).to_owned(),
            Tree::Number(value) => value.to_string(),
            Tree::Decimal(value) => format!("{:.1}", *value as f64 / 10.0),
            Tree::Text(text) => format!("\"{text}\""),
            Tree::Operation(operator, left, right) => {
                format!(
                    "({} {operator} {})",
                    left.render(names),
                    right.render(names)
                )
            }
            Tree::Call(call, args) => fill(call, args, names),
            Tree::Like(value, negated, text) => {
                format!("({} {}like \"{text}\")", value.render(names), not(negated))
            }
            Tree::Matches(value, negated, regex) => {
                format!("({} {}like /{regex}/)", value.render(names), not(negated))
            }
            Tree::In(value, negated, list) => {
                let list: Vec<String> = list.iter().map(|item| item.render(names)).collect();
                let list = list.join(", ");
                format!("({} {}in [{list}])", value.render(names), not(negated))
            }
        }
    }
}

/// Puts arguments into the holes of a call.
fn fill(call: &str, args: &[Tree], names: &Names) -> String {
    let mut parts = call.split("{}");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for (part, arg) in parts.zip(args) {
        out.push_str(&arg.render(names));
        out.push_str(part);
    }
    out.replace("@T", names.time)
}

impl Shape {
    fn render(&self, fields: &[&str]) -> String {
        let mut names = Names::new(fields);
        let mut stages: Vec<String> = Vec::new();
        for stage in &self.rows {
            // A chain of `stats` takes neither before its last one.
            let ordering = matches!(stage, RowStage::Sort(..) | RowStage::Limit(_));
            if ordering && self.stats.len() > 1 {
                continue;
            }
            match stage {
                RowStage::Ordered(stage) => stages.extend(stage.render(&mut names)),
                stage => stages.push(stage.render(&mut names)),
            }
        }
        for stats in &self.stats {
            stages.push(stats.render(&mut names));
            if let Some(having) = &stats.having {
                stages.push(format!("filter {}", having.render(&names)));
            }
        }
        if !self.frequent.is_empty() {
            let keys = self.frequent.iter().map(|number| names.pick(*number));
            let mut keys: Vec<String> = keys.map(str::to_owned).collect();
            keys.sort();
            keys.dedup();
            stages.push(format!("countFrequent {}", keys.join(", ")));
            keys.push("_approxcount".to_owned());
            names.known = keys;
            names.time = NO_TIME;
            names.groups = None;
        }
        if !self.sort.is_empty() {
            let keys = self.sort.iter().map(|(key, descending)| {
                let direction = if *descending { " desc" } else { "" };
                format!("{}{direction}", key.render(&names))
            });
            stages.push(format!("sort {}", keys.collect::<Vec<_>>().join(", ")));
        }
        for stage in &self.ordered {
            stages.extend(stage.render(&mut names));
        }
        if !self.dedup.is_empty() {
            let keys = self.dedup.iter().map(|number| names.pick(*number));
            stages.push(format!("dedup {}", keys.collect::<Vec<_>>().join(", ")));
        }
        if let Some(limit) = self.limit {
            stages.push(format!("limit {limit}"));
        }
        if stages.is_empty() {
            stages.push(format!("fields {}", names.known.join(", ")));
        }
        stages.join(" | ")
    }
}

impl Ordered {
    /// The stage; `None` where it may not stand.
    fn render(&self, names: &mut Names) -> Option<String> {
        let list = |numbers: &[usize], names: &Names| -> Vec<String> {
            let mut fields: Vec<String> = Vec::new();
            for number in numbers {
                let field = names.pick(*number).to_owned();
                if !fields.contains(&field) {
                    fields.push(field);
                }
            }
            fields
        };
        // A bin that is no time any more has no neighbours to fill in.
        let touch = |names: &mut Names, field: &str| {
            if names
                .groups
                .as_ref()
                .is_some_and(|groups| groups.bin == field)
            {
                names.groups = None;
            }
        };
        Some(match self {
            Ordered::AutoRegress(number, lags) => {
                let field = names.pick(*number).to_owned();
                let stem = names.fresh();
                let (first, more) = (lags % 5 + 1, lags / 10);
                for lag in first..=first + more {
                    names.known.push(match more {
                        0 => stem.clone(),
                        _ => format!("{stem}_p{lag}"),
                    });
                }
                format!("autoregress {field} as {stem} p={first}-{}", first + more)
            }
            Ordered::Accum(number, false) => {
                let field = names.pick(*number).to_owned();
                touch(names, &field);
                format!("accum {field}")
            }
            Ordered::Accum(number, true) => {
                let field = names.pick(*number).to_owned();
                let name = names.fresh();
                names.known.push(name.clone());
                format!("accum {field} as {name}")
            }
            Ordered::FillDown(numbers) => {
                // A name with an index cannot stand there.
                let mut fields = list(numbers, names);
                fields.retain(|field| !field.contains('['));
                format!("filldown {}", fields.join(" "))
            }
            Ordered::Sessionize(number) => {
                if names.time != "@timestamp" {
                    return None;
                }
                let field = names.pick(*number).to_owned();
                let name = names.fresh();
                names.known.push(name.clone());
                format!("sessionize {field} maxspan 40s as {name}")
            }
            Ordered::Outlier(numbers, options) => {
                let fields = list(numbers, names);
                let action = if options % 2 == 0 {
                    "remove"
                } else {
                    "transform"
                };
                let lower = options % 4 < 2;
                let param = ["0", "0.5", "1.25"][usize::from(options % 3)];
                format!(
                    "outlier action={action} param={param} uselower={lower} {}",
                    fields.join(" ")
                )
            }
            Ordered::FillMissing(number, value) => {
                let fillable = &names.groups.as_ref()?.fillable;
                match fillable.get(number % (fillable.len() + 1)) {
                    Some(field) => format!("fillmissing with {value} for {field}"),
                    None => "fillmissing".to_owned(),
                }
            }
            Ordered::AddTotals(numbers, row, summary) => {
                let fields = list(numbers, names);
                if fields.is_empty() && names.time == "@timestamp" {
                    return None;
                }
                let name = names.fresh();
                names.known.extend(row.then(|| name.clone()));
                let summary = *summary || !row;
                format!(
                    "addtotals fieldname={name} row={row} col={summary} {}",
                    fields.join(", ")
                )
            }
        })
    }
}

impl RowStage {
    fn render(&self, names: &mut Names) -> String {
        match self {
            RowStage::Ordered(_) => unreachable!("rendered by itself"),
            RowStage::Fields(items) => {
                let mut made = Vec::new();
                let items: Vec<String> = items
                    .iter()
                    .map(|item| {
                        let item = item.render(names);
                        let name = names.fresh();
                        let text = format!("{item} as {name}");
                        made.push(name);
                        text
                    })
                    .collect();
                names.known.extend(made);
                format!("fields {}", items.join(", "))
            }
            RowStage::Combine(stage) => stage.render(names),
            RowStage::Filter(condition) => format!("filter {}", condition.render(names)),
            RowStage::Glob(number) => {
                let input = names.pick(*number).to_owned();
                let (first, second) = (names.fresh(), names.fresh());
                let stage = format!("parse {input} \"*0*\" as {first}, {second}");
                names.known.extend([first, second]);
                stage
            }
            RowStage::Matches(number) => {
                let input = names.pick(*number).to_owned();
                let word = names.fresh();
                let stage = format!("parse {input} /(?<{word}>[0-9a-z]+)/ multi");
                names.known.push(word);
                stage
            }
            RowStage::Csv(number) => {
                let input = names.pick(*number).to_owned();
                let (first, second) = (names.fresh(), names.fresh());
                let stage = format!("parse {input} csv as {first}, {second}");
                names.known.extend([first, second]);
                stage
            }
            RowStage::Xml(number) => {
                let input = names.pick(*number).to_owned();
                let name = names.fresh();
                let stage = format!("parse {input} xml \"/r/k\" as {name}");
                names.known.push(name);
                stage
            }
            RowStage::Json(number) => {
                let input = names.pick(*number).to_owned();
                let name = names.fresh();
                let stage = format!("json field={input} \"n.x\" as {name}");
                names.known.push(name);
                stage
            }
            RowStage::Logfmt(number) => {
                let input = names.pick(*number).to_owned();
                let name = names.fresh();
                let stage = format!("parse {input} logfmt as {name}");
                names.known.extend([format!("{name}.k"), name]);
                stage
            }
            RowStage::Structure(number) => {
                let input = names.pick(*number).to_owned();
                let name = names.fresh();
                let stage = format!("fields jsonParse({input}) as {name}");
                let inside = ["", ".a", ".n.x", ".l", ".l[0]", ".l[1].k", "[0]"];
                let inside = inside.map(|path| format!("{name}{path}"));
                names.known.extend(inside);
                stage
            }
            RowStage::Unnest(number) => {
                let input = names.pick(*number).to_owned();
                let name = names.fresh();
                let stage = format!("unnest {input} into {name}");
                names.known.extend([format!("{name}.k"), name]);
                stage
            }
            RowStage::Expand(number) => format!("expand {}", names.pick(*number)),
            RowStage::Sort(number, descending) => {
                let direction = if *descending { " desc" } else { "" };
                format!("sort {}{direction}", names.pick(*number))
            }
            RowStage::Limit(count) => format!("limit {count}"),
            RowStage::Regex(number) => {
                let input = names.pick(*number).to_owned();
                let (first, second) = (names.fresh(), names.fresh());
                let stage = format!("parse {input} /(?<{first}>[0-9]+)(?<{second}>[a-z.])?/");
                names.known.extend([first, second]);
                stage
            }
        }
    }
}

impl Stats {
    fn render(&self, names: &mut Names) -> String {
        let raw = names.time == "@timestamp";
        let timed = self.timed.iter().filter(|_| raw);
        let calls: Vec<String> = self
            .outputs
            .iter()
            .map(|(call, args)| fill(call, args, names))
            .chain(timed.map(|(call, arg)| fill(call, std::slice::from_ref(arg), names)))
            .collect();
        let has_bin = self.bin && raw && self.topk.is_none();
        let bin = (self.bin && raw).then(|| "bin(2m)".to_owned());
        let keys: Vec<String> = self
            .keys
            .iter()
            .map(|key| key.render(names))
            .chain(bin)
            .collect();
        let topk = self
            .topk
            .as_ref()
            .map(|value| format!("topk(3, {})", value.render(names)));
        let mut known = Vec::new();
        let mut named = |texts: Vec<String>| -> String {
            let items = texts.into_iter().map(|text| {
                let name = names.fresh();
                let item = format!("{text} as {name}");
                known.push(name);
                item
            });
            items.collect::<Vec<_>>().join(", ")
        };
        let mut stage = match topk {
            Some(call) => format!("stats {}", named(vec![call])),
            None => format!("stats {}", named(calls.clone())),
        };
        if !keys.is_empty() && self.topk.is_none() {
            stage.push_str(&format!(" by {}", named(keys)));
            if self.offset && self.bin && raw {
                stage.push_str(" offset 30s");
            }
        }
        // Outputs are named first, then the keys with the bin as the last of them.
        names.groups = known.last().filter(|_| has_bin).map(|bin| Groups {
            bin: bin.clone(),
            fillable: known
                .iter()
                .zip(&calls)
                .filter(|(_, call)| !call.starts_with("values("))
                .map(|(name, _)| name.clone())
                .collect(),
        });
        names.known = known;
        names.time = NO_TIME;
        stage
    }
}
