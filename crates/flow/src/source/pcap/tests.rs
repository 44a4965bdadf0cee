//! Capture files of every kind, built byte by byte, whole and damaged.

mod order;
mod pipe;
mod times;

use std::io::{self, Write};
use std::net::SocketAddr;

use order::Order;

use super::*;
use crate::inventory::Interface;
use crate::judge::Question;
use crate::packet_builder::{PacketBuilder, PcapWriter, ethernet, tcp};

fn socket(text: &str) -> SocketAddr {
    text.parse().expect("socket address")
}

/// A packet to 10.0.0.1, which the interface has.
fn request() -> Vec<u8> {
    PacketBuilder::tcp(socket("192.0.2.1:40000"), socket("10.0.0.1:443"), tcp::SYN).build()
}

/// The answer.
fn answer() -> Vec<u8> {
    let flags = tcp::SYN | tcp::ACK;
    PacketBuilder::tcp(socket("10.0.0.1:443"), socket("192.0.2.1:40000"), flags).build()
}

fn inventory(devices: &[(&str, &str)]) -> Inventory {
    let mut inventory = Inventory::default();
    for (device, address) in devices {
        inventory.add(Interface {
            device: (*device).to_owned(),
            addresses: vec![address.parse().expect("address")],
            ..Interface::default()
        });
    }
    inventory
}

/// Reads in pieces of at most `.1` bytes.
struct Pieces(std::io::Cursor<Vec<u8>>, usize);

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(self.1);
        self.0.read(&mut buffer[..length])
    }
}

