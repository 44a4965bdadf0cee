//! `--param NAME=VALUE`: the `{{name}}` places of a query are replaced as text, as saved queries do.

use crate::failure::Failure;

/// Fills in the parameters. Every one of them must occur; a place that none fills is left for the
/// diagnostics of the query. `most` is how many there may be.
pub fn fill(text: &str, parameters: &[String], most: u64) -> Result<String, Failure> {
    if parameters.len() as u64 > most {
        return Err(Failure::Input(format!(
            "a query has at most {most} parameters"
        )));
    }
    let mut values: Vec<(&str, &str, bool)> = Vec::new();
    for parameter in parameters {
        let Some((name, value)) = parameter.split_once('=') else {
            return Err(Failure::Input(format!(
                "`--param {parameter}` has no value: write NAME=VALUE"
            )));
        };
        if values.iter().any(|(other, ..)| *other == name) {
            return Err(Failure::Input(format!("parameter `{name}` is given twice")));
        }
        values.push((name, value, false));
    }
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find("{{") {
        let Some(length) = rest[open..].find("}}") else {
            break;
        };
        let name = rest[open + 2..open + length].trim();
        filled.push_str(&rest[..open]);
        match values.iter_mut().find(|(known, ..)| *known == name) {
            Some((_, value, used)) => {
                *used = true;
                filled.push_str(value);
            }
            None => filled.push_str(&rest[open..open + length + 2]),
        }
        rest = &rest[open + length + 2..];
    }
    filled.push_str(rest);
    match values.iter().find(|(_, _, used)| !used) {
        Some((name, ..)) => Err(Failure::Input(format!(
            "the query has no place for parameter `{name}`: write {{{{{name}}}}} where its value belongs"
        ))),
        None => Ok(filled),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str, parameters: &[&str]) -> Result<String, String> {
        let parameters: Vec<String> = parameters.iter().map(|text| (*text).to_owned()).collect();
        fill(text, &parameters, 2).map_err(|failure| match failure {
            Failure::Input(message) => message,
            other => format!("{other:?}"),
        })
    }

    #[test]
    fn places_are_replaced_as_text() {
        assert_eq!(
            filled(
                "filter a = {{ x }} and b = '{{y}}' or {{x}}",
                &["x=1=2", "y={{x}}"]
            )
            .as_deref(),
            Ok("filter a = 1=2 and b = '{{x}}' or 1=2")
        );
        assert_eq!(filled("{{z}} {{", &[]).as_deref(), Ok("{{z}} {{"));
    }

    #[test]
    fn mistakes_are_named() {
        for (parameters, part) in [
            (&["x"][..], "has no value"),
            (&["x=1", "x=2"], "given twice"),
            (&["x=1", "y=2", "z=3"], "at most 2 parameters"),
            (&["y=1"], "no place for parameter `y`: write {{y}}"),
        ] {
            let message = filled("{{x}}", parameters).expect_err(part);
            assert!(message.contains(part), "{message}");
        }
    }
}
