//! `--inventory`, `--local` and so on: whose records these are.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use flowgauge_flow::{Interface, Inventory};
use flowgauge_format::flow_fields::by_id;

use super::live;
use super::sources::SourceArgs;
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
pub fn inventory(
    arguments: &InterfaceArgs,
    account: Option<&str>,
    source: &SourceArgs,
) -> Result<Inventory, Failure> {
    let mut inventory = read(arguments.inventory.as_deref())?;
    if source.one.is_live() {
        live::complete(&mut inventory, source)?;
    } else if inventory.is_empty() {
        inventory.add(Interface::default());
    }
    let keys: Vec<_> = inventory.iter().map(|(key, _)| key).collect();
    if arguments.eni.is_some() && keys.len() > 1 {
        return Err(Failure::Input(format!(
            "--eni names one interface, and there are {}; use --interface or an inventory file",
            keys.len()
        )));
    }
    for key in keys {
        let Some(mut interface) = inventory.get(key).cloned() else {
            continue;
        };
        complete(&mut interface, arguments, account);
        inventory.replace(key, interface);
    }
    Ok(inventory)
}

/// Adds what the arguments say.
fn complete(interface: &mut Interface, arguments: &InterfaceArgs, account: Option<&str>) {
    if !arguments.local.is_empty() {
        let v4 = arguments.local.iter().find_map(|address| match address {
            IpAddr::V4(address) => Some(*address),
            IpAddr::V6(_) => None,
        });
        interface.primary = v4.or(interface.primary);
        interface.addresses.clone_from(&arguments.local);
    }
    if let (Some(id), Some(eni)) = (by_id("interface-id"), &arguments.eni) {
        interface.fields.insert(id, eni.clone());
    }
    if let (Some(id), Some(account)) = (by_id("account-id"), account) {
        interface
            .fields
            .entry(id)
            .or_insert_with(|| account.to_owned());
    }
}

fn read(path: Option<&Path>) -> Result<Inventory, Failure> {
    match path {
        Some(path) => Inventory::read(path).map_err(|error| Failure::Input(error.to_string())),
        None => Ok(Inventory::default()),
    }
}

/// The interfaces of a file, if there is one, and of this machine.
pub fn known(path: Option<&Path>) -> Result<Inventory, Failure> {
    let mut inventory = read(path)?;
    live::complete_all(&mut inventory)?;
    Ok(inventory)
}
