//! Lines of Cilium Hubble.

#![no_main]

use std::io::Cursor;

use flowgauge_flow::source::hubble::Hubble;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let inventory = flowgauge_fuzz::flow::inventory();
    let lines = Box::new(Cursor::new(data.to_vec()));
    let Ok(mut source) = Hubble::read("fuzz", lines, &inventory, 60) else {
        return;
    };
    flowgauge_fuzz::flow::drain(&mut source, &inventory);
});
