//! Which columns exist at a point of the pipeline.

use std::cell::RefCell;
use std::rc::Rc;

use crate::functions;
use crate::pipeline::{Expr, PathStep};
use crate::suggest;
use crate::syntax::{FieldPath, Segment};

/// A field path with its flattened text, for resolution and messages.
#[derive(Debug, Clone)]
pub struct Path {
    /// Segments joined by dots.
    pub text: String,
    /// The segments.
    pub field: FieldPath,
}

impl Path {
    /// The path of a field.
    pub fn of_field(field: &FieldPath) -> Path {
        Path {
            text: field.dotted(),
            field: field.clone(),
        }
    }

    /// The path of a name: a dot in it is a step.
    pub fn of_name(name: &str) -> Path {
        let segments = name.split('.').map(|segment| Segment {
            text: segment.to_owned(),
            quoted: false,
            index: false,
        });
        Path {
            text: name.to_owned(),
            field: FieldPath {
                segments: segments.collect(),
            },
        }
    }

    /// The path after its first segment.
    fn rest(&self) -> Path {
        let field = FieldPath {
            segments: self.field.segments[1..].to_vec(),
        };
        Path {
            text: field.dotted(),
            field,
        }
    }
}

/// The two sides of a `join`, which are told apart by the first segment of a path.
#[derive(Debug, Clone)]
pub struct Sides {
    /// The name of the left side.
    pub left: String,
    /// The name of the right side.
    pub right: String,
    /// What the left side had.
    pub before: Box<Scope>,
    /// The fields of the right side that somebody reads, in order of reading.
    pub wanted: Rc<RefCell<Vec<String>>>,
}

impl Sides {
    /// How a field of the left side is called.
    pub fn left_column(&self, field: &str) -> String {
        format!("{}.{field}", self.left)
    }

    /// A field of the left side.
    pub fn left_field(&self, field: &str) -> Expr {
        let path = Path::of_name(field);
        let found = self.before.resolve(&path);
        found.unwrap_or(Expr::Source(path.text))
    }

    /// The name of the column that a field of the right side becomes.
    pub fn right_column(&self, field: &str) -> String {
        format!("{}.{field}", self.right)
    }

    /// The column of a field of the right side, which is wanted from now on.
    pub fn right_field(&self, field: &str) -> Expr {
        let mut wanted = self.wanted.borrow_mut();
        if !wanted.iter().any(|known| known == field) {
            wanted.push(field.to_owned());
        }
        Expr::Column(self.right_column(field))
    }

    fn resolve(&self, path: &Path) -> Option<Expr> {
        let (first, rest) = path.field.segments.split_first()?;
        if rest.is_empty() {
            return None;
        }
        if first.text == self.left {
            return self.before.resolve(&path.rest());
        }
        (first.text == self.right).then(|| self.right_field(&path.rest().text))
    }
}

/// The columns of a point in the pipeline.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Columns that stages made.
    columns: Vec<String>,
    /// Columns that took the place of a field. Where the field was a part of an event, the column
    /// holds it as text.
    hiding: Vec<String>,
    /// Source fields that a `fields` stage showed; their names are taken.
    projected: Vec<String>,
    /// Source texts of `stats` outputs and the columns that hold them.
    texts: Vec<(String, String)>,
    /// Whether only the columns exist (after `stats`).
    closed: bool,
    /// The sides of the `join` that made the rows.
    sides: Option<Sides>,
}

impl Scope {
    /// The scope after `stats`: nothing but its outputs.
    pub fn after_stats() -> Scope {
        Scope {
            closed: true,
            ..Scope::default()
        }
    }

    /// Whether source fields are gone.
    pub fn closed(&self) -> bool {
        self.closed
    }

    /// Lets any name stand again, because a stage may have made columns that are not known.
    pub fn reopen(&mut self) {
        self.closed = false;
    }

    /// Notes that a `join` made the rows.
    pub fn join(&mut self, sides: Sides) {
        self.sides = Some(sides);
    }

    /// Adds a column.
    pub fn define(&mut self, name: &str) {
        if !self.columns.iter().any(|column| column == name) {
            self.columns.push(name.to_owned());
        }
    }

    /// Adds a column that takes the place of a field of its name.
    pub fn hide(&mut self, name: &str) {
        self.define(name);
        if !self.hiding.iter().any(|column| column == name) {
            self.hiding.push(name.to_owned());
        }
    }

    /// Remembers that a source field is shown.
    pub fn project(&mut self, name: &str) {
        self.projected.push(name.to_owned());
    }

    /// Remembers that `column` holds the value of the expression written as `text`.
    pub fn define_text(&mut self, text: &str, column: &str) {
        self.texts.push((normalized(text), column.to_owned()));
    }

    /// The column that holds the value of an expression written like this.
    pub fn column_of_text(&self, text: &str) -> Option<&str> {
        let wanted = normalized(text);
        self.texts
            .iter()
            .find(|(known, _)| *known == wanted)
            .map(|(_, column)| column.as_str())
    }

