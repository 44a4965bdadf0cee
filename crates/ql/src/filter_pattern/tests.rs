//! Reads the case files of `cases/filter`, whose README describes their format.

use std::fs;
use std::path::PathBuf;

use flowgauge_event::limits::{EXPRESSION_DEPTH, FILTER_PATTERN_CHARS};
use proptest::prelude::*;

use super::FilterPattern;
use crate::codes::BAD_FILTER_PATTERN;

/// A case of a file.
#[derive(Debug, Default)]
struct Case {
    /// File and line, for failures.
    place: String,
    expected: String,
    pattern: String,
    message: String,
    /// Keys and values that are extracted.
    values: Vec<(String, String)>,
    /// The text under the span, and the message of the error.
    error: Option<(String, String)>,
}

/// What stands before, between and after the first and the last backtick of a line.
fn quoted(line: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = line.split_once('`')?;
    let (text, after) = rest.rsplit_once('`')?;
    Some((before.trim(), text, after))
}

/// Reads one line; `message` is the message of the lines that follow.
fn read_line(line: &str, message: &mut String, cases: &mut Vec<Case>) -> Option<()> {
    if line.trim().is_empty() || line.starts_with('#') {
        return Some(());
    }
    let (word, text, after) = quoted(line)?;
    match word {
        "message" => *message = text.to_owned(),
        "more" => *message = format!("{message}\n{text}"),
        "yes" | "no" | "error" => cases.push(Case {
            expected: word.to_owned(),
            pattern: text.to_owned(),
            message: message.clone(),
            ..Case::default()
        }),
        "at" => {
            let message = after.strip_prefix(": ")?;
            cases.last_mut()?.error = Some((text.to_owned(), message.to_owned()));
        }
        key if key.starts_with('$') => {
            let value = (key.to_owned(), text.to_owned());
            cases.last_mut()?.values.push(value);
        }
        _ => return None,
    }
    Some(())
}

/// The cases of every file.
fn cases() -> Vec<Case> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases/filter"));
    let mut cases = Vec::new();
    for entry in fs::read_dir(&folder).expect("the folder of the cases") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|ext| ext != "filter") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a case file");
        let mut message = String::new();
        for (index, line) in text.lines().enumerate() {
            let place = format!("{}:{}", path.display(), index + 1);
            let known = cases.len();
            read_line(line, &mut message, &mut cases)
                .unwrap_or_else(|| panic!("{place}: not a line of a case: {line}"));
            cases[known..]
                .iter_mut()
                .for_each(|case| case.place = place.clone());
        }
    }
    assert!(cases.len() > 117, "only {} cases were found", cases.len());
    cases
}

/// What is wrong with the outcome of a case, if anything.
fn failure(case: &Case) -> Option<String> {
    let parsed = FilterPattern::parse(&case.pattern);
    let found = match &parsed {
        Ok(pattern) if pattern.matches(&case.message) => "yes",
        Ok(_) => "no",
        Err(_) => "error",
    };
    if found != case.expected {
        return Some(format!("expected {}, found {found}", case.expected));
    }
    match parsed {
        Ok(pattern) => {
            let values = pattern.extract(&case.message);
            if values.is_some() != (found == "yes") {
                return Some("extracting and matching disagree".to_owned());
            }
            let values = values.unwrap_or_default();
            (!case.values.is_empty() && values != case.values)
                .then(|| format!("extracted {values:?}"))
        }
        Err(error) => {
            assert_eq!(error.code, BAD_FILTER_PATTERN, "{}", case.place);
            assert!(error.help.is_some(), "{}", case.place);
            let found = (error.span.text(&case.pattern).to_owned(), error.message);
            let expected = case.error.as_ref()?;
            (found != *expected).then(|| format!("{found:?}"))
        }
    }
}

