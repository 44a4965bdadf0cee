//! Rule files, JSON and TOML: a mistake has a place in the text, and rules that are understood can be
//! evaluated and handed to the firewall.

#![no_main]

use flowgauge_flow::document::{Document, DocumentError};
use flowgauge_flow::inventory::{Interface, InterfaceKey, Inventory};
use flowgauge_flow::rules::{Policy, Rules, RulesError};
use flowgauge_flow::tap::nft::{self, Logging};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for path in ["r.json", "r.toml"] {
        match Document::parse(path, text.to_owned()).map(|document| Rules::of(&[document])) {
            Ok(Ok(rules)) => usable(&rules),
            Ok(Err(RulesError::Document(error))) | Err(error) => placed(text, &error),
            Ok(Err(_)) => {}
        }
    }
});

fn placed(text: &str, error: &DocumentError) {
    if let DocumentError::Wrong { line, column, .. } = error {
        let lines = text.split('\n').count();
        assert!((1..=lines).contains(line), "{error}");
        let width = text.split('\n').nth(line - 1).map_or(0, |line| line.chars().count());
        assert!((1..=width + 1).contains(column), "{error}");
    }
}

fn usable(rules: &Rules) {
    let mut inventory = Inventory::default();
    inventory.add(Interface {
        device: "eth0".to_owned(),
        groups: rules.groups.iter().map(|group| group.id.clone()).collect(),
        ..Interface::default()
    });
    let Ok(policy) = Policy::new(rules, &inventory) else {
        return;
    };
    let own = policy.get(InterfaceKey(0)).expect("the interface is in the inventory");
    let table = nft::table(&[("eth0", own)], Logging::All).expect("the name is plain");
    // Names of groups and ACLs are foreign text: they must not reach beyond their quotes.
    for line in table.lines() {
        let quotes = line.matches('"').count();
        assert!(quotes == 0 || quotes == 2, "{line}");
    }
}
