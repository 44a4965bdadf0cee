//! A managed namespace: our firewall decides, and tells of every packet what it decided (flow log
//! spec 8.6, mode 1). The verdict travels with the packet, so that nothing has to be joined.

use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use flowgauge_event::{Clock, SystemClock};

use super::devices::Devices;
use super::namespace::Namespace;
use super::netlink;
use super::nflog::{self, ACCEPTED, Gaps, Logged, REFUSED};
use super::nft::{self, Logging};
use super::offload::Offload;
use super::socket::{Socket, wait};
use crate::inventory::{InterfaceKey, Inventory};
use crate::observation::{Action, Direction, Observation};
use crate::packet::{Frame, decode_ip};
use crate::rules::Policy;
use crate::source::{Batch, Loss, Source, SourceError, Supply};

/// Bytes of received messages that wait for us in the kernel.
const RECEIVE_BUFFER: i32 = 64 << 20;
/// A datagram holds at most the kernel's buffer for collected packets.
const DATAGRAM: usize = 256 << 10;
/// Observations in a batch.
const BATCH: usize = 16_384;
/// How long packets may wait in the kernel before we see them, with room to spare; microseconds.
const DELAY: i64 = 500_000;
/// How often it is looked whether the namespace is still there; microseconds.
const LOOK: i64 = 1_000_000;
/// A group that no rule logs to.
const PROBE: u16 = REFUSED + 1;
/// The number of the postrouting hook: packets that leave.
const POSTROUTING: u8 = 4;
/// Connection tracking must not take up connections in the middle (flow log spec 8.6), and a reset
/// connection is recognised by its timeout.
const SETTINGS: [(&str, &str); 2] = [
    ("/proc/sys/net/netfilter/nf_conntrack_tcp_loose", "0"),
    (
        "/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_close",
        "10",
    ),
];

/// Our table in a namespace; removed when this is dropped.
#[derive(Debug)]
pub(super) struct Firewall {
    namespace: Namespace,
    /// Settings as they were before.
    before: Vec<(&'static str, String)>,
}

/// Reads the verdicts of a managed namespace.
#[derive(Debug)]
pub struct ManagedNamespace {
    firewall: Firewall,
    log: Log,
    devices: Devices,
    offload: Offload,
    next_look: i64,
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
            next_look: i64::MIN,
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
        batch.warnings.append(&mut self.warnings);
        wait(&[&self.log.socket], patience).map_err(|error| self.log.failed(error))?;
        let now = now();
        let refreshed = self.devices.refresh(&mut batch.warnings);
        refreshed.map_err(|error| self.log.failed(error))?;
        self.observe(batch, now)?;
        if now >= self.next_look {
            self.next_look = now + LOOK;
            self.firewall.namespace.still_there()?;
        }
        Ok(Supply::More)
    }
}

