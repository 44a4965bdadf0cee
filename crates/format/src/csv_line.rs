//! One CSV record (RFC 4180), for `parse … csv` (spec 5.5).

use std::borrow::Cow;

/// The fields of a record, in order. A field may be quoted, with doubled quotes inside; a quote
/// that opens no field is plain text, and so is what stands between a closing quote and the next
/// comma. An unclosed quote takes the rest. A line end behind the record does not belong to it.
/// Empty text is one empty field.
pub fn split(text: &str) -> Vec<Cow<'_, str>> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    let mut fields = Vec::new();
    let mut rest = text;
    loop {
        let (field, tail) = match rest.strip_prefix('"') {
            Some(inside) => quoted(inside),
            None => {
                let (field, tail) = plain(rest);
                (Cow::Borrowed(field), tail)
            }
        };
        fields.push(field);
        match tail {
            Some(tail) => rest = tail,
            None => return fields,
        }
    }
}

/// A field and the text behind its comma, if there is one.
fn plain(text: &str) -> (&str, Option<&str>) {
    match text.split_once(',') {
        Some((field, tail)) => (field, Some(tail)),
        None => (text, None),
    }
}

/// Like [`plain`], behind an opening quote.
fn quoted(inside: &str) -> (Cow<'_, str>, Option<&str>) {
    let mut field = Cow::Borrowed("");
    let mut rest = inside;
    loop {
        let Some((part, behind)) = rest.split_once('"') else {
            // Never closed.
            return (joined(field, rest), None);
        };
        field = joined(field, part);
        match behind.strip_prefix('"') {
            Some(tail) => {
                field.to_mut().push('"');
                rest = tail;
            }
            None => {
                let (stray, tail) = plain(behind);
                return (joined(field, stray), tail);
            }
        }
    }
}

fn joined<'t>(mut field: Cow<'t, str>, part: &'t str) -> Cow<'t, str> {
    if part.is_empty() {
        field
    } else if field.is_empty() {
        Cow::Borrowed(part)
    } else {
        field.to_mut().push_str(part);
        field
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records() {
        for (text, fields) in [
            ("", &[""][..]),
            ("a,b,c", &["a", "b", "c"]),
            ("a,,", &["a", "", ""]),
            (r#""a,b","say ""hi""",c"#, &["a,b", "say \"hi\"", "c"]),
            (r#""""#, &[""]),
            ("\"\",", &["", ""]),
            ("\"\"\",\",x", &["\",", "x"]),
            ("\"a\"\"", &["a\""]),
            (r#"a "b",c"#, &["a \"b\"", "c"]),
            (r#""a"b,c"#, &["ab", "c"]),
            (r#""open,b"#, &["open,b"]),
            ("a, b \r\n", &["a", " b "]),
            ("\"two\nlines\",é", &["two\nlines", "é"]),
        ] {
            assert_eq!(split(text), fields, "{text:?}");
        }
    }

    #[test]
    fn fields_without_doubled_quotes_are_borrowed() {
        let fields = split("\"a\",b,\"c\"\"d\"");
        let owned = fields.iter().map(|field| matches!(field, Cow::Owned(_)));
        assert_eq!(owned.collect::<Vec<_>>(), [false, false, true]);
    }
}
