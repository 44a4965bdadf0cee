//! Measures packets to records without the program around: reads a capture file and prints records.
//! `cargo run --release --example pcap_records -- FILE ADDRESS`

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use flowgauge_flow::capture::{CaptureOptions, Overflow, Progress, capture};
use flowgauge_flow::meter::Interval;
use flowgauge_flow::sink::lines::Lines;
use flowgauge_flow::source::pcap::{PcapOptions, PcapSource};
use flowgauge_flow::{Interface, Inventory, MeterOptions, RecordFormat};

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
    let options = CaptureOptions {
        meter: MeterOptions {
            interval: Interval::Minute,
            ..MeterOptions::for_format(&format)
        },
        overflow: Overflow::Wait,
        queue: 2,
    };
    let mut source = PcapSource::open(Path::new(&file), &inventory, PcapOptions::default())?;
    let mut sink = Lines::new("standard output", format, io::stdout());
    let progress = Progress::default();
    let never = AtomicBool::new(false);
    let warn = |warning: &str| eprintln!("{warning}");
    capture(
        &mut source,
        &mut sink,
        &inventory,
        options,
        &progress,
        &never,
        &warn,
    )?;
    let packets = progress.packets.load(Ordering::Relaxed);
    let records = progress.records.load(Ordering::Relaxed);
    eprintln!("{packets} packets, {records} records");
    Ok(())
}
