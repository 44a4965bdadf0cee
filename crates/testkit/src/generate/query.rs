//! Random queries, valid by construction.
//!
//! A query is first a small tree in which fields are numbers; rendering it walks the stages with
//! the names that exist there and takes each number modulo their count. So a shrunk tree is still
//! a valid query, and a query never names what a `stats` has removed.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::combine::{self, Combine};
use super::data::Dataset;
use super::mined::{self, Mined};
use super::names::{Groups, Names};
use super::ordered::{Ordered, ordered};
use super::words::{AGGREGATES, CALLS, NO_TIME, OPERATORS, REGEXES, TEXTS, TIMED_AGGREGATES};

/// An expression; fields are numbers.
#[derive(Debug, Clone)]
pub(super) enum Tree {
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
    Where(Tree),
    Index(usize, Vec<&'static str>),
    Unmask(Vec<usize>),
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
    /// Only where a single `stats` follows, and no `pattern`.
    Sort(usize, bool),
    /// Only where a single `stats` follows.
    Limit(u8),
}

#[derive(Debug, Clone)]
struct Stats {
    outputs: Vec<(&'static str, Vec<Tree>)>,
    timed: Option<(&'static str, Tree)>,
    keys: Vec<Tree>,
    bin: bool,
    offset: bool,
    histogram: Option<Tree>,
    topk: Option<Tree>,
    having: Option<Tree>,
}

#[derive(Debug, Clone)]
struct Shape {
    rows: Vec<RowStage>,
    mined: Option<Mined>,
    stats: Vec<Stats>,
    frequent: Vec<usize>,
    sort: Vec<(Tree, bool)>,
    ordered: Vec<Ordered>,
    display: Vec<Tree>,
    dedup: Vec<usize>,
    limit: Option<u8>,
}

/// Queries over the fields of some data; `@timestamp` is always there.
pub fn query(data: &Dataset) -> impl Strategy<Value = String> + use<> {
    let fields = data.fields;
    let windows = data.window.is_some();
    (
        vec(row_stage(), 0..4),
        option::weighted(0.2, mined::stage()),
        vec(stats(), 0..3),
        prop_oneof![9 => Just(Vec::new()), 1 => vec(any::<usize>(), 1..3)],
        vec((tree(1), any::<bool>()), 0..3),
        prop_oneof![1 => Just(Vec::new()), 1 => vec(ordered(), 1..4)],
        prop_oneof![4 => Just(Vec::new()), 1 => vec(tree(1), 1..4)],
        prop_oneof![3 => Just(Vec::new()), 1 => vec(any::<usize>(), 1..3)],
        option::of(1u8..20),
    )
        .prop_map(
            move |(rows, mined, stats, frequent, sort, ordered, display, dedup, limit)| {
                let shape = Shape {
                    rows,
                    mined,
                    stats,
                    frequent,
                    sort,
                    ordered,
                    display,
                    dedup,
                    limit,
                };
                shape.render(fields, windows)
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

/// Expressions of about a depth.
pub(super) fn tree(depth: u32) -> impl Strategy<Value = Tree> {
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
        1 => tree(2).prop_map(RowStage::Where),
        1 => (any::<usize>(), vec(prop::sample::select(TEXTS), 1..3))
            .prop_map(|(field, values)| RowStage::Index(field, values)),
        1 => vec(any::<usize>(), 1..3).prop_map(RowStage::Unmask),
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
        option::weighted(0.2, tree(1)),
        option::weighted(0.3, tree(2)),
    )
        .prop_map(
            |(outputs, timed, keys, bin, topk, offset, histogram, having)| Stats {
                outputs,
                timed,
                keys,
                bin,
                offset,
                histogram,
                topk,
                having,
            },
        )
}

impl Tree {
    pub(super) fn render(&self, names: &Names) -> String {
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
    /// The query; in a window, there are rows to compare with.
    fn render(&self, fields: &[&str], windows: bool) -> String {
        let mut names = Names::new(fields);
        let mut stages: Vec<String> = Vec::new();
        for stage in &self.rows {
            // A chain of `stats` takes neither before its last one.
            let ordering = matches!(stage, RowStage::Sort(..) | RowStage::Limit(_));
            let sorting = matches!(stage, RowStage::Sort(..));
            let mines = self.mined.as_ref().is_some_and(Mined::is_pattern);
            if ordering && self.stats.len() > 1 || sorting && mines {
                continue;
            }
            match stage {
                RowStage::Ordered(stage) => stages.extend(stage.render(&mut names)),
                stage => stages.push(stage.render(&mut names)),
            }
        }
        if let Some(mined) = &self.mined {
            stages.extend(mined.render(&mut names, windows));
        }
        for stats in &self.stats {
            stages.push(stats.render(&mut names));
            if let Some(having) = &stats.having {
                stages.push(format!("filter {}", having.render(&names)));
            }
        }
        if !self.frequent.is_empty() {
            let mut keys = names.some(&self.frequent);
            stages.push(format!("countFrequent {}", keys.join(", ")));
            keys.push("_approxcount".to_owned());
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            names.replace(&keys);
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
        if !self.display.is_empty() {
            let columns = self.display.iter().enumerate();
            let columns = columns.map(|(at, tree)| format!("{} as d{at}", tree.render(&names)));
            stages.push(format!(
                "display {}",
                columns.collect::<Vec<_>>().join(", ")
            ));
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
            RowStage::Where(condition) => format!("where {}", condition.render(names)),
            RowStage::Index(number, values) => {
                let field = names.pick(*number);
                match &values[..] {
                    [value] => format!("filterIndex {field} = \"{value}\""),
                    values => format!("filterIndex {field} in [\"{}\"]", values.join("\", \"")),
                }
            }
            RowStage::Unmask(numbers) => format!("unmask {}", names.some(numbers).join(", ")),
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
        let histogram = self
            .histogram
            .as_ref()
            .map(|value| format!("histogram({}, 10)", value.render(names)));
        let keys: Vec<String> = self
            .keys
            .iter()
            .map(|key| key.render(names))
            .chain(histogram)
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
