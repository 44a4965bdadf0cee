//! Who decides between ACCEPT and REJECT where the verdict does not come with the packet.

use crate::inventory::InterfaceKey;
use crate::observation::{Action, Direction, RejectReason};
use crate::packet::Packet;

/// A packet as it crosses an interface.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'p> {
    /// The interface.
    pub interface: InterfaceKey,
    /// Which way the packet goes, seen from the interface.
    pub direction: Direction,
    /// The packet. Ports of later fragments are those of their first fragment, if it was seen.
    pub packet: &'p Packet<'p>,
    /// When, microseconds since the epoch.
    pub at: i64,
}

/// What was decided on a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it may pass.
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
    /// The packet is refused by rules.
    pub const REJECT: Self = Self {
        action: Action::Reject,
        reject_reason: None,
    };
}

/// Security groups and network ACLs, replayed over packets in the order of their times.
pub trait Judge {
    /// The verdict on a packet. The judge may remember connections, within bounds.
    fn judge(&mut self, sight: &Sight<'_>) -> Verdict;
}

/// No rules: everything passes (flow log spec 8.6, mode 4).
#[derive(Debug, Clone, Copy, Default)]
pub struct AcceptAll;

impl Judge for AcceptAll {
    fn judge(&mut self, _: &Sight<'_>) -> Verdict {
        Verdict::ACCEPT
    }
}
