//! Small text tools of the manual: wrapping for terminals, code spans and table cells of Markdown.

/// Columns of a terminal page.
pub(super) const COLUMNS: usize = 80;

/// `text` in lines of at most [`COLUMNS`] columns, the first one indented by `first`, the others by
/// `rest`. Words are never cut, so a longer word has a line of its own.
pub(super) fn wrap(text: &str, first: usize, rest: usize) -> String {
    let mut out = " ".repeat(first);
    let mut used = first;
    let mut line_is_empty = true;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if !line_is_empty && used + 1 + width > COLUMNS {
            out.push('\n');
            out.push_str(&" ".repeat(rest));
            used = rest;
            line_is_empty = true;
        }
        if !line_is_empty {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += width;
        line_is_empty = false;
    }
    out.push('\n');
    out
}

/// A query on one line if it fits, otherwise one line per stage.
pub(super) fn query(query: &str, indent: usize) -> String {
    let margin = " ".repeat(indent);
    if indent + query.chars().count() <= COLUMNS {
        return format!("{margin}{query}\n");
    }
    let mut stages = query.split(" | ");
    let mut out = wrap(stages.next().unwrap_or_default(), indent, indent + 4);
    for stage in stages {
        out.push_str(&wrap(&format!("| {stage}"), indent, indent + 4));
    }
    out
}

/// The text as a sentence: an upper-case first letter (unless it is code) and a full stop.
pub(super) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    let mut out: String = first.into_iter().chain(chars).collect();
    if !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
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
        let page = wrap(&"word ".repeat(40), 0, 4);
        assert!(page.lines().all(|line| line.len() <= COLUMNS));
        assert!(page.starts_with("word") && page.contains("\n    word"));
        assert_eq!(page.split_whitespace().count(), 40);
        // 16 words fill the first line to the last column but one, 15 each of the others.
        assert_eq!(page.lines().count(), 3);
    }

    #[test]
    fn long_queries_break_at_stages() {
        assert_eq!(query("limit 1 | sort a", 2), "  limit 1 | sort a\n");
        let stage = "filter abcdefghij = 1234567890";
        let long = [stage; 3].join(" | ");
        let expected = format!("  {stage}\n  | {stage}\n  | {stage}\n");
        assert_eq!(query(&long, 2), expected);
    }

    #[test]
    fn sentences() {
        for (text, expected) in [
            ("keeps rows", "Keeps rows."),
            ("Done.", "Done."),
            ("`then` if true", "`then` if true."),
        ] {
            assert_eq!(sentence(text), expected);
        }
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
