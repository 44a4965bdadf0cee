//! `--inventory`, `--local` and so on: whose records these are.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;
use flowgauge_flow::{Interface, Inventory};
use flowgauge_format::flow_fields::by_id;

use crate::failure::Failure;

/// The interfaces, when there is one only or nothing is known of it but what is said here.
#[derive(Debug, Args)]
pub struct InterfaceArgs {
    /// Interfaces with their ids, addresses and tags (TOML or JSON)
    #[arg(long, value_name = "FILE")]
    pub inventory: Option<PathBuf>,
    /// Addresses of the interface, the primary one first
    #[arg(
        long,
        value_name = "ADDR",
        value_delimiter = ',',
        conflicts_with = "inventory"
    )]
    pub local: Vec<IpAddr>,
    /// Id of the interface
    #[arg(long, value_name = "ID", conflicts_with = "inventory")]
    pub eni: Option<String>,
}

/// The interfaces that are captured.
pub fn inventory(arguments: &InterfaceArgs, account: Option<&str>) -> Result<Inventory, Failure> {
    if let Some(path) = &arguments.inventory {
        return Inventory::read(path).map_err(|error| Failure::Input(error.to_string()));
    }
    let mut interface = Interface {
        primary: arguments.local.iter().find_map(|address| match address {
            IpAddr::V4(address) => Some(*address),
            IpAddr::V6(_) => None,
        }),
        addresses: arguments.local.clone(),
        ..Interface::default()
    };
    let fields = [
        ("interface-id", arguments.eni.as_deref()),
        ("account-id", account),
    ];
    for (id, value) in fields {
        if let (Some(id), Some(value)) = (by_id(id), value) {
            interface.fields.insert(id, value.to_owned());
        }
    }
    let mut inventory = Inventory::default();
    inventory.add(interface);
    Ok(inventory)
}
