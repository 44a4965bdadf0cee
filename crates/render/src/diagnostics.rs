//! Diagnostics of a query: underlined source for a terminal, JSON for programs.

use std::ops::Range;

use flowgauge_ql::Span;

mod json;
mod terminal;

pub use json::write_json;
pub use terminal::render;

/// A span as a range that can be sliced: inside the text and on character borders.
fn clamp(span: Span, text: &str) -> Range<usize> {
    let border = |at: u32| {
        let mut at = (at as usize).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = border(span.start);
    start..border(span.end).max(start)
}

#[cfg(test)]
mod tests;