impl Namespace {
    /// An error once the namespace is deleted.
    pub(super) fn still_there(&self) -> Result<(), SourceError> {
        if self.exists() {
            return Ok(());
        }
        Err(SourceError::Malformed {
            what: self.title(),
            problem: "it was deleted during the capture; what was seen until then is recorded"
                .to_owned(),
        })
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

/// Direction and device: the chains that log are on the two outermost hooks.
pub(super) fn side(logged: &Logged<'_>) -> (Direction, u32) {
    if logged.hook == POSTROUTING {
        (Direction::Egress, logged.to)
    } else {
        (Direction::Ingress, logged.from)
    }
}

/// Length of an IP packet as its header says; what was captured, if the header says nothing.
pub(super) fn wire_length(packet: &[u8]) -> usize {
    let short = |at: usize| {
        let bytes = packet.get(at..)?.first_chunk()?;
        Some(usize::from(u16::from_be_bytes(*bytes)))
    };
    let length = match packet.first().map(|first| first >> 4) {
        Some(4) => short(2),
        Some(6) => short(4)
            .filter(|length| *length > 0)
            .map(|length| length + 40),
        _ => None,
    };
    length.unwrap_or_default().max(packet.len())
}

/// The socket that receives what rules log.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) socket: Socket,
    gaps: [Gaps; 2],
    buffer: Vec<u8>,
    title: String,
}

impl Log {
    /// Listens to groups in the thread's namespace.
    pub(super) fn open(groups: &[u16], namespace: &Namespace) -> Result<Self, SourceError> {
        let title = format!("the packet log of {}", namespace.title());
        let failed = |error: io::Error| SourceError::Io {
            what: title.clone(),
            error,
        };
        let socket = Socket::netlink(libc::NETLINK_NETFILTER, 0).map_err(failed)?;
        socket.receive_buffer(RECEIVE_BUFFER).map_err(failed)?;
        let mut log = Self {
            socket,
            gaps: [Gaps::default(); 2],
            buffer: vec![0; DATAGRAM],
            title: title.clone(),
        };
        for (place, group) in (0u32..).zip(groups) {
            for (step, message) in (0u32..).zip(nflog::subscribe(*group, place * 2 + 1)) {
                let answer = log.command(&message, place * 2 + 1 + step);
                answer.map_err(|error| log.refused(error))?;
            }
        }
        Ok(log)
    }

    /// The kernel answers a missing privilege and a group that somebody else has in the same way;
    /// whether a group that nobody has can be had tells them apart.
    fn refused(&mut self, error: io::Error) -> SourceError {
        const SEQUENCE: u32 = 1000;
        if error.raw_os_error() != Some(libc::EPERM) {
            return self.failed(error);
        }
        let [probe, _] = nflog::subscribe(PROBE, SEQUENCE);
        match self.command(&probe, SEQUENCE) {
            Ok(()) => SourceError::Malformed {
                what: self.title.clone(),
                problem: "another capture listens there; stop it first".to_owned(),
            },
            Err(_) => SourceError::Privilege {
                what: self.title.clone(),
                capability: "CAP_NET_ADMIN",
                instead: "capture files can be read without it".to_owned(),
            },
        }
    }

    fn command(&mut self, message: &[u8], sequence: u32) -> io::Result<()> {
        const PATIENCE: Duration = Duration::from_secs(5);
        self.socket.send(message)?;
        loop {
            wait(&[&self.socket], PATIENCE)?;
            let Some(datagram) = self.socket.receive(&mut self.buffer)? else {
                return Err(io::Error::from(io::ErrorKind::TimedOut));
            };
            let mut answers = netlink::messages(datagram)
                .filter(|message| message.kind == netlink::ERROR && message.sequence == sequence);
            match answers
                .next()
                .and_then(|answer| netlink::error_number(answer.body))
            {
                Some(0) => return Ok(()),
                Some(number) => return Err(io::Error::from_raw_os_error(number)),
                // Packets of a group that we listen to already.
                None => {}
            }
        }
    }

