//! Decoding of packets: a table of layers, and a second opinion on random frames.

use std::net::{IpAddr, SocketAddr};

use etherparse::{LaxSlicedPacket, NetSlice, SlicedPacket, TransportSlice};
use flowgauge_flow::packet::{FragmentCache, Frame, LinkType, Packet, decode, decode_ip, protocol};
use flowgauge_flow::packet_builder::{PacketBuilder, ethernet, tcp};
use flowgauge_flow::{Direction, InterfaceKey};
use proptest::prelude::*;

fn socket(text: &str) -> SocketAddr {
    text.parse().expect("socket address")
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("address")
}

fn syn() -> Vec<u8> {
    PacketBuilder::tcp(socket("10.0.0.1:40000"), socket("10.0.0.2:22"), tcp::SYN).build()
}

fn syn_v6() -> Vec<u8> {
    let client = socket("[2001:db8::1]:40000");
    PacketBuilder::tcp(client, socket("[2001:db8::2]:22"), tcp::SYN).build()
}

fn whole(link: u32, frame: &[u8]) -> Frame<'_> {
    let link = LinkType::from_number(link).expect("link type");
    decode(link, frame, frame.len())
}

fn packet<'p>(link: u32, frame: &'p [u8]) -> Packet<'p> {
    match whole(link, frame) {
        Frame::Ip(packet) => packet,
        other => panic!("{other:?} of {frame:02x?}"),
    }
}

/// Source, destination, protocol, flags and bytes in one line.
fn shown(packet: &Packet) -> String {
    let tuple = &packet.tuple;
    format!(
        "{} > {} {} {} {}",
        SocketAddr::new(tuple.source, tuple.source_port),
        SocketAddr::new(tuple.destination, tuple.destination_port),
        tuple.protocol,
        packet.tcp_flags,
        packet.bytes
    )
}

fn with(header: &[u8], packet: &[u8]) -> Vec<u8> {
    [header, packet].concat()
}

#[test]
fn every_link_layer_leads_to_the_same_packet() {
    let v4 = syn();
    let v6 = syn_v6();
    let stations = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];
    let frame = |middle: &[u8], packet: &[u8]| [&stations, middle, packet].concat();
    let cases: &[(u32, Vec<u8>)] = &[
        (1, ethernet(&v4)),
        (1, ethernet(&v6)),
        // A minimal frame is padded to 60 bytes.
        (1, with(&ethernet(&v4), &[0; 6])),
        // 802.1Q, 802.1ad with 802.1Q inside, priority only.
        (1, frame(&[0x81, 0, 0, 7, 0x08, 0], &v4)),
        (
            1,
            frame(&[0x88, 0xa8, 0, 9, 0x81, 0, 0, 7, 0x86, 0xdd], &v6),
        ),
        (1, frame(&[0x91, 0, 0, 0, 0x08, 0], &v4)),
        // Two MPLS labels, the second at the bottom of the stack.
        (1, frame(&[0x88, 0x47, 0, 1, 0, 64, 0, 1, 1, 64], &v4)),
        // PPP over Ethernet.
        (1, frame(&[0x88, 0x64, 0x11, 0, 0, 1, 0, 42, 0, 0x21], &v4)),
        (0, with(&[2, 0, 0, 0], &v4)),
        (0, with(&[0, 0, 0, 30], &v6)),
        (108, with(&[0, 0, 0, 2], &v4)),
        (9, with(&[0xff, 3, 0, 0x21], &v4)),
        (9, with(&[0x21], &v4)),
        (9, with(&[0, 0x57], &v6)),
        (50, with(&[0xff, 3, 0, 0x57], &v6)),
        (51, with(&[0x11, 0, 0, 1, 0, 42, 0, 0x21], &v4)),
        (104, with(&[0x0f, 0, 0x08, 0], &v4)),
        (12, v4.clone()),
        (101, v4.clone()),
        (101, v6.clone()),
        (228, v4.clone()),
        (229, v6.clone()),
        (
            113,
            with(&[0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 0x08, 0], &v4),
        ),
        (
            276,
            with(
                &[
                    0x86, 0xdd, 0, 0, 0, 0, 0, 3, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0,
                ],
                &v6,
            ),
        ),
    ];
    for (link, frame) in cases {
        let found = shown(&packet(*link, frame));
        let expected = [
            "10.0.0.1:40000 > 10.0.0.2:22 6 2 40",
            "[2001:db8::1]:40000 > [2001:db8::2]:22 6 2 60",
        ];
        assert!(expected.contains(&found.as_str()), "{link}: {found}");
    }
}

