//! Stages that depend on the order of rows or see all of them.

use proptest::collection::vec;
use proptest::prelude::*;

use super::names::Names;

/// A stage; the numbers choose names.
#[derive(Debug, Clone)]
pub(super) enum Ordered {
    AutoRegress(usize, u8),
    Accum(usize, bool),
    FillDown(Vec<usize>),
    Sessionize(usize),
    Outlier(Vec<usize>, u8),
    /// Only behind a `stats` with a bin.
    FillMissing(usize, i8),
    AddTotals(Vec<usize>, bool, bool),
}

pub(super) fn ordered() -> impl Strategy<Value = Ordered> {
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

impl Ordered {
    /// The stage; `None` where it may not stand.
    pub(super) fn render(&self, names: &mut Names) -> Option<String> {
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
                let mut fields = names.some(numbers);
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
                let fields = names.some(numbers);
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
                let fields = names.some(numbers);
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
