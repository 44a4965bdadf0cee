mod pipes;

use std::io::Write;
use std::net::Ipv4Addr;

use flowgauge_event::FixedClock;

use super::element::Clock;
use super::*;
use crate::inventory::Interface;
use crate::observation::Observation;

/// 2024-05-01T12:00:00Z, seconds.
const NOON: u32 = 1_714_564_800;

fn inventory() -> Inventory {
    let mut inventory = Inventory::default();
    let address: IpAddr = "10.0.0.5".parse().expect("an address");
    inventory.add(Interface {
        addresses: vec![address],
        ..Interface::default()
    });
    inventory
}

fn options() -> ExportOptions {
    ExportOptions {
        interval: 60,
        patience: 600,
    }
}

/// Numbers of the network: value and width in bytes.
fn bytes(parts: &[(u64, usize)]) -> Vec<u8> {
    let wide = |&(value, width): &(u64, usize)| value.to_be_bytes()[8 - width..].to_vec();
    parts.iter().flat_map(wide).collect()
}

fn set(id: u16, content: &[u8]) -> Vec<u8> {
    let length = content.len() as u64 + 4;
    [
        bytes(&[(u64::from(id), 2), (length, 2)]).as_slice(),
        content,
    ]
    .concat()
}

fn ipfix(sequence: u32, sets: &[Vec<u8>]) -> Vec<u8> {
    let body = sets.concat();
    let head = [
        (10, 2),
        (body.len() as u64 + 16, 2),
        (u64::from(NOON), 4),
        (u64::from(sequence), 4),
        (7, 4),
    ];
    [bytes(&head), body].concat()
}

fn v9(sequence: u32, sets: &[Vec<u8>]) -> Vec<u8> {
    let head = [
        (9, 2),
        (sets.len() as u64, 2),
        // Up for 100 s.
        (100_000, 4),
        (u64::from(NOON), 4),
        (u64::from(sequence), 4),
        (7, 4),
    ];
    [bytes(&head), sets.concat()].concat()
}

/// Template 256 with fields (id, length).
fn template(fields: &[(u16, u16)]) -> Vec<u8> {
    let mut parts = vec![(256, 2), (fields.len() as u64, 2)];
    for (id, length) in fields {
        parts.extend([(u64::from(*id), 2), (u64::from(*length), 2)]);
    }
    bytes(&parts)
}

const HOST: u64 = 0x0a00_0005;
const FAR: u64 = 0xc000_0201;
/// Addresses, ports, protocol, flags, packets, bytes, start and end in milliseconds.
const FIELDS: [(u16, u16); 10] = [
    (8, 4),
    (12, 4),
    (7, 2),
    (11, 2),
    (4, 1),
    (6, 2),
    (2, 4),
    (1, 8),
    (152, 8),
    (153, 8),
];

fn record(source: u64, destination: u64, packets: u64) -> Vec<u8> {
    let end = u64::from(NOON) * 1_000 - 1_000;
    bytes(&[
        (source, 4),
        (destination, 4),
        (443, 2),
        (40_000, 2),
        (6, 1),
        (0x1b, 2),
        (packets, 4),
        (packets * 100, 8),
        (end - 500, 8),
        (end, 8),
    ])
}

fn file(messages: &[Vec<u8>]) -> Result<(Vec<Observation>, Batch), SourceError> {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(&messages.concat()).expect("space");
    let mut source = ExportFile::open(file.path(), &inventory(), options())?;
    let (mut all, mut total, mut batch) = (Vec::new(), Batch::default(), Batch::default());
    loop {
        let supply = source.next(&mut batch, Duration::ZERO)?;
        all.append(&mut batch.observations);
        total.losses.append(&mut batch.losses);
        total.malformed += batch.malformed;
        total.excluded += batch.excluded;
        total.watermark = batch.watermark.or(total.watermark);
        if supply == Supply::End {
            return Ok((all, total));
        }
    }
}

