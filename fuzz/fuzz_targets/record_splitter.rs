//! The splitter of JSON documents gives the same records for chunks of any size.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((size, document)) = data.split_first() else {
        return;
    };
    let whole = flowgauge_fuzz::split_records(document, document.len().max(1));
    let chunked = flowgauge_fuzz::split_records(document, usize::from(*size).max(1));
    assert_eq!(whole, chunked);
});
