//! The `vpc-flow` format over any file.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| flowgauge_fuzz::decode_named("vpc-flow", data));
