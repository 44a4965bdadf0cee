//! The worked records that are published for flow logs (flow log spec 6): packets are built, written
//! as a capture of Linux's `any` (which tells what was sent), read, judged, metered and printed, and
//! the lines must be the published ones.
//!
//! Windows of the original are not aligned to the clock, so each window is a case of its own.

use std::io::Cursor;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::AtomicBool;

use flowgauge_flow::capture::{CaptureOptions, Overflow, Progress, capture};
use flowgauge_flow::packet_builder::{PacketBuilder, PcapWriter, tcp};
use flowgauge_flow::sink::lines::Lines;
use flowgauge_flow::source::Loss;
use flowgauge_flow::source::pcap::{PcapOptions, PcapSource};
use flowgauge_flow::{
    FlowRecord, Interface, InterfaceKey, Inventory, Judge, LogStatus, MeterOptions, Question,
    RecordFormat, Verdict,
};
use flowgauge_format::flow_fields::{DEFAULT_FORMAT, by_id};

const SYN: u8 = tcp::SYN;
const SYN_ACK: u8 = tcp::SYN | tcp::ACK;
const ACK: u8 = tcp::ACK;
const FIN: u8 = tcp::FIN | tcp::ACK;

/// The link type of captures on `any`.
const LINUX_COOKED: u32 = 113;

/// One interface, its packets, and what decides on them.
struct Scene {
    interface: Interface,
    format: &'static str,
    verdict: fn(&Question) -> Verdict,
    /// Microseconds, whether it was sent, and the packet.
    packets: Vec<(i64, bool, Vec<u8>)>,
}

impl Scene {
    fn new(format: &'static str, fields: &[(&str, &str)], addresses: &[&str]) -> Self {
        let addresses: Vec<IpAddr> = addresses.iter().map(|text| ip(text)).collect();
        let v4 = addresses.iter().find_map(|address| match address {
            IpAddr::V4(address) => Some(*address),
            IpAddr::V6(_) => None,
        });
        let field = |(id, value): &(&str, &str)| (by_id(id).expect("field"), (*value).to_owned());
        let interface = Interface {
            primary: v4,
            addresses,
            fields: fields.iter().map(field).collect(),
            ..Interface::default()
        };
        Self {
            interface,
            format,
            verdict: |_| Verdict::ACCEPT,
            packets: Vec::new(),
        }
    }

    /// Packets of one direction of a TCP connection: `flags` of the first ones, bare ACKs, and the
    /// flags of the last one.
    #[expect(clippy::too_many_arguments, reason = "a row of a published table")]
    fn tcp(
        &mut self,
        sent: bool,
        source: &str,
        destination: &str,
        flags: (u8, u8),
        packets: usize,
        bytes: usize,
        times: (i64, i64),
    ) {
        let (source, destination) = (socket(source), socket(destination));
        let build = |place: usize, length: usize| {
            let flags = match place {
                0 => flags.0,
                place if place + 1 == packets => flags.1,
                _ => ACK,
            };
            PacketBuilder::tcp(source, destination, flags).total_length(length)
        };
        self.spread(sent, packets, bytes, times, build);
    }

    fn pings(&mut self, sent: bool, source: &str, destination: &str, times: (i64, i64)) {
        let kind = if sent { 0 } else { 8 };
        let (source, destination) = (ip(source), ip(destination));
        let build =
            |_, length| PacketBuilder::icmp(source, destination, kind, 0).total_length(length);
        self.spread(sent, 4, 336, times, build);
    }

    /// Divides bytes and time evenly; the last packet takes what is over.
    fn spread(
        &mut self,
        sent: bool,
        packets: usize,
        bytes: usize,
        (first, last): (i64, i64),
        build: impl Fn(usize, usize) -> PacketBuilder,
    ) {
        for place in 0..packets {
            let each = bytes / packets;
            let over = if place + 1 == packets {
                bytes % packets
            } else {
                0
            };
            let packet = build(place, each + over).build();
            assert_eq!(packet.len(), each + over, "the headers leave no room");
            let parts = i64::try_from(packets.max(2) - 1).expect("few");
            let done = i64::try_from(place).expect("few");
            let at = first * 1_000_000 + (last - first) * 1_000_000 * done / parts;
            self.packets.push((at, sent, packet));
        }
    }

