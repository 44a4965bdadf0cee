//! Wildcards in keys: `*` stands for anything within a folder's or object's name, `**` for any
//! number of folders. A pattern that fits a folder takes what is below it, as with files.

/// A key with wildcards.
#[derive(Debug)]
pub struct KeyPattern {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    /// `**`.
    Folders,
    /// A name, cut at its asterisks.
    Name(Vec<String>),
}

/// How far a pattern fits the folders of a key.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    No,
    /// So far; more must follow.
    Beginning,
    Whole,
}

impl KeyPattern {
    /// The pattern of a key; `None` when it has no wildcard. Only the asterisk is one: question
    /// marks and brackets occur in real keys.
    pub fn parse(key: &str) -> Option<KeyPattern> {
        key.contains('*').then(|| KeyPattern {
            parts: key
                .trim_end_matches('/')
                .split('/')
                .map(|name| match name {
                    "**" => Part::Folders,
                    _ => Part::Name(name.split('*').map(str::to_owned).collect()),
                })
                .collect(),
        })
    }

    /// Whether it fits a key or a folder above it.
    pub fn fits(&self, key: &str) -> bool {
        fit(&self.parts, &names(key)) == Fit::Whole
    }

    /// Whether something below a folder can fit.
    pub fn can_fit_below(&self, folder: &str) -> bool {
        fit(&self.parts, &names(folder)) > Fit::No
    }
}

fn names(key: &str) -> Vec<&str> {
    key.trim_end_matches('/').split('/').collect()
}

fn fit(parts: &[Part], names: &[&str]) -> Fit {
    match (parts, names) {
        ([], _) => Fit::Whole,
        ([Part::Folders, rest @ ..], _) => {
            let without = fit(rest, names);
            match names {
                [_, below @ ..] if without < Fit::Whole => without.max(fit(parts, below)),
                _ => without,
            }
        }
        (_, []) => Fit::Beginning,
        ([Part::Name(pieces), rest @ ..], [name, below @ ..]) => {
            if name_fits(pieces, name) {
                fit(rest, below)
            } else {
                Fit::No
            }
        }
    }
}

/// Whether a name begins with the first piece, ends with the last, and has the others in between
/// in order.
fn name_fits(pieces: &[String], name: &str) -> bool {
    let [first, middle @ .., last] = pieces else {
        // Without an asterisk there is one piece.
        return pieces.first().is_some_and(|piece| piece == name);
    };
    let Some(inner) = name
        .strip_prefix(first.as_str())
        .and_then(|rest| rest.strip_suffix(last.as_str()))
    else {
        return false;
    };
    let mut rest = inner;
    middle
        .iter()
        .all(|piece| match rest.split_once(piece.as_str()) {
            Some((_, after)) => {
                rest = after;
                true
            }
            None => piece.is_empty(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_folders() {
        for (pattern, key, fits, below) in [
            ("a/*.gz", "a/x.gz", true, true),
            ("a/*.gz", "a/x.gz/below", true, true),
            ("a/*.gz", "a/x.txt", false, false),
            ("a/*.gz", "a/b/x.gz", false, false),
            ("a/*.gz", "a/", false, true),
            ("a/*.gz", "b/", false, false),
            ("a/*", "a/b/c/x.gz", true, true),
            ("a/*/2024/", "a/b/2024/x.gz", true, true),
            ("a/*/2024/", "a/b/", false, true),
            ("a/*/2024/", "a/b/2023/", false, false),
            ("**/x.gz", "x.gz", true, true),
            ("**/x.gz", "a/b/x.gz", true, true),
            ("**/x.gz", "a/b/", false, true),
            ("a/**/x*", "a/b/c/xyz", true, true),
            ("a/**/x*", "b/c/xyz", false, false),
            ("a*b*c", "a-b-c", true, true),
            ("a*b*c", "abc", true, true),
            ("a*b*c", "acb", false, false),
            ("a*a", "a", false, false),
            ("a**b", "a-b", true, true),
            ("[x]?*", "[x]?1", true, true),
        ] {
            let parsed = KeyPattern::parse(pattern).expect(pattern);
            assert_eq!(parsed.fits(key), fits, "{pattern} {key}");
            assert_eq!(parsed.can_fit_below(key), below, "{pattern} below {key}");
        }
        assert!(KeyPattern::parse("a/b[1]?.gz").is_none());
    }
}
