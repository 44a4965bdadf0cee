//! The information elements that say something about a flow log record (IANA registry "IPFIX
//! Information Elements"; NetFlow v9 has the same numbers).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::bytes::number;
use crate::observation::{Action, Direction, Tuple};
use crate::source::summary::{SECOND, Summary, has_ports};

/// Seconds from 1900 to 1970, for times in the format of NTP.
const NTP_TO_UNIX: i64 = 2_208_988_800;
/// `firewallEvent`: the flow was denied.
const DENIED: u64 = 3;

/// What times are relative to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Clock {
    /// When the message was sent, microseconds since the epoch.
    pub now: i64,
    /// How long the exporter had been up then, milliseconds; begins again after 49 days.
    pub uptime: Option<u32>,
    /// When the exporter was started, microseconds since the epoch, where it has said so.
    pub boot: Option<i64>,
}

impl Clock {
    /// The time at which the exporter had been up so many milliseconds. Flows end before they are
    /// reported, so a count beyond the current one is from before it began again.
    pub fn at_uptime(&self, millis: u32) -> Option<i64> {
        match self.uptime {
            // The difference is signed, for exporters that are a little ahead of themselves.
            Some(now) => {
                let age = now.wrapping_sub(millis).cast_signed();
                Some(self.now.saturating_sub(i64::from(age) * 1_000))
            }
            None => Some(self.boot?.saturating_add(i64::from(millis) * 1_000)),
        }
    }
}

/// One direction of a flow.
#[derive(Debug, Clone, Copy, Default)]
struct Half {
    packets: Option<u64>,
    bytes: Option<u64>,
    /// Counts behind the meter, which some exporters send alone.
    packets_out: Option<u64>,
    bytes_out: Option<u64>,
    tcp_flags: u8,
    first: Option<i64>,
    last: Option<i64>,
    /// The same since the exporter started, milliseconds.
    first_uptime: Option<u32>,
    last_uptime: Option<u32>,
    firewall_event: u64,
}

/// The elements of one record that are of use.
#[derive(Debug, Clone, Copy, Default)]
pub struct Elements {
    source: Option<IpAddr>,
    destination: Option<IpAddr>,
    source_port: u16,
    destination_port: u16,
    protocol: u8,
    forward: Half,
    reverse: Half,
    direction: Option<Direction>,
    forwarding_status: u64,
    boot: Option<i64>,
    sampling_interval: Option<u64>,
    sampling_space: Option<u64>,
}

impl Elements {
    /// Takes the value of an element; of the other direction with `reverse`. Elements that say
    /// nothing to us, and values of an impossible length, are left out.
    pub fn set(&mut self, id: u16, value: &[u8], reverse: bool, clock: &Clock) {
        let count = number(value);
        if !reverse {
            // The casts keep the width of the field; a longer encoding has zeros in front.
            match id {
                4 => self.protocol = count as u8,
                7 => self.source_port = count as u16,
                8 => self.source = v4(value).or(self.source),
                11 => self.destination_port = count as u16,
                12 => self.destination = v4(value).or(self.destination),
                27 => self.source = v6(value).or(self.source),
                28 => self.destination = v6(value).or(self.destination),
                34 | 305 => self.sampling_interval = Some(count),
                306 => self.sampling_space = Some(count),
                61 => {
                    self.direction = match count {
                        0 => Some(Direction::Ingress),
                        1 => Some(Direction::Egress),
                        _ => None,
                    }
                }
                89 => self.forwarding_status = count,
                160 => self.boot = Some(scaled(count, 1_000)),
                _ => {}
            }
        }
        let half = if reverse {
            &mut self.reverse
        } else {
            &mut self.forward
        };
        match id {
            1 | 85 => half.bytes = Some(count),
            2 | 86 => half.packets = Some(count),
            23 => half.bytes_out = Some(count),
            24 => half.packets_out = Some(count),
            // Of a flags field of two bytes the lower has the flags that are recorded.
            6 => half.tcp_flags = count as u8,
            21 => half.last_uptime = Some(count as u32),
            22 => half.first_uptime = Some(count as u32),
            150 => half.first = Some(scaled(count, SECOND)),
            151 => half.last = Some(scaled(count, SECOND)),
            152 => half.first = Some(scaled(count, 1_000)),
            153 => half.last = Some(scaled(count, 1_000)),
            154 | 156 => half.first = ntp(value).or(half.first),
            155 | 157 => half.last = ntp(value).or(half.last),
            158 => half.first = Some(clock.now.saturating_sub(scaled(count, 1))),
            159 => half.last = Some(clock.now.saturating_sub(scaled(count, 1))),
            233 => half.firewall_event = count,
            _ => {}
        }
    }

