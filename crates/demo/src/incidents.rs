//! What is planted into the day: when, how much, and the records of each window.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use crate::class::Class;
use crate::plan::{Plan, window_start};
use crate::record::{Record, Status};
use crate::rng::Rng;
use crate::site::{Site, Tier};
use crate::{WINDOW_SECONDS, WINDOWS};

const INCIDENTS: u64 = 4;
/// The port that the sweep tries.
const SWEEP_PORTS: [u16; 4] = [5555, 2375, 10250, 6443];
/// A sweep takes 90 seconds: two windows.
const SWEEP_SECONDS: u64 = 90;
/// First port of the port scan.
const FIRST_PORT: u16 = 1_024;
/// Windows of the port scan.
const PORT_SCAN_WINDOWS: usize = 10;
/// Bytes that leave in the exfiltration.
const EXFILTRATED: u64 = 40_000_000_000;
/// Windows over which they leave: three hours.
const EXFILTRATION_WINDOWS: usize = 180;
/// Windows in which replies are refused.
const ASYMMETRIC_WINDOWS: usize = 10;

/// The planted incidents of a day.
pub(crate) struct Incidents {
    seed: u64,
    sweep_port: u16,
    /// First window of each sweep.
    sweeps: Vec<usize>,
    port_scan: Span,
    port_scan_target: u16,
    exfiltration: Span,
    thief: u16,
    asymmetric: Span,
    asymmetric_interface: u16,
    /// Interfaces without data by window.
    no_data: Vec<Vec<u16>>,
    /// Interfaces with lost data by window.
    skip_data: Vec<Vec<u16>>,
}

/// So many things spread evenly over some windows.
struct Span {
    first: usize,
    windows: usize,
    count: u64,
}

impl Span {
    /// The numbers of the things that fall into a window.
    fn within(&self, window: usize) -> std::ops::Range<u64> {
        match window.checked_sub(self.first) {
            Some(at) if at < self.windows => {
                let until = |at: usize| self.count * at as u64 / self.windows as u64;
                until(at)..until(at + 1)
            }
            _ => 0..0,
        }
    }
}

impl Incidents {
    pub(crate) fn new(seed: u64, records: u64, site: &Site) -> Incidents {
        let mut rng = Rng::keyed(seed, INCIDENTS, 0);
        let interfaces = site.interfaces.len() as u64;
        // Every hour when the day is large enough, but never more than a twentieth of it.
        let sweep_count = (records / 20 / interfaces).clamp(1, 24);
        let minute = rng.range(3, 55);
        let sweeps: Vec<usize> = (0..sweep_count)
            .map(|sweep| ((sweep * 24 / sweep_count + 24 / sweep_count / 2) * 60 + minute) as usize)
            .collect();
        let mut incidents = Incidents {
            seed,
            sweep_port: SWEEP_PORTS[rng.below(SWEEP_PORTS.len() as u64) as usize],
            sweeps,
            port_scan: Span {
                first: 14 * 60 + rng.below(60) as usize,
                windows: PORT_SCAN_WINDOWS,
                count: (records / 100).clamp(50, 1_000),
            },
            port_scan_target: site.member(Tier::Web, rng.below(3) as usize),
            exfiltration: Span {
                first: 60 + rng.below(60) as usize,
                windows: EXFILTRATION_WINDOWS,
                count: (records / 500).clamp(6, EXFILTRATION_WINDOWS as u64),
            },
            thief: site.member(Tier::App, rng.below(8) as usize),
            asymmetric: Span {
                first: 11 * 60 + rng.below(40) as usize,
                windows: ASYMMETRIC_WINDOWS,
                count: (records / 2_000).clamp(5, 200),
            },
            asymmetric_interface: site.member(Tier::Data, rng.below(2) as usize),
            no_data: vec![Vec::new(); WINDOWS],
            skip_data: vec![Vec::new(); WINDOWS],
        };
        incidents.plan_no_data(&mut rng, records, site);
        incidents.plan_skip_data(&mut rng, records, site);
        incidents
    }