    fn lines(mut self) -> Vec<String> {
        self.packets.sort_by_key(|(at, ..)| *at);
        let mut writer = PcapWriter::new(Vec::new(), LINUX_COOKED).expect("memory");
        for (at, sent, packet) in &self.packets {
            let kind = if *sent { 4 } else { 0 };
            let ether = if packet[0] >> 4 == 6 {
                [0x86, 0xdd]
            } else {
                [8, 0]
            };
            let header = [&[0, kind, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0], &ether[..]].concat();
            writer
                .frame(*at, &[&header[..], packet].concat())
                .expect("memory");
        }
        let file = writer.finish().expect("memory");

        let mut inventory = Inventory::default();
        inventory.add(self.interface);
        let service = "52.95.128.0/21".parse().expect("network");
        inventory.networks.add_service(service, "S3");
        let format = RecordFormat::parse(self.format).expect("format");
        let capturing = CaptureOptions {
            meter: MeterOptions::for_format(&format),
            overflow: Overflow::Wait,
            queue: 1,
        };
        let options = PcapOptions {
            judge: Some(Box::new(Rules(self.verdict))),
            ..PcapOptions::default()
        };
        let reader = Box::new(Cursor::new(file));
        let mut source =
            PcapSource::new(reader, "capture", &inventory, options).expect("a capture");
        let mut text = Vec::new();
        let mut sink = Lines::new("memory", format, &mut text);
        capture(
            &mut source,
            &mut sink,
            &inventory,
            capturing,
            &Progress::default(),
            &AtomicBool::new(false),
            &|warning| panic!("{warning}"),
        )
        .expect("records");
        drop(sink);
        let text = String::from_utf8(text).expect("UTF-8");
        text.lines().map(str::to_owned).collect()
    }

    fn expect(self, expected: &[&str]) {
        assert_eq!(self.lines(), expected);
    }
}

/// A verdict for each packet.
struct Rules(fn(&Question) -> Verdict);

impl Judge for Rules {
    fn judge(&mut self, question: &Question) -> Verdict {
        (self.0)(question)
    }

    fn take_losses(&mut self, _: &mut Vec<Loss>) {}
}

fn socket(text: &str) -> SocketAddr {
    text.parse().expect("socket address")
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("address")
}

const ENI: (&str, &str) = ("interface-id", "eni-1235b8ca123456789");
const ACCOUNT: (&str, &str) = ("account-id", "123456789010");

fn default_scene(addresses: &[&str]) -> Scene {
    Scene::new(DEFAULT_FORMAT, &[ACCOUNT, ENI], addresses)
}

#[test]
fn ssh_is_allowed() {
    let mut scene = default_scene(&["172.31.16.21"]);
    let times = (1_418_530_010, 1_418_530_070);
    scene.tcp(
        false,
        "172.31.16.139:20641",
        "172.31.16.21:22",
        (SYN, ACK),
        20,
        4249,
        times,
    );
    scene.expect(&[
        "2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK",
    ]);
}

#[test]
fn remote_desktop_is_refused() {
    let mut scene = default_scene(&["172.31.9.12"]);
    scene.verdict = |question| match question.tuple.destination_port {
        3389 => Verdict::REJECT,
        _ => Verdict::ACCEPT,
    };
    let times = (1_418_530_010, 1_418_530_070);
    scene.tcp(
        false,
        "172.31.9.69:49761",
        "172.31.9.12:3389",
        (SYN, SYN),
        20,
        4249,
        times,
    );
    scene.expect(&[
        "2 123456789010 eni-1235b8ca123456789 172.31.9.69 172.31.9.12 49761 3389 6 20 4249 1418530010 1418530070 REJECT OK",
    ]);
}

