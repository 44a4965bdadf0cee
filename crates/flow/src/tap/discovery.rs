//! The devices of this machine, for inventories.

use std::io;

use super::links;
use super::namespace::{self, Namespace};
use crate::inventory::{Device, Ids};
use crate::source::SourceError;

/// Where the machine's id may be; the last one is its name, which is better than nothing.
const MACHINE_ID: [&str; 3] = [
    "/etc/machine-id",
    "/var/lib/dbus/machine-id",
    "/proc/sys/kernel/hostname",
];

/// The devices of a namespace (`None`: that of the process), without loopback.
///
/// # Errors
///
/// When there is no such namespace, or it cannot be entered.
pub fn devices(namespace: Option<&str>) -> Result<Vec<Device>, SourceError> {
    let opened = Namespace::open(namespace)?;
    let links = opened.run(|| {
        links::dump().map_err(|error| SourceError::Io {
            what: format!("the devices of {}", opened.title()),
            error,
        })
    })?;
    let real = links.into_iter().filter(|link| !link.loopback);
    let devices = real.map(|link| Device {
        namespace: namespace.map(str::to_owned),
        name: link.name,
        permanent_mac: link.permanent_mac,
        addresses: link.addresses,
    });
    Ok(devices.collect())
}

/// The devices of the process's namespace and of all that have names. Namespaces that cannot be
/// entered are left out, each with a warning.
///
/// # Errors
///
/// When the own namespace cannot be read.
pub fn all_devices(warnings: &mut Vec<String>) -> Result<Vec<Device>, SourceError> {
    let mut all = devices(None)?;
    let names = namespace::names().map_err(|error| SourceError::Io {
        what: "the list of network namespaces".to_owned(),
        error,
    })?;
    for name in names {
        match devices(Some(&name)) {
            Ok(devices) => all.extend(devices),
            Err(error) => warnings.push(error.to_string()),
        }
    }
    Ok(all)
}

/// Makes ids for this machine.
///
/// # Errors
///
/// When nothing tells which machine this is.
pub fn ids() -> Result<Ids, SourceError> {
    let mut failure = io::Error::from(io::ErrorKind::NotFound);
    for path in MACHINE_ID {
        match std::fs::read_to_string(path) {
            Ok(id) if !id.trim().is_empty() => return Ok(Ids::new(id.trim())),
            Ok(_) => {}
            Err(error) => failure = error,
        }
    }
    Err(SourceError::Io {
        what: "the machine's id".to_owned(),
        error: failure,
    })
}
