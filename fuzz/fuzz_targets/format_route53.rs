//! The `route53` format over any file.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| flowgauge_fuzz::decode_named("route53", data));
