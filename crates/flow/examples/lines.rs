//! How many records a second the writers take: lines, gzip, and Parquet where it is built in. Prints
//! records per second of CPU time spent by this process alone; nothing is read or written.
//!
//! `cargo run --release -p flowgauge-flow --example lines`

use std::io;
use std::net::{IpAddr, Ipv4Addr};

use flowgauge_flow::record::{Flow, FlowRecord, LogStatus};
use flowgauge_flow::sink::Sink;
use flowgauge_flow::sink::encoder::{Encoder, Encoding};
use flowgauge_flow::sink::lines::Lines;
use flowgauge_flow::{Action, ClosedWindow, Direction, Interface, Inventory, RecordFormat, Tuple};
use flowgauge_format::flow_fields::by_id;

const RECORDS: u32 = 1_000_000;

fn main() -> io::Result<()> {
    let mut inventory = Inventory::default();
    let address = Ipv4Addr::new(10, 0, 0, 5);
    let fields = [
        ("account-id", "123456789012"),
        ("interface-id", "eni-0a1b2c3d4e5f60718"),
        ("vpc-id", "vpc-0a1b2c3d4e5f60718"),
    ];
    let interface = inventory.add(Interface {
        primary: Some(address),
        addresses: vec![IpAddr::V4(address)],
        fields: fields
            .into_iter()
            .filter_map(|(id, value)| Some((by_id(id)?, value.to_owned())))
            .collect(),
        ..Interface::default()
    });
    let record = |number: u32| FlowRecord {
        interface,
        start: 1_714_564_800,
        end: 1_714_564_859,
        status: LogStatus::Ok,
        flow: Some(Flow {
            direction: Direction::Ingress,
            tuple: Tuple {
                source: IpAddr::V4(Ipv4Addr::from_bits(0xc612_0000 | number & 0x1ffff)),
                destination: IpAddr::V4(address),
                source_port: 32_768 + (number % 28_000) as u16,
                destination_port: 443,
                protocol: 6,
            },
            action: Action::Accept,
            reject_reason: None,
            packets: u64::from(number % 97) + 1,
            bytes: u64::from(number % 1_009) * 100 + 40,
            tcp_flags: 19,
        }),
    };
    let window = ClosedWindow {
        start: 1_714_564_800,
        interval: 60,
        records: (0..RECORDS).map(record).collect(),
    };
    for (name, format) in [
        ("version 2", RecordFormat::default()),
        (
            "version 5",
            RecordFormat::parse("${version} ${vpc-id} ${interface-id} ${account-id} ${type} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${pkt-srcaddr} ${pkt-dstaddr} ${protocol} ${bytes} ${packets} ${start} ${end} ${action} ${tcp-flags} ${flow-direction} ${traffic-path} ${log-status}")
                .map_err(io::Error::other)?,
        ),
    ] {
        report(&format!("lines, {name}"), || {
            Lines::new("nowhere", format.clone(), io::sink())
                .write(&window, &inventory)
                .map_err(io::Error::other)
        })?;
        let mut encodings = vec![("gzip", Encoding::Gzip)];
        #[cfg(feature = "parquet")]
        encodings.push(("parquet", Encoding::Parquet));
        for (what, encoding) in encodings.drain(..) {
            report(&format!("{what}, {name}"), || {
                let mut encoder = Encoder::new(encoding, &format, io::sink())?;
                let mut printer = format.printer(&inventory);
                for record in &window.records {
                    encoder.record(record, &mut printer)?;
                }
                encoder.finish().map(drop)
            })?;
        }
    }
    Ok(())
}

fn report(name: &str, work: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    let before = ticks()?;
    work()?;
    let seconds = (ticks()? - before) as f64 / 100.0;
    println!(
        "{name}: {:.2} million records/s",
        f64::from(RECORDS) / seconds.max(0.01) / 1e6
    );
    Ok(())
}

/// CPU time of this process in hundredths of a second, as Linux counts it.
fn ticks() -> io::Result<u64> {
    let text = std::fs::read_to_string("/proc/self/stat")?;
    let times = text.rsplit(')').next().unwrap_or_default();
    let of = |place| {
        let part: Option<&str> = times.split_whitespace().nth(place);
        part.and_then(|part| part.parse::<u64>().ok()).unwrap_or(0)
    };
    Ok(of(11) + of(12))
}