    /// Whether an expression written like this is a column.
    pub fn has_text(&self, text: &str) -> bool {
        self.column_of_text(text).is_some()
    }

    /// Whether a name may not be defined (again).
    pub fn is_taken(&self, name: &str) -> bool {
        self.columns
            .iter()
            .chain(&self.projected)
            .any(|taken| taken == name)
    }

    /// Whether a column has this very name.
    pub fn has_column(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column == name)
    }

    /// The columns that stages made, in their order.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(String::as_str)
    }

    /// Resolves a path: the longest prefix that is a column, the rest as steps into it; otherwise
    /// a source field. `None` when the scope is closed and nothing fits.
    pub fn resolve(&self, path: &Path) -> Option<Expr> {
        if let Some(found) = self.sides.as_ref().and_then(|sides| sides.resolve(path)) {
            return Some(found);
        }
        let segments = &path.field.segments;
        // Prefixes are cut off the flattened text: building each would be quadratic in the path.
        let mut prefix = path.text.as_str();
        for (at, last) in segments.iter().enumerate().rev() {
            if !self.has_column(prefix) {
                prefix = prefix.strip_suffix(last.text.as_str()).unwrap_or(prefix);
                prefix = prefix.strip_suffix('.').unwrap_or(prefix);
                continue;
            }
            let mut column = Expr::Column(prefix.to_owned());
            let rest = &segments[at + 1..];
            if rest.is_empty() {
                return Some(column);
            }
            let steps = rest
                .iter()
                .map(|segment| match segment.text.parse() {
                    Ok(index) if segment.index => PathStep::Index(index),
                    _ => PathStep::Key(segment.text.clone()),
                })
                .collect();
            if self.hiding.iter().any(|name| name == prefix)
                && let Some(function) = functions::find("jsonParse")
            {
                let args = vec![column];
                column = Expr::Call { function, args };
            }
            return Some(Expr::Access {
                base: Box::new(column),
                path: steps,
            });
        }
        if let Some(column) = self.column_of_text(&path.text) {
            return Some(Expr::Column(column.to_owned()));
        }
        (!self.closed).then(|| Expr::Source(path.text.clone()))
    }

    /// What to do about a name that does not exist.
    pub fn suggest(&self, name: &str) -> String {
        match suggest::closest(name, self.columns.iter().map(String::as_str)) {
            Some(close) => format!("did you mean `{close}`?"),
            None if self.columns.is_empty() => "no columns exist at this point".to_owned(),
            None => format!("at this point there are: {}", self.columns.join(", ")),
        }
    }
}

/// Expression texts are compared without white space and in lower case, because function names
/// are case-insensitive and users re-type `SUM(x)` as `sum( x )`.
fn normalized(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Segment;

    fn path(keys: &[&str]) -> Path {
        let segments = keys.iter().map(|key| Segment {
            text: (*key).to_owned(),
            quoted: false,
            index: key.parse::<u64>().is_ok(),
        });
        let field = FieldPath {
            segments: segments.collect(),
        };
        Path {
            text: field.dotted(),
            field,
        }
    }

    fn access(column: &str, path: Vec<PathStep>) -> Expr {
        Expr::Access {
            base: Box::new(Expr::Column(column.to_owned())),
            path,
        }
    }

    fn assert_resolves(scope: &Scope, keys: &[&str], expected: &Expr) {
        let resolved = scope.resolve(&path(keys)).expect("an open scope");
        assert_eq!(format!("{resolved:?}"), format!("{expected:?}"));
    }

    #[test]
    fn the_longest_prefix_that_is_a_column_wins() {
        let mut scope = Scope::default();
        for column in ["a", "a.b", "é.0", "x.y"] {
            scope.define(column);
        }
        let key = |name: &str| PathStep::Key(name.to_owned());
        let cases: &[(&[&str], Expr)] = &[
            (&["a"], Expr::Column("a".to_owned())),
            (&["a", "b"], Expr::Column("a.b".to_owned())),
            (
                &["a", "b", "a", "b"],
                access("a.b", vec![key("a"), key("b")]),
            ),
            (&["a", "a", "b"], access("a", vec![key("a"), key("b")])),
            (&["a", "", "b"], access("a", vec![key(""), key("b")])),
            (&["a", "b.", ".b"], access("a", vec![key("b."), key(".b")])),
            (&["é", "0", "7"], access("é.0", vec![PathStep::Index(7)])),
            (&["x.y", "z"], access("x.y", vec![key("z")])),
            (&["x", "z"], Expr::Source("x.z".to_owned())),
            (&["b", "a"], Expr::Source("b.a".to_owned())),
        ];
        for (keys, expected) in cases {
            assert_resolves(&scope, keys, expected);
        }
    }

    #[test]
    fn a_path_of_very_many_segments_resolves() {
        let keys = vec!["a"; 50_000];
        let mut scope = Scope::default();
        let source = Expr::Source(keys.join("."));
        assert_resolves(&scope, &keys, &source);
        scope.define("a");
        let steps = vec![PathStep::Key("a".to_owned()); keys.len() - 1];
        assert_resolves(&scope, &keys, &access("a", steps));
    }
}
