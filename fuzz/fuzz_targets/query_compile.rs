//! From query text to pipeline: parser and binder.

#![no_main]

use flowgauge_ql::{Options, compile};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let lenient = compile(&text, &Options::default());
    for diagnostic in &lenient.diagnostics {
        flowgauge_fuzz::check_diagnostic(diagnostic, &text);
    }
    assert_eq!(lenient.pipeline.is_none(), lenient.errors().count() > 0);
    let strict = compile(&text, &Options { strict: true, ..Options::default() });
    assert!(strict.errors().count() >= lenient.errors().count());
});
