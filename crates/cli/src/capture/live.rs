//! Taps of this machine, and what it knows of its interfaces.

use flowgauge_flow::Inventory;
use flowgauge_flow::source::SourceError;
use flowgauge_flow::tap::discovery;
use flowgauge_flow::tap::live::Live;
use flowgauge_flow::tap::managed::ManagedNamespace;

use super::signals::{Held, Interrupts};
use super::sources::{Mode, Opened, SourceArgs, policy};
use crate::failure::Failure;
use crate::terminal::complain;

fn failed(error: SourceError) -> Failure {
    Failure::Input(error.to_string())
}

/// Adds what the kernel knows of the interfaces that are captured.
pub fn complete(inventory: &mut Inventory, arguments: &SourceArgs) -> Result<(), Failure> {
    let one = &arguments.one;
    let namespace = one.netns.as_deref();
    let mut devices = discovery::devices(namespace).map_err(failed)?;
    if let Some(name) = &one.interface {
        let names: Vec<String> = devices.iter().map(|known| known.name.clone()).collect();
        devices.retain(|known| known.name == *name);
        if devices.is_empty() {
            let place = namespace.map(|name| format!(" in the namespace `{name}`"));
            let place = place.unwrap_or_default();
            return Err(Failure::Input(match names.as_slice() {
                [] => format!("there is no interface{place}"),
                _ if name == "lo" => format!(
                    "the loopback interface is never recorded; there are {}",
                    names.join(", ")
                ),
                _ => format!(
                    "there is no interface `{name}`{place}; there are {}",
                    names.join(", ")
                ),
            }));
        }
    }
    inventory.complete(&devices, &discovery::ids().map_err(failed)?);
    Ok(())
}

/// Adds what the kernel knows of the interfaces of all namespaces.
pub fn complete_all(inventory: &mut Inventory) -> Result<(), Failure> {
    let mut warnings = Vec::new();
    let devices = discovery::all_devices(&mut warnings).map_err(failed)?;
    for warning in warnings {
        complain(&format!("warning: {warning}\n"));
    }
    inventory.complete(&devices, &discovery::ids().map_err(failed)?);
    Ok(())
}

/// Opens the tap. Rules that it puts in force are taken back before the program ends.
pub fn open(
    arguments: &SourceArgs,
    inventory: &Inventory,
    interrupts: &Interrupts,
) -> Result<Opened, Failure> {
    let namespace = arguments.one.netns.as_deref();
    let policy = policy(arguments, inventory)?;
    let mode = arguments.mode.unwrap_or(match policy {
        Some(_) => Mode::Managed,
        None => Mode::Observe,
    });
    match (mode, policy) {
        (Mode::Observe, None) => {
            let live = Live::observe(inventory, namespace);
            Ok(Opened::tap(live.map_err(failed)?))
        }
        (Mode::Observe, Some(_)) => Err(Failure::Input(
            "--rules have no effect with --mode observe, which sees no verdicts; use managed or fast"
                .to_owned(),
        )),
        (Mode::Managed | Mode::Fast, None) => Err(Failure::Input(
            "--mode managed and fast put the rules of --rules in force; name the files".to_owned(),
        )),
        (Mode::Managed, Some(policy)) => {
            let hold = interrupts.hold();
            let managed = ManagedNamespace::start(inventory, &policy, namespace);
            Ok(Opened::tap(Held::new(managed.map_err(failed)?, hold)))
        }
        (Mode::Fast, Some(policy)) => {
            let hold = interrupts.hold();
            let live = Live::fast(inventory, &policy, namespace);
            Ok(Opened::tap(Held::new(live.map_err(failed)?, hold)))
        }
    }
}
