//! Taps that see every packet in a ring: observing (flow log spec 8.6, mode 4), and fast, with refusals
//! from our firewall (mode 2).

use std::io;
use std::time::Duration;

use super::devices::Devices;
use super::firewall::Firewall;
use super::join::Join;
use super::log::{Log, side, wire_length};
use super::managed::{absent, now, open_devices};
use super::namespace::Namespace;
use super::nflog::{Logged, REFUSED};
use super::nft::Logging;
use super::ring::{self, Ring};
use super::socket::wait;
use super::watch::Watch;
use crate::inventory::{InterfaceKey, Inventory};
use crate::observation::{Action, Direction, Observation};
use crate::packet::{self, FragmentCache, LinkType, Packet, decode_ip, protocol, segments};
use crate::rules::Policy;
use crate::source::{Batch, Loss, Source, SourceError, Supply};

/// Observations in a batch, about: few enough to stay in a core's cache until they are counted.
const BATCH: usize = 8_192;
/// How long packets may be on their way to us, microseconds.
const DELAY: i64 = 250_000;
/// The packets are there, but which of them were refused is not known of all.
const NO_ROOM: &str = "more refusals than can wait for their packets; some count as accepted";
/// Kinds of frames: for others, and by us.
const FOR_OTHERS: u8 = 3;
const BY_US: u8 = 4;
/// Hardware types of devices whose frames begin with an Ethernet header: Ethernet, loopback.
const ETHERNET: [u16; 2] = [1, 772];

/// A ring over all recorded devices of a namespace.
#[derive(Debug)]
pub struct Live {
    ring: Ring,
    devices: Devices,
    fragments: FragmentCache,
    namespace: Namespace,
    /// The firewall whose refusals are joined; `None` when only observing.
    refusals: Option<Refusals>,
    watch: Watch,
    warnings: Vec<String>,
}

#[derive(Debug)]
struct Refusals {
    log: Log,
    join: Join,
    /// Up to when refusals are known, microseconds since the epoch.
    reached: i64,
    firewall: Firewall,
}

impl Live {
    /// Observes the interfaces that the inventory has in a namespace (`None`: that of the process).
    /// Everything counts as accepted: a ring cannot tell.
    ///
    /// # Errors
    ///
    /// When CAP_NET_RAW is missing or the namespace does not exist.
    pub fn observe(inventory: &Inventory, namespace: Option<&str>) -> Result<Self, SourceError> {
        let namespace = Namespace::open(namespace)?;
        let (ring, devices) =
            namespace.run(|| Ok((open_ring(&namespace)?, open_devices(inventory, &namespace)?)))?;
        Ok(Self::new(ring, devices, namespace, None, Vec::new()))
    }

    /// Puts the rules in force in a namespace and joins what they refuse with what the ring sees. Packets
    /// that are refused on their way out never reach the ring and come from the firewall, which sees
    /// what the card will cut, and what will be fragmented, as one packet.
    ///
    /// # Errors
    ///
    /// As for a managed namespace, and when CAP_NET_RAW is missing.
    pub fn fast(
        inventory: &Inventory,
        policy: &Policy,
        namespace: Option<&str>,
    ) -> Result<Self, SourceError> {
        let namespace = Namespace::open(namespace)?;
        let (log, ring, devices) = namespace.run(|| {
            let log = Log::open(&[REFUSED], &namespace)?;
            Ok((
                log,
                open_ring(&namespace)?,
                open_devices(inventory, &namespace)?,
            ))
        })?;
        let mut warnings = Vec::new();
        let own = Namespace::open(namespace.name())?;
        let firewall = Firewall::raise(own, inventory, policy, Logging::Refusals, &mut warnings)?;
        let refusals = Refusals {
            log,
            join: Join::default(),
            reached: now(),
            firewall,
        };
        Ok(Self::new(
            ring,
            devices,
            namespace,
            Some(refusals),
            warnings,
        ))
    }

    fn new(
        ring: Ring,
        devices: Devices,
        namespace: Namespace,
        refusals: Option<Refusals>,
        mut warnings: Vec<String>,
    ) -> Self {
        warnings.extend(absent(&devices));
        Self {
            ring,
            devices,
            fragments: FragmentCache::default(),
            namespace,
            refusals,
            watch: Watch::default(),
            warnings,
        }
    }

