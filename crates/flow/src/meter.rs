//! The meter adds observations up: per interface, window of time and flow.
//!
//! Windows are aligned to the epoch and close when the source's watermark has passed them. An entry
//! lives as long as its window; nothing is evicted. What cannot be counted is a loss, and each window
//! of an interface with a loss has one SKIPDATA record (flow log spec 1.7). Three bounds hold memory:
//! flows of an interface in a window, flows of all, and open windows.

mod options;
mod spread;
mod window;

use std::collections::VecDeque;
use std::net::Ipv4Addr;

use crate::exclude::Surroundings;
use crate::fields::{show, stand_in};
use crate::inventory::{InterfaceKey, Inventory};
use crate::observation::Observation;
use crate::record::{ClosedWindow, recorded_flags};
use crate::source::{Batch, Loss};
use crate::table::{Addition, Key, KeyHasher, Sums, TableId};

use window::Window;

pub use options::{Interval, MeterOptions, Traffic};

/// Windows that are open at once. A source that is ahead of its own watermark by more closes the
/// oldest one.
const MAX_OPEN: usize = 16;
/// Quiet windows in a row that are reported when the time jumps. A longer gap is a recording that was
/// interrupted, or a wrong clock.
const MAX_QUIET: u64 = 10_080;
/// Times are kept where arithmetic with them cannot overflow: 73,000 years around the epoch.
const MAX_TIME: i64 = i64::MAX / 4;

/// Observations that are counted at once: so few that they stay in the fastest cache, so many that
/// their flows are fetched together.
const GROUP: usize = 128;

/// Microseconds in a second.
const SECOND: i64 = 1_000_000;

/// What the meter did with what it was given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MeterTotals {
    /// Packets in records.
    pub counted: u64,
    /// Packets of traffic that is never recorded.
    pub excluded: u64,
    /// Packets whose verdict the flow log does not record.
    pub filtered: u64,
    /// Packets that came after their window had closed.
    pub late: u64,
    /// Packets of flows for which the table had no room.
    pub overflowed: u64,
    /// Packets of interfaces that the inventory does not know.
    pub unknown: u64,
    /// Quiet windows that were too many in a row to report.
    pub quiet_omitted: u64,
}

/// Adds observations up and gives a [`ClosedWindow`] for each window that is over.
#[derive(Debug)]
pub struct Meter {
    options: MeterOptions,
    /// Microseconds in a window.
    interval: i64,
    interfaces: Vec<Metered>,
    hasher: KeyHasher,
    /// What the group of observations at hand adds to flows; empty between groups.
    waiting: Vec<Addition>,
    /// Windows that have packets or losses, by time. There may be quiet ones between them.
    open: VecDeque<Window>,
    /// Where the next window to close begins, microseconds; `None` before the first one has closed.
    next: Option<i64>,
    watermark: i64,
    /// Flows in all open windows.
    flows: usize,
    /// Quiet windows closed in a row since the watermark moved.
    quiet: u64,
    /// A loss that may have been anywhere, before any interface had traffic.
    early_loss: bool,
    totals: MeterTotals,
}

/// An interface as the meter knows it.
#[derive(Debug, Default)]
struct Metered {
    surroundings: Surroundings,
    /// The address in place of those on the interface's side.
    stand_in: Option<Ipv4Addr>,
    /// Beginning of the first window with a packet, microseconds. Quiet windows before it are not
    /// reported.
    seen: Option<i64>,
    /// When it went away, and when it was back, microseconds. Quiet windows between are not reported.
    gone: Option<i64>,
    back: Option<i64>,
}

impl Metered {
    /// Whether a window that begins at `start` has a record even without a packet.
    fn reports(&self, start: i64) -> bool {
        let away =
            self.gone.is_some_and(|gone| start > gone) && self.back.is_none_or(|back| start < back);
        self.seen.is_some_and(|seen| seen <= start) && !away
    }

    /// Remembers that there was traffic in the window that begins at `start`.
    #[inline]
    fn see(&mut self, start: i64) {
        if self.seen.is_none_or(|seen| start < seen) {
            self.seen = Some(start);
        }
        if self.back.is_none() && self.gone.is_some_and(|gone| start > gone) {
            self.back = Some(start);
        }
    }
}

impl Meter {
    /// A meter for the interfaces of an inventory.
    pub fn new(options: MeterOptions, inventory: &Inventory) -> Self {
        let mut meter = Self {
            interval: options.interval.seconds() * SECOND,
            options,
            interfaces: Vec::new(),
            hasher: KeyHasher::default(),
            waiting: Vec::with_capacity(GROUP),
            open: VecDeque::new(),
            next: None,
            watermark: -MAX_TIME,
            flows: 0,
            quiet: 0,
            early_loss: false,
            totals: MeterTotals::default(),
        };
        meter.update(inventory);
        meter
    }