#[test]
fn linux_knows_what_was_sent() {
    let v4 = syn();
    for (kind, seen) in [
        (0, Some(Direction::Ingress)),
        (1, Some(Direction::Ingress)),
        (2, Some(Direction::Ingress)),
        (3, None),
        (4, Some(Direction::Egress)),
    ] {
        let first = with(&[0, kind, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0], &v4);
        assert_eq!(packet(113, &first).seen, seen);
        let header = [
            8, 0, 0, 0, 0, 0, 0, 3, 0, 1, kind, 6, 2, 0, 0, 0, 0, 1, 0, 0,
        ];
        assert_eq!(packet(276, &with(&header, &v4)).seen, seen);
    }
    assert_eq!(packet(101, &v4).seen, None);
}

#[test]
fn what_is_no_ip_is_another_thing() {
    let stations = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];
    for (link, rest) in [
        (1, &[0x08, 0x06, 0, 1, 8, 0, 6, 4][..]),
        (1, &[0x00, 0x26, 0x42, 0x42, 3]),
        (1, &[0x88, 0x47, 0, 1, 1, 64, 0, 0, 0, 0]),
        (1, &[0x88, 0x64, 0x11, 9, 0, 0, 0, 0]),
    ] {
        assert_eq!(whole(link, &with(&stations, rest)), Frame::Other);
    }
    assert_eq!(whole(0, &[7, 0, 0, 0, 1]), Frame::Other);
    assert_eq!(whole(9, &[0xc0, 0x21, 1, 1]), Frame::Other);
    // Netlink messages in a capture on `any`.
    let netlink = [0, 4, 3, 0x38, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    assert_eq!(whole(113, &netlink), Frame::Other);
}

#[test]
fn contradictions_are_malformed_and_missing_bytes_are_cut() {
    let v4 = syn();
    let mut version = v4.clone();
    version[0] = 0x55;
    let mut short_header = v4.clone();
    short_header[0] = 0x44;
    let mut tiny = v4.clone();
    tiny[2..4].copy_from_slice(&[0, 19]);
    let mut claims = v4.clone();
    claims[2..4].copy_from_slice(&[1, 0]);
    for frame in [&version, &short_header, &tiny, &claims, &v4[..39].to_vec()] {
        assert_eq!(whole(101, frame), Frame::Malformed, "{frame:02x?}");
        assert_eq!(
            decode(LinkType::Ethernet, &frame[..10], 10),
            Frame::Malformed
        );
    }
    // As far as the flags, 34 bytes, everything is known.
    for kept in 0..v4.len() {
        let frame = decode_ip(&v4[..kept], v4.len());
        match frame {
            Frame::Ip(packet) => {
                assert!(kept >= 34, "{kept}");
                assert_eq!(shown(&packet), "10.0.0.1:40000 > 10.0.0.2:22 6 2 40");
            }
            frame => assert!(kept < 34 && frame == Frame::Cut, "{kept}: {frame:?}"),
        }
    }
    let unknown = LinkType::from_number(189).expect_err("USB");
    assert!(unknown.to_string().contains("link type 189"), "{unknown}");
}

#[test]
fn lengths_count_the_network_layer() {
    let udp = PacketBuilder::udp(socket("10.0.0.1:53"), socket("10.0.0.2:5353"));
    assert_eq!(
        packet(101, &udp.clone().total_length(700).build()).bytes,
        700
    );
    // Of segmentation offload, a sender's capture may see packets without a length.
    let mut offloaded = udp.total_length(3000).build();
    offloaded[2..4].fill(0);
    let frame = ethernet(&offloaded);
    assert_eq!(packet(1, &frame).bytes, 3000);
    let Frame::Ip(cut) = decode(LinkType::Ethernet, &frame[..96], frame.len()) else {
        panic!("cut frame");
    };
    assert_eq!(cut.bytes, 3000);
    let mut jumbo = syn_v6();
    jumbo[4..6].fill(0);
    assert_eq!(packet(101, &jumbo).bytes, 60);
}

