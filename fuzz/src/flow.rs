//! What must hold for everything that a source of observations delivers.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use flowgauge_flow::{Batch, Interface, Inventory, Source, Supply};

/// Two interfaces; the rest of the world is strange.
pub fn inventory() -> Inventory {
    let mut inventory = Inventory::default();
    for last in [1, 2] {
        let address = Ipv4Addr::new(10, 0, 0, last);
        inventory.add(Interface {
            primary: Some(address),
            addresses: vec![IpAddr::V4(address)],
            ..Interface::default()
        });
    }
    inventory
}

/// Reads a source to its end or its error. Nothing begins before the watermark, which never goes
/// back; every observation is of a known interface, of one family, and in order.
pub fn drain(source: &mut dyn Source, inventory: &Inventory) {
    let mut batch = Batch::default();
    let mut watermark = i64::MIN;
    loop {
        let supply = source.next(&mut batch, Duration::ZERO);
        for observation in &batch.observations {
            assert!(inventory.get(observation.interface).is_some());
            let tuple = &observation.tuple;
            assert_eq!(tuple.source.is_ipv4(), tuple.destination.is_ipv4());
            assert!(observation.first <= observation.last);
            assert!(observation.first >= watermark, "{observation:?}");
            assert!(observation.packets > 0);
        }
        if let Some(next) = batch.watermark {
            assert!(next >= watermark);
            watermark = next;
        }
        match supply {
            Ok(Supply::More) => {}
            Ok(Supply::End) => return,
            Err(error) => {
                assert!(!error.to_string().is_empty());
                return;
            }
        }
    }
}
