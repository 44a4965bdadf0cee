//! Every format over any file: the first byte picks the format.

#![no_main]

use flowgauge_format::registry::FORMATS;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Some((pick, file)) = data.split_first() {
        flowgauge_fuzz::decode(FORMATS[usize::from(*pick) % FORMATS.len()], file);
    }
});