    /// About one line in a hundred says that an interface was silent: a sample of the nights of the
    /// quiet interfaces, without the windows in which the sweep wakes them.
    fn plan_no_data(&mut self, rng: &mut Rng, records: u64, site: &Site) {
        let quiet: Vec<u16> = (0..site.interfaces.len() as u16)
            .filter(|&index| site.interface(index).quiet)
            .collect();
        let windows: Vec<usize> = (0..WINDOWS)
            .filter(|&window| Plan::is_night(window) && self.sweep_part(window).is_none())
            .collect();
        let slots = (quiet.len() * windows.len()) as u64;
        let count = (records / 100).min(slots);
        let shift = rng.below(slots);
        for number in 0..count {
            let slot = ((number * slots / count + shift) % slots) as usize;
            self.no_data[windows[slot / quiet.len()]].push(quiet[slot % quiet.len()]);
        }
    }

    /// Up to one in 5,000 windows of an interface lost records.
    fn plan_skip_data(&mut self, rng: &mut Rng, records: u64, site: &Site) {
        let interfaces = site.interfaces.len() as u64;
        let most = (WINDOWS as u64 * interfaces / 5_000).max(1);
        let count = (records / 5_000).clamp(1, most) as usize;
        let mut chosen = BTreeSet::new();
        while chosen.len() < count {
            let window = rng.below(WINDOWS as u64) as usize;
            let interface = rng.below(interfaces) as u16;
            if !site.interface(interface).quiet {
                chosen.insert((window, interface));
            }
        }
        for (window, interface) in chosen {
            self.skip_data[window].push(interface);
        }
    }

    /// The seconds of a sweep that fall into a window, counted from the sweep's begin.
    fn sweep_part(&self, window: usize) -> Option<std::ops::Range<u64>> {
        self.sweeps
            .iter()
            .find_map(|&first| match window.checked_sub(first) {
                Some(0) => Some(0..WINDOW_SECONDS as u64),
                Some(1) => Some(WINDOW_SECONDS as u64..SWEEP_SECONDS),
                _ => None,
            })
    }

    /// The interfaces that a sweep reaches in a window, by number.
    fn swept(&self, window: usize, site: &Site) -> std::ops::Range<u64> {
        let interfaces = site.interfaces.len() as u64;
        match self.sweep_part(window) {
            // Interface i is tried in second i * 90 / n; the first of second s is ceil(s * n / 90).
            Some(seconds) => {
                let first = |second: u64| (second * interfaces).div_ceil(SWEEP_SECONDS);
                first(seconds.start)..first(seconds.end)
            }
            None => 0..0,
        }
    }

    /// Connections of a planted class in a window.
    pub(crate) fn count(&self, class: Class, window: usize, site: &Site) -> u32 {
        let size = |range: std::ops::Range<u64>| (range.end - range.start) as u32;
        match class {
            Class::Sweep => size(self.swept(window, site)),
            Class::PortScan => size(self.port_scan.within(window)),
            Class::Exfiltration => size(self.exfiltration.within(window)),
            Class::Asymmetric => size(self.asymmetric.within(window)),
            Class::NoData => self.no_data[window].len() as u32,
            Class::SkipData => self.skip_data[window].len() as u32,
            _ => 0,
        }
    }

    /// The records of every incident in a window.
    pub(crate) fn emit(&self, window: usize, site: &Site, out: &mut Vec<Record>) {
        let start = window_start(window);
        for number in self.swept(window, site) {
            let second = number * SWEEP_SECONDS / site.interfaces.len() as u64;
            let at =
                window_start(window - window.min(usize::from(second >= WINDOW_SECONDS as u64)))
                    + second as i64;
            let mut record = probe(Class::Sweep, site, number as u16, site.sweeper(), at);
            record.source_port = 40_000 + number as u16;
            record.destination_port = self.sweep_port;
            out.push(record);
        }
        let ports = self.port_scan.within(window);
        let in_window = ports.end - ports.start;
        for (place, number) in ports.enumerate() {
            let at = start + (place as u64 * WINDOW_SECONDS as u64 / in_window) as i64;
            let mut record = probe(
                Class::PortScan,
                site,
                self.port_scan_target,
                site.port_scanner(),
                at,
            );
            record.source_port = 51_000;
            record.destination_port = FIRST_PORT + number as u16;
            out.push(record);
        }
        for number in self.exfiltration.within(window) {
            out.extend(self.exfiltrate(number, start, site));
        }
        for number in self.asymmetric.within(window) {
            out.extend(self.refuse_reply(number, start, site));
        }
        for &interface in &self.no_data[window] {
            out.push(Record::empty(
                Class::NoData,
                Status::NoData,
                interface,
                start,
            ));
        }
        for &interface in &self.skip_data[window] {
            out.push(Record::empty(
                Class::SkipData,
                Status::SkipData,
                interface,
                start,
            ));
        }
    }

