//! Which columns exist at a point of the pipeline.

use crate::pipeline::{Expr, PathStep};
use crate::suggest;
use crate::syntax::FieldPath;

/// A field path with its flattened text, for resolution and messages.
#[derive(Debug, Clone)]
pub struct Path {
    /// Segments joined by dots.
    pub text: String,
    /// The segments.
    pub field: FieldPath,
}

/// The columns of a point in the pipeline.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Columns that stages made.
    columns: Vec<String>,
    /// Source fields that a `fields` stage showed; their names are taken.
    projected: Vec<String>,
    /// Source texts of `stats` outputs and the columns that hold them.
    texts: Vec<(String, String)>,
    /// Whether only the columns exist (after `stats`).
    closed: bool,
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

    /// Adds a column.
    pub fn define(&mut self, name: &str) {
        if !self.columns.iter().any(|column| column == name) {
            self.columns.push(name.to_owned());
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

    /// Resolves a path: the longest prefix that is a column, the rest as steps into it; otherwise
    /// a source field. `None` when the scope is closed and nothing fits.
    pub fn resolve(&self, path: &Path) -> Option<Expr> {
        let segments = &path.field.segments;
        for length in (1..=segments.len()).rev() {
            let prefix = FieldPath {
                segments: segments[..length].to_vec(),
            }
            .dotted();
            if !self.has_column(&prefix) {
                continue;
            }
            let column = Expr::Column(prefix);
            if length == segments.len() {
                return Some(column);
            }
            let steps = segments[length..]
                .iter()
                .map(|segment| match segment.text.parse() {
                    Ok(index) if segment.index => PathStep::Index(index),
                    _ => PathStep::Key(segment.text.clone()),
                })
                .collect();
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
