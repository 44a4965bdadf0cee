//! Ordinary traffic: the records of one connection of each class.

use std::net::IpAddr;

use crate::WINDOW_SECONDS;
use crate::class::{CLASSES, Class};
use crate::plan::{Plan, window_start};
use crate::record::{Record, Status};
use crate::rng::Rng;
use crate::site::Tier;

/// Bytes of IPv4 and TCP headers with the usual options.
const TCP_HEADERS: u64 = 52;
/// Payload of a full packet.
const FULL: u64 = 1_448;
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

/// One window in the making.
pub(crate) struct Window<'a> {
    plan: &'a Plan,
    number: usize,
    start: i64,
    night: bool,
    rng: Rng,
    out: &'a mut Vec<Record>,
}

/// What a connection did in the window.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// It opened and closed.
    Whole,
    /// It opened.
    Opening,
    /// It neither opened nor closed.
    Middle,
    /// It closed.
    Closing,
}

/// A connection as an interface sees it.
struct Exchange {
    class: Class,
    interface: u16,
    near: IpAddr,
    far: IpAddr,
    near_port: u16,
    far_port: u16,
    protocol: u8,
    start: i64,
    end: i64,
    /// Whether the far side opened it.
    from_far: bool,
    /// Packets and bytes of the side that opened it, and of the other.
    request: (u64, u64),
    response: (u64, u64),
    phase: Phase,
    traffic_path: u8,
}

/// Appends the records of every ordinary connection of a window.
pub(crate) fn emit(plan: &Plan, number: usize, out: &mut Vec<Record>) {
    for info in &CLASSES {
        let Some(connection) = connection(info.class) else {
            continue;
        };
        let mut window = Window {
            plan,
            number,
            start: window_start(number),
            night: Plan::is_night(number),
            rng: Rng::keyed(plan.seed, 16 + info.class as u64, number as u64),
            out,
        };
        for _ in 0..plan.counts[number][info.class as usize] {
            connection(&mut window);
        }
    }
}

/// What writes one connection of a class; the incidents write their own.
fn connection<'a>(class: Class) -> Option<fn(&mut Window<'a>)> {
    Some(match class {
        Class::Scan => Window::scan_refused,
        Class::ScanAnswered => Window::scan_answered,
        Class::ClientWeb => Window::client_web,
        Class::WebApp => Window::web_app,
        Class::AppData => Window::app_data,
        Class::Outbound => Window::outbound,
        Class::S3 => Window::s3,
        Class::Dns => Window::dns,
        Class::Services => Window::services,
        Class::Backup => Window::backup,
        Class::Refused => Window::refused,
        Class::Sweep
        | Class::PortScan
        | Class::Exfiltration
        | Class::Asymmetric
        | Class::NoData
        | Class::SkipData => return None,
    })
}

