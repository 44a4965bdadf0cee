//! From pattern text to parts.

use super::{Field, Number, OffsetStyle, Part, Pattern};

impl Pattern {
    /// Compiles a pattern; the error says what is wrong with it.
    pub fn compile(pattern: &str) -> Result<Pattern, String> {
        let mut open: Vec<Vec<Part>> = vec![Vec::new()];
        let mut rest = pattern;
        while let Some(letter) = rest.chars().next() {
            let run = rest.len() - rest.trim_start_matches(letter).len();
            match letter {
                '[' => {
                    open.push(Vec::new());
                    rest = &rest[1..];
                }
                ']' => {
                    let section = open.pop().unwrap_or_default();
                    let Some(outer) = open.last_mut() else {
                        return Err("`]` has no `[` before it".to_owned());
                    };
                    outer.push(Part::Optional(reserve(section)));
                    rest = &rest[1..];
                }
                '\'' => {
                    let (text, after) = quoted(&rest[1..])?;
                    push(&mut open, Part::Literal(text));
                    rest = after;
                }
                '{' | '}' | '#' => return Err(format!("`{letter}` must stand in single quotes")),
                letter if letter.is_ascii_alphabetic() => {
                    push(&mut open, part(letter, run)?);
                    rest = &rest[run..];
                }
                _ => {
                    push(&mut open, Part::Literal(rest[..run].to_owned()));
                    rest = &rest[run..];
                }
            }
        }
        // The end of the pattern closes every section.
        let mut parts = reserve(open.pop().unwrap_or_default());
        while let Some(mut outer) = open.pop() {
            outer.push(Part::Optional(parts));
            parts = reserve(outer);
        }
        Ok(Pattern { parts })
    }
}

fn push(open: &mut [Vec<Part>], part: Part) {
    if let Some(section) = open.last_mut() {
        section.push(part);
    }
}

/// Quoted text up to its closing quote, and what follows; two quotes are one.
fn quoted(text: &str) -> Result<(String, &str), String> {
    if let Some(after) = text.strip_prefix('\'') {
        return Ok(("'".to_owned(), after));
    }
    let mut literal = String::new();
    let mut rest = text;
    loop {
        let Some((inside, after)) = rest.split_once('\'') else {
            return Err("a single quote is not closed".to_owned());
        };
        literal.push_str(inside);
        match after.strip_prefix('\'') {
            Some(after) => {
                literal.push('\'');
                rest = after;
            }
            None => return Ok((literal, after)),
        }
    }
}

/// The part of a letter repeated `count` times.
fn part(letter: char, count: usize) -> Result<Part, String> {
    let number = |field, min, max| {
        Ok(Part::Number(Number {
            field,
            min,
            max,
            reserved: 0,
            signed: false,
        }))
    };
    let style = |zulu, colon, short, seconds| {
        Ok(Part::Offset(OffsetStyle {
            zulu,
            gmt: false,
            colon,
            short,
            seconds,
        }))
    };
    match (letter, count) {
        ('y' | 'u', 2) => Ok(Part::ShortYear),
        ('y' | 'u', 1..=19) => Ok(Part::Number(Number {
            field: Field::Year,
            min: count,
            // Years of four digits and more have a sign when they are longer than the letters.
            max: if count < 4 { 19 } else { count },
            reserved: 0,
            signed: letter == 'u',
        })),
        ('M' | 'L', 1) => number(Field::Month, 1, 19),
        ('M' | 'L', 2) => number(Field::Month, 2, 2),
        ('M' | 'L', 3 | 4) => Ok(Part::Month { full: count == 4 }),
        ('d', 1) => number(Field::Day, 1, 19),
        ('d', 2) => number(Field::Day, 2, 2),
        ('D', 1) => number(Field::DayOfYear, 1, 19),
        ('D', 2 | 3) => number(Field::DayOfYear, count, 3),
        ('H', 1) => number(Field::Hour, 1, 19),
        ('H', 2) => number(Field::Hour, 2, 2),
        ('k', 1) => number(Field::ClockHour, 1, 19),
        ('k', 2) => number(Field::ClockHour, 2, 2),
        ('K', 1) => number(Field::HalfHour, 1, 19),
        ('K', 2) => number(Field::HalfHour, 2, 2),
        ('h', 1) => number(Field::ClockHalfHour, 1, 19),
        ('h', 2) => number(Field::ClockHalfHour, 2, 2),
        ('m', 1) => number(Field::Minute, 1, 19),
        ('m', 2) => number(Field::Minute, 2, 2),
        ('s', 1) => number(Field::Second, 1, 19),
        ('s', 2) => number(Field::Second, 2, 2),
        ('n', 1..=19) => number(Field::NanoOfSecond, count, 19),
        ('A', 1..=19) => number(Field::MilliOfDay, count, 19),
        ('N', 1..=19) => number(Field::NanoOfDay, count, 19),
        ('S', 1..=9) => Ok(Part::Fraction(count)),
        ('a', 1) => Ok(Part::Half),
        ('E', 1..=3) => Ok(Part::Weekday { full: false }),
        ('E', 4) => Ok(Part::Weekday { full: true }),
        ('X' | 'x', 1..=5) => {
            let colon = count == 3 || count == 5;
            style(letter == 'X', colon, count == 1, count > 3)
        }
        ('Z', 1..=3) => style(false, false, false, false),
        ('Z', 5) => style(true, true, false, true),
        ('Z', 4) => Ok(Part::Offset(OffsetStyle {
            zulu: false,
            gmt: true,
            colon: true,
            short: false,
            seconds: true,
        })),
        ('V', 2) => Ok(Part::Zone { names: false }),
        ('V', _) => Err("the letter `V` must stand twice".to_owned()),
        ('z', 1..=4) => Ok(Part::Zone { names: true }),
        ('y' | 'u' | 'M' | 'L' | 'd' | 'D' | 'H' | 'k' | 'K' | 'h' | 'm' | 's', _)
        | ('n' | 'A' | 'N' | 'S' | 'a' | 'E' | 'X' | 'x' | 'Z' | 'z', _) => {
            Err(format!("the letter `{letter}` may not stand {count} times"))
        }
        _ => Err(format!(
            "the letter `{letter}` has no meaning here; put plain text into single quotes"
        )),
    }
}

/// Tells every number how many digits the fixed-width parts right behind it need.
fn reserve(mut parts: Vec<Part>) -> Vec<Part> {
    let mut behind = 0;
    for part in parts.iter_mut().rev() {
        let fixed = match part {
            Part::Number(number) => {
                number.reserved = behind;
                (number.min == number.max).then_some(number.max)
            }
            Part::Fraction(digits) => Some(*digits),
            Part::ShortYear => Some(2),
            _ => None,
        };
        behind = fixed.map_or(0, |width| behind + width);
    }
    parts
}
