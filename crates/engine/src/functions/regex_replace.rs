//! `regexReplace(s, regex, replacement)` (spec 7.6).

use arrow::array::ArrayRef;
use datafusion::common::{Result, internal_err};
use regex::Regex;

use super::operand::Operand;
use super::regex_cache::compiled;
use super::text_column::{LONGEST_TEXT, Mapped, map_texts};
use crate::function::{Args, Scalar};
use crate::types;

/// `regexReplace(s, regex, replacement)`: every match replaced. `\1` or `$1` in the replacement
/// stands for the first group, `\0` or `$0` for the whole match.
pub static REGEX_REPLACE: Scalar = Scalar {
    name: "regexreplace",
    returns: |_| types::TEXT,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let Some(pattern) = args.constant_text(1) else {
        return internal_err!("regexReplace needs a constant expression");
    };
    let regex = compiled(&pattern)?;
    let values = args.texts(0)?;
    let template = Operand::new(args, 2, Template::new)?;
    map_texts(&values, |row, text, out| {
        let mapped = template.with(row, |template| template.replace(text, &regex, out));
        mapped.unwrap_or(Mapped::Missing)
    })
}

/// A replacement, taken apart.
struct Template {
    pieces: Vec<Piece>,
}

enum Piece {
    Text(String),
    /// The number of a group, one digit; 0 is the whole match.
    Group(usize),
}

impl Template {
    fn new(replacement: &str) -> Template {
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut chars = replacement.chars().peekable();
        while let Some(c) = chars.next() {
            let group = match c {
                '\\' | '$' => chars.peek().and_then(|digit| digit.to_digit(10)),
                _ => None,
            };
            match group {
                Some(group) => {
                    chars.next();
                    pieces.push(Piece::Text(std::mem::take(&mut text)));
                    pieces.push(Piece::Group(group as usize));
                }
                None => text.push(c),
            }
        }
        pieces.push(Piece::Text(text));
        Template { pieces }
    }

    fn replace(&self, text: &str, regex: &Regex, out: &mut String) -> Mapped {
        let mut copied = 0;
        let mut matched = false;
        match self.pieces.as_slice() {
            // Where the groups lie costs far more than where the match lies.
            [Piece::Text(replacement)] => {
                for found in regex.find_iter(text) {
                    out.push_str(&text[copied..found.start()]);
                    out.push_str(replacement);
                    (copied, matched) = (found.end(), true);
                    if out.len() > LONGEST_TEXT {
                        return Mapped::Built;
                    }
                }
            }
            pieces => {
                for captures in regex.captures_iter(text) {
                    let found = captures.get_match();
                    out.push_str(&text[copied..found.start()]);
                    for piece in pieces {
                        match piece {
                            Piece::Text(text) => out.push_str(text),
                            // A group that does not exist or took no part is empty.
                            Piece::Group(group) => out
                                .push_str(captures.get(*group).map_or("", |group| group.as_str())),
                        }
                    }
                    (copied, matched) = (found.end(), true);
                    if out.len() > LONGEST_TEXT {
                        return Mapped::Built;
                    }
                }
            }
        }
        if !matched {
            return Mapped::Whole;
        }
        out.push_str(&text[copied..]);
        Mapped::Built
    }
}
