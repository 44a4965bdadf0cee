//! Filter patterns: a pattern, a zero byte, a message.

#![no_main]

use flowgauge_ql::FilterPattern;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (pattern, message) = text.split_once('\0').unwrap_or((&text, ""));
    match FilterPattern::parse(pattern) {
        Ok(compiled) => {
            let values = compiled.extract(message);
            assert_eq!(compiled.matches(message), values.is_some());
            assert!(compiled.is_structured() || values.is_none_or(|values| values.is_empty()));
        }
        Err(error) => flowgauge_fuzz::check_diagnostic(&error, pattern),
    }
});
