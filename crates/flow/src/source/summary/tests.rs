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

/// Begin and end in seconds, packets, bytes, flags.
fn spread(spreader: &Spreader, summary: &Summary, now: i64) -> Vec<(i64, i64, u64, u64, u8)> {
    let mut observations = Vec::new();
    spreader.spread(summary, now * SECOND, &mut observations);
    let seconds = |time: i64| time.div_euclid(SECOND);
    observations
        .iter()
        .map(|one| {
            (
                seconds(one.first),
                seconds(one.last),
                one.packets,
                one.bytes,
                one.tcp_flags,
            )
        })
        .collect()
}

#[test]
fn a_long_flow_shows_in_every_window_it_crossed() {
    let spreader = Spreader::new(&inventory(), 60, 3_600);
    // SYN in the first window, FIN in the last, and every byte once.
    assert_eq!(
        spread(&spreader, &summary(30, 150, 11, 1_100), 150),
        [
            (30, 59, 3, 300, 2),
            (60, 119, 5, 500, 0),
            (120, 150, 3, 300, 9),
        ]
    );
    // Fewer packets than windows: windows without a packet have no record.
    assert_eq!(
        spread(&spreader, &summary(0, 299, 2, 90), 300),
        [(0, 59, 1, 45, 2), (240, 299, 1, 45, 9)]
    );
    assert_eq!(
        spread(&spreader, &summary(7, 7, 1, 40), 300),
        [(7, 7, 1, 40, 0xb)]
    );
}

#[test]
fn what_comes_after_its_window_has_closed_counts_in_the_oldest_open_one() {
    let mut spreader = Spreader::new(&inventory(), 60, 60);
    assert_eq!(spreader.watermark(), None);
    spreader.advance(250 * SECOND);
    assert_eq!(spreader.watermark(), Some(180 * SECOND));
    assert_eq!(
        spread(&spreader, &summary(30, 250, 23, 2_300), 250),
        [(180, 239, 22, 2_200, 2), (240, 250, 1, 100, 9)]
    );
    assert_eq!(
        spread(&spreader, &summary(30, 50, 3, 300), 250),
        [(180, 180, 3, 300, 0xb)]
    );
    // Reports out of order do not open closed windows again.
    spreader.advance(100 * SECOND);
    assert_eq!(spreader.watermark(), Some(180 * SECOND));
}

#[test]
fn sums_stay_exact_whatever_the_times() {
    let mut spreader = Spreader::new(&inventory(), 60, 600);
    spreader.advance(10_000 * SECOND);
    for (first, last, packets, bytes) in [
        (0, 9_999, 1_000_003, u64::MAX),
        (9_999, 0, 7, 1),
        (i64::MIN / SECOND, 9_999, 5, 5),
        (9_700, i64::MAX / SECOND, 5, 5),
        (9_700, 9_999, 0, 0),
        (9_700, 9_999, u64::MAX, u64::MAX),
    ] {
        let parts = spread(&spreader, &summary(first, last, packets, bytes), 10_000);
        let sum = |of: fn(&(i64, i64, u64, u64, u8)) -> u64| parts.iter().map(of).sum::<u64>();
        assert_eq!((sum(|part| part.2), sum(|part| part.3)), (packets, bytes));
        assert!(parts.len() <= 11, "{parts:?}");
        for (first, last, ..) in parts {
            assert!(first >= 9_360 && last <= 10_000 && first <= last);
            assert_eq!(first / 60, last / 60);
        }
    }
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
