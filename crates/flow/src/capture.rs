//! The whole way in one call: a source, the meter, and a sink on a thread of its own.
//!
//! Between meter and sink is a queue of closed windows. When it is full, a source that can wait
//! (a file) waits, and one that cannot (a tap) loses the window: its interfaces get a SKIPDATA
//! record in the next one. Records that a sink had to give up are told in the same way.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{
    Receiver, RecvTimeoutError, Sender, SyncSender, TrySendError, channel, sync_channel,
};
use std::thread;
use std::time::Duration;

use thiserror::Error;

use crate::inventory::{InterfaceKey, Inventory};
use crate::meter::{Meter, MeterOptions};
use crate::record::{ClosedWindow, FlowRecord, LogStatus};
use crate::sink::{Sink, SinkError};
use crate::source::{Batch, Loss, Source, SourceError, Supply};

/// How long a source may wait for packets before it is asked whether to stop.
const PATIENCE: Duration = Duration::from_millis(100);
/// How often a sink is asked to do what is due.
const TEND: Duration = Duration::from_secs(1);

/// What happens when windows close faster than they can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overflow {
    /// The source waits: right for files.
    Wait,
    /// The window is lost, and said to be: right for taps, which cannot wait.
    Lose,
}

/// How to capture.
#[derive(Debug)]
pub struct CaptureOptions {
    /// How to count.
    pub meter: MeterOptions,
    /// What to do when the sink is too slow.
    pub overflow: Overflow,
    /// Closed windows that may wait for the sink.
    pub queue: usize,
}

/// How far a capture is. Read it from any thread.
#[derive(Debug, Default)]
pub struct Progress {
    /// Packets that were seen.
    pub packets: AtomicU64,
    /// Their bytes.
    pub bytes: AtomicU64,
    /// Packets of traffic that is never recorded.
    pub excluded: AtomicU64,
    /// Frames that are no intelligible packets.
    pub malformed: AtomicU64,
    /// Packets of a verdict that is not recorded.
    pub filtered: AtomicU64,
    /// Packets that are known to be lost before they were counted.
    pub lost_packets: AtomicU64,
    /// Times that something was lost; SKIPDATA records tell of them where there is an interface that had
    /// traffic.
    pub losses: AtomicU64,
    /// Records that were handed to the sink.
    pub records: AtomicU64,
    /// Those among them that tell of a loss.
    pub skipped: AtomicU64,
    /// Records that were not written and will not be.
    pub lost_records: AtomicU64,
}

impl Progress {
    /// Other meters may claim any number: sums of them end at the largest number there is.
    fn add(counter: &AtomicU64, number: u64) {
        let sum = |counted: u64| Some(counted.saturating_add(number));
        // It always gives a sum, so that it is always stored.
        let _ = counter.fetch_update(Ordering::Relaxed, Ordering::Relaxed, sum);
    }
}

/// Why a capture ended before its source did.
#[derive(Debug, Error)]
pub enum CaptureError {
    /// The source failed. What it had delivered before is written.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The sink failed.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// Some records could not be written; what could be is.
    #[error("{records} records were not written")]
    Incomplete {
        /// How many.
        records: u64,
    },
}

/// Captures until the source ends, or `stop` is set: then the open windows are closed as they are. The
/// source is closed before the sink has finished, which may take minutes. `warn` is told, from any
/// thread, what the user should know at once.
///
/// # Errors
///
/// When the source or the sink failed, or records were lost on their way to the sink.
pub fn capture(
    source: &mut dyn Source,
    sink: &mut (dyn Sink + Send),
    inventory: &Inventory,
    options: CaptureOptions,
    progress: &Progress,
    stop: &AtomicBool,
    warn: &(dyn Fn(&str) + Sync),
) -> Result<(), CaptureError> {
    thread::scope(|scope| {
        let (windows, closed) = sync_channel(options.queue.max(1));
        let (given_up, feedback) = channel();
        let delivery =
            scope.spawn(move || deliver(sink, inventory, closed, progress, warn, given_up));
        let mut line = Line {
            meter: Meter::new(options.meter, inventory),
            overflow: options.overflow,
            windows,
            feedback,
            progress,
            warn,
            latest: 0,
            excluded: 0,
            losses: 0,
            lost_packets: 0,
        };
        let outcome = line.run(source, stop);
        // The end of the queue tells the delivery to finish.
        drop(line);
        let delivered = match delivery.join() {
            Ok(delivered) => delivered,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        outcome?;
        delivered?;
        match progress.lost_records.load(Ordering::Relaxed) {
            0 => Ok(()),
            records => Err(CaptureError::Incomplete { records }),
        }
    })
}

/// From the source to the queue.
struct Line<'a> {
    meter: Meter,
    overflow: Overflow,
    windows: SyncSender<ClosedWindow>,
    feedback: Receiver<BTreeSet<InterfaceKey>>,
    progress: &'a Progress,
    warn: &'a (dyn Fn(&str) + Sync),
    /// Time of the latest packet, microseconds since the epoch.
    latest: i64,
    /// Packets that the source excluded.
    excluded: u64,
    losses: u64,
    lost_packets: u64,
}

/// The delivery has ended, and its result says why.
struct Gone;