/// The windows of the published samples are not aligned, so the records are made by hand.
#[test]
fn quiet_and_lossy_windows() {
    let format = RecordFormat::default();
    for (eni, status, word) in [
        ("eni-1235b8ca123456789", LogStatus::NoData, "NODATA"),
        ("eni-11111111aaaaaaaaa", LogStatus::SkipData, "SKIPDATA"),
    ] {
        let scene = Scene::new(DEFAULT_FORMAT, &[ACCOUNT, ("interface-id", eni)], &[]);
        let mut inventory = Inventory::default();
        inventory.add(scene.interface);
        let record = FlowRecord {
            interface: InterfaceKey(0),
            start: 1_431_280_876,
            end: 1_431_280_934,
            status,
            flow: None,
        };
        let mut line = Vec::new();
        format.write_line(&record, &inventory, &mut line);
        assert_eq!(
            String::from_utf8(line).expect("UTF-8"),
            format!("2 123456789010 {eni} - - - - - - - 1431280876 1431280934 - {word}")
        );
    }
}

const PING: &str = "2 123456789010 eni-1235b8ca123456789 203.0.113.12 172.31.16.139 0 0 1 4 336 1432917027 1432917142 ACCEPT OK";

fn ping_scene(verdict: fn(&Question) -> Verdict) -> Scene {
    let mut scene = default_scene(&["172.31.16.139"]);
    scene.verdict = verdict;
    let (asked, answered) = (
        (1_432_917_027, 1_432_917_142),
        (1_432_917_094, 1_432_917_142),
    );
    scene.pings(false, "203.0.113.12", "172.31.16.139", asked);
    scene.pings(true, "172.31.16.139", "203.0.113.12", answered);
    scene
}

#[test]
fn a_ping_is_let_in_and_its_answer_is_not_let_out() {
    let refused_out = |question: &Question| match question.icmp.map(|icmp| icmp.kind) {
        Some(0) => Verdict::REJECT,
        _ => Verdict::ACCEPT,
    };
    ping_scene(refused_out).expect(&[
        PING,
        "2 123456789010 eni-1235b8ca123456789 172.31.16.139 203.0.113.12 0 0 1 4 336 1432917094 1432917142 REJECT OK",
    ]);
    ping_scene(|_| Verdict::ACCEPT).expect(&[
        PING,
        "2 123456789010 eni-1235b8ca123456789 172.31.16.139 203.0.113.12 0 0 1 4 336 1432917094 1432917142 ACCEPT OK",
    ]);
}

#[test]
fn a_ping_is_not_let_in() {
    let mut scene = ping_scene(|_| Verdict::REJECT);
    scene.packets.retain(|(_, sent, _)| !sent);
    scene.expect(&[&PING.replace("ACCEPT", "REJECT")]);
}

#[test]
fn ssh_over_ipv6() {
    let own = "2001:db8:1234:a102:3304:8879:34cf:4071";
    let mut scene = default_scene(&["172.31.16.139", own]);
    let client = "[2001:db8:1234:a100:8d6e:3477:df66:f105]:34892";
    let times = (1_477_913_708, 1_477_913_820);
    scene.tcp(
        false,
        client,
        &format!("[{own}]:22"),
        (SYN, ACK),
        54,
        8855,
        times,
    );
    scene.expect(&[
        "2 123456789010 eni-1235b8ca123456789 2001:db8:1234:a100:8d6e:3477:df66:f105 2001:db8:1234:a102:3304:8879:34cf:4071 34892 22 6 54 8855 1477913708 1477913820 ACCEPT OK",
    ]);
}

const FLAGS_FORMAT: &str = "${version} ${vpc-id} ${subnet-id} ${instance-id} ${interface-id} ${account-id} ${type} \
     ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${pkt-srcaddr} ${pkt-dstaddr} ${protocol} ${bytes} ${packets} \
     ${start} ${end} ${action} ${tcp-flags} ${log-status}";
const FLAGS_HEAD: &str = "3 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-01234567890123456 eni-1235b8ca123456789 123456789010 IPv4";

