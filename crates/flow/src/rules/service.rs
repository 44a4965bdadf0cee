//! What a rule says about protocol, ports and ICMP messages.

use std::fmt;

use crate::document::{Mistake, Placed};
use crate::judge::IcmpMessage;

/// Protocol number of ICMP.
pub const ICMP: u8 = 1;
/// Protocol number of TCP.
pub const TCP: u8 = 6;
/// Protocol number of UDP.
pub const UDP: u8 = 17;
/// Protocol number of ICMPv6.
pub const ICMP_V6: u8 = 58;

/// Destination ports, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortRange {
    /// First port.
    pub from: u16,
    /// Last port; not below the first.
    pub to: u16,
}

impl PortRange {
    /// Every port.
    pub const ALL: Self = Self {
        from: 0,
        to: u16::MAX,
    };
}

/// Which packets a rule is about, addresses aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// All of them.
    Any,
    /// A protocol without ports, or whose ports rules do not look at.
    Protocol(u8),
    /// TCP or UDP with destination ports.
    Ports(u8, PortRange),
    /// ICMP or ICMPv6 messages.
    Icmp {
        /// [`ICMP`] or [`ICMP_V6`].
        protocol: u8,
        /// The type; `None` for every type.
        kind: Option<u8>,
        /// The code; `None` for every code.
        code: Option<u8>,
    },
}

impl Service {
    /// Whether a packet is meant.
    pub fn matches(
        self,
        protocol: u8,
        destination_port: u16,
        portless: bool,
        icmp: Option<IcmpMessage>,
    ) -> bool {
        match self {
            Self::Any => true,
            Self::Protocol(own) => own == protocol,
            Self::Ports(own, PortRange::ALL) => own == protocol,
            Self::Ports(own, range) => {
                let inside = (range.from..=range.to).contains(&destination_port);
                own == protocol && !portless && inside
            }
            Self::Icmp {
                protocol: own,
                kind: None,
                ..
            } => own == protocol,
            Self::Icmp {
                protocol: own,
                kind: Some(kind),
                code,
            } => {
                own == protocol
                    && icmp.is_some_and(|message| {
                        message.kind == kind && code.is_none_or(|code| message.code == code)
                    })
            }
        }
    }

    /// The service of a protocol with the two numbers that stand beside it: ports, or type and code.
    pub(super) fn new(
        protocol: Option<u8>,
        from: Option<Placed<i64>>,
        to: Option<Placed<i64>>,
        at: usize,
    ) -> Result<Self, Mistake> {
        match protocol {
            Some(protocol @ (TCP | UDP)) => Ok(Self::Ports(protocol, ports(from, to, at)?)),
            Some(protocol @ (ICMP | ICMP_V6)) => {
                let kind = byte(from, "an ICMP type")?;
                let code = byte(to, "an ICMP code")?;
                match (kind, code, to) {
                    (None, Some(_), Some(to)) => Err(Mistake::new(
                        to.at,
                        "a code without a type has no meaning; write -1 for both, or name the type",
                    )),
                    _ => Ok(Self::Icmp {
                        protocol,
                        kind,
                        code,
                    }),
                }
            }
            other => {
                let narrows = |end: &Placed<i64>| ![-1, 0, 65535].contains(&end.value);
                if let Some(end) = from.filter(narrows).or(to.filter(narrows)) {
                    let problem = "ports are looked at only for TCP and UDP; name one of these as the protocol";
                    return Err(Mistake::new(end.at, problem));
                }
                Ok(other.map_or(Self::Any, Self::Protocol))
            }
        }
    }
}

fn ports(
    from: Option<Placed<i64>>,
    to: Option<Placed<i64>>,
    at: usize,
) -> Result<PortRange, Mistake> {
    let (from, to) = match (from, to) {
        (Some(from), Some(to)) => (from, to),
        (None, None) => {
            let problem = "a rule for TCP or UDP needs its ports; 0 to 65535 are all";
            return Err(Mistake::new(at, problem));
        }
        (Some(one), None) | (None, Some(one)) => {
            let problem = "one end of the port range is missing";
            return Err(Mistake::new(one.at, problem));
        }
    };
    if from.value == -1 && to.value == -1 {
        return Ok(PortRange::ALL);
    }
    let port = |end: Placed<i64>| {
        let problem = || {
            Mistake::new(
                end.at,
                format!("`{}` is no port; write 0 to 65535", end.value),
            )
        };
        u16::try_from(end.value).map_err(|_| problem())
    };
    let range = PortRange {
        from: port(from)?,
        to: port(to)?,
    };
    if range.from > range.to {
        let problem = format!(
            "the port range ends before it begins: {} to {}",
            range.from, range.to
        );
        return Err(Mistake::new(to.at, problem));
    }
    Ok(range)
}

/// A number from 0 to 255, or -1 and absence for all.
fn byte(number: Option<Placed<i64>>, what: &str) -> Result<Option<u8>, Mistake> {
    match number {
        None | Some(Placed { value: -1, .. }) => Ok(None),
        Some(number) => u8::try_from(number.value).map(Some).map_err(|_| {
            let problem = format!(
                "`{}` is not {what}; write 0 to 255, or -1 for all",
                number.value
            );
            Mistake::new(number.at, problem)
        }),
    }
}

/// A protocol by name or number; `-1` is every protocol, and gives `None`.
pub(super) fn protocol(text: Placed<&str>) -> Result<Option<u8>, Mistake> {
    let number = match text.value.to_ascii_lowercase().as_str() {
        "-1" | "all" => return Ok(None),
        "icmp" => ICMP,
        "tcp" => TCP,
        "udp" => UDP,
        "icmpv6" => ICMP_V6,
        number => number.parse().map_err(|_| {
            let problem = format!(
                "`{}` is no protocol; write `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all",
                text.value
            );
            Mistake::new(text.at, problem)
        })?,
    };
    Ok(Some(number))
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("all"),
            Self::Protocol(protocol) => write!(f, "protocol {protocol}"),
            Self::Ports(protocol, range) => write!(f, "{protocol}/{}-{}", range.from, range.to),
            Self::Icmp { protocol, .. } => write!(f, "protocol {protocol}"),
        }
    }
}
