//! Small text tools of the manual: wrapping for terminals, code spans and table cells of Markdown.

/// Columns of a terminal page.
pub(super) const COLUMNS: usize = 80;

/// Appends `text` in lines of at most [`COLUMNS`] columns, each indented. Words are never cut, so
/// a longer word has a line of its own.
pub(super) fn wrap_into(out: &mut String, text: &str, indent: usize) {
    let mut used = 0;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if used > 0 && used + 1 + width > COLUMNS {
            out.push('\n');
            used = 0;
        }
        if used == 0 {
            out.extend(std::iter::repeat_n(' ', indent));
            used = indent;
        } else {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += width;
    }
    out.push('\n');
}

/// Markdown without the fences of its code spans: a run of several back-ticks is a fence, with
/// the blank that belongs to it, and inside such a span single back-ticks are text.
pub(super) fn plain(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut double = false;
    let mut rest = markdown;
    while let Some(c) = rest.chars().next() {
        if let Some(tail) = rest.strip_prefix("``") {
            double = !double;
            rest = if double {
                tail.strip_prefix(' ').unwrap_or(tail)
            } else {
                out.truncate(out.trim_end_matches(' ').len());
                tail
            };
            continue;
        }
        if c != '`' || double {
            out.push(c);
        }
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// A code span; text with back-ticks gets the longer fence.
pub(super) fn code(text: &str) -> String {
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

/// Text for a cell of a table, where a pipe would end the cell.
pub(super) fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// A code span for a cell of a table.
pub(super) fn cell_code(text: &str) -> String {
    cell(&code(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_within_the_page() {
        let mut out = String::new();
        wrap_into(&mut out, &"word ".repeat(40), 4);
        assert!(out.lines().all(|line| line.len() <= COLUMNS));
        assert!(out.lines().all(|line| line.starts_with("    word")));
        assert_eq!(out.split_whitespace().count(), 40);
        // 4 + 15 × 5 columns are one too few for another word.
        assert_eq!(out.lines().count(), 3);
    }

    #[test]
    fn plain_text_keeps_what_the_fences_hold() {
        for (markdown, expected) in [
            ("the `-` of `f`", "the - of f"),
            ("as `` .`odd key` `` does", "as .`odd key` does"),
            ("no fence", "no fence"),
        ] {
            assert_eq!(plain(markdown), expected);
        }
    }

    #[test]
    fn markdown_spans_and_cells() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a.`b`"), "`` a.`b` ``");
        assert_eq!(cell_code("a | b"), "`a \\| b`");
    }
}