    /// Reads blocks until there is none (`true`) or the batch is full.
    fn read(&mut self, batch: &mut Batch) -> bool {
        let Self {
            ring,
            devices,
            fragments,
            refusals,
            ..
        } = self;
        let mut count = 0;
        while count < BATCH {
            let Some(block) = ring.block() else {
                return true;
            };
            for frame in block.frames() {
                count += 1;
                see(&frame, devices, fragments, refusals.as_mut(), batch);
            }
        }
        false
    }

    fn count_drops(&self, batch: &mut Batch, now: i64) -> Result<(), SourceError> {
        let drops = self
            .ring
            .drops()
            .map_err(|error| failed(&self.namespace, error))?;
        if drops > 0 {
            batch.losses.push(Loss {
                interface: None,
                at: now,
                packets: Some(u64::from(drops)),
                reason: "packets came faster than they were read",
            });
        }
        Ok(())
    }
}

impl Source for Live {
    fn next(&mut self, batch: &mut Batch, patience: Duration) -> Result<Supply, SourceError> {
        batch.clear();
        self.watch.check(&self.namespace)?;
        batch.warnings.append(&mut self.warnings);
        let mut sockets = vec![&self.ring.socket];
        sockets.extend(self.refusals.as_ref().map(|refusals| &refusals.log.socket));
        wait(&sockets, patience).map_err(|error| failed(&self.namespace, error))?;
        let refreshed = self.devices.refresh(&mut batch.warnings);
        refreshed.map_err(|error| failed(&self.namespace, error))?;
        let start = now();
        let all_read = self.read(batch);
        let newest = batch.observations.last().map(|one| one.last);
        let reached = if all_read { Some(start) } else { newest };
        batch.watermark = match &mut self.refusals {
            Some(refusals) => {
                let judged = refusals.settle(&self.devices, start, batch)?;
                reached.map(|reached| reached.min(judged) - refusals.join.delay())
            }
            None => reached,
        }
        .map(|reached| reached - DELAY);
        if self.watch.look(&self.namespace, start) {
            self.count_drops(batch, start)?;
        }
        Ok(Supply::More)
    }

    /// The rules go first; then packets whose time has come are released with their verdicts.
    fn close(&mut self, batch: &mut Batch) -> Result<(), SourceError> {
        batch.clear();
        match &mut self.refusals {
            Some(refusals) => refusals.close(&self.devices, batch),
            None => Ok(()),
        }
    }
}

impl Refusals {
    /// Reads refusals, and releases packets whose verdict is known by now. Returns a time before which
    /// everything has been released that will be, microseconds since the epoch.
    fn settle(
        &mut self,
        devices: &Devices,
        now: i64,
        batch: &mut Batch,
    ) -> Result<i64, SourceError> {
        let Self {
            log,
            join,
            reached,
            firewall: _,
        } = self;
        let all_read = log.read(batch, now, BATCH, |logged, batch| {
            *reached = (*reached).max(logged.at.unwrap_or(*reached));
            refuse(logged, devices, join, now, batch);
        })?;
        if all_read {
            *reached = now;
        }
        // With more waiting in the kernel, time is what has been read, not what the clock says.
        join.release(*reached, |observation| batch.observations.push(observation));
        let oldest = join.oldest().unwrap_or(*reached);
        Ok(oldest.min(*reached))
    }
}

impl Refusals {
    /// Takes the rules back, and releases all packets that are held.
    fn close(&mut self, devices: &Devices, batch: &mut Batch) -> Result<(), SourceError> {
        let lowered = self.firewall.lower();
        let released = self.release_all(devices, batch);
        lowered.and(released)
    }

    fn release_all(&mut self, devices: &Devices, batch: &mut Batch) -> Result<(), SourceError> {
        // What was refused until now has reached the log by then.
        let end = now() + self.join.delay();
        loop {
            let left = u64::try_from(end - now()).unwrap_or(0);
            self.settle(devices, now(), batch)?;
            if left == 0 {
                break;
            }
            wait(&[&self.log.socket], Duration::from_micros(left))
                .map_err(|error| self.log.failed(error))?;
        }
        let join = &mut self.join;
        join.release(i64::MAX, |observation| batch.observations.push(observation));
        Ok(())
    }
}

