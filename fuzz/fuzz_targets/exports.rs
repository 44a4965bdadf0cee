//! Messages of NetFlow v5 and v9 and of IPFIX, one after another as in a file.

#![no_main]

use std::io::Cursor;

use flowgauge_flow::source::export::{ExportFile, ExportOptions};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let inventory = flowgauge_fuzz::flow::inventory();
    let options = ExportOptions {
        interval: 60,
        patience: 600,
    };
    let reader = Box::new(Cursor::new(data.to_vec()));
    let Ok(mut source) = ExportFile::new("fuzz", reader, &inventory, options) else {
        return;
    };
    flowgauge_fuzz::flow::drain(&mut source, &inventory);
});
