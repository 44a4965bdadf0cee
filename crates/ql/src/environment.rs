//! What exists beside a query: log groups, lookup tables, saved queries. With it the front end finds
//! misspelt names before anything runs.

use flowgauge_event::Number;

use crate::syntax::Literal;

/// The surroundings of a query.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// Names of the log groups; `None`: not known, any name is accepted.
    pub groups: Option<Vec<String>>,
    /// The lookup tables; `None`: not known, any name is accepted.
    pub tables: Option<Vec<TableHeader>>,
    /// The saved queries.
    pub saved: Vec<SavedQuery>,
}

/// The name and the columns of a lookup table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableHeader {
    /// Its name.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<String>,
}

/// A saved query.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedQuery {
    /// Its name; folders by slashes.
    pub name: String,
    /// Its text, with `{{parameter}}` where values belong.
    pub text: String,
    /// The parameters that it declares.
    pub parameters: Vec<SavedParameter>,
}

impl SavedQuery {
    /// A saved query as a file holds it. Its parameters are declared in comments of their own:
    /// `# param port` has to be given by a call, `# param port = 22` has a default. Fails with
    /// what is wrong.
    pub fn parse(name: &str, text: &str) -> Result<SavedQuery, String> {
        let mut parameters: Vec<SavedParameter> = Vec::new();
        for line in text.lines() {
            let Some(declaration) = line
                .trim()
                .strip_prefix('#')
                .and_then(|comment| comment.trim().strip_prefix("param "))
            else {
                continue;
            };
            let parameter = SavedParameter::parse(declaration.trim())?;
            if parameters.iter().any(|known| known.name == parameter.name) {
                return Err(format!(
                    "the parameter `{}` is declared twice",
                    parameter.name
                ));
            }
            parameters.push(parameter);
        }
        Ok(SavedQuery {
            name: name.to_owned(),
            text: text.to_owned(),
            parameters,
        })
    }
}

impl SavedParameter {
    /// `name` or `name = value`.
    fn parse(declaration: &str) -> Result<SavedParameter, String> {
        let (name, default) = match declaration.split_once('=') {
            Some((name, value)) => (name.trim(), Some(SavedParameter::literal(value.trim()))),
            None => (declaration, None),
        };
        let first = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if !first || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(format!(
                "`{name}` is no name of a parameter: write letters, digits and `_`, no digit first"
            ));
        }
        Ok(SavedParameter {
            name: name.to_owned(),
            default,
        })
    }

    /// A default value as it is written: a number, or text with or without quotes.
    pub fn literal(text: &str) -> Literal {
        if let Some(number) = Number::parse(text) {
            return Literal::Number(number);
        }
        let quoted = ['"', '\''].iter().find_map(|quote| {
            let inside = text.strip_prefix(*quote)?.strip_suffix(*quote)?;
            Some(inside.to_owned())
        });
        Literal::Text(quoted.unwrap_or_else(|| text.to_owned()))
    }
}

/// A parameter of a saved query.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedParameter {
    /// Its name: letters, digits and `_`, no digit first.
    pub name: String,
    /// The value when a call gives none; without it the call has to.
    pub default: Option<Literal>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_declared_in_comments() {
        let text =
            "# Who was refused\n# param port\n#param action = REJECT\nfilter a = 1 # param x\n";
        let query = SavedQuery::parse("a/b", text).expect("valid");
        let declared: Vec<_> = query
            .parameters
            .iter()
            .map(|known| (known.name.as_str(), known.default.clone()))
            .collect();
        let reject = Literal::Text("REJECT".to_owned());
        assert_eq!(declared, [("port", None), ("action", Some(reject))]);
        for (text, expected) in [
            ("22", Literal::Number(Number::Int(22))),
            ("\"22\"", Literal::Text("22".to_owned())),
            ("'a b'", Literal::Text("a b".to_owned())),
            ("\"", Literal::Text("\"".to_owned())),
        ] {
            assert_eq!(SavedParameter::literal(text), expected, "{text}");
        }
        for (text, problem) in [
            ("# param 1x", "is no name of a parameter"),
            ("# param a = 1\n# param a", "declared twice"),
        ] {
            let found = SavedQuery::parse("q", text).expect_err("refused");
            assert!(found.contains(problem), "{found}");
        }
    }
}