/// What a file gave.
#[derive(Debug, Default, PartialEq, Eq)]
struct Read1 {
    /// Interface, direction, source, microseconds and bytes of each observation.
    seen: Vec<String>,
    losses: Vec<(Option<u32>, i64, Option<u64>, &'static str)>,
    warnings: Vec<String>,
    excluded: u64,
    malformed: u64,
    error: Option<String>,
}

fn read_pieces(file: &[u8], inventory: &Inventory, piece: usize, options: PcapOptions) -> Read1 {
    let mut read = Read1::default();
    let reader = Box::new(Pieces(std::io::Cursor::new(file.to_vec()), piece));
    let mut source = match PcapSource::new(reader, "file", inventory, options) {
        Ok(source) => source,
        Err(error) => {
            read.error = Some(error.to_string());
            return read;
        }
    };
    let mut batch = Batch::default();
    loop {
        let supply = source.next(&mut batch, Duration::ZERO);
        assert!(batch.observations.len() <= BATCH + 3);
        for seen in &batch.observations {
            let way = match seen.direction {
                Direction::Ingress => "in",
                Direction::Egress => "out",
            };
            read.seen.push(format!(
                "{} {way} {} {} {}",
                seen.interface.0, seen.tuple.source, seen.first, seen.bytes
            ));
        }
        for loss in &batch.losses {
            let interface = loss.interface.map(|key| key.0);
            read.losses
                .push((interface, loss.at, loss.packets, loss.reason));
        }
        read.warnings.append(&mut batch.warnings);
        read.excluded += batch.excluded;
        read.malformed += batch.malformed;
        match supply {
            Ok(Supply::More) => {}
            Ok(Supply::End) => return read,
            Err(error) => {
                read.error = Some(error.to_string());
                return read;
            }
        }
    }
}

fn read(file: &[u8]) -> Read1 {
    let inventory = inventory(&[("", "10.0.0.1")]);
    read_pieces(file, &inventory, usize::MAX, PcapOptions::default())
}

const LITTLE: Order = Order(true);
const BIG: Order = Order(false);

const BOTH: [&str; 2] = ["0 in 192.0.2.1 5000007 40", "0 out 10.0.0.1 6000000 40"];

#[test]
fn classic_files_of_each_order_and_resolution() {
    let (request, answer) = (ethernet(&request()), ethernet(&answer()));
    for order in [LITTLE, BIG] {
        for (magic, fraction) in [(0xa1b2_c3d4, 7), (0xa1b2_3c4d, 7_999), (0xa1b2_cd34, 7)] {
            let packets = [(5, fraction, &request[..]), (6, 0, &answer[..])];
            let file = order.classic(magic, 1, &packets);
            assert_eq!(read(&file).seen, BOTH, "{magic:x}");
            // Bits above the link type tell about check sequences.
            let file = order.classic(magic, 0x5400_0001, &packets);
            assert_eq!(read(&file).seen, BOTH, "{magic:x}");
        }
    }
}

#[test]
fn pcapng_files_of_each_order_and_resolution() {
    let (request, answer) = (request(), answer());
    for order in [LITTLE, BIG] {
        for (resolution, second, first) in [
            (None, 1_000_000, 5_000_007),
            (Some(6), 1_000_000, 5_000_007),
            (Some(9), 1_000_000_000, 5_000_007_999),
            (Some(12), 1_000_000_000_000, 5_000_007_000_000),
            (Some(0x80 | 20), 1 << 20, (5 << 20) + 8),
        ] {
            let options = resolution.map_or(Vec::new(), |code: u8| order.option(9, &[code]));
            let mut file = order.section();
            file.extend(order.block(0x8000_0000, b"unknown kinds are passed over"));
            file.extend(order.device(101, &options));
            file.extend(order.enhanced(0, first, &request, &[]));
            file.extend(order.block(4, &[0; 8]));
            file.extend(order.enhanced(0, 6 * second, &answer, &order.option(1, b"note")));
            assert_eq!(read(&file).seen, BOTH, "{resolution:?}");
        }
    }
    // Coarse clocks, and one with an offset.
    let mut file = LITTLE.section();
    file.extend(LITTLE.device(101, &LITTLE.option(9, &[0])));
    let offset = [LITTLE.option(9, &[3]), LITTLE.option(14, &LITTLE.u64(1000))].concat();
    file.extend(LITTLE.device(101, &offset));
    file.extend(LITTLE.enhanced(0, 7, &request, &[]));
    file.extend(LITTLE.enhanced(1, 8_001, &request, &[]));
    let seen = ["0 in 192.0.2.1 7000000 40", "0 in 192.0.2.1 1008001000 40"];
    assert_eq!(read(&file).seen, seen);
    // Sections count interfaces anew and may differ in byte order.
    let mut both = file.clone();
    both.extend(BIG.section());
    both.extend(BIG.device(1, &[]));
    both.extend(BIG.enhanced(0, 1_009_000_009, &ethernet(&request), &[]));
    assert_eq!(read(&both).seen[2], "0 in 192.0.2.1 1009000009 40");
}

#[test]
fn compressed_files_are_unpacked() {
    let (request, answer) = (ethernet(&request()), ethernet(&answer()));
    let packets = [(5, 7, &request[..]), (6, 0, &answer[..])];
    let plain = LITTLE.classic(0xa1b2_c3d4, 1, &packets);
    let gzip = |bytes: &[u8]| {
        let level = flate2::Compression::default();
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    };
    let zstd = |bytes: &[u8]| zstd::stream::encode_all(bytes, 1).expect("memory");
    assert_eq!(read(&gzip(&plain)).seen, BOTH);
    assert_eq!(read(&zstd(&plain)).seen, BOTH);
    // Several members, one after the other.
    let (head, tail) = plain.split_at(50);
    assert_eq!(read(&[gzip(head), gzip(tail)].concat()).seen, BOTH);
    assert_eq!(read(&[zstd(head), zstd(tail)].concat()).seen, BOTH);
    // Cut off: what is there counts.
    for whole in [gzip(&plain), zstd(&plain)] {
        let read = read(&whole[..whole.len() - 6]);
        let nothing = "file: nothing is in it: it is empty or was cut off";
        assert!(read.error.is_none_or(|error| error == nothing));
    }
    let mut damaged = gzip(&plain);
    let length = damaged.len();
    damaged[length - 7] ^= 0xff;
    let error = read(&damaged).error.expect("a wrong check sum");
    assert!(error.starts_with("file, after byte"), "{error}");
}

#[test]
fn files_that_end_early_keep_what_they_have() {
    let (request, answer) = (ethernet(&request()), ethernet(&answer()));
    let packets = [(5, 7, &request[..]), (6, 0, &answer[..])];
    let classic = LITTLE.classic(0xa1b2_c3d4, 1, &packets);
    let mut blocks = BIG.section();
    blocks.extend(BIG.device(1, &[]));
    blocks.extend(BIG.enhanced(0, 5_000_007, &request, &[]));
    let second = blocks.len();
    blocks.extend(BIG.enhanced(0, 6_000_000, &answer, &[]));
    for (file, second) in [(classic, 24 + 16 + 54), (blocks, second)] {
        for kept in second + 1..file.len() {
            let read = read(&file[..kept]);
            assert_eq!(read.seen, BOTH[..1]);
            assert_eq!(read.losses, [(None, 5_000_007, None, ENDS_EARLY)]);
            let place = format!("within a packet at byte {second};");
            assert!(read.warnings[0].contains(&place), "{:?}", read.warnings);
            assert_eq!(read.error, None);
        }
        let whole = read(&file[..second]);
        assert_eq!((whole.seen.len(), whole.warnings.len()), (1, 0));
        for kept in 0..second {
            // Shorter ones are an error or a warning, never a panic.
            read(&file[..kept]);
        }
    }
}

#[test]
fn what_is_no_capture_is_refused() {
    let request = request();
    let section = LITTLE.section();
    let device = LITTLE.device(101, &[]);
    let packet = LITTLE.enhanced(0, 1, &request, &[]);
    let classic = LITTLE.classic(0xa1b2_c3d4, 101, &[(1, 0, &request)]);
    let changed = |file: &[u8], at: usize, byte: u8| {
        let mut file = file.to_vec();
        file[at] = byte;
        file
    };
    let blocks = [&section[..], &device, &packet].concat();
    let usb = LITTLE.device(189, &[]);
    for (file, error) in [
        (Vec::new(), "file: nothing is in it"),
        (
            b"snoop\0\0\0 something".to_vec(),
            "file: it is no pcap or pcapng file, its first bytes are [73, 6e, 6f, 6f]",
        ),
        (classic[..20].to_vec(), "file: the file header is cut off"),
        (
            changed(&classic, 4, 3),
            "file, at byte 4: the pcap version 3 is not understood",
        ),
        (
            changed(&classic, 20, 189),
            "file, at byte 20: link type 189 is not understood",
        ),
        (
            changed(&classic, 35, 0xff),
            "file, at byte 24: the packet claims 4278190120 bytes",
        ),
        (
            changed(&section, 8, 0),
            "file: the section does not tell its byte order",
        ),
        (
            changed(&section, 12, 2),
            "file: the pcapng version 2 is not understood",
        ),
        (
            changed(&blocks, 32, 21),
            "file, at byte 28: a block cannot have 21 bytes",
        ),
        (
            changed(&blocks, 35, 0x7f),
            "file, at byte 28: the block claims 2130706452 bytes",
        ),
        (
            changed(&blocks, 44, 24),
            "file, at byte 28: the two lengths of the block differ",
        ),
        (
            changed(&blocks, 48 + 8, 1),
            "file, at byte 48: the packet is of interface 1",
        ),
        (
            changed(&blocks, 48 + 20, 99),
            "file, at byte 48: the packet claims more bytes than its block has",
        ),
        (
            [&section[..], &packet].concat(),
            "file, at byte 28: the packet is of interface 0",
        ),
        (
            [&section[..], &usb, &packet].concat(),
            "file, at byte 48: link type 189 is not understood",
        ),
        (
            [&section[..], &LITTLE.block(1, &[0; 4])].concat(),
            "file, at byte 28: the block is shorter than",
        ),
        (
            [
                &section[..],
                &LITTLE.device(101, &LITTLE.option(9, &[0xff])),
            ]
            .concat(),
            "file, at byte 28: the time resolution 255",
        ),
    ] {
        let found = read(&file).error.unwrap_or_default();
        assert!(found.starts_with(error), "{found}\n{error}");
    }
    // An interface that is not understood does no harm as long as it has no packets.
    let unused = [&section[..], &device, &usb, &packet].concat();
    assert_eq!(read(&unused).seen.len(), 1);
    assert_eq!(read(&unused).error, None);
}

#[test]
fn what_was_measured_before_the_damage_is_delivered() {
    let request = request();
    let packets = [(5, 7, &request[..]), (6, 0, &request[..])];
    let mut file = LITTLE.classic(0xa1b2_c3d4, 101, &packets);
    file[24 + 56 + 11] = 0xff;
    let read = read(&file);
    assert_eq!(read.seen.len(), 1);
    assert!(
        read.error
            .expect("damage")
            .starts_with("file, at byte 80: ")
    );
}

#[test]
fn losses_of_the_capture_are_reported() {
    let (request, answer) = (request(), answer());
    let mut file = LITTLE.section();
    file.extend(LITTLE.device(101, &[]));
    // A simple packet has no time; it is that of the newest packet, and there is none yet.
    let simple = [&LITTLE.u32(40)[..], &request].concat();
    file.extend(LITTLE.block(3, &simple));
    let drops = LITTLE.option(4, &LITTLE.u64(3));
    file.extend(LITTLE.enhanced(0, 5_000_007, &request, &drops));
    file.extend(LITTLE.block(3, &simple));
    // The obsolete block counts drops too, all ones mean nothing.
    for drops in [2, u16::MAX] {
        let mut body = [LITTLE.u16(0), LITTLE.u16(drops)].concat();
        for word in [0, 6_000_000, 40, 40] {
            body.extend(LITTLE.u32(word));
        }
        body.extend(&answer);
        file.extend(LITTLE.block(2, &body));
    }
    // Statistics count from the beginning.
    for (at, by_interface, by_system) in [(7_000_000, 4, 1), (8_000_000, 4, 2), (9_000_000, 4, 2)] {
        let mut body = LITTLE.u32(0).to_vec();
        body.extend(LITTLE.u32(0));
        body.extend(LITTLE.u32(at));
        body.extend(LITTLE.option(5, &LITTLE.u64(by_interface)));
        body.extend(LITTLE.option(7, &LITTLE.u64(by_system)));
        file.extend(LITTLE.block(5, &body));
    }
    let read = read(&file);
    assert_eq!(read.seen, [BOTH[0], BOTH[1], BOTH[1]]);
    assert_eq!(
        read.losses,
        [
            (Some(0), 5_000_007, Some(3), DROPPED),
            (Some(0), 5_000_007, Some(1), TIMELESS),
            (Some(0), 6_000_000, Some(2), DROPPED),
            (Some(0), 7_000_000, Some(5), DROPPED),
            (Some(0), 8_000_000, Some(1), DROPPED),
        ]
    );
    assert_eq!(
        read.warnings,
        ["file: 1 packets have no time and are not recorded"]
    );
}

#[test]
fn cut_frames_are_a_loss_and_others_are_counted() {
    let mut writer = PcapWriter::new(Vec::new(), 1).expect("memory");
    let frame = ethernet(&request());
    let arp = [&frame[..12], &[8, 6, 0, 1, 8, 0, 6, 4]].concat();
    writer
        .cut_frame(1_000_000, &frame[..48], frame.len())
        .expect("memory");
    writer
        .cut_frame(2_000_000, &frame[..36], frame.len())
        .expect("memory");
    writer.frame(3_000_000, &arp).expect("memory");
    writer.frame(4_000_000, &frame[..30]).expect("memory");
    let read = read(&writer.finish().expect("memory"));
    assert_eq!(read.seen, ["0 in 192.0.2.1 1000000 40"]);
    assert_eq!(read.losses, [(Some(0), 2_000_000, Some(1), CUT)]);
    assert_eq!((read.excluded, read.malformed), (1, 1));
}

#[test]
fn directions_follow_from_addresses_then_from_the_capture() {
    let packet = |source: &str, destination: &str| {
        PacketBuilder::udp(socket(source), socket(destination)).build()
    };
    let forwarded = packet("192.0.2.1:1", "198.51.100.1:2");
    let group = packet("192.0.2.1:1", "224.0.0.251:5353");
    let to_itself = packet("10.0.0.1:1", "10.0.0.1:2");
    let mut file = LITTLE.section();
    file.extend(LITTLE.device(101, &[]));
    let flags = |bits: u32| LITTLE.option(2, &LITTLE.u32(bits));
    for (frame, flags) in [
        (&request(), flags(2)),
        (&answer(), flags(1)),
        (&forwarded, flags(1)),
        (&forwarded, flags(2)),
        (&forwarded, Vec::new()),
        (&group, Vec::new()),
        (&group, flags(2)),
        (&to_itself, Vec::new()),
        (&to_itself, flags(1)),
    ] {
        file.extend(LITTLE.enhanced(0, 1, frame, &flags));
    }
    let read = read(&file);
    let ways: Vec<&str> = read.seen.iter().map(|seen| &seen[2..5]).collect();
    let expected = [
        "in ", "out", "in ", "out", "in ", "in ", "out", "out", "in ",
    ];
    assert_eq!(ways, expected);
    let warning = &read.warnings[0];
    assert!(
        warning.contains(" 1 packets ") && warning.contains("--local"),
        "{warning}"
    );
}

#[test]
fn devices_are_found_by_name_or_packets_by_address() {
    let mut file = LITTLE.section();
    for name in ["eth1", "eth0", "other"] {
        file.extend(LITTLE.device(101, &LITTLE.option(2, name.as_bytes())));
    }
    let across = PacketBuilder::udp(socket("10.0.0.1:1"), socket("10.0.0.2:2")).build();
    let foreign = PacketBuilder::udp(socket("192.0.2.1:1"), socket("192.0.2.2:2")).build();
    for device in [0, 1, 2] {
        file.extend(LITTLE.enhanced(device, 1, &across, &[]));
    }
    file.extend(LITTLE.enhanced(2, 1, &foreign, &[]));
    let both = inventory(&[("eth0", "10.0.0.1"), ("eth1", "10.0.0.2")]);
    let read = read_pieces(&file, &both, usize::MAX, PcapOptions::default());
    assert_eq!(
        read.seen,
        [
            "1 in 10.0.0.1 1 28",
            "0 out 10.0.0.1 1 28",
            // Between two interfaces of the inventory: seen by both.
            "0 out 10.0.0.1 1 28",
            "1 in 10.0.0.1 1 28",
        ]
    );
    assert_eq!(read.excluded, 1);
    assert!(read.warnings[0].contains("1 packets are between addresses that no interface"));
    // A host with many addresses.
    let mut many = Interface::default();
    many.addresses
        .extend((1..=100).map(|last| std::net::IpAddr::from([10, 0, 0, last])));
    let mut inventory = Inventory::default();
    inventory.add(many);
    let read = read_pieces(&file, &inventory, usize::MAX, PcapOptions::default());
    assert_eq!(read.seen[0], "0 out 10.0.0.1 1 28");
}

#[test]
fn offloaded_segments_count_as_what_they_became() {
    let large = PacketBuilder::tcp(socket("10.0.0.1:443"), socket("192.0.2.1:4"), tcp::ACK);
    let large = large.total_length(40 + 3000).build();
    let datagram = PacketBuilder::udp(socket("10.0.0.1:1"), socket("192.0.2.1:2"));
    let datagram = datagram.total_length(3000).build();
    let file = LITTLE.classic(0xa1b2_c3d4, 101, &[(1, 0, &large), (1, 0, &datagram)]);
    let inventory = inventory(&[("", "10.0.0.1")]);
    for (mtu, bytes) in [(None, [3040, 3000]), (Some(1500), [3120, 3000])] {
        let options = PcapOptions {
            mtu,
            ..PcapOptions::default()
        };
        let read = read_pieces(&file, &inventory, usize::MAX, options);
        let expected = bytes.map(|bytes| format!("0 out 10.0.0.1 1000000 {bytes}"));
        assert_eq!(read.seen, expected);
    }
}

#[test]
fn rules_are_asked_about_each_packet() {
    struct Refuse22(u64);
    impl Judge for Refuse22 {
        fn judge(&mut self, question: &Question) -> Verdict {
            self.0 += 1;
            match question.tuple.destination_port {
                22 => Verdict::REJECT,
                _ => Verdict::ACCEPT,
            }
        }
        fn take_losses(&mut self, losses: &mut Vec<Loss>) {
            losses.extend((0..std::mem::take(&mut self.0)).map(|at| Loss {
                interface: None,
                at: i64::try_from(at).expect("small"),
                packets: None,
                reason: "asked",
            }));
        }
    }
    let ssh = PacketBuilder::tcp(socket("192.0.2.1:4"), socket("10.0.0.1:22"), tcp::SYN).build();
    let file = LITTLE.classic(0xa1b2_c3d4, 101, &[(1, 0, &ssh), (1, 0, &request())]);
    let options = PcapOptions {
        judge: Some(Box::new(Refuse22(0))),
        mtu: None,
    };
    let inventory = inventory(&[("", "10.0.0.1")]);
    let reader = Box::new(std::io::Cursor::new(file));
    let mut source = PcapSource::new(reader, "file", &inventory, options).expect("a capture");
    let mut batch = Batch::default();
    assert!(matches!(
        source.next(&mut batch, Duration::ZERO),
        Ok(Supply::More)
    ));
    let actions: Vec<_> = batch.observations.iter().map(|seen| seen.action).collect();
    assert_eq!(actions, [Verdict::REJECT.action, Verdict::ACCEPT.action]);
    assert_eq!(batch.losses.len(), 2);
    assert_eq!(batch.watermark, Some(1_000_000 - DISORDER));
}

#[test]
fn pieces_of_any_size_give_the_same() {
    let (request, answer) = (request(), answer());
    let mut blocks = BIG.section();
    blocks.extend(BIG.device(101, &[]));
    let mut packets = Vec::new();
    for at in 0..50 {
        blocks.extend(BIG.enhanced(0, at, &request, &BIG.option(4, &BIG.u64(at % 2))));
        packets.push((u32::try_from(at).expect("small"), 0, &answer[..]));
    }
    blocks.truncate(blocks.len() - 9);
    let mut classic = LITTLE.classic(0xa1b2_3c4d, 101, &packets);
    classic.truncate(classic.len() - 9);
    let inventory = inventory(&[("", "10.0.0.1")]);
    for file in [blocks, classic] {
        let whole = read_pieces(&file, &inventory, usize::MAX, PcapOptions::default());
        assert_eq!(whole.seen.len(), 49);
        for piece in [1, 2, 3, 7, 16, 61, 300] {
            let read = read_pieces(&file, &inventory, piece, PcapOptions::default());
            assert_eq!(read, whole, "{piece}");
        }
    }
}

#[test]
fn long_blocks_without_packets_are_passed_over() {
    let mut file = LITTLE.section();
    file.extend(LITTLE.device(101, &[]));
    file.extend(LITTLE.block(0x0bad, &vec![7; 17 << 20]));
    file.extend(LITTLE.enhanced(0, 5_000_007, &request(), &[]));
    assert_eq!(read(&file).seen, BOTH[..1]);
}