    /// Learns of new interfaces and new addresses.
    pub fn update(&mut self, inventory: &Inventory) {
        self.interfaces
            .resize_with(inventory.len(), Metered::default);
        for ((key, interface), metered) in inventory.iter().zip(&mut self.interfaces) {
            metered.surroundings = Surroundings::of(key, inventory);
            metered.stand_in = if self.options.keep_packet_addresses {
                None
            } else {
                stand_in(interface)
            };
        }
    }

    /// Reports no more quiet windows of an interface after a time, microseconds since the epoch.
    /// Traffic brings it back.
    pub fn retire(&mut self, interface: InterfaceKey, at: i64) {
        let place = self.place(interface);
        if let Some(metered) = place.and_then(|place| self.interfaces.get_mut(place)) {
            metered.gone = Some(at);
            metered.back = None;
        }
    }

    /// Takes a batch of a source.
    pub fn add(&mut self, batch: &Batch) {
        for group in batch.observations.chunks(GROUP) {
            for observation in group {
                self.observe(observation);
            }
            self.count_waiting();
        }
        for loss in &batch.losses {
            self.lose(loss);
        }
        if let Some(watermark) = batch.watermark {
            self.advance(watermark);
        }
    }

    /// Says that nothing will come of times before `watermark`, microseconds since the epoch.
    pub fn advance(&mut self, watermark: i64) {
        let watermark = watermark.clamp(-MAX_TIME, MAX_TIME);
        if watermark > self.watermark {
            self.watermark = watermark;
            self.quiet = 0;
        }
    }

    /// Says that nothing will come at all. The last windows may be incomplete.
    pub fn finish(&mut self) {
        if let Some(last) = self.open.back() {
            self.advance(last.start() + self.interval);
        }
    }

    /// Says that the source failed: the windows that are open are incomplete.
    pub fn interrupt(&mut self) {
        for window in &mut self.open {
            window.lost = true;
        }
    }

    /// The next window that is over, by time. Call it until there is none, after each batch.
    pub fn next_closed(&mut self) -> Option<ClosedWindow> {
        loop {
            let first = self.open.front().map(Window::start);
            let start = self.next.or(first)?;
            let over = start + self.interval <= self.watermark;
            if !over && self.open.len() <= MAX_OPEN {
                return None;
            }
            if first == Some(start) {
                self.quiet = 0;
                let window = self.open.pop_front()?;
                self.flows -= window.flows();
                self.next = Some(start + self.interval);
                return Some(self.close(window));
            }
            if self.quiet < MAX_QUIET && self.reports(start) {
                self.quiet += 1;
                self.next = Some(start + self.interval);
                return Some(self.close(Window::new(start)));
            }
            self.pass_over_quiet(start, first);
        }
    }

    /// What became of the packets so far.
    pub fn totals(&self) -> &MeterTotals {
        &self.totals
    }

    #[inline]
    fn observe(&mut self, observation: &Observation) {
        let place = self.place(observation.interface);
        let Some(metered) = place.and_then(|place| self.interfaces.get(place)) else {
            self.observe_unknown(observation);
            return;
        };
        let exclusions = &self.options.exclusions;
        if exclusions.exclude(&metered.surroundings, &observation.tuple) {
            add(&mut self.totals.excluded, observation.packets);
            return;
        }
        let start = self.window_start(observation.first);
        if observation.last < start + self.interval {
            self.await_turn(observation, start);
            return;
        }
        for part in spread::over_windows(observation, self.interval) {
            self.await_turn(&part, self.window_start(part.first));
        }
    }

    #[cold]
    fn observe_unknown(&mut self, observation: &Observation) {
        add(&mut self.totals.unknown, observation.packets);
        let start = self.window_start(observation.first);
        self.lose_at(None, start);
    }

    /// Beginning of the window that holds a time: almost always the newest one.
    #[inline]
    fn window_start(&self, at: i64) -> i64 {
        match self.open.back() {
            Some(newest) if (newest.start()..newest.start() + self.interval).contains(&at) => {
                newest.start()
            }
            _ => {
                let at = at.clamp(-MAX_TIME, MAX_TIME);
                at.div_euclid(self.interval) * self.interval
            }
        }
    }