#[test]
fn options_and_extensions_are_skipped() {
    let tcp = PacketBuilder::tcp(socket("10.0.0.1:40000"), socket("10.0.0.2:22"), tcp::SYN);
    let routed = tcp.options(&[7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0]).build();
    assert_eq!(
        shown(&packet(101, &routed)),
        "10.0.0.1:40000 > 10.0.0.2:22 6 2 52"
    );

    // Hop by hop, routing of 24 bytes, destination options, then TCP.
    let plain = syn_v6();
    let mut extended = plain[..40].to_vec();
    extended[6] = 0;
    extended.extend([43, 0, 5, 2, 0, 0, 1, 0]);
    extended.extend([60, 2]);
    extended.extend([0; 22]);
    extended.extend([6, 0, 1, 4, 0, 0, 0, 0]);
    extended.extend(&plain[40..]);
    extended[4..6].copy_from_slice(&60_u16.to_be_bytes());
    let expected = "[2001:db8::1]:40000 > [2001:db8::2]:22 6 2 100";
    assert_eq!(shown(&packet(101, &extended)), expected);
    for kept in 40..94 {
        assert_eq!(decode_ip(&extended[..kept], 100), Frame::Cut, "{kept}");
    }

    // No next header, with the padding of Ethernet behind.
    let mut nothing = plain[..40].to_vec();
    nothing[4..7].copy_from_slice(&[0, 0, 59]);
    let padded = with(&ethernet(&nothing), &[0; 6]);
    assert_eq!(
        shown(&packet(1, &padded)),
        "[2001:db8::1]:0 > [2001:db8::2]:0 59 0 40"
    );
}

#[test]
fn protocols_have_ports_or_not() {
    let (a, b) = (ip("10.0.0.1"), ip("10.0.0.2"));
    for (number, ports) in [
        (17, "1000 2000"),
        (132, "1000 2000"),
        (33, "1000 2000"),
        (136, "1000 2000"),
        (1, "0 0"),
        // Tunnels: IP in IP, IPv6 in IP, GRE, ESP, AH.
        (4, "0 0"),
        (41, "0 0"),
        (47, "0 0"),
        (50, "0 0"),
        (51, "0 0"),
    ] {
        let payload = [0x03, 0xe8, 0x07, 0xd0, 0, 8, 0, 0, 0, 0, 0, 0];
        let built = PacketBuilder::other(a, b, number).payload(&payload).build();
        let tuple = packet(101, &built).tuple;
        let found = format!("{} {}", tuple.source_port, tuple.destination_port);
        assert_eq!(found, ports, "{number}");
    }
    let ping = PacketBuilder::icmp(ip("2001:db8::1"), ip("2001:db8::2"), 128, 0).build();
    assert_eq!(packet(101, &ping).tuple.protocol, protocol::ICMP_V6);
    // A TCP packet that ends before its ports, and one that ends before its flags.
    let none = PacketBuilder::other(a, b, 6).payload(&[1, 2, 3]).build();
    assert_eq!(shown(&packet(101, &none)), "10.0.0.1:0 > 10.0.0.2:0 6 0 23");
    let few = PacketBuilder::other(a, b, 6)
        .payload(&[0, 1, 0, 2, 0, 0, 0, 0])
        .build();
    assert_eq!(shown(&packet(101, &few)), "10.0.0.1:1 > 10.0.0.2:2 6 0 28");
}

