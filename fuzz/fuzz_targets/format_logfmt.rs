//! The `logfmt` format over any file.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| flowgauge_fuzz::decode_named("logfmt", data));