/// Client, server, and the fields around them.
fn flags_scene() -> Scene {
    let fields = [
        ACCOUNT,
        ENI,
        ("vpc-id", "vpc-abcdefab012345678"),
        ("subnet-id", "subnet-aaaaaaaa012345678"),
        ("instance-id", "i-01234567890123456"),
    ];
    Scene::new(FLAGS_FORMAT, &fields, &["10.0.0.62"])
}

/// A line with client C and server S written out.
fn flags_line(tail: &str) -> String {
    let words = tail.split(' ').map(|word| match word {
        "C" => "52.213.180.42",
        "S" => "10.0.0.62",
        word => word,
    });
    let words: Vec<&str> = words.collect();
    format!("{FLAGS_HEAD} {}", words.join(" "))
}

#[test]
fn flags_of_connections_that_open_close_and_do_both() {
    let (c1, c2, c3) = (
        "52.213.180.42:43416",
        "52.213.180.42:43418",
        "52.213.180.42:43638",
    );
    let server = "10.0.0.62:5001";
    let times = (1_566_848_875, 1_566_848_933);
    let mut scene = flags_scene();
    scene.tcp(false, c1, server, (SYN, ACK), 8, 568, times);
    scene.tcp(true, server, c1, (SYN_ACK, ACK), 7, 376, times);
    scene.tcp(false, c2, server, (SYN, ACK), 70, 100_701, times);
    scene.tcp(true, server, c2, (SYN_ACK, ACK), 12, 632, times);
    let expected = [
        "C S 43416 5001 C S 6 568 8 1566848875 1566848933 ACCEPT 2 OK",
        "S C 5001 43416 S C 6 376 7 1566848875 1566848933 ACCEPT 18 OK",
        "C S 43418 5001 C S 6 100701 70 1566848875 1566848933 ACCEPT 2 OK",
        "S C 5001 43418 S C 6 632 12 1566848875 1566848933 ACCEPT 18 OK",
    ];
    assert_eq!(scene.lines(), expected.map(flags_line));

    // The published window, 1566848933 to 1566849113, lies across the border of two of ours: 67 seconds
    // later it does not.
    let times = (1_566_849_000, 1_566_849_180);
    let mut scene = flags_scene();
    scene.tcp(true, server, c2, (ACK, FIN), 1219, 63_388, times);
    scene.tcp(false, c2, server, (ACK, FIN), 15_774, 23_294_588, times);
    let expected = [
        "S C 5001 43418 S C 6 63388 1219 1566849000 1566849180 ACCEPT 1 OK",
        "C S 43418 5001 C S 6 23294588 15774 1566849000 1566849180 ACCEPT 1 OK",
    ];
    assert_eq!(scene.lines(), expected.map(flags_line));

    let times = (1_566_933_133, 1_566_933_193);
    let mut scene = flags_scene();
    scene.tcp(false, c3, server, (SYN, FIN), 17, 1260, times);
    scene.tcp(true, server, c3, (SYN_ACK, FIN), 14, 967, times);
    let expected = [
        "C S 43638 5001 C S 6 1260 17 1566933133 1566933193 ACCEPT 3 OK",
        "S C 5001 43638 S C 6 967 14 1566933133 1566933193 ACCEPT 19 OK",
    ];
    assert_eq!(scene.lines(), expected.map(flags_line));
}

/// A packet of UDP through each of these, with whether it was sent.
fn through(scene: &mut Scene, packets: &[(bool, &str, &str)]) {
    for (place, (sent, source, destination)) in packets.iter().enumerate() {
        let (source, destination) = (
            SocketAddr::new(ip(source), 40_000),
            SocketAddr::new(ip(destination), 80),
        );
        let packet = PacketBuilder::udp(source, destination).build();
        let at = 1_700_000_400_000_000 + i64::try_from(place).expect("few");
        scene.packets.push((at, *sent, packet));
    }
}

const NAT_FORMAT: &str =
    "${instance-id} ${interface-id} ${srcaddr} ${dstaddr} ${pkt-srcaddr} ${pkt-dstaddr}";