#[test]
fn judges_are_told_what_rules_need() {
    let ask = |packet: &Packet| packet.question(InterfaceKey(3), Direction::Egress, 5);
    let data = PacketBuilder::tcp(socket("10.0.0.1:1"), socket("10.0.0.2:2"), tcp::ACK);
    let question = ask(&packet(101, &data.payload(&[0; 9]).build()));
    assert_eq!((question.payload, question.tcp_flags), (9, tcp::ACK));
    assert_eq!((question.interface, question.at), (InterfaceKey(3), 5));
    assert_eq!((question.icmp, question.portless), (None, false));

    let ping = PacketBuilder::icmp(ip("10.0.0.1"), ip("10.0.0.2"), 8, 0);
    let echo = ask(&packet(101, &ping.payload(&[0; 56]).build()));
    let icmp = echo.icmp.expect("ICMP");
    assert_eq!((icmp.kind, icmp.id, echo.payload), (8, 1, 56));

    // Errors quote what they are about, often no more than the ports.
    let datagram = PacketBuilder::udp(socket("10.0.0.1:1000"), socket("10.0.0.2:53"));
    let lookup = PacketBuilder::udp(socket("[2001:db8::1]:7"), socket("[2001:db8::2]:53"));
    for (from, to, kind, quote, about) in [
        ("10.0.0.2", "10.0.0.1", 3, datagram.build(), "10.0.0.1:1000"),
        (
            "10.0.0.2",
            "10.0.0.1",
            11,
            syn()[..28].to_vec(),
            "10.0.0.1:40000",
        ),
        (
            "2001:db8::2",
            "2001:db8::1",
            1,
            lookup.build(),
            "[2001:db8::1]:7",
        ),
    ] {
        let error = PacketBuilder::icmp(ip(from), ip(to), kind, 3);
        let error = error.payload(&quote).build();
        let icmp = ask(&packet(101, &error)).icmp.expect("ICMP");
        let quoted = icmp.about.expect("quote");
        let source = SocketAddr::new(quoted.source, quoted.source_port);
        assert_eq!(source.to_string(), about);
    }

    // A later fragment is without ports until its first one was seen.
    let parts = datagram.total_length(3000).fragments(1480);
    let mut later = packet(101, &parts[1]);
    assert!(ask(&later).portless);
    let mut cache = FragmentCache::default();
    cache.resolve(&mut packet(101, &parts[0]), 0);
    cache.resolve(&mut later, 0);
    assert!(!ask(&later).portless);
}

#[test]
fn fragments_find_the_ports_of_the_first() {
    for (source, destination) in [
        ("10.0.0.1:1000", "10.0.0.2:2000"),
        ("[2001:db8::1]:1000", "[2001:db8::2]:2000"),
    ] {
        let (source, destination) = (socket(source), socket(destination));
        let datagram = PacketBuilder::udp(source, destination)
            .total_length(4000)
            .id(77);
        let parts = datagram.fragments(1480);
        assert_eq!(parts.len(), 3);
        let mut cache = FragmentCache::default();
        let ports = |cache: &mut FragmentCache, part: &[u8], at: i64| {
            let mut packet = packet(101, part);
            cache.resolve(&mut packet, at);
            (packet.tuple.source_port, packet.tuple.destination_port)
        };
        assert_eq!(ports(&mut cache, &parts[1], 0), (0, 0), "before the first");
        assert_eq!(ports(&mut cache, &parts[0], 0), (1000, 2000));
        assert_eq!(ports(&mut cache, &parts[1], 1), (1000, 2000));
        assert_eq!(ports(&mut cache, &parts[2], 30_000_000), (1000, 2000));
        assert_eq!(ports(&mut cache, &parts[2], 30_000_001), (0, 0), "too old");
        let other = datagram.id(78).fragments(1480);
        assert_eq!(ports(&mut cache, &other[1], 1), (0, 0), "another packet");
    }
}

#[test]
fn the_fragment_cache_is_bounded() {
    let mut cache = FragmentCache::default();
    let datagram = PacketBuilder::udp(socket("10.0.0.1:1000"), socket("10.0.0.2:2000"));
    let datagram = datagram.total_length(100);
    let mut port = |id: u32, part: usize| {
        let parts = datagram.clone().id(id).fragments(40);
        let mut packet = packet(101, &parts[part]);
        cache.resolve(&mut packet, 0);
        packet.tuple.source_port
    };
    for id in 0..=10_000 {
        assert_eq!(port(id, 0), 1000);
    }
    assert_eq!(port(0, 1), 0, "the oldest gave way");
    assert_eq!(port(1, 1), 1000);
    assert_eq!(port(10_000, 1), 1000);
}