    /// Reads logged packets until none is waiting (`true`) or about `most` were read.
    pub(super) fn read(
        &mut self,
        batch: &mut Batch,
        now: i64,
        most: usize,
        mut each: impl FnMut(&Logged<'_>, &mut Batch),
    ) -> Result<bool, SourceError> {
        let mut count = 0;
        while count < most {
            let datagram = match self.socket.receive(&mut self.buffer) {
                Ok(Some(datagram)) => datagram,
                Ok(None) => return Ok(true),
                Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => {
                    batch.losses.push(lost(now, None));
                    continue;
                }
                Err(error) => return Err(self.failed(error)),
            };
            for message in netlink::messages(datagram) {
                let Some(logged) = nflog::logged(&message) else {
                    continue;
                };
                count += 1;
                let gaps = &mut self.gaps[usize::from(logged.group == REFUSED)];
                let missing = logged.sequence.map_or(0, |number| gaps.missing(number));
                if missing > 0 {
                    batch.losses.push(lost(now, Some(u64::from(missing))));
                }
                each(&logged, batch);
            }
        }
        Ok(false)
    }

    pub(super) fn failed(&self, error: io::Error) -> SourceError {
        SourceError::Io {
            what: self.title.clone(),
            error,
        }
    }
}

/// Which interface a lost message was about is not known.
fn lost(at: i64, packets: Option<u64>) -> Loss {
    Loss {
        interface: None::<InterfaceKey>,
        at,
        packets,
        reason: "the kernel logged packets faster than they were read",
    }
}

impl Firewall {
    /// Puts the rules in force.
    pub(super) fn raise(
        namespace: Namespace,
        inventory: &Inventory,
        policy: &Policy,
        logging: Logging,
        warnings: &mut Vec<String>,
    ) -> Result<Self, SourceError> {
        let own = inventory.iter().filter(|(_, known)| {
            known.namespace.as_deref() == namespace.name() && !known.device.is_empty()
        });
        let devices: Vec<_> = own
            .filter_map(|(key, known)| Some((known.device.as_str(), policy.get(key)?)))
            .collect();
        if devices.is_empty() {
            return Err(SourceError::Malformed {
                what: namespace.title(),
                problem: "the inventory has no interface there whose rules could be put in force"
                    .to_owned(),
            });
        }
        let table = nft::table(&devices, logging).map_err(|error| SourceError::Malformed {
            what: namespace.title(),
            problem: error.to_string(),
        })?;
        let before = namespace.run(|| {
            run_nft(&table)?;
            Ok(settle(warnings))
        })?;
        Ok(Self { namespace, before })
    }

    pub(super) fn namespace(&self) -> &Namespace {
        &self.namespace
    }
}

impl Drop for Firewall {
    fn drop(&mut self) {
        if !self.namespace.exists() {
            return;
        }
        // Nobody is left who could be told of a failure; `nft` has said it on standard error.
        let _ = self.namespace.run(|| {
            for (path, value) in &self.before {
                let _ = std::fs::write(path, value);
            }
            run_nft(&nft::removal())
        });
    }
}

/// Changes settings of the thread's namespace; returns what they were.
fn settle(warnings: &mut Vec<String>) -> Vec<(&'static str, String)> {
    let mut before = Vec::new();
    for (path, value) in SETTINGS {
        let was = std::fs::read_to_string(path);
        match was.and_then(|was| std::fs::write(path, value).map(|()| was)) {
            Ok(was) => before.push((path, was)),
            Err(error) => warnings.push(format!(
                "{path} could not be set to {value} ({error}); packets of closed connections may be recorded as accepted"
            )),
        }
    }
    before
}

/// Hands commands to `nft`, in the thread's namespace.
fn run_nft(commands: &str) -> Result<(), SourceError> {
    let failed = |error: io::Error| {
        match error.kind() {
        io::ErrorKind::NotFound => SourceError::Malformed {
            what: "nft".to_owned(),
            problem: "this program is needed to put rules in force, and is not installed; install the package `nftables`, or observe without rules".to_owned(),
        },
        _ => SourceError::Io {
            what: "nft".to_owned(),
            error,
        },
    }
    };
    let mut nft = Command::new("nft")
        .args(["-f", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let written = nft
        .stdin
        .take()
        .map(|mut input| input.write_all(commands.as_bytes()));
    let output = nft.wait_with_output().map_err(failed)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let first = said.lines().next().unwrap_or("it says nothing").to_owned();
        if first.contains("Operation not permitted") {
            return Err(SourceError::Privilege {
                what: "putting rules in force".to_owned(),
                capability: "CAP_NET_ADMIN",
                instead:
                    "observing without rules needs only CAP_NET_RAW, and capture files need nothing"
                        .to_owned(),
            });
        }
        return Err(SourceError::Malformed {
            what: "nft".to_owned(),
            problem: format!("it refused the rules: {first}"),
        });
    }
    match written {
        Some(Err(error)) => Err(failed(error)),
        _ => Ok(()),
    }
}
