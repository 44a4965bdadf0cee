//! How the meter works: interval, traffic, keys and bounds.

use crate::exclude::Exclusions;
use crate::observation::Action;
use crate::record_format::RecordFormat;

/// Flows of one interface in one window, unless asked otherwise.
const FLOWS_PER_INTERFACE: usize = 500_000;
/// Flows of all interfaces in all open windows.
const FLOWS_TOTAL: usize = 4 * FLOWS_PER_INTERFACE;

/// Length of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Interval {
    /// One minute.
    Minute,
    /// Ten minutes, as in flow logs that do not ask for less.
    #[default]
    TenMinutes,
}

impl Interval {
    /// Seconds: 60 or 600.
    pub fn seconds(self) -> i64 {
        match self {
            Self::Minute => 60,
            Self::TenMinutes => 600,
        }
    }
}

/// Which verdicts a flow log records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Traffic {
    /// Both.
    #[default]
    All,
    /// Only what passed.
    Accept,
    /// Only what was refused.
    Reject,
}

impl Traffic {
    /// Whether packets with this verdict are recorded.
    #[inline]
    pub fn records(self, action: Action) -> bool {
        match self {
            Self::All => true,
            Self::Accept => action == Action::Accept,
            Self::Reject => action == Action::Reject,
        }
    }
}

/// Options of a meter.
#[derive(Debug, Clone)]
pub struct MeterOptions {
    /// Length of a window.
    pub interval: Interval,
    /// Which verdicts are recorded.
    pub traffic: Traffic,
    /// Whether flows are told apart by the addresses of their packets, or by those that `srcaddr`
    /// and `dstaddr` show (flow log spec 1.3).
    pub keep_packet_addresses: bool,
    /// Whether flows are told apart by `reject-reason`.
    pub split_reject_reasons: bool,
    /// What is never recorded.
    pub exclusions: Exclusions,
    /// The most flows of one interface in one window. Packets of further flows are lost.
    pub flows_per_interface: usize,
    /// The most flows in all open windows.
    pub flows_total: usize,
}

impl MeterOptions {
    /// The options that a format asks for, and the usual ones otherwise: ten minutes, all traffic,
    /// 500,000 flows of an interface.
    pub fn for_format(format: &RecordFormat) -> Self {
        Self {
            interval: Interval::default(),
            traffic: Traffic::default(),
            keep_packet_addresses: format.selects_packet_addresses(),
            split_reject_reasons: format.selects("reject-reason"),
            exclusions: Exclusions::default(),
            flows_per_interface: FLOWS_PER_INTERFACE,
            flows_total: FLOWS_TOTAL,
        }
    }
}