fn open_ring(namespace: &Namespace) -> Result<Ring, SourceError> {
    Ring::open().map_err(|error| match error.raw_os_error() {
        Some(libc::EPERM | libc::EACCES) => SourceError::Privilege {
            what: format!("seeing the packets of {}", namespace.title()),
            capability: "CAP_NET_RAW",
            instead: "capture files can be read without it".to_owned(),
        },
        _ => failed(namespace, error),
    })
}

fn failed(namespace: &Namespace, error: io::Error) -> SourceError {
    SourceError::Io {
        what: format!("the packets of {}", namespace.title()),
        error,
    }
}

fn see(
    frame: &ring::Frame<'_>,
    devices: &Devices,
    fragments: &mut FragmentCache,
    refusals: Option<&mut Refusals>,
    batch: &mut Batch,
) {
    let Some(device) = devices.get(frame.device) else {
        return;
    };
    let direction = match frame.kind {
        BY_US => Direction::Egress,
        // Seen only because the device listens to everything.
        FOR_OTHERS => return,
        kind if kind < FOR_OTHERS => Direction::Ingress,
        // Copies for the user space side of devices.
        _ => return,
    };
    let link = match ETHERNET.contains(&frame.hardware) {
        true => LinkType::Ethernet,
        false => LinkType::Raw,
    };
    let mut packet = match packet::decode(link, frame.bytes, frame.length) {
        packet::Frame::Ip(packet) => packet,
        packet::Frame::Other => {
            batch.excluded += 1;
            return;
        }
        packet::Frame::Cut | packet::Frame::Malformed => {
            batch.malformed += 1;
            return;
        }
    };
    fragments.resolve(&mut packet, frame.at);
    let headers = headers(&packet);
    let total = u64::from(packet.bytes);
    let (packets, bytes) = segments(total, headers, u64::from(frame.segment));
    let observation = Observation {
        interface: device.key,
        direction,
        tuple: packet.tuple,
        action: Action::Accept,
        reject_reason: None,
        tcp_flags: packet.tcp_flags,
        packets,
        bytes,
        first: frame.at,
        last: frame.at,
    };
    match refusals {
        Some(refusals) if direction == Direction::Ingress => {
            if !refusals.join.hold(&packet, observation) {
                batch.losses.push(Loss {
                    interface: Some(device.key),
                    at: frame.at,
                    packets: Some(packets),
                    reason: "more packets than can wait for their verdicts",
                });
            }
        }
        _ => batch.observations.push(observation),
    }
}

/// Bytes of the IP and transport headers.
fn headers(packet: &Packet<'_>) -> u64 {
    let network = packet.bytes.saturating_sub(packet.transport_length);
    let transport = match packet.tuple.protocol {
        protocol::TCP => {
            let offset = packet.transport.get(12);
            offset.map_or(20, |offset| u32::from(offset >> 4) * 4)
        }
        _ => 8,
    };
    u64::from(network + transport)
}

/// Appends a loss unless the same was told just before.
fn tell_once(reason: &'static str, interface: InterfaceKey, at: i64, losses: &mut Vec<Loss>) {
    let loss = Loss {
        interface: Some(interface),
        at,
        packets: None,
        reason,
    };
    if losses.last() != Some(&loss) {
        losses.push(loss);
    }
}

/// One refusal: on the way in the ring has the packet; on the way out it never reaches the ring.
fn refuse(logged: &Logged<'_>, devices: &Devices, join: &mut Join, now: i64, batch: &mut Batch) {
    let (direction, index) = side(logged);
    let Some(device) = devices.get(index) else {
        return;
    };
    let packet::Frame::Ip(packet) = decode_ip(logged.payload, wire_length(logged.payload)) else {
        batch.malformed += 1;
        return;
    };
    if direction == Direction::Ingress {
        let content = join.content(device.key, &packet);
        if !join.refuse(content, now) {
            tell_once(NO_ROOM, device.key, now, &mut batch.losses);
        }
        return;
    }
    let at = logged.at.unwrap_or(now);
    batch.observations.push(Observation {
        interface: device.key,
        direction,
        tuple: packet.tuple,
        action: Action::Reject,
        reject_reason: None,
        tcp_flags: packet.tcp_flags,
        packets: 1,
        bytes: u64::from(packet.bytes),
        first: at,
        last: at,
    });
}
