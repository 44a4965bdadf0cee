//! Stages that bring in the log group `other` and the lookup tables `codes` and `nets`.

use proptest::prelude::*;

use super::names::Names;
use crate::reference::{Group, Inputs, LookupTable, Row};

/// The log group of generated queries.
pub const GROUP: &str = "other";

/// The lookup tables of generated queries, by name, as CSV.
pub const TABLES: &[(&str, &str)] = &[
    (
        "codes",
        "code,label\n10,ten\n080,eighty\nACCEPT,yes\na1,mixed\n,empty\n-,dash\n0,zero\n10,again\n",
    ),
    (
        "nets",
        "label,range\nten,10.0.0.0/8\ninner,10.0.1.0/24\nhost,10.0.1.7\nsix,::/0\n",
    ),
];

/// What generated queries can read: these events, the same ones as the group, and the tables.
pub fn inputs(events: Vec<Row>) -> Inputs {
    let tables = TABLES.iter();
    Inputs {
        groups: vec![Group {
            name: GROUP.to_owned(),
            events: events.clone(),
            ..Group::default()
        }],
        events,
        tables: tables
            .map(|(name, csv)| LookupTable::parse(name, csv))
            .collect(),
    }
}

/// A stage; the numbers choose a name and a field of the group.
#[derive(Debug, Clone)]
pub(super) enum Combine {
    Within(bool, usize, usize),
    Counted(usize, usize),
    Join(bool, usize, usize),
    Append(u8, usize),
    Lookup(bool, usize),
    Range(bool, usize),
}

pub(super) fn stage() -> impl Strategy<Value = Combine> {
    let two = || any::<(usize, usize)>();
    prop_oneof![
        (any::<bool>(), two())
            .prop_map(|(negated, (name, field))| Combine::Within(negated, name, field)),
        two().prop_map(|(name, field)| Combine::Counted(name, field)),
        (any::<bool>(), two()).prop_map(|(outer, (name, field))| Combine::Join(outer, name, field)),
        (1u8..20, any::<usize>()).prop_map(|(max, field)| Combine::Append(max, field)),
        any::<(bool, usize)>().prop_map(|(new, name)| Combine::Lookup(new, name)),
        any::<(bool, usize)>().prop_map(|(new, name)| Combine::Range(new, name)),
    ]
}

impl Combine {
    pub(super) fn render(&self, names: &mut Names) -> String {
        match self {
            Combine::Within(negated, name, field) => {
                let not = if *negated { "not " } else { "" };
                let (name, field) = (names.pick(*name), names.source(*field));
                format!("filter {name} {not}in (SOURCE {GROUP} | fields {field})")
            }
            Combine::Counted(name, field) => {
                let (name, field) = (names.pick(*name), names.source(*field));
                format!(
                    "filter {name} in (SOURCE {GROUP} | stats count(*) as n by {field} as k | filter n > 1 | fields k)"
                )
            }
            // A query holds one join.
            Combine::Join(_, name, _) if names.joined => lookup(true, *name, names),
            Combine::Join(outer, name, field) => {
                names.joined = true;
                let kind = if *outer { "left" } else { "inner" };
                let key = names.plain(*name);
                let field = names.source(*field).to_owned();
                names.known.push(format!("right.{field}"));
                format!(
                    "join type={kind} left=left right=right where left.{key} = right.{field} (SOURCE {GROUP})"
                )
            }
            Combine::Append(max, field) => {
                let field = names.source(*field).to_owned();
                let name = names.fresh();
                let stage = format!(
                    "appendcols max={max} (SOURCE {GROUP} | fields {field} as {name} | display {name})"
                );
                names.known.push(name);
                stage
            }
            Combine::Lookup(new, name) => lookup(*new, *name, names),
            Combine::Range(new, name) => {
                let input = names.plain(*name);
                let output = names.fresh();
                let word = word(*new);
                let stage = format!("cidrlookup nets {input} as range {word} label as {output}");
                names.known.push(output);
                stage
            }
        }
    }
}

fn lookup(new: bool, name: usize, names: &mut Names) -> String {
    let input = names.plain(name);
    let output = match new {
        // An existing value may stay.
        true => names.plain(name + 1),
        false => names.fresh(),
    };
    let stage = format!(
        "lookup codes code as {input} {} label as {output}",
        word(new)
    );
    if !names.known.contains(&output) {
        names.known.push(output);
    }
    stage
}

fn word(new: bool) -> &'static str {
    if new { "OUTPUTNEW" } else { "OUTPUT" }
}
