//! The second and later text arguments of a function: prepared once when they are constant.

use arrow::array::{Array, StringViewArray};
use datafusion::common::Result;

use crate::function::Args;

/// A text argument in the form that a kernel works with, such as a searcher.
pub struct Operand<T, F> {
    source: Source<T>,
    prepare: F,
}

enum Source<T> {
    Constant(T),
    Column(StringViewArray),
}

impl<T, F: Fn(&str) -> T> Operand<T, F> {
    /// The argument at `index`.
    pub fn new(args: &Args, index: usize, prepare: F) -> Result<Operand<T, F>> {
        let source = match args.constant_text(index) {
            Some(text) => Source::Constant(prepare(&text)),
            None => Source::Column(args.texts(index)?),
        };
        Ok(Operand { source, prepare })
    }

    /// The prepared value when it is the same in every row.
    pub fn constant(&self) -> Option<&T> {
        match &self.source {
            Source::Constant(value) => Some(value),
            Source::Column(_) => None,
        }
    }

    /// Calls `body` with a row's value; `None` when that is missing.
    pub fn with<R>(&self, row: usize, body: impl FnOnce(&T) -> R) -> Option<R> {
        match &self.source {
            Source::Constant(value) => Some(body(value)),
            Source::Column(texts) => texts
                .is_valid(row)
                .then(|| body(&(self.prepare)(texts.value(row)))),
        }
    }
}