const INSTANCE: &str = "10.0.1.5";
const GATEWAY: &str = "10.0.0.220";
const HOST: &str = "203.0.113.5";

#[test]
fn a_zonal_nat_gateway() {
    let mut scene = Scene::new(NAT_FORMAT, &[ENI], &[GATEWAY]);
    through(
        &mut scene,
        &[
            (false, INSTANCE, HOST),
            (true, GATEWAY, HOST),
            (false, HOST, GATEWAY),
            (true, HOST, INSTANCE),
        ],
    );
    scene.expect(&[
        "- eni-1235b8ca123456789 10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5",
        "- eni-1235b8ca123456789 10.0.0.220 203.0.113.5 10.0.0.220 203.0.113.5",
        "- eni-1235b8ca123456789 203.0.113.5 10.0.0.220 203.0.113.5 10.0.0.220",
        "- eni-1235b8ca123456789 10.0.0.220 10.0.1.5 203.0.113.5 10.0.1.5",
    ]);
}

#[test]
fn the_instance_behind_the_nat_gateway() {
    let fields = [
        ("interface-id", "eni-1111aaaa2222bbbb3"),
        ("instance-id", "i-01234567890123456"),
    ];
    let mut scene = Scene::new(NAT_FORMAT, &fields, &[INSTANCE]);
    through(
        &mut scene,
        &[(true, INSTANCE, HOST), (false, HOST, INSTANCE)],
    );
    scene.expect(&[
        "i-01234567890123456 eni-1111aaaa2222bbbb3 10.0.1.5 203.0.113.5 10.0.1.5 203.0.113.5",
        "i-01234567890123456 eni-1111aaaa2222bbbb3 203.0.113.5 10.0.1.5 203.0.113.5 10.0.1.5",
    ]);
}

#[test]
fn a_regional_nat_gateway() {
    let format = "${resource-id} ${instance-id} ${interface-id} ${subnet-id} ${srcaddr} ${dstaddr} \
         ${pkt-srcaddr} ${pkt-dstaddr}";
    let public = "107.22.182.139";
    let mut scene = Scene::new(
        format,
        &[("resource-id", "nat-1234567890abcdef")],
        &[public],
    );
    through(
        &mut scene,
        &[
            (false, INSTANCE, HOST),
            (true, public, HOST),
            (false, HOST, public),
            (true, HOST, INSTANCE),
        ],
    );
    scene.expect(&[
        "nat-1234567890abcdef - - - 10.0.1.5 203.0.113.5 10.0.1.5 203.0.113.5",
        "nat-1234567890abcdef - - - 107.22.182.139 203.0.113.5 107.22.182.139 203.0.113.5",
        "nat-1234567890abcdef - - - 203.0.113.5 107.22.182.139 203.0.113.5 107.22.182.139",
        "nat-1234567890abcdef - - - 203.0.113.5 10.0.1.5 203.0.113.5 10.0.1.5",
    ]);
}

const TRANSIT_FORMAT: &str = "${version} ${interface-id} ${account-id} ${vpc-id} ${subnet-id} ${instance-id} ${srcaddr} \
     ${dstaddr} ${srcport} ${dstport} ${protocol} ${tcp-flags} ${type} ${pkt-srcaddr} ${pkt-dstaddr} ${action} \
     ${log-status}";

