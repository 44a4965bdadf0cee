//! Windows of records for the tests of sinks.

use std::net::{IpAddr, Ipv4Addr};

use crate::inventory::sample::interface;
use crate::inventory::{InterfaceKey, Inventory};
use crate::observation::{Action, Direction, Tuple};
use crate::record::{ClosedWindow, Flow, FlowRecord, LogStatus};

/// Two interfaces, `eni-0` and `eni-1`.
pub(crate) fn inventory() -> Inventory {
    let mut inventory = Inventory::default();
    for number in 0..2 {
        let (id, address) = (format!("eni-{number}"), format!("10.0.0.{number}"));
        let fields = [("account-id", "123456789012"), ("interface-id", &id)];
        inventory.add(interface(&fields, &[&address]));
    }
    inventory
}

/// A record of 3 packets and 120 bytes that ended at `end`.
pub(crate) fn record(interface: u32, port: u16, end: i64) -> FlowRecord {
    FlowRecord {
        interface: InterfaceKey(interface),
        start: end - 5,
        end,
        status: LogStatus::Ok,
        flow: Some(Flow {
            direction: Direction::Ingress,
            tuple: Tuple {
                source: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
                // The last byte is the number of the interface.
                destination: IpAddr::V4(Ipv4Addr::new(10, 0, 0, interface as u8)),
                source_port: 40_000,
                destination_port: port,
                protocol: 6,
            },
            action: Action::Accept,
            reject_reason: None,
            packets: 3,
            bytes: 120,
            tcp_flags: 2,
        }),
    }
}

/// Without traffic.
pub(crate) fn no_data(interface: u32, start: i64) -> FlowRecord {
    FlowRecord {
        interface: InterfaceKey(interface),
        start,
        end: start + 59,
        status: LogStatus::NoData,
        flow: None,
    }
}

/// The window that begins at `start`.
pub(crate) fn window(start: i64, records: Vec<FlowRecord>) -> ClosedWindow {
    ClosedWindow {
        start,
        interval: 60,
        records,
    }
}
