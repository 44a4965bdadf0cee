//! One window of time: a flow table for each interface that had packets, and what was lost.

use super::{Metered, SECOND};
use crate::inventory::InterfaceKey;
use crate::record::{ClosedWindow, FlowRecord, LogStatus};
use crate::table::FlowTable;

/// A window that still takes packets.
#[derive(Debug)]
pub(super) struct Window {
    /// Microseconds since the epoch.
    start: i64,
    /// Something was lost that may have belonged to any interface.
    pub lost: bool,
    /// By the interface's place.
    slots: Vec<Slot>,
}

/// The window of one interface.
#[derive(Debug, Default)]
pub(super) struct Slot {
    pub table: FlowTable,
    pub lost: bool,
}

impl Window {
    pub(super) fn new(start: i64) -> Self {
        Self {
            start,
            lost: false,
            slots: Vec::new(),
        }
    }

    #[inline]
    pub(super) fn start(&self) -> i64 {
        self.start
    }

    /// Flows of all interfaces.
    pub(super) fn flows(&self) -> usize {
        self.slots.iter().map(|slot| slot.table.len()).sum()
    }

    /// The slot of an interface, by a place that the meter has checked.
    #[inline]
    pub(super) fn slot(&mut self, place: usize) -> &mut Slot {
        if place >= self.slots.len() {
            self.slots.resize_with(place + 1, Slot::default);
        }
        &mut self.slots[place]
    }

    /// The records: of each interface one SKIPDATA if anything was lost, then its flows, or NODATA if
    /// there is neither.
    pub(super) fn close(self, interfaces: &[Metered], lost: bool, interval: i64) -> ClosedWindow {
        let flows = self.flows();
        let mut records = Vec::with_capacity(flows + interfaces.len());
        let mut slots = self.slots;
        slots.resize_with(interfaces.len().max(slots.len()), Slot::default);
        let last = self.start + interval - SECOND;
        for ((key, slot), metered) in (0..).map(InterfaceKey).zip(slots).zip(interfaces) {
            let without_flow = |status| FlowRecord {
                interface: key,
                start: self.start / SECOND,
                end: last / SECOND,
                status,
                flow: None,
            };
            let reports = metered.reports(self.start);
            if slot.lost || lost && reports {
                records.push(without_flow(LogStatus::SkipData));
            } else if slot.table.len() == 0 {
                if reports {
                    records.push(without_flow(LogStatus::NoData));
                }
                continue;
            }
            records.extend(slot.table.into_flows().map(|counted| FlowRecord {
                interface: key,
                start: (self.start + i64::from(counted.first)).div_euclid(SECOND),
                end: (self.start + i64::from(counted.last)).div_euclid(SECOND),
                status: LogStatus::Ok,
                flow: Some(counted.flow),
            }));
        }
        ClosedWindow {
            start: self.start / SECOND,
            interval: interval / SECOND,
            records,
        }
    }
}
