//! Measures packets to records without the program around: reads a capture file, prints records and
//! what became of the packets. `cargo run --release --example pcap_records -- FILE ADDRESS`

use std::io;
use std::path::Path;

use flowgauge_flow::pipeline::{self, Surveyor};
use flowgauge_flow::sink::lines::Lines;
use flowgauge_flow::source::pcap::{PcapOptions, PcapSource};
use flowgauge_flow::{Interface, Inventory, Meter, MeterOptions, RecordFormat};

/// Never stops and prints warnings.
struct Patient;

impl Surveyor for Patient {
    fn stop(&mut self) -> bool {
        false
    }

    fn warn(&mut self, warning: &str) {
        eprintln!("{warning}");
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(address)) = (arguments.next(), arguments.next()) else {
        return Err("FILE and ADDRESS are missing".into());
    };
    let mut inventory = Inventory::default();
    inventory.add(Interface {
        primary: address.parse().ok(),
        addresses: vec![address.parse()?],
        ..Interface::default()
    });
    let format = RecordFormat::default();
    let mut meter = Meter::new(MeterOptions::for_format(&format), &inventory);
    let mut source = PcapSource::open(Path::new(&file), &inventory, PcapOptions::default())?;
    let mut sink = Lines::new("standard output", format, io::stdout());
    let summary = pipeline::run(&mut source, &mut meter, &mut sink, &inventory, &mut Patient)?;
    eprintln!("{summary:?}");
    Ok(())
}