impl Window<'_> {
    fn address(&self, interface: u16) -> IpAddr {
        IpAddr::V4(self.plan.site.interface(interface).address)
    }

    /// An ephemeral port; one client in ten runs Windows.
    fn ephemeral(&mut self) -> u16 {
        let (low, high) = if self.rng.chance(0.1) {
            (49_152, 65_535)
        } else {
            (32_768, 60_999)
        };
        self.rng.range(low, high) as u16
    }

    /// Start and end of something that lasts so many seconds and ends in the window.
    fn moment(&mut self, seconds: f64) -> (i64, i64) {
        let start = self.start + self.rng.below(WINDOW_SECONDS as u64) as i64;
        let last = self.start + WINDOW_SECONDS - 1;
        (start, (start + seconds as i64).min(last))
    }

    fn short(&mut self) -> (i64, i64) {
        let seconds = self.rng.lognormal(1.5, 1.3);
        self.moment(seconds)
    }

    /// Packets and bytes of a TCP exchange from its payloads; every second full packet is
    /// acknowledged.
    fn volume(request: f64, response: f64) -> ((u64, u64), (u64, u64)) {
        let (request, response) = (request.max(1.0) as u64, response.max(1.0) as u64);
        let full = |payload: u64| payload.div_ceil(FULL);
        let packets = |own: u64, other: u64| 2 + full(own) + full(other) / 2;
        let side = |own, other| (packets(own, other), own + TCP_HEADERS * packets(own, other));
        (side(request, response), side(response, request))
    }

    /// A connection of a pool: with `open` it lasts through the window.
    fn phase(&mut self, open: f64) -> Phase {
        if self.rng.chance(open) {
            return Phase::Middle;
        }
        match self.rng.below(4) {
            0 => Phase::Opening,
            1 => Phase::Closing,
            _ => Phase::Whole,
        }
    }

    fn span(&mut self, phase: Phase) -> (i64, i64) {
        let last = self.start + WINDOW_SECONDS - 1;
        match phase {
            Phase::Whole => self.short(),
            Phase::Opening => (self.start + self.rng.below(50) as i64, last),
            Phase::Closing => (self.start, self.start + self.rng.range(5, 59) as i64),
            Phase::Middle => {
                let early = self.rng.below(6) as i64;
                let late = self.rng.below(6) as i64;
                (self.start + early, last - late)
            }
        }
    }

    /// Writes both directions, the side that opened first.
    fn exchange(&mut self, exchange: &Exchange) {
        let (opened, answered) = match (exchange.protocol, exchange.phase) {
            (6, Phase::Whole) => (3, 19),
            (6, Phase::Opening) => (2, 18),
            (6, Phase::Closing) => (1, 1),
            _ => (0, 0),
        };
        for opener in [true, false] {
            let egress = opener != exchange.from_far;
            let mut record = Record::empty(
                exchange.class,
                Status::Ok,
                exchange.interface,
                exchange.start,
            );
            record.end = exchange.end;
            record.protocol = exchange.protocol;
            record.accepted = true;
            record.egress = egress;
            record.traffic_path = egress.then_some(exchange.traffic_path);
            if egress {
                record.set_addresses(exchange.near, exchange.far);
                record.source_port = exchange.near_port;
                record.destination_port = exchange.far_port;
            } else {
                record.set_addresses(exchange.far, exchange.near);
                record.source_port = exchange.far_port;
                record.destination_port = exchange.near_port;
            }
            (record.packets, record.bytes) = if opener {
                exchange.request
            } else {
                exchange.response
            };
            record.tcp_flags = if opener { opened } else { answered };
            // A deployment cuts what the applications had open.
            let of_apps = matches!(exchange.class, Class::WebApp | Class::AppData);
            if of_apps && self.number == self.plan.deployment {
                record.tcp_flags |= 4;
            }
            self.out.push(record);
        }
    }

    fn scan_refused(&mut self) {
        self.scan(false);
    }

    fn scan_answered(&mut self) {
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

    fn client_web(&mut self) {
        let interface = self.plan.site.draw(Tier::Web, &mut self.rng, self.night);
        let (client, client6) = self.plan.site.draw_client(&mut self.rng);
        let (near, far) = if self.rng.chance(0.08) {
            let near = self.plan.site.interface(interface).address6;
            (IpAddr::V6(near), IpAddr::V6(client6))
        } else {
            (self.address(interface), IpAddr::V4(client))
        };
        let (protocol, near_port) = match self.rng.unit() {
            part if part < 0.05 => (17, 443),
            part if part < 0.9 => (6, 443),
            _ => (6, 80),
        };
        let (start, end) = self.short();
        let (request, response) =
            Self::volume(self.rng.lognormal(6.2, 1.0), self.rng.lognormal(8.2, 1.9));
        let far_port = self.ephemeral();
        self.exchange(&Exchange {
            class: Class::ClientWeb,
            interface,
            near,
            far,
            near_port,
            far_port,
            protocol,
            start,
            end,
            from_far: true,
            request,
            response,
            phase: Phase::Whole,
            traffic_path: 8,
        });
    }

    /// A TCP connection that the interface opens to another of the site.
    fn inside(
        &mut self,
        class: Class,
        from: u16,
        (to, port): (u16, u16),
        open: f64,
        payload: (f64, f64),
    ) {
        let phase = self.phase(open);
        let (start, end) = self.span(phase);
        let (request, response) = Self::volume(payload.0, payload.1);
        let near_port = self.ephemeral();
        let exchange = Exchange {
            class,
            interface: from,
            near: self.address(from),
            far: self.address(to),
            near_port,
            far_port: port,
            protocol: 6,
            start,
            end,
            from_far: false,
            request,
            response,
            phase,
            traffic_path: 1,
        };
        self.exchange(&exchange);
    }

    fn web_app(&mut self) {
        let from = self.plan.site.draw(Tier::Web, &mut self.rng, self.night);
        let to = self.plan.site.draw(Tier::App, &mut self.rng, self.night);
        let payload = (self.rng.lognormal(7.0, 1.2), self.rng.lognormal(8.5, 1.5));
        self.inside(Class::WebApp, from, (to, 8080), 0.7, payload);
    }

    fn app_data(&mut self) {
        let from = self.plan.site.draw(Tier::App, &mut self.rng, self.night);
        let (tier, port) = match self.rng.below(10) {
            0..4 => (Tier::Data, 5432),
            4..6 => (Tier::Data, 3306),
            6..9 => (Tier::Cache, 6379),
            _ => (Tier::Data, 27017),
        };
        let to = self.plan.site.draw(tier, &mut self.rng, self.night);
        let packets = self.rng.range(20, 4_000) as f64;
        let payload = (packets * 120.0, packets * 420.0);
        self.inside(Class::AppData, from, (to, port), 0.85, payload);
    }

    /// Stands in the log of the instance and, with the addresses rewritten on the way, four times
    /// in the log of the NAT gateway (flow log spec 6).
    fn outbound(&mut self) {
        let tier = if self.rng.chance(0.8) {
            Tier::App
        } else {
            Tier::Batch
        };
        let from = self.plan.site.draw(tier, &mut self.rng, self.night);
        let gateway = self.plan.site.draw(Tier::Nat, &mut self.rng, self.night);
        let host = IpAddr::V4(self.plan.site.draw_host(&mut self.rng));
        let (start, end) = self.short();
        let (request, response) =
            Self::volume(self.rng.lognormal(6.5, 1.0), self.rng.lognormal(8.0, 1.6));
        let near_port = self.ephemeral();
        let gateway_port = self.rng.range(1_024, 65_535) as u16;
        let (instance, nat) = (self.address(from), self.address(gateway));
        let mut exchange = Exchange {
            class: Class::Outbound,
            interface: from,
            near: instance,
            far: host,
            near_port,
            far_port: 443,
            protocol: 6,
            start,
            end,
            from_far: false,
            request,
            response,
            phase: Phase::Whole,
            traffic_path: 1,
        };
        self.exchange(&exchange);
        // The inner side of the gateway: srcaddr and dstaddr show the gateway, pkt-* the host.
        exchange.interface = gateway;
        (exchange.near, exchange.far) = (nat, instance);
        (exchange.near_port, exchange.far_port) = (443, near_port);
        exchange.from_far = true;
        let inner = self.out.len();
        self.exchange(&exchange);
        self.out[inner].packet_destination = host;
        self.out[inner + 1].packet_source = host;
        // The outer side.
        (exchange.near, exchange.far) = (nat, host);
        (exchange.near_port, exchange.far_port) = (gateway_port, 443);
        exchange.from_far = false;
        exchange.traffic_path = 8;
        self.exchange(&exchange);
    }

    fn s3(&mut self) {
        let from = self.plan.site.draw(Tier::App, &mut self.rng, self.night);
        let address = IpAddr::V4(self.plan.site.draw_s3(&mut self.rng));
        let bulk = if self.rng.chance(0.01) {
            self.rng.pareto(1.15, 2e6, 2e9)
        } else {
            self.rng.lognormal(9.0, 1.8)
        };
        let small = self.rng.lognormal(6.5, 0.8);
        let upload = self.rng.chance(0.5);
        let (request, response) = if upload {
            Self::volume(bulk, small)
        } else {
            Self::volume(small, bulk)
        };
        let (start, end) = self.short();
        let near_port = self.ephemeral();
        let first = self.out.len();
        let exchange = Exchange {
            class: Class::S3,
            interface: from,
            near: self.address(from),
            far: address,
            near_port,
            far_port: 443,
            protocol: 6,
            start,
            end,
            from_far: false,
            request,
            response,
            phase: Phase::Whole,
            traffic_path: 7,
        };
        self.exchange(&exchange);
        for record in &mut self.out[first..] {
            record.s3 = true;
        }
    }

    /// One packet each way without a connection; `sizes` are those of the question and the answer.
    fn datagrams(
        &mut self,
        class: Class,
        from: u16,
        far: (IpAddr, u16),
        protocol: u8,
        sizes: (u64, u64),
    ) {
        let (start, end) = self.moment(0.0);
        // A question comes from an ephemeral port, except of time servers and of pings.
        let near_port = match far.1 {
            53 => self.ephemeral(),
            same => same,
        };
        let exchange = Exchange {
            class,
            interface: from,
            near: self.address(from),
            far: far.0,
            near_port,
            far_port: far.1,
            protocol,
            start,
            end,
            from_far: false,
            request: (1, sizes.0),
            response: (1, sizes.1),
            phase: Phase::Whole,
            traffic_path: 1,
        };
        self.exchange(&exchange);
    }

    fn dns(&mut self) {
        let tier = if self.rng.chance(0.7) {
            Tier::App
        } else {
            Tier::Web
        };
        let from = self.plan.site.draw(tier, &mut self.rng, self.night);
        let sizes = (self.rng.range(56, 90), self.rng.range(90, 260));
        let resolver = self.plan.site.resolver(from);
        self.datagrams(Class::Dns, from, (resolver, 53), 17, sizes);
    }

    fn services(&mut self) {
        let from = self.plan.site.draw(Tier::App, &mut self.rng, self.night);
        // Time server, monitoring and the three hosts of the administrators.
        let host = |last: u64| IpAddr::from([10, 0, 111, last as u8]);
        match self.rng.below(10) {
            0..3 => self.datagrams(Class::Services, from, (host(123), 123), 17, (76, 76)),
            3..6 => self.datagrams(Class::Services, from, (host(90), 0), 1, (84, 84)),
            kind => {
                let admin = kind == 9;
                let far = if admin {
                    host(self.rng.range(10, 12))
                } else {
                    host(90)
                };
                let (start, end) = self.short();
                let (request, response) =
                    Self::volume(self.rng.lognormal(7.0, 1.0), self.rng.lognormal(8.5, 1.2));
                let far_port = self.ephemeral();
                let exchange = Exchange {
                    class: Class::Services,
                    interface: from,
                    near: self.address(from),
                    far,
                    near_port: if admin { 22 } else { 9100 },
                    far_port,
                    protocol: 6,
                    start,
                    end,
                    from_far: true,
                    request,
                    response,
                    phase: Phase::Whole,
                    traffic_path: 1,
                };
                self.exchange(&exchange);
            }
        }
    }

    fn backup(&mut self) {
        let from = self.plan.site.draw(Tier::Data, &mut self.rng, self.night);
        let to = self.plan.site.member(Tier::Batch, 0);
        let payload = (self.rng.pareto(1.05, 1e9, 50e9), 1_000.0);
        self.inside(Class::Backup, from, (to, 873), 1.0, payload);
    }

    /// One of five clients that try a port which the security group does not open: three SYNs in
    /// seven seconds, at :00 and :30 of every minute.
    fn refused(&mut self) {
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
