//! Taps where there are none: Linux has them.

use flowgauge_flow::Inventory;

use super::signals::Interrupts;
use super::sources::{Opened, SourceArgs};
use crate::failure::Failure;
use crate::terminal::complain;

fn unsupported() -> Failure {
    Failure::Input(
        "live capture needs Linux; here --pcap, --ipfix, --listen and --hubble work".to_owned(),
    )
}

/// Refuses, because the kernel cannot be asked.
pub fn complete(_inventory: &mut Inventory, _arguments: &SourceArgs) -> Result<(), Failure> {
    Err(unsupported())
}

/// Leaves the inventory as its file says, and tells so.
pub fn complete_all(_inventory: &mut Inventory) -> Result<(), Failure> {
    complain("warning: the interfaces of this machine are found on Linux only\n");
    Ok(())
}

/// Refuses.
pub fn open(
    _arguments: &SourceArgs,
    _inventory: &Inventory,
    _interrupts: &Interrupts,
) -> Result<Opened, Failure> {
    Err(unsupported())
}
