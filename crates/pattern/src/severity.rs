//! How serious a pattern is, by its text.

/// Words for how serious a line is, in lower case. Lines that differ in them are never one
/// pattern.
const WORDS: &[&str] = &[
    "trace",
    "debug",
    "info",
    "notice",
    "warn",
    "warning",
    "error",
    "err",
    "fatal",
    "critical",
    "crit",
    "severe",
    "alert",
    "emerg",
    "emergency",
    "panic",
];

/// Whether a token says how serious its line is.
pub(crate) fn is_word(text: &str) -> bool {
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// The label of a pattern: `FATAL`, `ERROR`, `WARN` or `DEBUG` when its text holds that word in any
/// case, the most serious first; otherwise `INFO`.
pub fn label(pattern: &str) -> &'static str {
    ["FATAL", "ERROR", "WARN", "DEBUG"]
        .into_iter()
        .find(|word| holds(pattern, word))
        .unwrap_or("INFO")
}

fn holds(text: &str, word: &str) -> bool {
    text.as_bytes()
        .windows(word.len())
        .any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn the_most_serious_word_wins() {
        for (pattern, expected) in [
            ("all good", "INFO"),
            ("Warning: <Number-1> left", "WARN"),
            ("warn: NullPointerException, no errors", "ERROR"),
            ("debug error FATAL", "FATAL"),
            ("[DEBUG] x", "DEBUG"),
            ("terror", "ERROR"),
        ] {
            assert_eq!(label(pattern), expected, "{pattern}");
        }
    }
}
