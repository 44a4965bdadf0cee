//! Scanners, and clients that are refused.

use super::Window;
use crate::class::Class;
use crate::record::{Record, Status};
use crate::site::Tier;

/// What scanners look for: protocol, port and weight in percent; the rest of the weight goes to
/// any port.
const SCANNED: [(u8, u16, f64); 20] = [
    (6, 23, 18.0),
    (6, 22, 11.0),
    (6, 445, 9.0),
    (6, 3389, 8.0),
    (6, 80, 8.0),
    (6, 443, 7.0),
    (6, 8080, 5.0),
    (6, 5555, 4.0),
    (6, 6379, 3.0),
    (6, 2323, 3.0),
    (6, 8443, 3.0),
    (6, 1433, 2.5),
    (6, 3306, 2.5),
    (17, 5060, 2.0),
    (6, 81, 2.0),
    (6, 8888, 2.0),
    (6, 5900, 2.0),
    (6, 2222, 2.0),
    (6, 9200, 1.5),
    (6, 27017, 1.5),
];

impl Window<'_> {
    pub(super) fn scan_refused(&mut self) {
        self.scan(false);
    }

    pub(super) fn scan_answered(&mut self) {
        self.scan(true);
    }

    fn scan(&mut self, answered: bool) {
        let interface = self.plan.site.draw_public(&mut self.rng, self.night);
        let source = self.plan.site.draw_scanner(&mut self.rng);
        let mut weight = self.rng.unit() * 100.0;
        let known = SCANNED.iter().find(|(_, _, share)| {
            weight -= share;
            weight < 0.0
        });
        let (protocol, port) = match known {
            // Only TCP answers with a reset.
            Some(&(protocol, port, _)) if protocol == 6 || !answered => (protocol, port),
            _ => (6, self.rng.range(1, 65_535) as u16),
        };
        let packets = match self.rng.below(100) {
            0..82 => 1,
            82..94 => 2,
            _ => 3,
        };
        let size = [40, 44, 60][self.rng.below(3) as usize];
        let (start, end) = self.moment((packets - 1) as f64 * 2.0);
        let mut record = Record::empty(
            if answered {
                Class::ScanAnswered
            } else {
                Class::Scan
            },
            Status::Ok,
            interface,
            start,
        );
        record.end = end;
        record.set_addresses(source, self.address(interface));
        record.source_port = self.rng.range(1_024, 65_535) as u16;
        record.destination_port = port;
        record.protocol = protocol;
        record.tcp_flags = if protocol == 6 { 2 } else { 0 };
        (record.packets, record.bytes) = (packets, packets * size);
        record.accepted = answered;
        self.out.push(record);
        if answered {
            let mut reset = record;
            reset.set_addresses(record.destination, record.source);
            (reset.source_port, reset.destination_port) = (port, record.source_port);
            (reset.packets, reset.bytes) = (packets, packets * 40);
            (reset.egress, reset.traffic_path, reset.tcp_flags) = (true, Some(8), 4);
            self.out.push(reset);
        }
    }

    /// One of five clients that try a port which the security group does not open: three SYNs in
    /// seven seconds, at :00 and :30 of every minute.
    pub(super) fn refused(&mut self) {
        const PORTS: [u16; 5] = [5432, 6379, 3306, 27017, 9092];
        let pair = self.rng.below(5) as usize;
        let client = self.plan.site.member(Tier::App, 2 * pair + 1);
        let interface = self.plan.site.member(Tier::Data, pair);
        let start = self.start + 1 + 30 * self.rng.below(2) as i64;
        let mut record = Record::empty(Class::Refused, Status::Ok, interface, start);
        record.end = start + 6;
        record.set_addresses(self.address(client), self.address(interface));
        record.source_port = self.ephemeral();
        record.destination_port = PORTS[pair];
        record.protocol = 6;
        record.tcp_flags = 2;
        (record.packets, record.bytes) = (3, 180);
        self.out.push(record);
    }
}
