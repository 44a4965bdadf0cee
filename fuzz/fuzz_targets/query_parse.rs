//! The parser of the query language.

#![no_main]

use flowgauge_ql::parser;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let parsed = parser::parse(&text);
    for diagnostic in &parsed.diagnostics {
        flowgauge_fuzz::check_diagnostic(diagnostic, &text);
    }
    for stage in &parsed.query.stages {
        flowgauge_fuzz::check_span(stage.span, &text);
        flowgauge_fuzz::check_span(stage.keyword, &text);
    }
});