fn told(observation: &Observation) -> String {
    let Observation {
        direction,
        tuple,
        action,
        tcp_flags,
        packets,
        bytes,
        first,
        last,
        ..
    } = observation;
    let base = i64::from(NOON) * 1_000_000;
    format!(
        "{direction:?} {}:{} > {}:{} {} {action:?} {tcp_flags:#x} {packets} {bytes} {} {}",
        tuple.source,
        tuple.source_port,
        tuple.destination,
        tuple.destination_port,
        tuple.protocol,
        (first - base) / 1_000,
        (last - base) / 1_000,
    )
}

fn told_all(observations: &[Observation]) -> Vec<String> {
    observations.iter().map(told).collect()
}

#[test]
fn ipfix_and_v9_with_templates() {
    for make in [ipfix, v9] {
        let template_set = if make(0, &[])[1] == 9 { 0 } else { 2 };
        let messages = [
            make(
                0,
                &[
                    set(template_set, &template(&FIELDS)),
                    set(256, &record(HOST, FAR, 3)),
                ],
            ),
            make(
                1,
                &[set(
                    256,
                    &[record(FAR, HOST, 2), record(HOST, FAR, 1), vec![0; 3]].concat(),
                )],
            ),
        ];
        let (all, total) = file(&messages).expect("messages");
        assert_eq!(
            told_all(&all),
            [
                "Egress 10.0.0.5:443 > 192.0.2.1:40000 6 Accept 0x1b 3 300 -1500 -1000",
                "Ingress 192.0.2.1:443 > 10.0.0.5:40000 6 Accept 0x1b 2 200 -1500 -1000",
                "Egress 10.0.0.5:443 > 192.0.2.1:40000 6 Accept 0x1b 1 100 -1500 -1000",
            ]
        );
        assert_eq!((total.losses.len(), total.malformed), (0, 0));
        assert_eq!(
            total.watermark,
            Some((i64::from(NOON) - 600) / 60 * 60 * 1_000_000)
        );
    }
}

#[test]
fn v5_counts_sampled_packets_as_many() {
    let head = [
        (5, 2),
        (1, 2),
        (100_000, 4),
        (u64::from(NOON), 4),
        (0, 4),
        (9, 4),
        (0, 2),
        (0x4000 | 10, 2),
    ];
    let flow = [
        (FAR, 4),
        (HOST, 4),
        (0, 4),
        (0, 4),
        (3, 4),
        (252, 4),
        (90_000, 4),
        (99_000, 4),
        // Type and code of a ping stand in the place of a port.
        (0, 2),
        (0x0800, 2),
        (0, 2),
        (1, 1),
        (0, 1),
        (0, 8),
    ];
    let (all, _) = file(&[bytes(&head), bytes(&flow)]).expect("a message");
    assert_eq!(
        told_all(&all),
        ["Ingress 192.0.2.1:0 > 10.0.0.5:0 1 Accept 0x0 30 2520 -10000 -1000"]
    );
}

#[test]
fn verdicts_other_directions_and_texts_of_any_length() {
    let fields = [
        (8, 4),
        (12, 4),
        (4, 1),
        (2, 4),
        (233, 1),
        // An enterprise's own text, and counts of the other direction.
        (0x8000 | 5, 0xffff),
    ];
    let mut layout = vec![(256, 2), (8, 2)];
    for (id, length) in fields {
        layout.extend([(u64::from(id as u16), 2), (length, 2)]);
        if id & 0x8000 != 0 {
            layout.push((9, 4));
        }
    }
    for id in [1, 2] {
        layout.extend([(0x8000 | id, 2), (4, 2), (29_305, 4)]);
    }
    let row = |event: u64, packets: u64, text: &[u8], back: u64| {
        let front = bytes(&[(HOST, 4), (FAR, 4), (17, 1), (packets, 4), (event, 1)]);
        [front, text.to_vec(), bytes(&[(back * 50, 4), (back, 4)])].concat()
    };
    let long = [&[255, 1, 0], [b'x'; 256].as_slice()].concat();
    let rows = [
        row(3, 0, b"\x02ab", 0),
        row(3, 1, b"\x00", 0),
        row(1, 4, &long, 5),
    ]
    .concat();
    let (all, total) = file(&[ipfix(0, &[set(2, &bytes(&layout)), set(256, &rows)])]).expect("it");
    assert_eq!(
        told_all(&all),
        [
            "Egress 10.0.0.5:0 > 192.0.2.1:0 17 Reject 0x0 1 0 0 0",
            "Egress 10.0.0.5:0 > 192.0.2.1:0 17 Accept 0x0 4 0 0 0",
            "Ingress 192.0.2.1:0 > 10.0.0.5:0 17 Accept 0x0 5 250 0 0",
        ]
    );
    assert_eq!(total.malformed, 0);
}

