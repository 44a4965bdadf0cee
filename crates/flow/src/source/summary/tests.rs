use std::net::Ipv4Addr;

use super::*;
use crate::inventory::Interface;

const HOST: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 5));
const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 9));
const FAR: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

fn inventory() -> Inventory {
    let mut inventory = Inventory::default();
    for address in [HOST, OTHER] {
        inventory.add(Interface {
            addresses: vec![address],
            ..Interface::default()
        });
    }
    inventory
}

fn summary(first: i64, last: i64, packets: u64, bytes: u64) -> Summary {
    Summary {
        tuple: Tuple {
            source: FAR,
            destination: HOST,
            source_port: 40_000,
            destination_port: 443,
            protocol: 6,
        },
        direction: None,
        action: Action::Accept,
        tcp_flags: 0x1b,
        packets,
        bytes,
        first: first * SECOND,
        last: last * SECOND,
    }
}

#[test]
fn what_comes_after_its_window_has_closed_counts_from_the_oldest_open_one_on() {
    let mut placer = Placer::new(&inventory(), 60, 60);
    let placed = |placer: &Placer, first: i64, last: i64, now: i64| {
        let mut observations = Vec::new();
        let flow = summary(first, last, 7, 700);
        assert!(placer.place(&flow, now.saturating_mul(SECOND), &mut observations));
        let one = observations[0];
        assert_eq!((one.packets, one.bytes, one.tcp_flags), (7, 700, 0x0b));
        (one.first / SECOND, one.last / SECOND)
    };
    assert_eq!(placer.watermark(), None);
    assert_eq!(placed(&placer, 30, 250, 250), (30, 250));
    placer.advance(250 * SECOND);
    assert_eq!(placer.watermark(), Some(180 * SECOND));
    for (first, last, expected) in [
        (200, 250, (200, 250)),
        (30, 250, (180, 250)),
        (30, 50, (180, 180)),
        // Clocks that are wrong.
        (250, 200, (200, 200)),
        (240, 9_999, (240, 250)),
        (9_000, 9_999, (250, 250)),
        (i64::MIN / SECOND, i64::MAX / SECOND, (180, 250)),
    ] {
        assert_eq!(
            placed(&placer, first, last, 250),
            expected,
            "{first} {last}"
        );
    }
    // Reports out of order do not open closed windows again.
    placer.advance(100 * SECOND);
    assert_eq!(placer.watermark(), Some(180 * SECOND));
}

#[test]
fn owners_of_source_and_destination_saw_the_flow() {
    let seen = |inventory: &Inventory, source, destination, direction| {
        let owners = Owners::of(inventory);
        let mut flow = summary(0, 0, 1, 40);
        (flow.tuple.source, flow.tuple.destination) = (source, destination);
        owners
            .seen(&flow.tuple, direction)
            .map(|(key, direction)| (key.0, direction))
            .collect::<Vec<_>>()
    };
    use Direction::{Egress, Ingress};
    let two = inventory();
    assert_eq!(seen(&two, FAR, HOST, None), [(0, Ingress)]);
    assert_eq!(seen(&two, OTHER, FAR, Some(Ingress)), [(1, Egress)]);
    assert_eq!(seen(&two, OTHER, HOST, None), [(1, Egress), (0, Ingress)]);
    assert_eq!(seen(&two, FAR, FAR, None), []);
    let mut one = Inventory::default();
    one.add(Interface::default());
    assert_eq!(seen(&one, FAR, FAR, None), [(0, Ingress)]);
    assert_eq!(seen(&one, FAR, FAR, Some(Egress)), [(0, Egress)]);
}

#[test]
fn only_the_answering_side_has_a_syn_ack() {
    let flags = |source_port, destination_port, protocol, tcp_flags| {
        let mut flow = summary(0, 0, 1, 40);
        flow.tuple.source_port = source_port;
        flow.tuple.destination_port = destination_port;
        flow.tuple.protocol = protocol;
        flow.tcp_flags = tcp_flags;
        one_packet_flags(&flow)
    };
    assert_eq!(flags(40_000, 443, 6, 0x1b), 0x0b);
    assert_eq!(flags(443, 40_000, 6, 0x1b), 0x1b);
    assert_eq!(flags(443, 40_000, 6, 0x10), 0x10);
    assert_eq!(flags(40_000, 443, 17, 0x1b), 0);
}