impl Line<'_> {
    fn run(&mut self, source: &mut dyn Source, stop: &AtomicBool) -> Result<(), SourceError> {
        let mut batch = Batch::default();
        let outcome = loop {
            let supply = source.next(&mut batch, PATIENCE);
            if supply.is_ok() {
                self.take(&batch);
            }
            let more = matches!(supply, Ok(Supply::More)) && !stop.load(Ordering::Relaxed);
            // Without a delivery there is nothing left to do.
            if !more || self.hand_over().is_err() {
                break supply.map(drop);
            }
        };
        // Not when the last record is written: rules that are in force refuse packets meanwhile.
        if let Err(problem) = source.close(&mut batch) {
            (self.warn)(&problem.to_string());
        }
        self.take(&batch);
        if outcome.is_err() {
            self.meter.interrupt();
        }
        self.meter.finish();
        // Nothing can be missed any more, so that even a tap has time now. A delivery that is gone says
        // itself why.
        self.overflow = Overflow::Wait;
        let _ = self.hand_over();
        outcome
    }

    fn take(&mut self, batch: &Batch) {
        // Other meters may claim any number: sums of them saturate.
        let (mut packets, mut bytes) = (0u64, 0u64);
        for observation in &batch.observations {
            packets = packets.saturating_add(observation.packets);
            bytes = bytes.saturating_add(observation.bytes);
            self.latest = self.latest.max(observation.last);
        }
        self.latest = self.latest.max(batch.watermark.unwrap_or(0));
        for warning in &batch.warnings {
            (self.warn)(warning);
        }
        self.meter.add(batch);
        let progress = self.progress;
        Progress::add(&progress.packets, packets);
        Progress::add(&progress.bytes, bytes);
        Progress::add(&progress.malformed, batch.malformed);
        self.tally(batch);
        while let Ok(interfaces) = self.feedback.try_recv() {
            self.skip(interfaces, "records could not be written");
        }
    }

    /// Brings the counts up to date that the meter has as well.
    fn tally(&mut self, batch: &Batch) {
        self.excluded = self.excluded.saturating_add(batch.excluded);
        self.losses += batch.losses.len() as u64;
        let known = batch.losses.iter().filter_map(|loss| loss.packets);
        self.lost_packets = known.fold(self.lost_packets, u64::saturating_add);
        let totals = self.meter.totals();
        let progress = self.progress;
        for (counter, number) in [
            (
                &progress.excluded,
                self.excluded.saturating_add(totals.excluded),
            ),
            (&progress.filtered, totals.filtered),
            (&progress.losses, self.losses),
            (
                &progress.lost_packets,
                [totals.late, totals.overflowed, totals.unknown]
                    .into_iter()
                    .fold(self.lost_packets, u64::saturating_add),
            ),
        ] {
            counter.store(number, Ordering::Relaxed);
        }
    }

    /// Puts every window that is over into the queue.
    fn hand_over(&mut self) -> Result<(), Gone> {
        while let Some(window) = self.meter.next_closed() {
            match self.overflow {
                Overflow::Wait => self.windows.send(window).map_err(|_| Gone)?,
                Overflow::Lose => match self.windows.try_send(window) {
                    Ok(()) => {}
                    Err(TrySendError::Disconnected(_)) => return Err(Gone),
                    Err(TrySendError::Full(window)) => self.overflowed(&window),
                },
            }
        }
        Ok(())
    }

    fn overflowed(&mut self, window: &ClosedWindow) {
        let records = window.records.len() as u64;
        Progress::add(&self.progress.lost_records, records);
        (self.warn)(&format!(
            "{records} records are lost: they cannot be written as fast as they come"
        ));
        self.skip(interfaces(window), "records could not be written in time");
    }

    /// Gives interfaces a SKIPDATA record in the window of now.
    fn skip(&mut self, interfaces: BTreeSet<InterfaceKey>, reason: &'static str) {
        let losses = interfaces.into_iter().map(|interface| Loss {
            interface: Some(interface),
            at: self.latest,
            packets: None,
            reason,
        });
        let batch = Batch {
            losses: losses.collect(),
            ..Batch::default()
        };
        self.meter.add(&batch);
        self.tally(&batch);
    }
}

fn interfaces(window: &ClosedWindow) -> BTreeSet<InterfaceKey> {
    window
        .records
        .iter()
        .map(|record| record.interface)
        .collect()
}

/// From the queue to the sink.
fn deliver(
    sink: &mut (dyn Sink + Send),
    inventory: &Inventory,
    closed: Receiver<ClosedWindow>,
    progress: &Progress,
    warn: &(dyn Fn(&str) + Sync),
    given_up: Sender<BTreeSet<InterfaceKey>>,
) -> Result<(), SinkError> {
    // Whose records the sink may hold back: objects mix all interfaces.
    let mut held = BTreeSet::new();
    loop {
        let (outcome, last) = match closed.recv_timeout(TEND) {
            Ok(window) => {
                held.append(&mut interfaces(&window));
                let skips = |record: &&FlowRecord| record.status == LogStatus::SkipData;
                let skipped = window.records.iter().filter(skips).count();
                Progress::add(&progress.skipped, skipped as u64);
                Progress::add(&progress.records, window.records.len() as u64);
                (sink.write(&window, inventory), false)
            }
            Err(RecvTimeoutError::Timeout) => (sink.tend(), false),
            Err(RecvTimeoutError::Disconnected) => (sink.finish(), true),
        };
        if let Err(error) = outcome {
            let SinkError::GivenUp { records, .. } = &error else {
                return Err(error);
            };
            Progress::add(&progress.lost_records, *records);
            warn(&error.to_string());
            // At the end nobody listens any more.
            let _ = given_up.send(held.clone());
        }
        if last {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests;
