//! Names of plan columns: those that queries use, and internal ones that no query can name.

use std::borrow::Cow;

/// How scanned tables are named in plans, with a number behind; no column of a query begins like
/// it, with or without its qualifier (see [`column_of`]).
pub const EVENTS: &str = "#events";
/// Column that numbers the events in input order.
pub const POSITION: &str = "#position";
/// How columns of pieces of the message begin.
const PIECE: &str = "#piece";
/// What is added to a field's name for its column of numbers.
pub const NUMBER_SUFFIX: &str = "#number";

/// The plan column for a name that the query uses. Names that look like internal ones get a `#` in
/// front; no internal name looks like that.
pub fn column_of(name: &str) -> Cow<'_, str> {
    if is_reserved(name) {
        Cow::Owned(format!("#{name}"))
    } else {
        Cow::Borrowed(name)
    }
}

/// The name behind a column that [`column_of`] gave.
pub fn name_of(column: &str) -> &str {
    match column.strip_prefix('#') {
        Some(name) if is_reserved(name) => name,
        _ => column,
    }
}

/// The field whose numbers a column holds.
pub fn numbers_of(column: &str) -> &str {
    name_of(column.strip_suffix(NUMBER_SUFFIX).unwrap_or(column))
}

fn is_reserved(name: &str) -> bool {
    name.starts_with('#') || name.ends_with(NUMBER_SUFFIX)
}

/// The column of a piece of the message: its number and how many there are
/// ([`flowgauge_format::Facet::Piece`]).
pub fn piece_column(at: usize, of: usize) -> String {
    format!("{PIECE}{at}/{of}")
}

/// What [`piece_column`] made a name of.
pub fn piece_of(column: &str) -> Option<(usize, usize)> {
    let (at, of) = column.strip_prefix(PIECE)?.split_once('/')?;
    Some((at.parse().ok()?, of.parse().ok()?))
}

/// The column of a field's numbers.
pub fn number_column(field: &str) -> String {
    format!("{}{NUMBER_SUFFIX}", column_of(field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_queries_and_internal_names_never_meet() {
        for name in [
            "a",
            "#position",
            "a#number",
            "#a#number",
            "##a",
            "#",
            "#number",
            "a#1",
            "#piece1/2",
        ] {
            let column = column_of(name);
            assert_eq!(name_of(&column), name);
            assert_eq!(numbers_of(&number_column(name)), name);
            assert_ne!(column, POSITION);
            assert_ne!(column, number_column("a"), "{name}");
            assert_eq!(piece_of(&column), None, "{name}");
        }
        assert_eq!(piece_of(&piece_column(3, 14)), Some((3, 14)));
    }
}