#[test]
fn the_exporter_tells_of_sampling_in_options() {
    // Scope, then one packet in 1000.
    let scoped = bytes(&[(257, 2), (2, 2), (1, 2), (149, 2), (4, 2), (34, 2), (4, 2)]);
    let sets = [
        set(3, &scoped),
        set(2, &template(&FIELDS)),
        set(257, &bytes(&[(7, 4), (1_000, 4)])),
        set(256, &record(HOST, FAR, 3)),
    ];
    let (all, _) = file(&[ipfix(0, &sets)]).expect("a message");
    assert_eq!((all[0].packets, all[0].bytes), (3_000, 300_000));
}

#[test]
fn times_since_the_exporter_started() {
    // v9 tells its uptime in each message; it begins again after 49 days.
    let clock = Clock {
        now: 1_000_000_000,
        uptime: Some(500),
        boot: None,
    };
    for (uptime, expected) in [(500, 0), (400, 100), (u32::MAX, 501), (600, -100)] {
        let age = clock.now - clock.at_uptime(uptime).expect("a time");
        assert_eq!(age / 1_000, expected, "{uptime}");
    }
    // IPFIX has the start of the exporter in an option.
    let boot = (u64::from(NOON) - 100) * 1_000;
    let options = bytes(&[(257, 2), (2, 2), (1, 2), (143, 2), (4, 2), (160, 2), (8, 2)]);
    let fields = [(8, 4), (12, 4), (4, 1), (2, 4), (1, 4), (22, 4), (21, 4)];
    let row = [
        (HOST, 4),
        (FAR, 4),
        (1, 1),
        (1, 4),
        (84, 4),
        (90_000, 4),
        (99_000, 4),
    ];
    let sets = [
        set(3, &options),
        set(2, &template(&fields)),
        set(257, &bytes(&[(7, 4), (boot, 8)])),
        set(256, &bytes(&row)),
    ];
    let (all, _) = file(&[ipfix(0, &sets)]).expect("a message");
    assert_eq!(
        told_all(&all),
        ["Egress 10.0.0.5:0 > 192.0.2.1:0 1 Accept 0x0 1 84 -10000 -1000"]
    );
}

#[test]
fn what_was_lost_is_told() {
    let first = ipfix(
        0,
        &[set(2, &template(&FIELDS)), set(256, &record(HOST, FAR, 3))],
    );
    let late = |sequence| ipfix(sequence, &[set(256, &record(HOST, FAR, 3))]);
    let reasons = |messages: &[Vec<u8>]| -> Vec<&str> {
        let (_, total) = file(messages).expect("messages");
        total.losses.iter().map(|loss| loss.reason).collect()
    };
    assert_eq!(reasons(&[first.clone(), late(1), late(2)]), [""; 0]);
    let gap = "the sequence numbers of an exporter have a gap";
    assert_eq!(reasons(&[first.clone(), late(2)]), [gap]);
    // One that came late, or a restart.
    assert_eq!(reasons(&[first.clone(), late(0), late(1)]), [""; 0]);
    assert_eq!(
        reasons(&[late(5), first, late(1)]),
        ["flows were exported before their template"]
    );
}