    /// When the exporter was started, microseconds since the epoch, where the record says so.
    pub fn boot(&self) -> Option<i64> {
        self.boot
    }

    /// One packet in how many was looked at, where the record says so.
    pub fn sampling(&self) -> Option<u64> {
        let interval = self.sampling_interval?.max(1);
        Some(match self.sampling_space {
            // So many packets looked at, then so many left out.
            Some(space) => interval.saturating_add(space) / interval,
            None => interval,
        })
    }

    /// The flows of the record: one, or two where it has both directions. Counts are multiplied by
    /// `sampling`.
    pub fn summaries(&self, clock: &Clock, sampling: u64, found: &mut Vec<Summary>) {
        let (Some(source), Some(destination)) = (self.source, self.destination) else {
            return;
        };
        if source.is_ipv4() != destination.is_ipv4() {
            return;
        }
        let ports = has_ports(self.protocol);
        let tuple = Tuple {
            source,
            destination,
            source_port: if ports { self.source_port } else { 0 },
            destination_port: if ports { self.destination_port } else { 0 },
            protocol: self.protocol,
        };
        let clock = Clock {
            boot: self.boot.or(clock.boot),
            ..*clock
        };
        let (first, last) = self.forward.times(&clock);
        let dropped = self.forwarding_status >> 6 == 2;
        let summary = |half: &Half, tuple, direction, (first, last)| {
            let refused = dropped || half.firewall_event == DENIED;
            // An event of a firewall that counts nothing tells of one packet.
            let packets = half.packets().or(refused.then_some(1))?;
            (packets > 0).then_some(Summary {
                tuple,
                direction,
                action: if refused {
                    Action::Reject
                } else {
                    Action::Accept
                },
                tcp_flags: half.tcp_flags,
                packets: packets.saturating_mul(sampling),
                bytes: half.bytes().unwrap_or(0).saturating_mul(sampling),
                first,
                last,
            })
        };
        found.extend(summary(&self.forward, tuple, self.direction, (first, last)));
        let back = Tuple {
            source: tuple.destination,
            destination: tuple.source,
            source_port: tuple.destination_port,
            destination_port: tuple.source_port,
            protocol: tuple.protocol,
        };
        let direction = self.direction.map(|direction| match direction {
            Direction::Ingress => Direction::Egress,
            Direction::Egress => Direction::Ingress,
        });
        let mut reverse = self.reverse;
        reverse.first = reverse.first.or(Some(first));
        reverse.last = reverse.last.or(Some(last));
        let times = reverse.times(&clock);
        if reverse.packets().is_some_and(|packets| packets > 0) {
            found.extend(summary(&reverse, back, direction, times));
        }
    }
}

impl Half {
    fn packets(&self) -> Option<u64> {
        self.packets.or(self.packets_out)
    }

    fn bytes(&self) -> Option<u64> {
        self.bytes.or(self.bytes_out)
    }

    /// First and last packet; the time of the message where nothing is said.
    fn times(&self, clock: &Clock) -> (i64, i64) {
        let since_boot = |uptime: Option<u32>| clock.at_uptime(uptime?);
        let last = self.last.or_else(|| since_boot(self.last_uptime));
        let last = last.unwrap_or(clock.now);
        let first = self.first.or_else(|| since_boot(self.first_uptime));
        let first = first.unwrap_or(last);
        (first.min(last), last)
    }
}

/// A count of units as microseconds, at most the end of time.
fn scaled(count: u64, unit: i64) -> i64 {
    i64::try_from(count)
        .unwrap_or(i64::MAX)
        .saturating_mul(unit)
}

/// Seconds since 1900 and a binary fraction; the era that began in 2036 is the one meant by small
/// seconds.
fn ntp(value: &[u8]) -> Option<i64> {
    let (seconds, fraction) = value.split_at_checked(4)?;
    if fraction.len() != 4 {
        return None;
    }
    let seconds = i64::try_from(number(seconds)).ok()?;
    let era = if seconds < NTP_TO_UNIX { 1 << 32 } else { 0 };
    let micros = i64::try_from((number(fraction) * 1_000_000) >> 32).ok()?;
    Some((seconds + era - NTP_TO_UNIX) * SECOND + micros)
}

fn v4(value: &[u8]) -> Option<IpAddr> {
    let octets: [u8; 4] = value.try_into().ok()?;
    Some(IpAddr::V4(Ipv4Addr::from(octets)))
}

fn v6(value: &[u8]) -> Option<IpAddr> {
    let octets: [u8; 16] = value.try_into().ok()?;
    Some(IpAddr::V6(Ipv6Addr::from(octets)))
}
