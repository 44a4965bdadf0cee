//! Group names of `parse` expressions.
//!
//! Users name groups like fields (`(?<@user>…)`, `(?<a.b>…)`), which the regex engine does not
//! allow; every named group gets a plain internal name.

/// Rewrites named groups; returns the expression and the pairs (internal name, user's name).
pub fn plain_names(pattern: &str) -> (String, Vec<(String, String)>) {
    let mut out = String::with_capacity(pattern.len());
    let mut names = Vec::new();
    let mut rest = pattern;
    let mut in_class = false;
    while let Some(c) = rest.chars().next() {
        if c == '\\' {
            let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
            out.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        match c {
            '[' => in_class = true,
            ']' => in_class = false,
            _ => {}
        }
        let group = (!in_class)
            .then(|| {
                rest.strip_prefix("(?<")
                    .or_else(|| rest.strip_prefix("(?P<"))
            })
            .flatten()
            .filter(|after| !after.starts_with(['=', '!']))
            .and_then(|after| after.split_once('>'));
        match group {
            Some((name, after)) => {
                let plain = format!("g{}", names.len());
                out.push_str("(?P<");
                out.push_str(&plain);
                out.push('>');
                names.push((plain, name.to_owned()));
                rest = after;
            }
            None => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    (out, names)
}

#[cfg(test)]
mod tests {
    use super::plain_names;

    #[test]
    fn any_field_name_can_name_a_group() {
        let (pattern, names) = plain_names(r"(?<@user>\w+) \(?<x> [(?<no>] (?P<a.b>.)(?<=x)");
        assert_eq!(pattern, r"(?P<g0>\w+) \(?<x> [(?<no>] (?P<g1>.)(?<=x)");
        let own: Vec<&str> = names.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(own, ["@user", "a.b"]);
    }
}
