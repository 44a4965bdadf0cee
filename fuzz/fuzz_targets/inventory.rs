//! Inventory files, JSON and TOML, and lookups in what they describe.

#![no_main]

use flowgauge_flow::document::Document;
use flowgauge_flow::inventory::Inventory;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for path in ["i.json", "i.toml"] {
        let Ok(document) = Document::parse(path, text.to_owned()) else {
            continue;
        };
        let Ok(inventory) = Inventory::of(&document) else {
            continue;
        };
        for (key, interface) in inventory.iter() {
            for address in &interface.addresses {
                let path = inventory.traffic_path(key, *address);
                assert!(path.is_some_and(|path| (1..=8).contains(&path)));
                assert_ne!(inventory.next_hop(key, *address), Some(key));
                inventory.service(*address);
            }
        }
    }
});
