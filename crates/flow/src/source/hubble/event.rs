//! The parts of an event of Hubble that a flow log record needs (`flow.proto` of Cilium, as JSON).

use std::net::IpAddr;

use jiff::Timestamp;
use serde::Deserialize;

use crate::observation::{Action, Direction, Tuple};

/// A line: an event in an envelope, or without one.
#[derive(Debug, Deserialize)]
pub struct Event {
    flow: Option<Flow>,
    lost_events: Option<LostEvents>,
    time: Option<String>,
    #[serde(flatten)]
    bare: Flow,
}

#[derive(Debug, Default, Deserialize)]
struct Flow {
    time: Option<String>,
    verdict: Option<String>,
    #[serde(rename = "IP")]
    ip: Option<Ip>,
    l4: Option<Transport>,
    #[serde(rename = "Type")]
    kind: Option<String>,
    traffic_direction: Option<String>,
    trace_observation_point: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Ip {
    source: Option<IpAddr>,
    destination: Option<IpAddr>,
}

/// One of its members is set.
#[derive(Debug, Default, Deserialize)]
struct Transport {
    #[serde(rename = "TCP")]
    tcp: Option<Ports>,
    #[serde(rename = "UDP")]
    udp: Option<Ports>,
    #[serde(rename = "SCTP")]
    sctp: Option<Ports>,
    #[serde(rename = "ICMPv4")]
    icmp4: Option<Icmp>,
    #[serde(rename = "ICMPv6")]
    icmp6: Option<Icmp>,
}

#[derive(Debug, Deserialize)]
struct Ports {
    #[serde(default)]
    source_port: u16,
    #[serde(default)]
    destination_port: u16,
    flags: Option<Flags>,
}

/// Type and code are not recorded.
#[derive(Debug, Deserialize)]
struct Icmp {}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "UPPERCASE", default)]
struct Flags {
    fin: bool,
    syn: bool,
    rst: bool,
    psh: bool,
    ack: bool,
}

#[derive(Debug, Deserialize)]
struct LostEvents {
    num_events_lost: Option<Count>,
}

/// JSON of protocol buffers writes 64-bit numbers as text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Count {
    Number(u64),
    Text(String),
}

/// What an event says.
#[derive(Debug, PartialEq, Eq)]
pub enum Said {
    /// A packet and its verdict.
    Packet(Packet),
    /// What other events say as well.
    Repeated,
    /// Events were lost.
    Lost {
        /// How many.
        events: Option<u64>,
        /// When, microseconds since the epoch.
        time: Option<i64>,
    },
    /// Nothing that can be understood.
    Nothing,
}

/// One packet.
#[derive(Debug, PartialEq, Eq)]
pub struct Packet {
    /// When it passed, microseconds since the epoch.
    pub time: i64,
    /// Whose it is.
    pub tuple: Tuple,
    /// Seen from the workload to which the event belongs.
    pub direction: Option<Direction>,
    /// The verdict.
    pub action: Action,
    /// Its TCP flags.
    pub tcp_flags: u8,
}

impl Event {
    /// Understands the event.
    pub fn said(&self) -> Said {
        if let Some(lost) = &self.lost_events {
            let events = lost.num_events_lost.as_ref();
            return Said::Lost {
                events: events.and_then(|count| match count {
                    Count::Number(number) => Some(*number),
                    Count::Text(text) => text.parse().ok(),
                }),
                time: self.time.as_deref().and_then(micros),
            };
        }
        let flow = self.flow.as_ref().unwrap_or(&self.bare);
        let Some(verdict) = flow.verdict.as_deref() else {
            return Said::Nothing;
        };
        let Some(action) = action(verdict) else {
            return Said::Repeated;
        };
        let layer7 = flow.kind.as_deref().is_some_and(|kind| kind != "L3_L4");
        let direction = match flow.traffic_direction.as_deref() {
            Some("INGRESS") => Some(Direction::Ingress),
            Some("EGRESS") => Some(Direction::Egress),
            _ => None,
        };
        let point = flow.trace_observation_point.as_deref();
        if layer7 || action == Action::Accept && !counts(point, direction) {
            return Said::Repeated;
        }
        let time = flow.time.as_deref().or(self.time.as_deref());
        match (time.and_then(micros), flow.tuple()) {
            (Some(time), Some((tuple, tcp_flags))) => Said::Packet(Packet {
                time,
                tuple,
                direction,
                action,
                tcp_flags,
            }),
            _ => Said::Nothing,
        }
    }
}

impl Flow {
    fn tuple(&self) -> Option<(Tuple, u8)> {
        let ip = self.ip.as_ref()?;
        let (source, destination) = (ip.source?, ip.destination?);
        if source.is_ipv4() != destination.is_ipv4() {
            return None;
        }
        let transport = self.l4.as_ref()?;
        let (protocol, ports) = match transport {
            Transport {
                tcp: Some(ports), ..
            } => (6, Some(ports)),
            Transport {
                udp: Some(ports), ..
            } => (17, Some(ports)),
            Transport {
                sctp: Some(ports), ..
            } => (132, Some(ports)),
            Transport { icmp4: Some(_), .. } => (1, None),
            Transport { icmp6: Some(_), .. } => (58, None),
            _ => return None,
        };
        let flags = ports.and_then(|ports| ports.flags.as_ref());
        let tuple = Tuple {
            source,
            destination,
            source_port: ports.map_or(0, |ports| ports.source_port),
            destination_port: ports.map_or(0, |ports| ports.destination_port),
            protocol,
        };
        Some((tuple, flags.map_or(0, Flags::bits)))
    }
}

impl Flags {
    fn bits(&self) -> u8 {
        let Flags {
            fin,
            syn,
            rst,
            psh,
            ack,
        } = *self;
        let bits = [fin, syn, rst, psh, ack].into_iter().zip([1, 2, 4, 8, 16]);
        bits.map(|(set, bit)| if set { bit } else { 0 }).sum()
    }
}

/// The action of a verdict; `None` for those that are not the last word on a packet: traced,
/// translated, redirected to a proxy.
fn action(verdict: &str) -> Option<Action> {
    match verdict {
        // Audited packets pass although a policy would refuse them.
        "FORWARDED" | "AUDIT" => Some(Action::Accept),
        "DROPPED" | "ERROR" => Some(Action::Reject),
        _ => None,
    }
}

/// Whether a point of the datapath counts for packets that pass: the receiver itself, or the last
/// step out of the sender.
fn counts(point: Option<&str>, direction: Option<Direction>) -> bool {
    match (point, direction) {
        (None | Some("UNKNOWN_POINT" | "TO_ENDPOINT"), _) => true,
        (Some("TO_STACK" | "TO_OVERLAY" | "TO_NETWORK" | "TO_HOST"), direction) => {
            direction != Some(Direction::Ingress)
        }
        _ => false,
    }
}

fn micros(time: &str) -> Option<i64> {
    time.parse::<Timestamp>()
        .ok()
        .map(Timestamp::as_microsecond)
}
