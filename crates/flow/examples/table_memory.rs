//! Measures what flows cost in memory: fills one window of a meter and reads what the process holds, then
//! closes the window. `cargo run --release --example table_memory`

use std::net::Ipv4Addr;

use flowgauge_flow::{
    Action, Batch, Direction, Interface, InterfaceKey, Inventory, Meter, MeterOptions, Observation,
    RecordFormat, Tuple,
};

/// Flows after which memory is read.
const STEPS: [u32; 5] = [250_000, 500_000, 1_000_000, 1_500_000, 2_000_000];
/// Observations at once.
const BATCH: u32 = 1_000;

fn main() -> std::io::Result<()> {
    let mut inventory = Inventory::default();
    let own = Ipv4Addr::new(10, 0, 0, 1);
    inventory.add(Interface {
        primary: Some(own),
        addresses: vec![own.into()],
        ..Interface::default()
    });
    let mut options = MeterOptions::for_format(&RecordFormat::default());
    options.flows_per_interface = usize::MAX;
    options.flows_total = usize::MAX;
    let mut meter = Meter::new(options, &inventory);
    let before = resident("VmRSS:")?;
    println!("flows      MB   bytes a flow");
    let mut flows = 0;
    for step in STEPS {
        while flows < step {
            let observations = (flows..flows + BATCH).map(|flow| observation(flow, own));
            meter.add(&Batch {
                observations: observations.collect(),
                ..Batch::default()
            });
            flows += BATCH;
        }
        let taken = resident("VmRSS:")?.saturating_sub(before);
        println!(
            "{step:7} {:6.1} {:8.1}",
            taken as f64 / 1e6,
            taken as f64 / f64::from(step)
        );
    }
    meter.finish();
    let records = meter.next_closed().map_or(0, |window| window.records.len());
    let most = resident("VmHWM:")?.saturating_sub(before);
    println!(
        "closing: {records} records, {:.1} MB at most",
        most as f64 / 1e6
    );
    Ok(())
}

/// The first packet of a flow of its own.
fn observation(flow: u32, own: Ipv4Addr) -> Observation {
    Observation {
        interface: InterfaceKey(0),
        direction: Direction::Ingress,
        tuple: Tuple {
            source: Ipv4Addr::from_bits(0xc612_0000 + flow / 50_000).into(),
            destination: own.into(),
            source_port: u16::try_from(1024 + flow % 50_000).unwrap_or_default(),
            destination_port: 443,
            protocol: 6,
        },
        action: Action::Accept,
        reject_reason: None,
        tcp_flags: 2,
        packets: 1,
        bytes: 40,
        first: i64::from(flow),
        last: i64::from(flow),
    }
}

/// Bytes of this process, by a line of Linux' description of it.
fn resident(line: &str) -> std::io::Result<u64> {
    let text = std::fs::read_to_string("/proc/self/status")?;
    let number = text.lines().find_map(|text| {
        let rest = text.strip_prefix(line)?;
        rest.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()
    });
    Ok(number.unwrap_or(0) * 1024)
}
