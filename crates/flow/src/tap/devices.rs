//! Which device of a namespace is which interface of the inventory, while devices come and go.

use std::collections::HashMap;
use std::io;

use foldhash::fast::RandomState;

use super::links::{self, Change, Link};
use super::netlink;
use super::socket::Socket;
use crate::inventory::{InterfaceKey, Inventory};

/// A device that is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Device {
    pub(super) key: InterfaceKey,
    pub(super) mtu: u32,
}

/// Devices by index. Made in the namespace.
#[derive(Debug)]
pub(super) struct Devices {
    /// Names of the devices that are recorded.
    wanted: HashMap<String, InterfaceKey>,
    present: HashMap<u32, Device, RandomState>,
    monitor: Socket,
    buffer: Vec<u8>,
}

impl Devices {
    /// The devices of the thread's namespace that the inventory has.
    pub(super) fn new(inventory: &Inventory, namespace: Option<&str>) -> io::Result<Self> {
        let own = inventory.iter().filter(|(_, known)| {
            known.namespace.as_deref() == namespace && !known.device.is_empty()
        });
        let wanted = own
            .map(|(key, known)| (known.device.clone(), key))
            .collect();
        // First the monitor: what changes while the list is read is then in it twice, not missing.
        let monitor = links::monitor()?;
        let mut devices = Self {
            wanted,
            present: HashMap::default(),
            monitor,
            buffer: vec![0; 64 << 10],
        };
        for link in links::dump()? {
            devices.here(&link);
        }
        Ok(devices)
    }

    pub(super) fn get(&self, index: u32) -> Option<Device> {
        self.present.get(&index).copied()
    }

    /// Names that are wanted and have no device now.
    pub(super) fn missing(&self) -> Vec<String> {
        let present = |key| self.present.values().any(|device| device.key == key);
        let missing = self.wanted.iter().filter(|(_, key)| !present(**key));
        let mut names: Vec<String> = missing.map(|(name, _)| name.clone()).collect();
        names.sort();
        names
    }

    /// Follows what has changed, and says it.
    pub(super) fn refresh(&mut self, warnings: &mut Vec<String>) -> io::Result<()> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let result = self.follow(&mut buffer, warnings);
        self.buffer = buffer;
        match result {
            // So much has changed that messages were lost. What matters comes again with the next
            // change of each device, and a device that is gone sends no packets.
            Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => Ok(()),
            other => other,
        }
    }

    fn follow(&mut self, buffer: &mut [u8], warnings: &mut Vec<String>) -> io::Result<()> {
        while let Some(datagram) = self.monitor.receive(buffer)? {
            for message in netlink::messages(datagram) {
                match links::change(&message) {
                    Some(Change::Here(link)) if self.here(&link) => warnings.push(format!(
                        "interface `{}` is there, and is recorded from now on",
                        link.name
                    )),
                    Some(Change::Gone(index)) => {
                        if let Some(device) = self.present.remove(&index) {
                            warnings.push(self.gone(device));
                        }
                    }
                    Some(Change::Here(_)) | None => {}
                }
            }
        }
        Ok(())
    }

    /// Notes a device; returns whether it is a wanted one that was not there.
    fn here(&mut self, link: &Link) -> bool {
        let Some(key) = self.wanted.get(&link.name).copied() else {
            // It may have been renamed.
            self.present.remove(&link.index);
            return false;
        };
        let mtu = link.mtu;
        self.present
            .insert(link.index, Device { key, mtu })
            .is_none()
    }

    fn gone(&self, device: Device) -> String {
        let name = self.wanted.iter().find(|(_, key)| **key == device.key);
        let name = name.map_or("", |(name, _)| name);
        format!("interface `{name}` has disappeared; it is recorded again when it returns")
    }
}
