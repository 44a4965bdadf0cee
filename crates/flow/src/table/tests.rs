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

/// A table with its hasher, to which one thing is added after the other.
#[derive(Default)]
struct Table {
    hasher: KeyHasher,
    table: FlowTable,
}

impl Table {
    fn addition(&self, key: Key, sums: Sums) -> Addition {
        let table = TableId { start: 0, place: 0 };
        Addition::new(&self.hasher, table, key, sums)
    }

    /// Whether there was room.
    fn add(&mut self, key: Key, sums: Sums, room: usize) -> bool {
        let added = self.table.add(&mut [self.addition(key, sums)], room);
        added.refused == 0
    }
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
    assert_eq!((size_of::<Entry>(), align_of::<Entry>()), (64, 64));
}

#[test]
fn a_full_table_counts_known_flows_and_refuses_new_ones() {
    let mut table = Table::default();
    let flow = |port| key([10, 0, 0, 1].into(), [10, 0, 0, 2].into(), port, 0);
    let cap = 3 * CHUNK;
    for port in 0..cap {
        let port = u16::try_from(port).expect("port");
        assert!(table.add(flow(port), ONE, 1));
    }
    assert!(!table.add(flow(60_000), ONE, 0));
    assert!(table.add(flow(5), ONE, 0));
    assert_eq!(table.table.len(), cap);
    let flows: Vec<Counted> = table.table.into_flows().collect();
    assert_eq!(flows.len(), cap);
    // Equal times keep the order of appearance.
    assert_eq!(flows[5].flow.tuple.source_port, 5);
    assert_eq!((flows[5].flow.packets, flows[4].flow.packets), (2, 1));
}

#[test]
fn flags_are_no_part_of_the_key() {
    let mut table = Table::default();
    let flow = key([10, 0, 0, 1].into(), [10, 0, 0, 2].into(), 1, 3);
    for flags in [2, 16, 1] {
        let sums = Sums {
            tcp_flags: flags,
            ..ONE
        };
        assert!(table.add(flow, sums, 1));
    }
    let flows: Vec<Counted> = table.table.into_flows().collect();
    assert_eq!((flows.len(), flows[0].flow.tcp_flags), (1, 19));
}

#[test]
fn what_comes_together_is_added_one_by_one() {
    let mut table = Table::default();
    let flow = |port| key([10, 0, 0, 1].into(), [10, 0, 0, 2].into(), port, 0);
    // Flow 1 is new and comes again at once; there is room for it and one more.
    let ports = [1, 1, 2, 3, 2, 3];
    let mut additions = ports.map(|port| table.addition(flow(port), ONE));
    let added = table.table.add(&mut additions, 2);
    let expected = Added {
        counted: 4,
        refused: 2,
        overflowed: 2,
        begun: 2,
    };
    assert_eq!(added, expected);
    let flows = table.table.into_flows();
    let sums: Vec<_> = flows
        .map(|one| (one.flow.tuple.source_port, one.flow.packets))
        .collect();
    assert_eq!(sums, [(1, 2), (2, 2)]);
}

#[test]
fn flows_with_one_hash_are_told_apart() {
    let mut table = Table::default();
    let flow = |port| key([10, 0, 0, 1].into(), [10, 0, 0, 2].into(), port, 0);
    let addition = |table: &Table, port| Addition {
        hash: 7,
        ..table.addition(flow(port), ONE)
    };
    for ports in [[1, 2, 3], [3, 3, 2], [1, 4, 4]] {
        let mut additions = ports.map(|port| addition(&table, port));
        assert_eq!(table.table.add(&mut additions, 3).counted, 3);
    }
    let flows = table.table.into_flows();
    let sums: Vec<_> = flows
        .map(|one| (one.flow.tuple.source_port, one.flow.packets))
        .collect();
    assert_eq!(sums, [(1, 2), (2, 2), (3, 3), (4, 2)]);
}

fn any_address() -> impl Strategy<Value = bool> {
    any::<bool>()
}

proptest! {
    /// Few values for everything, so that keys meet.
    #[test]
    fn sums_are_those_of_a_plain_map(
        packets in proptest::collection::vec((any_address(), 0..4_u8, 0..4_u8, 0..3_u16, 0..8_u8, 0..1000_u32, 0..32_u8), 0..300),
        together in 1..100_usize,
    ) {
        let mut table = Table::default();
        let mut additions = Vec::new();
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
            additions.push(table.addition(key, sums));
            let reason = kind::reason(kind & 4);
            let known = (address(a), address(b), port, kind, kind::direction(kind), kind::action(kind), reason);
            let entry = plain.entry(known).or_insert((0, 0, 0, u32::MAX, 0));
            *entry = (entry.0 + 2, entry.1 + u64::from(at), entry.2 | flags, entry.3.min(at), entry.4.max(at + 1));
        }
        for some in additions.chunks_mut(together) {
            prop_assert_eq!(table.table.add(some, usize::MAX).counted, 2 * some.len() as u64);
        }
        prop_assert_eq!(table.table.len(), plain.len());
        let mut before = 0;
        for counted in table.table.into_flows() {
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
