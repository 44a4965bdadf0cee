//! The flow log record, before it is printed in some format.

use crate::inventory::InterfaceKey;
use crate::observation::{Action, Direction, RejectReason, Tuple};

/// `log-status` of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LogStatus {
    /// Data was recorded as it should be.
    Ok,
    /// No packet crossed the interface in the window.
    NoData,
    /// Records of the window were lost.
    SkipData,
}

/// Sums of one flow in one window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flow {
    /// Which way it went.
    pub direction: Direction,
    /// The addresses and ports of its packets. `srcaddr` and `dstaddr` are made of them when the
    /// record is printed (flow log spec 1.3).
    pub tuple: Tuple,
    /// The verdict.
    pub action: Action,
    /// Why it was refused.
    pub reject_reason: Option<RejectReason>,
    /// Packets.
    pub packets: u64,
    /// Bytes of the network layer.
    pub bytes: u64,
    /// Value of `tcp-flags` (flow log spec 1.4): FIN 1, SYN 2, RST 4, and 16 only as part of
    /// SYN-ACK.
    pub tcp_flags: u8,
}

/// The value of `tcp-flags` for the flags of one packet (flow log spec 1.4): FIN, SYN and RST, and ACK
/// only beside SYN. Those of a flow are the values of its packets, OR-ed.
#[inline]
pub fn recorded_flags(wire: u8) -> u8 {
    const SYN_ACK: u8 = 0x12;
    let acknowledged = if wire & SYN_ACK == SYN_ACK { 0x10 } else { 0 };
    wire & 7 | acknowledged
}

/// One record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlowRecord {
    /// The interface.
    pub interface: InterfaceKey,
    /// Second of the first packet, or of the beginning of the window without a flow.
    pub start: i64,
    /// Second of the last packet, or of the end of the window without a flow.
    pub end: i64,
    /// The status.
    pub status: LogStatus,
    /// The sums; `None` exactly for [`LogStatus::NoData`] and [`LogStatus::SkipData`].
    pub flow: Option<Flow>,
}

/// Everything that was recorded in one aggregation interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedWindow {
    /// First second of the window; a multiple of the interval.
    pub start: i64,
    /// Seconds in the window: 60 or 600.
    pub interval: i64,
    /// The records, by interface and then by `start`.
    pub records: Vec<FlowRecord>,
}