#[test]
fn cases_come_out_as_written() {
    let failures: Vec<String> = cases()
        .iter()
        .filter_map(|case| {
            let flaw = failure(case)?;
            Some(format!("{}: `{}`: {flaw}", case.place, case.pattern))
        })
        .collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn parts_of_patterns_never_panic() {
    for case in cases() {
        for (at, _) in case.pattern.char_indices() {
            for part in [&case.pattern[..at], &case.pattern[at..]] {
                if let Ok(pattern) = FilterPattern::parse(part) {
                    let matched = pattern.matches(&case.message);
                    assert_eq!(matched, pattern.extract(&case.message).is_some(), "{part}");
                }
            }
        }
    }
}

#[test]
fn limits_hold() {
    let nested = |depth| format!("{{{}$.a=1{}}}", "(".repeat(depth), ")".repeat(depth));
    for (pattern, expected) in [
        ("é".repeat(FILTER_PATTERN_CHARS), None),
        (
            format!("{}bc", "é".repeat(FILTER_PATTERN_CHARS - 1)),
            Some("c"),
        ),
        (nested(EXPRESSION_DEPTH), None),
        (nested(EXPRESSION_DEPTH + 1), Some("(")),
    ] {
        let error = FilterPattern::parse(&pattern).err();
        let place = error.as_ref().map(|error| error.span.text(&pattern));
        assert_eq!(place, expected, "{pattern}");
    }
}

#[test]
fn a_pattern_tells_its_kind() {
    for (pattern, structured, regexes) in [
        ("", false, 0),
        ("a %b%", false, 1),
        ("{ $.a = %b% && $.b = %c% }", true, 2),
        ("[a]", true, 0),
    ] {
        let parsed = FilterPattern::parse(pattern).expect(pattern);
        assert_eq!(parsed.is_structured(), structured, "{pattern}");
        assert_eq!(parsed.regexes(), regexes, "{pattern}");
    }
}

#[test]
fn long_adversarial_messages_take_linear_work() {
    // Each of these would take hours if one opening delimiter cost a search of the rest.
    let fields = FilterPattern::parse("[a, ..., z = x]").expect("a pattern");
    assert!(!fields.matches(&"[ ".repeat(500_000)));
    assert!(!fields.matches(&"\" [ ".repeat(250_000)));
    let members = FilterPattern::parse("{ $.* = 2 }").expect("a pattern");
    let twice = format!("{{{}\"a\":1}}", "\"a\":2,".repeat(150_000));
    assert!(!members.matches(&twice));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_never_panics(pattern in ".{0,80}", message in ".{0,80}") {
        if let Ok(pattern) = FilterPattern::parse(&pattern) {
            prop_assert_eq!(pattern.matches(&message), pattern.extract(&message).is_some());
        }
    }

    #[test]
    fn texts_of_the_alphabet_never_panic(
        pattern in r#"[{\[%"?-]?([ ${}\[\]()*.,=<>!&|%"'\\:_a-c0-2-]|\$\.a|IS|NULL| = |\.\.\.|&&){0,30}[}\]%"]?"#,
        message in r#"([ {}\[\],:"\\a-c0-2.e-]|"a":|true|null){0,30}"#,
    ) {
        match FilterPattern::parse(&pattern) {
            Ok(compiled) => {
                prop_assert_eq!(compiled.matches(&message), compiled.extract(&message).is_some());
            }
            Err(error) => {
                let (start, end) = (error.span.start as usize, error.span.end as usize);
                prop_assert!(pattern.get(start..end).is_some(), "{:?}", error.span);
            }
        }
    }

    #[test]
    fn json_texts_are_found_again(text in any::<String>(), key in any::<String>()) {
        prop_assume!(!text.is_empty() && !key.contains('\''));
        let quote = |text: &str| {
            let mut out = String::from('"');
            for unit in text.encode_utf16() {
                out.push_str(&format!("\\u{unit:04x}"));
            }
            out + "\""
        };
        let message = format!("{{{}:{}}}", quote(&key), quote(&text));
        let compiled = FilterPattern::parse(&format!("{{ $.['{key}'] IS NULL || $.['{key}'] = * }}"));
        prop_assume!(compiled.is_ok());
        let values = compiled.expect("checked above").extract(&message).expect("a match");
        prop_assert_eq!(values, [(format!("$.['{key}']"), text)]);
    }
}
