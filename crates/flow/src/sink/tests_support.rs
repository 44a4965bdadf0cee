//! Windows of records for the tests of sinks.

use std::net::{IpAddr, Ipv4Addr};

use flowgauge_format::flow_fields::by_id;

use crate::inventory::{Interface, InterfaceKey, Inventory};
use crate::observation::{Action, Direction, Tuple};
use crate::record::{ClosedWindow, Flow, FlowRecord, LogStatus};

/// Two interfaces, `eni-0` and `eni-1`.
pub(crate) fn inventory() -> Inventory {
    let mut inventory = Inventory::default();
    let field = |id: &str| by_id(id).expect("a field");
    for number in 0..2_u8 {
        let address = Ipv4Addr::new(10, 0, 0, number);
        inventory.add(Interface {
            primary: Some(address),
            addresses: vec![IpAddr::V4(address)],
            fields: [
                (field("account-id"), "123456789012".to_owned()),
                (field("interface-id"), format!("eni-{number}")),
            ]
            .into(),
            ..Interface::default()
        });
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