/// A window says that something is missing, and not how often: twenty thousand messages that nobody can
/// read are one loss in each window.
#[test]
fn losses_are_told_once_a_window() {
    let lost = ipfix(0, &[set(256, &record(HOST, FAR, 3))]);
    let mut later = lost.clone();
    later[4..8].copy_from_slice(&(NOON + 60).to_be_bytes());
    let (all, total) = file(&[lost.repeat(10_000), later.repeat(10_000)]).expect("messages");
    assert_eq!((all.len(), total.losses.len()), (0, 2));
}

/// Exporters cannot fill the memory with templates: what has no room is told, and what is withdrawn makes
/// room.
#[test]
fn templates_have_bounded_room() {
    let mut decoder = Decoder::default();
    let mut message = Message::default();
    // 60 templates of 1,000 fields in a message, as many as one may have and more, of 100 exporters.
    let fields = vec![(8, 4); 1_000];
    let wide = |id: u64, count: u64| {
        let mut one = template(&fields);
        one[..4].copy_from_slice(&bytes(&[(id, 2), (count, 2)]));
        one.truncate(4 + count as usize * 4);
        one
    };
    let (mut sent, mut unkept) = (0, 0);
    for exporter in 0..100 {
        let exporter = IpAddr::V4(Ipv4Addr::from_bits(exporter));
        for part in 0..4 {
            let templates: Vec<u8> = (0..15)
                .flat_map(|number| wide(256 + part * 15 + number, 1_000))
                .collect();
            let bytes = ipfix(0, &[set(2, &templates)]);
            decoder
                .decode(exporter, &bytes, &mut message)
                .expect("a message");
            sent += 15;
            unkept += message.unkept;
        }
    }
    let kept = sent - unkept;
    // 32 MiB of 1,008 times eight bytes.
    assert_eq!((sent, kept), (6_000, 4 * 1024 * 1024 / 1_008));
    let first = IpAddr::V4(Ipv4Addr::from_bits(0));
    let mut say = |templates: &[u8]| {
        let bytes = ipfix(0, &[set(2, templates)]);
        decoder
            .decode(first, &bytes, &mut message)
            .expect("a message");
        message.unkept
    };
    // There is no room for another, but for the same again, and for one in the place of another.
    assert_eq!(say(&wide(400, 1_000)), 1);
    assert_eq!(say(&wide(256, 1_000)), 0);
    assert_eq!(say(&wide(256, 0)), 0);
    assert_eq!(say(&wide(400, 1_000)), 0);
}

#[test]
fn broken_files_are_told_with_the_place() {
    let good = ipfix(
        0,
        &[set(2, &template(&FIELDS)), set(256, &record(HOST, FAR, 3))],
    );
    // A writer that was interrupted: what came before counts.
    let (all, total) = file(&[good.clone(), good[..50].to_vec()]).expect("messages");
    assert_eq!((all.len(), total.malformed), (1, 1));
    for (messages, place) in [
        (vec![b"hello, world, this is text".to_vec()], "byte 0 "),
        (vec![good.clone(), b"hello".to_vec()], "byte 111 "),
        (vec![good[..50].to_vec()], "byte 0 "),
    ] {
        let problem = file(&messages).expect_err("broken").to_string();
        assert!(problem.contains(place), "{problem}");
    }
    assert!(file(&[]).expect("nothing").0.is_empty());
}

