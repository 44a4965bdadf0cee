//! The packets of a made-up day, captured, are the records of the same day.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use flowgauge_demo::{Generator, Layout, PacketWriter};

/// All that packets tell. Verdicts are not among it.
pub const FORMAT: &str = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} \
    ${protocol} ${packets} ${bytes} ${start} ${end} ${log-status} ${tcp-flags} ${type} ${pkt-srcaddr} \
    ${pkt-dstaddr} ${flow-direction}";

/// Writes the packets of a day to `capture` and its interfaces to `inventory`, and returns the lines
/// of the records that they tell, sorted.
pub fn write(records: u64, capture: &Path, inventory: &Path) -> Vec<String> {
    let generator = Generator::new(7, records).expect("a plan");
    let layout = Layout::parse(FORMAT).expect("a format");
    let out = BufWriter::new(File::create(capture).expect("a file"));
    let mut packets = PacketWriter::new(generator.site(), 400, out).expect("space");
    let day = Generator::new(7, records).expect("a plan");
    let mut lines = Vec::new();
    for record in day {
        if packets.record(&record).expect("space") {
            let mut line = Vec::new();
            layout.write_line(&record, generator.site(), &mut line);
            let line = String::from_utf8(line).expect("text");
            lines.push(line.trim_end().to_owned());
        }
    }
    packets.finish().expect("space");
    let site = generator.site();
    let mut text = format!("account-id = \"{}\"\n", site.account);
    for interface in &site.interfaces {
        let (id, address, address6) = (&interface.id, interface.address, interface.address6);
        text.push_str(&format!(
            "[[interfaces]]\nid = \"{id}\"\ndevice = \"{id}\"\naddresses = [\"{address}\", \"{address6}\"]\n"
        ));
    }
    std::fs::write(inventory, text).expect("space");
    lines.sort();
    lines
}