    /// Lets an observation wait until its group is counted in the window that begins at `start`, which
    /// it does not leave.
    #[inline]
    fn await_turn(&mut self, observation: &Observation, start: i64) {
        let Some(place) = self.place(observation.interface) else {
            return;
        };
        let Some(metered) = self.interfaces.get_mut(place) else {
            return;
        };
        metered.see(start);
        if self.next.is_some_and(|next| start < next) {
            add(&mut self.totals.late, observation.packets);
            self.lose_at(Some(place), start);
            return;
        }
        if !self.options.traffic.records(observation.action) {
            add(&mut self.totals.filtered, observation.packets);
            self.window(start);
            return;
        }
        let tuple = show(metered.stand_in, observation.direction, &observation.tuple);
        let reason = observation
            .reject_reason
            .filter(|_| self.options.split_reject_reasons);
        let key = Key::new(&tuple, observation.direction, observation.action, reason);
        let offset = |at: i64| u32::try_from(at - start).unwrap_or(0);
        let sums = Sums {
            packets: observation.packets,
            bytes: observation.bytes,
            tcp_flags: recorded_flags(observation.tcp_flags),
            first: offset(observation.first),
            last: offset(observation.last),
        };
        let table = TableId { start, place };
        let addition = Addition::new(&self.hasher, table, key, sums);
        self.waiting.push(addition);
    }

    /// Counts what waits, table by table.
    fn count_waiting(&mut self) {
        let mut waiting = std::mem::take(&mut self.waiting);
        // Stable, and nothing to do where there is but one table.
        waiting.sort_by_key(|addition| addition.table);
        for of_table in waiting.chunk_by_mut(|a, b| a.table == b.table) {
            let Some(TableId { start, place }) = of_table.first().map(|first| first.table) else {
                continue;
            };
            let most = self.options.flows_per_interface;
            let most_of_all = self.options.flows_total.saturating_sub(self.flows);
            let slot = self.window(start).slot(place);
            let room = most.saturating_sub(slot.table.len()).min(most_of_all);
            let added = slot.table.add(of_table, room);
            slot.lost |= added.refused > 0;
            self.flows += added.begun;
            add(&mut self.totals.counted, added.counted);
            add(&mut self.totals.overflowed, added.overflowed);
        }
        waiting.clear();
        self.waiting = waiting;
    }

    fn lose(&mut self, loss: &Loss) {
        let start = self.window_start(loss.at);
        let place = loss.interface.and_then(|interface| self.place(interface));
        let known = place.filter(|place| *place < self.interfaces.len());
        self.lose_at(known, start);
    }

    /// Marks a loss in the window that begins at `start`. If that one is written already, it is the
    /// next one that is still to close.
    #[cold]
    fn lose_at(&mut self, place: Option<usize>, start: i64) {
        let start = self.next.map_or(start, |next| start.max(next));
        let metered = place.and_then(|place| self.interfaces.get_mut(place));
        if let Some(metered) = metered {
            metered.see(start);
        }
        let window = self.window(start);
        match place {
            Some(place) => window.slot(place).lost = true,
            None => window.lost = true,
        }
    }

    /// The window that begins at `start`, opened if need be.
    #[inline]
    fn window(&mut self, start: i64) -> &mut Window {
        let place = match self.open.back() {
            Some(newest) if newest.start() == start => self.open.len() - 1,
            _ => self.place_of_window(start),
        };
        &mut self.open[place]
    }

    #[inline(never)]
    fn place_of_window(&mut self, start: i64) -> usize {
        let place = self.open.partition_point(|window| window.start() < start);
        let there = self.open.get(place);
        if there.is_none_or(|window| window.start() != start) {
            self.open.insert(place, Window::new(start));
        }
        place
    }

    fn close(&mut self, window: Window) -> ClosedWindow {
        let lost = window.lost || self.early_loss;
        // Without an interface that was seen, there is nobody yet whose record could tell.
        self.early_loss = lost && !self.reports(window.start());
        window.close(&self.interfaces, lost, self.interval)
    }

    /// Whether any interface has a record of the window that begins at `start`.
    fn reports(&self, start: i64) -> bool {
        self.interfaces.iter().any(|metered| metered.reports(start))
    }

    /// Passes over quiet windows that are not reported: up to the first open one, or to the watermark.
    fn pass_over_quiet(&mut self, start: i64, first_open: Option<i64>) {
        let whole = self.watermark.div_euclid(self.interval) * self.interval;
        let end = match first_open {
            Some(open) if open <= whole || self.open.len() > MAX_OPEN => open,
            _ => whole,
        };
        let next = end.max(start + self.interval);
        if self.reports(start) {
            let omitted = (next - start) / self.interval;
            self.totals.quiet_omitted += u64::try_from(omitted).unwrap_or(0);
        }
        self.next = Some(next);
    }

    fn place(&self, interface: InterfaceKey) -> Option<usize> {
        usize::try_from(interface.0).ok()
    }
}

/// Adds to a total. Other meters may claim any number of packets.
fn add(total: &mut u64, packets: u64) {
    *total = total.saturating_add(packets);
}

#[cfg(test)]
mod tests;