#[test]
fn messages_in_a_capture_file() {
    let good = ipfix(
        0,
        &[set(2, &template(&FIELDS)), set(256, &record(HOST, FAR, 3))],
    );
    let mut capture = Vec::new();
    for word in [0xa1b2_c3d4_u32, 0x0002_0004, 0, 0, 65_535, 101] {
        capture.extend(word.to_be_bytes());
    }
    // The message, one of another protocol, and one of which a part is missing.
    for (content, kept) in [
        (good.clone(), 28 + good.len()),
        (b"DNS".to_vec(), 31),
        (good, 60),
    ] {
        let length = 28 + content.len() as u64;
        let headers = [
            (0x4500, 2),
            (length, 2),
            (0, 4),
            (0x4011_0000, 4),
            (0xc000_0207, 4),
            (HOST, 4),
            (40_000, 2),
            (2_055, 2),
            (length - 20, 2),
            (0, 2),
        ];
        let packet = [bytes(&headers), content].concat();
        let times = [(u64::from(NOON), 4), (0, 4), (kept as u64, 4), (length, 4)];
        capture.extend(bytes(&times));
        capture.extend(&packet[..kept]);
    }
    let (all, total) = file(&[capture]).expect("a capture");
    assert_eq!(
        told_all(&all),
        ["Egress 10.0.0.5:443 > 192.0.2.1:40000 6 Accept 0x1b 3 300 -1500 -1000"]
    );
    assert_eq!((total.malformed, total.losses.len()), (1, 0));
}

#[test]
fn datagrams_of_the_network() {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let port = socket.local_addr().expect("an address");
    let clock = FixedClock(i64::from(NOON) * 1_000);
    let mut source =
        ExportListener::new(socket, &inventory(), options(), clock).expect("a listener");
    let mut batch = Batch::default();
    let supply = source
        .next(&mut batch, Duration::from_millis(1))
        .expect("it waits");
    assert_eq!((supply, batch.observations.len()), (Supply::More, 0));
    assert_eq!(
        batch.watermark,
        Some((i64::from(NOON) - 600) / 60 * 60 * 1_000_000)
    );
    let exporter = UdpSocket::bind("127.0.0.1:0").expect("a port");
    for message in [
        ipfix(
            0,
            &[set(2, &template(&FIELDS)), set(256, &record(HOST, FAR, 3))],
        ),
        b"noise".to_vec(),
    ] {
        exporter.send_to(&message, port).expect("loopback");
    }
    let (mut seen, mut malformed) = (0, 0);
    while seen < 1 || malformed < 1 {
        source
            .next(&mut batch, Duration::from_secs(10))
            .expect("it waits");
        seen += batch.observations.len();
        malformed += batch.malformed;
    }
    assert_eq!((seen, malformed), (1, 1));
}

/// A meter may claim any number of packets; sums of them end at the largest number there is.
#[test]
fn numbers_beyond_reason_do_no_harm() {
    let mut two = inventory();
    two.add(Interface::default());
    let fields = [(8, 4), (12, 4), (2, 8), (1, 8)];
    let stranger = bytes(&[(FAR, 4), (FAR + 1, 4), (u64::MAX, 8), (u64::MAX, 8)]);
    let message = ipfix(
        0,
        &[set(2, &template(&fields)), set(256, &stranger.repeat(2))],
    );
    let reader = Box::new(std::io::Cursor::new(message));
    let mut source = ExportFile::new("test", reader, &two, options()).expect("bytes");
    let mut batch = Batch::default();
    let supply = source.next(&mut batch, Duration::ZERO);
    assert!(supply.is_ok(), "{supply:?}");
    assert_eq!((batch.observations.len(), batch.excluded), (0, u64::MAX));
}

#[test]
fn cut_and_changed_messages_do_no_harm() {
    let good = ipfix(
        0,
        &[set(2, &template(&FIELDS)), set(256, &record(HOST, FAR, 3))],
    );
    let other = v9(
        0,
        &[set(0, &template(&FIELDS)), set(256, &record(HOST, FAR, 3))],
    );
    let mut message = Message::default();
    for whole in [good, other] {
        for place in 0..whole.len() {
            let mut decoder = Decoder::default();
            let nobody = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
            // The result does not matter; that there is one does.
            let _ = decoder.decode(nobody, &whole[..place], &mut message);
            for value in [0, 1, 0x7f, 0xff] {
                let mut changed = whole.clone();
                changed[place] = value;
                let _ = decoder.decode(nobody, &changed, &mut message);
            }
        }
    }
}