/// What `etherparse` makes of a whole frame, in the form of [`shown`].
fn second_opinion(frame: &[u8]) -> Option<String> {
    let sliced = SlicedPacket::from_ethernet(frame).ok()?;
    let (source, destination, bytes): (IpAddr, IpAddr, usize) = match sliced.net.as_ref()? {
        NetSlice::Ipv4(v4) => {
            let header = v4.header();
            let total = usize::from(header.total_len());
            (
                header.source_addr().into(),
                header.destination_addr().into(),
                total,
            )
        }
        NetSlice::Ipv6(v6) => {
            let header = v6.header();
            // Here, no length means that the frame's counts.
            let total = 40 + Some(usize::from(header.payload_length())).filter(|n| *n > 0)?;
            (
                header.source_addr().into(),
                header.destination_addr().into(),
                total,
            )
        }
        NetSlice::Arp(_) => return None,
    };
    let (ports, protocol, flags) = match sliced.transport.as_ref()? {
        TransportSlice::Tcp(segment) => {
            let flags = segment.slice()[13];
            (
                (segment.source_port(), segment.destination_port()),
                6,
                flags,
            )
        }
        TransportSlice::Udp(datagram) => {
            ((datagram.source_port(), datagram.destination_port()), 17, 0)
        }
        TransportSlice::Icmpv4(_) => ((0, 0), 1, 0),
        TransportSlice::Icmpv6(_) => ((0, 0), 58, 0),
        TransportSlice::Igmp(_) => ((0, 0), 2, 0),
    };
    Some(format!(
        "{} > {} {protocol} {flags} {bytes}",
        SocketAddr::new(source, ports.0),
        SocketAddr::new(destination, ports.1)
    ))
}

fn any_packet() -> impl Strategy<Value = PacketBuilder> {
    let v4 =
        (any::<[u8; 4]>(), any::<[u8; 4]>()).prop_map(|(a, b)| (IpAddr::from(a), IpAddr::from(b)));
    let v6 = (any::<[u8; 16]>(), any::<[u8; 16]>())
        .prop_map(|(a, b)| (IpAddr::from(a), IpAddr::from(b)));
    let addresses = prop_oneof![v4, v6];
    (addresses, any::<(u16, u16, u8, u8)>(), 0..120_usize).prop_map(
        |((a, b), (c, d, kind, flags), length)| {
            let (source, destination) = (SocketAddr::new(a, c), SocketAddr::new(b, d));
            let built = match kind % 3 {
                0 => PacketBuilder::tcp(source, destination, flags),
                1 => PacketBuilder::udp(source, destination),
                _ => PacketBuilder::icmp(a, b, 8, 0),
            };
            built.payload(&vec![7; length])
        },
    )
}

proptest! {
    #[test]
    fn etherparse_agrees_on_built_packets(packet in any_packet()) {
        let frame = packet.ethernet();
        let Frame::Ip(found) = decode(LinkType::Ethernet, &frame, frame.len()) else {
            panic!("{frame:02x?}");
        };
        prop_assert_eq!(Some(shown(&found)), second_opinion(&frame));
    }

    /// Whatever `etherparse` accepts of a damaged frame, we read in the same way.
    #[test]
    fn etherparse_agrees_on_damaged_packets(
        packet in any_packet(),
        damage in proptest::collection::vec((12..80_usize, any::<u8>()), 0..4),
    ) {
        let mut frame = packet.ethernet();
        for (at, byte) in damage {
            if let Some(place) = frame.get_mut(at) {
                *place = byte;
            }
        }
        if let Some(expected) = second_opinion(&frame) {
            let Frame::Ip(found) = decode(LinkType::Ethernet, &frame, frame.len()) else {
                panic!("{expected}: {frame:02x?}");
            };
            // AH is a protocol here and an extension there.
            if found.tuple.protocol != 51 {
                prop_assert_eq!(shown(&found), expected);
            }
        }
    }

    /// Nothing panics, cut frames never tell another story than whole ones.
    #[test]
    fn cut_frames_agree_with_whole_ones(packet in any_packet(), kept in 0..200_usize) {
        let frame = packet.ethernet();
        let kept = kept.min(frame.len());
        let whole = decode(LinkType::Ethernet, &frame, frame.len());
        match (decode(LinkType::Ethernet, &frame[..kept], frame.len()), whole) {
            (Frame::Ip(cut), Frame::Ip(whole)) => prop_assert_eq!(shown(&cut), shown(&whole)),
            (cut, _) => prop_assert_eq!(cut, Frame::Cut),
        }
        let _ = LaxSlicedPacket::from_ethernet(&frame[..kept]);
    }

    #[test]
    fn random_bytes_do_no_harm(
        link in proptest::sample::select(vec![0_u32, 1, 9, 50, 51, 101, 104, 113, 276]),
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        more in 0..100_usize,
    ) {
        let link = LinkType::from_number(link).expect("link type");
        if let Frame::Ip(packet) = decode(link, &bytes, bytes.len() + more) {
            prop_assert!(packet.bytes as usize <= bytes.len() + more);
            prop_assert!(packet.transport.len() <= bytes.len());
        }
    }
}
