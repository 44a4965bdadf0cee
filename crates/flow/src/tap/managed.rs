//! A managed namespace: our firewall decides, and tells of every packet what it decided (flow log
//! spec 8.6, mode 1). The verdict travels with the packet, so that nothing has to be joined.

use std::time::Duration;

use flowgauge_event::{Clock, SystemClock};

use super::devices::Devices;
use super::firewall::Firewall;
use super::log::{Log, side, wire_length};
use super::namespace::Namespace;
use super::nflog::{ACCEPTED, Logged, REFUSED};
use super::nft::Logging;
use super::offload::Offload;
use super::socket::wait;
use super::watch::Watch;
use crate::inventory::Inventory;
use crate::observation::{Action, Observation};
use crate::packet::{Frame, decode_ip};
use crate::rules::Policy;
use crate::source::{Batch, Source, SourceError, Supply};

/// Observations in a batch, about: few enough to stay in a core's cache until they are counted.
const BATCH: usize = 8_192;
/// How long packets may wait in the kernel before we see them, with room to spare; microseconds.
const DELAY: i64 = 500_000;

/// Reads the verdicts of a managed namespace.
#[derive(Debug)]
pub struct ManagedNamespace {
    firewall: Firewall,
    log: Log,
    devices: Devices,
    offload: Offload,
    watch: Watch,
    warnings: Vec<String>,
}

impl ManagedNamespace {
    /// Puts the rules in force in a namespace (`None`: that of the process), for the interfaces that
    /// the inventory has there, and listens. The rules are gone when this is dropped.
    ///
    /// # Errors
    ///
    /// When `nft` or a privilege is missing, the namespace or all its interfaces do not exist, or
    /// another capture is there.
    pub fn start(
        inventory: &Inventory,
        policy: &Policy,
        namespace: Option<&str>,
    ) -> Result<Self, SourceError> {
        let namespace = Namespace::open(namespace)?;
        let (log, devices) = namespace.run(|| {
            // Whoever listens first has the groups: the rules of another capture stay untouched.
            let log = Log::open(&[ACCEPTED, REFUSED], &namespace)?;
            Ok((log, open_devices(inventory, &namespace)?))
        })?;
        let mut warnings = Vec::new();
        let firewall = Firewall::raise(namespace, inventory, policy, Logging::All, &mut warnings)?;
        warnings.extend(absent(&devices));
        Ok(Self {
            firewall,
            log,
            devices,
            offload: Offload::default(),
            watch: Watch::default(),
            warnings,
        })
    }

    fn observe(&mut self, batch: &mut Batch, now: i64) -> Result<(), SourceError> {
        let Self {
            log,
            devices,
            offload,
            ..
        } = self;
        let drained = log.read(batch, now, BATCH, |logged, batch| {
            observe(logged, devices, offload, now, batch);
        })?;
        let newest = batch.observations.iter().map(|one| one.last).max();
        // With more waiting in the kernel, time is what has been read, not what the clock says.
        let reached = if drained { Some(now) } else { newest };
        batch.watermark = reached.map(|reached| reached - DELAY);
        Ok(())
    }
}

impl Source for ManagedNamespace {
    fn next(&mut self, batch: &mut Batch, patience: Duration) -> Result<Supply, SourceError> {
        batch.clear();
        self.watch.check(self.firewall.namespace())?;
        batch.warnings.append(&mut self.warnings);
        wait(&[&self.log.socket], patience).map_err(|error| self.log.failed(error))?;
        let now = now();
        let refreshed = self.devices.refresh(&mut batch.warnings);
        refreshed.map_err(|error| self.log.failed(error))?;
        self.observe(batch, now)?;
        self.watch.look(self.firewall.namespace(), now);
        Ok(Supply::More)
    }

    fn close(&mut self, batch: &mut Batch) -> Result<(), SourceError> {
        batch.clear();
        self.firewall.lower()
    }
}

pub(super) fn open_devices(
    inventory: &Inventory,
    namespace: &Namespace,
) -> Result<Devices, SourceError> {
    Devices::new(inventory, namespace.name()).map_err(|error| SourceError::Io {
        what: format!("the devices of {}", namespace.title()),
        error,
    })
}

/// Says which interfaces are not there yet.
pub(super) fn absent(devices: &Devices) -> Option<String> {
    let missing = devices.missing();
    (!missing.is_empty()).then(|| {
        format!(
            "no device of the name {}; recorded when it appears",
            missing.join(", ")
        )
    })
}

/// Microseconds since the epoch.
pub(super) fn now() -> i64 {
    SystemClock.now_millis() * 1000
}

/// One logged packet as an observation. Packets of other interfaces were not asked for.
fn observe(
    logged: &Logged<'_>,
    devices: &Devices,
    offload: &mut Offload,
    now: i64,
    batch: &mut Batch,
) {
    let (direction, index) = side(logged);
    let Some(device) = devices.get(index) else {
        return;
    };
    let Frame::Ip(packet) = decode_ip(logged.payload, wire_length(logged.payload)) else {
        batch.malformed += 1;
        return;
    };
    let (packets, bytes) = offload.wire(device.key, &packet, device.mtu);
    let at = logged.at.unwrap_or(now);
    batch.observations.push(Observation {
        interface: device.key,
        direction,
        tuple: packet.tuple,
        action: if logged.group == REFUSED {
            Action::Reject
        } else {
            Action::Accept
        },
        reject_reason: None,
        tcp_flags: packet.tcp_flags,
        packets,
        bytes,
        first: at,
        last: at,
    });
}
