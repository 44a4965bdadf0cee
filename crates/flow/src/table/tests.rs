//! The table against a map from the standard library, and its size.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

fn key(source: IpAddr, destination: IpAddr, port: u16, kind: u8) -> Key {
    let tuple = Tuple {
        source,
        destination,
        source_port: port,
        destination_port: !port,
        protocol: kind,
    };
    Key::new(
        &tuple,
        kind::direction(kind),
        kind::action(kind),
        kind::reason(kind & 4),
    )
}

const ONE: Sums = Sums {
    packets: 1,
    bytes: 40,
    tcp_flags: 2,
    first: 7,
    last: 7,
};

#[test]
fn an_entry_is_a_cache_line() {
    assert_eq!(size_of::<Entry>(), 64);
}

#[test]
fn a_full_table_counts_known_flows_and_refuses_new_ones() {
    let mut table = FlowTable::default();
    let flow = |port| key([10, 0, 0, 1].into(), [10, 0, 0, 2].into(), port, 0);
    let cap = 3 * CHUNK;
    for port in 0..cap {
        let port = u16::try_from(port).expect("port");
        assert!(table.add(&flow(port), &ONE, |flows| flows < cap));
    }
    assert!(!table.add(&flow(60_000), &ONE, |flows| flows < cap));
    assert!(table.add(&flow(5), &ONE, |_| panic!("the flow is known")));
    assert_eq!(table.len(), cap);
    let flows: Vec<Counted> = table.into_flows().collect();
    assert_eq!(flows.len(), cap);
    // Equal times keep the order of appearance.
    assert_eq!(flows[5].flow.tuple.source_port, 5);
    assert_eq!((flows[5].flow.packets, flows[4].flow.packets), (2, 1));
}

#[test]
fn flags_are_no_part_of_the_key() {
    let mut table = FlowTable::default();
    let flow = key([10, 0, 0, 1].into(), [10, 0, 0, 2].into(), 1, 3);
    for flags in [2, 16, 1] {
        let sums = Sums {
            tcp_flags: flags,
            ..ONE
        };
        assert!(table.add(&flow, &sums, |_| true));
    }
    let flows: Vec<Counted> = table.into_flows().collect();
    assert_eq!((flows.len(), flows[0].flow.tcp_flags), (1, 19));
}

fn any_address() -> impl Strategy<Value = bool> {
    any::<bool>()
}

proptest! {
    /// Few values for everything, so that keys meet.
    #[test]
    fn sums_are_those_of_a_plain_map(
        packets in proptest::collection::vec((any_address(), 0..4_u8, 0..4_u8, 0..3_u16, 0..8_u8, 0..1000_u32, 0..32_u8), 0..300),
    ) {
        let mut table = FlowTable::default();
        let mut plain = HashMap::<_, (u64, u64, u8, u32, u32)>::new();
        for (v6, a, b, port, kind, at, flags) in packets {
            let address = |last: u8| -> IpAddr {
                if v6 {
                    Ipv6Addr::new(0, 0, 0, 0, 0, 0, 0x0a00, u16::from(last)).into()
                } else {
                    Ipv4Addr::new(10, 0, 0, last).into()
                }
            };
            let key = key(address(a), address(b), port, kind);
            let sums = Sums { packets: 2, bytes: u64::from(at), tcp_flags: flags, first: at, last: at + 1 };
            prop_assert!(table.add(&key, &sums, |_| true));
            let reason = kind::reason(kind & 4);
            let known = (address(a), address(b), port, kind, kind::direction(kind), kind::action(kind), reason);
            let entry = plain.entry(known).or_insert((0, 0, 0, u32::MAX, 0));
            *entry = (entry.0 + 2, entry.1 + u64::from(at), entry.2 | flags, entry.3.min(at), entry.4.max(at + 1));
        }
        prop_assert_eq!(table.len(), plain.len());
        let mut before = 0;
        for counted in table.into_flows() {
            prop_assert!(before <= counted.first);
            before = counted.first;
            let flow = counted.flow;
            let tuple = flow.tuple;
            prop_assert_eq!(tuple.destination_port, !tuple.source_port);
            let known = (tuple.source, tuple.destination, tuple.source_port, tuple.protocol, flow.direction, flow.action, flow.reject_reason);
            let found = (flow.packets, flow.bytes, flow.tcp_flags, counted.first, counted.last);
            prop_assert_eq!(plain.remove(&known), Some(found));
        }
        prop_assert!(plain.is_empty());
    }
}