    /// Bytes that have left after the first `number` parts; the last one completes the sum.
    fn exfiltrated(&self, number: u64) -> u64 {
        let count = self.exfiltration.count;
        let even = EXFILTRATED / count * number;
        if number == 0 {
            0
        } else if number == count {
            EXFILTRATED
        } else {
            even + Rng::keyed(self.seed, INCIDENTS, number).below(EXFILTRATED / count / 2)
        }
    }

    fn exfiltrate(&self, number: u64, start: i64, site: &Site) -> [Record; 2] {
        let bytes = self.exfiltrated(number + 1) - self.exfiltrated(number);
        let packets = bytes.div_ceil(1_500);
        let mut out = Record::empty(Class::Exfiltration, Status::Ok, self.thief, start);
        out.set_addresses(site.interface(self.thief).address, site.receiver());
        (out.source_port, out.destination_port, out.protocol) = (48_622, 443, 6);
        (out.packets, out.bytes) = (packets, bytes);
        (out.accepted, out.egress, out.traffic_path) = (true, true, Some(8));
        let first = number == 0;
        let last = number + 1 == self.exfiltration.count;
        out.tcp_flags = (u8::from(first) * 2) | u8::from(last);
        let mut back = out;
        back.set_addresses(site.receiver(), site.interface(self.thief).address);
        (back.source_port, back.destination_port) = (443, 48_622);
        (back.packets, back.bytes) = (packets / 2, packets / 2 * 52);
        (back.egress, back.traffic_path) = (false, None);
        back.tcp_flags = (u8::from(first) * 18) | u8::from(last);
        [out, back]
    }

    fn refuse_reply(&self, number: u64, start: i64, site: &Site) -> [Record; 2] {
        let near = site.interface(self.asymmetric_interface).address;
        let far = site.interface(site.member(Tier::Batch, 0)).address;
        let at = start + (number * 7 % 50) as i64;
        let mut request = probe(Class::Asymmetric, site, self.asymmetric_interface, far, at);
        (request.source_port, request.destination_port) = (33_000 + number as u16, 5432);
        (request.packets, request.bytes) = (3, 180);
        (request.end, request.accepted) = (at + 7, true);
        let mut reply = request;
        reply.set_addresses(near, far);
        (reply.source_port, reply.destination_port) = (5432, 33_000 + number as u16);
        (reply.accepted, reply.egress, reply.traffic_path) = (false, true, Some(1));
        reply.tcp_flags = 18;
        [request, reply]
    }
}

/// A refused SYN of one packet.
fn probe(class: Class, site: &Site, interface: u16, source: Ipv4Addr, at: i64) -> Record {
    let mut record = Record::empty(class, Status::Ok, interface, at);
    record.end = at;
    record.set_addresses(source, site.interface(interface).address);
    record.protocol = 6;
    record.tcp_flags = 2;
    (record.packets, record.bytes) = (1, 44);
    record
}

impl Record {
    /// Sets the addresses of interface and packet alike.
    pub(crate) fn set_addresses(
        &mut self,
        source: impl Into<IpAddr>,
        destination: impl Into<IpAddr>,
    ) {
        self.source = source.into();
        self.destination = destination.into();
        self.packet_source = self.source;
        self.packet_destination = self.destination;
    }
}
