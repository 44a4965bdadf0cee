//! Who decides about packets that no firewall has judged: the question a source asks, and the answer.

use std::net::IpAddr;

use crate::inventory::InterfaceKey;
use crate::observation::{Action, Direction, RejectReason, Tuple};
use crate::source::Loss;

/// One packet, as far as rules look at packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// The interface.
    pub interface: InterfaceKey,
    /// Which way the packet goes.
    pub direction: Direction,
    /// Its addresses and ports.
    pub tuple: Tuple,
    /// The TCP flags as on the wire; 0 for other protocols.
    pub tcp_flags: u8,
    /// Bytes after the transport header: tells data from a bare acknowledgement.
    pub payload: u32,
    /// What an ICMP or ICMPv6 packet says; `None` for other protocols.
    pub icmp: Option<IcmpMessage>,
    /// Whether this is a later fragment whose ports are not known, so that no rule about ports can
    /// match it.
    pub portless: bool,
    /// Time of the packet, microseconds since the epoch.
    pub at: i64,
}

/// The part of an ICMP message that rules and connection tracking need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IcmpMessage {
    /// Type.
    pub kind: u8,
    /// Code.
    pub code: u8,
    /// Identifier of an echo request or reply, or of the one that an error is about; otherwise 0.
    pub id: u16,
    /// For an error message: the packet that it is about, as that packet was sent.
    pub about: Option<Tuple>,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the packet passes.
    pub action: Action,
    /// Why not, where the record has a word for it.
    pub reject_reason: Option<RejectReason>,
}

impl Verdict {
    /// The packet passes.
    pub const ACCEPT: Self = Self {
        action: Action::Accept,
        reject_reason: None,
    };
    /// A rule, or the absence of one, refuses the packet.
    pub const REJECT: Self = Self {
        action: Action::Reject,
        reject_reason: None,
    };
}

/// Decides about packets, one after the other, in the order of their times.
pub trait Judge {
    /// Decides about one packet and remembers what later packets of its connection need.
    fn judge(&mut self, question: &Question) -> Verdict;

    /// Moves what was lost since the last call into `losses`: verdicts that may be wrong because
    /// the memory for connections was full. Cheap when there is nothing.
    fn take_losses(&mut self, losses: &mut Vec<Loss>);
}

/// Lets everything pass: for taps that cannot know verdicts.
#[derive(Debug, Clone, Copy, Default)]
pub struct AcceptAll;

impl Judge for AcceptAll {
    fn judge(&mut self, _: &Question) -> Verdict {
        Verdict::ACCEPT
    }

    fn take_losses(&mut self, _: &mut Vec<Loss>) {}
}

impl Question {
    /// The same packet in the other direction: an answer to it.
    pub fn reversed(&self) -> Self {
        let tuple = self.tuple;
        Self {
            direction: match self.direction {
                Direction::Ingress => Direction::Egress,
                Direction::Egress => Direction::Ingress,
            },
            tuple: Tuple {
                source: tuple.destination,
                destination: tuple.source,
                source_port: tuple.destination_port,
                destination_port: tuple.source_port,
                protocol: tuple.protocol,
            },
            ..*self
        }
    }

    /// The address on this side of the interface.
    pub fn local(&self) -> IpAddr {
        match self.direction {
            Direction::Ingress => self.tuple.destination,
            Direction::Egress => self.tuple.source,
        }
    }

    /// The address at the other end.
    pub fn remote(&self) -> IpAddr {
        match self.direction {
            Direction::Ingress => self.tuple.source,
            Direction::Egress => self.tuple.destination,
        }
    }
}
