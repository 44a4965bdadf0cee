//! From a source through the meter into a sink, until the source ends or somebody says stop.

use std::collections::BTreeMap;
use std::time::Duration;

use thiserror::Error;

use crate::inventory::Inventory;
use crate::meter::{Meter, MeterTotals};
use crate::sink::{Sink, SinkError};
use crate::source::{Batch, Source, SourceError, Supply};

/// How long the pipeline waits for packets before it looks whether it should stop.
const PATIENCE: Duration = Duration::from_millis(200);

/// What went through a pipeline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// What the meter did with the packets.
    pub meter: MeterTotals,
    /// Records that were written, those without a flow included.
    pub records: u64,
    /// Frames that are never recorded, such as ARP.
    pub excluded: u64,
    /// Frames that were no intelligible IP packets.
    pub malformed: u64,
    /// Losses by their reason: how often, and how many packets as far as that is known.
    pub losses: BTreeMap<&'static str, (u64, u64)>,
}

/// Why a pipeline ended early. What had been measured until then was written if that was possible.
#[derive(Debug, Error)]
pub enum PipelineError {
    /// The source cannot go on.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Records could not be written.
    #[error(transparent)]
    Sink(#[from] SinkError),
}

/// What a pipeline asks and tells its surroundings while it runs.
pub trait Surveyor {
    /// Whether to end now: the last windows close early and are written.
    fn stop(&mut self) -> bool;

    /// Something that the user should know.
    fn warn(&mut self, warning: &str);
}

/// Runs until the source ends, fails, or `surveyor` says stop.
///
/// # Errors
///
/// Those of source and sink. After an error of the source, the windows that were measured so far are
/// written all the same, the last ones marked as incomplete.
pub fn run(
    source: &mut dyn Source,
    meter: &mut Meter,
    sink: &mut dyn Sink,
    inventory: &Inventory,
    surveyor: &mut dyn Surveyor,
) -> Result<Summary, PipelineError> {
    let mut summary = Summary::default();
    let mut batch = Batch::default();
    let mut failure = None;
    while !surveyor.stop() {
        batch.clear();
        let supply = source.next(&mut batch, PATIENCE);
        meter.add(&batch);
        summary.take(&batch);
        for warning in &batch.warnings {
            surveyor.warn(warning);
        }
        summary.records += write_closed(meter, sink, inventory)?;
        match supply {
            Ok(Supply::More) => {}
            Ok(Supply::End) => break,
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    if failure.is_some() {
        meter.interrupt();
    }
    meter.finish();
    summary.records += write_closed(meter, sink, inventory)?;
    sink.finish()?;
    summary.meter = *meter.totals();
    match failure {
        Some(error) => Err(error.into()),
        None => Ok(summary),
    }
}

fn write_closed(
    meter: &mut Meter,
    sink: &mut dyn Sink,
    inventory: &Inventory,
) -> Result<u64, SinkError> {
    let mut records = 0;
    while let Some(window) = meter.next_closed() {
        if !window.records.is_empty() {
            sink.write(&window, inventory)?;
            records += window.records.len() as u64;
        }
    }
    Ok(records)
}

impl Summary {
    fn take(&mut self, batch: &Batch) {
        self.excluded += batch.excluded;
        self.malformed += batch.malformed;
        for loss in &batch.losses {
            let (times, packets) = self.losses.entry(loss.reason).or_default();
            *times += 1;
            *packets += loss.packets.unwrap_or(0);
        }
    }
}