#[test]
fn a_transit_gateway() {
    let (client, server) = ("10.20.33.164:39812", "10.40.2.236:80");
    let times = (1_700_000_400, 1_700_000_410);
    let scene = |eni, subnet, instance: &[(&'static str, &'static str)], own| {
        let mut fields = vec![
            ACCOUNT,
            ("interface-id", eni),
            ("vpc-id", "vpc-abcdefab012345678"),
            ("subnet-id", subnet),
        ];
        fields.extend_from_slice(instance);
        Scene::new(TRANSIT_FORMAT, &fields, &[own])
    };
    let instance = [("instance-id", "i-01234567890123456")];
    let mut at_server = scene(
        "eni-3",
        "subnet-22222222bbbbbbbbb",
        &instance,
        "10.40.2.236",
    );
    at_server.tcp(false, client, server, (SYN, FIN), 5, 500, times);
    at_server.tcp(true, server, client, (SYN_ACK, FIN), 5, 500, times);
    at_server.expect(&[
        "3 eni-3 123456789010 vpc-abcdefab012345678 subnet-22222222bbbbbbbbb i-01234567890123456 10.20.33.164 10.40.2.236 39812 80 6 3 IPv4 10.20.33.164 10.40.2.236 ACCEPT OK",
        "3 eni-3 123456789010 vpc-abcdefab012345678 subnet-22222222bbbbbbbbb i-01234567890123456 10.40.2.236 10.20.33.164 80 39812 6 19 IPv4 10.40.2.236 10.20.33.164 ACCEPT OK",
    ]);
    let mut towards = scene("eni-1", "subnet-11111111aaaaaaaaa", &[], "10.40.1.175");
    towards.tcp(true, client, server, (SYN, FIN), 5, 500, times);
    towards.expect(&[
        "3 eni-1 123456789010 vpc-abcdefab012345678 subnet-11111111aaaaaaaaa - 10.40.1.175 10.40.2.236 39812 80 6 3 IPv4 10.20.33.164 10.40.2.236 ACCEPT OK",
    ]);
    let mut back = scene("eni-2", "subnet-22222222bbbbbbbbb", &[], "10.40.2.31");
    back.tcp(false, server, client, (SYN_ACK, FIN), 5, 500, times);
    back.expect(&[
        "3 eni-2 123456789010 vpc-abcdefab012345678 subnet-22222222bbbbbbbbb - 10.40.2.236 10.40.2.31 80 39812 6 19 IPv4 10.40.2.236 10.20.33.164 ACCEPT OK",
    ]);
}

#[test]
fn traffic_path_services_and_direction() {
    let format = "${version} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${start} ${end} ${type} ${packets} \
         ${bytes} ${account-id} ${vpc-id} ${subnet-id} ${instance-id} ${interface-id} ${region} ${az-id} \
         ${sublocation-type} ${sublocation-id} ${action} ${tcp-flags} ${pkt-srcaddr} ${pkt-dstaddr} \
         ${pkt-src-aws-service} ${pkt-dst-aws-service} ${traffic-path} ${flow-direction} ${log-status}";
    let fields = [
        ("account-id", "123456789012"),
        ENI,
        ("vpc-id", "vpc-abcdefab012345678"),
        ("subnet-id", "subnet-aaaaaaaa012345678"),
        ("instance-id", "i-0c50d5961bcb2d47b"),
        ("region", "ap-southeast-2"),
        ("az-id", "apse2-az3"),
    ];
    let mut scene = Scene::new(format, &fields, &["10.0.0.71"]);
    let times = (1_616_729_292, 1_616_729_349);
    scene.tcp(
        false,
        "52.95.128.179:80",
        "10.0.0.71:34210",
        (SYN_ACK, FIN),
        14,
        15_044,
        times,
    );
    scene.tcp(
        true,
        "10.0.0.71:34210",
        "52.95.128.179:80",
        (SYN, FIN),
        7,
        471,
        times,
    );
    scene.expect(&[
        "5 52.95.128.179 10.0.0.71 80 34210 6 1616729292 1616729349 IPv4 14 15044 123456789012 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-0c50d5961bcb2d47b eni-1235b8ca123456789 ap-southeast-2 apse2-az3 - - ACCEPT 19 52.95.128.179 10.0.0.71 S3 - - ingress OK",
        "5 10.0.0.71 52.95.128.179 34210 80 6 1616729292 1616729349 IPv4 7 471 123456789012 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-0c50d5961bcb2d47b eni-1235b8ca123456789 ap-southeast-2 apse2-az3 - - ACCEPT 3 10.0.0.71 52.95.128.179 - S3 8 egress OK",
    ]);
}
