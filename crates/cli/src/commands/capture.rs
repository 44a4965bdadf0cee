//! `flowgauge capture`: packets, and the exports of other meters, become flow log records.

use std::sync::Arc;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, ValueEnum};
use flowgauge_flow::RecordFormat;
use flowgauge_flow::capture::{self, CaptureError, CaptureOptions, Overflow};
use flowgauge_flow::exclude::{EXCLUSIONS, Exclusion};
use flowgauge_flow::meter::{Interval, MeterOptions, Traffic};
use flowgauge_flow::sink::SinkError;

use super::{Command, Run, command};
use crate::capture::destination::{self, DestinationArgs};
use crate::capture::interfaces::{self, InterfaceArgs};
use crate::capture::progress;
use crate::capture::signals::Interrupts;
use crate::capture::sources::{self, SourceArgs};
use crate::failure::Failure;
use crate::terminal::{complain, tell};

pub(super) const COMMAND: Command = command::<Capture>(
    "capture",
    "Write flow log records of packets on an interface, or in a file",
);

/// Closed windows that may wait to be written.
const QUEUE: usize = 4;

#[derive(Debug, Args)]
struct Capture {
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    interfaces: InterfaceArgs,
    #[command(flatten)]
    destination: DestinationArgs,
    /// Fields of each record: '${srcaddr} ${dstaddr} …' [default: the 14 of version 2]
    #[arg(long, value_name = "FIELDS")]
    format: Option<String>,
    /// Seconds that a record sums up at most
    #[arg(long, value_name = "SECONDS", default_value = "60")]
    interval: Seconds,
    /// Which packets are recorded
    #[arg(
        long,
        value_name = "TRAFFIC",
        default_value = "ALL",
        ignore_case = true
    )]
    traffic: Verdicts,
    /// Record traffic that flow logs leave out
    #[arg(long, value_name = "KIND", value_parser = exclusions(), value_delimiter = ',')]
    record: Vec<String>,
}

/// What is left out unless it is asked for.
fn exclusions() -> PossibleValuesParser {
    let value = |one: &Exclusion| PossibleValue::new(one.name).help(one.summary);
    PossibleValuesParser::new(EXCLUSIONS.iter().map(value))
}

/// The aggregation intervals that flow logs have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Seconds {
    /// One minute
    #[value(name = "60")]
    Minute,
    /// Ten minutes
    #[value(name = "600")]
    TenMinutes,
}

/// The traffic types that flow logs have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Verdicts {
    /// All
    #[value(name = "ALL")]
    All,
    /// Those that the rules let pass
    #[value(name = "ACCEPT")]
    Accept,
    /// Those that the rules refuse
    #[value(name = "REJECT")]
    Reject,
}

impl Run for Capture {
    fn run(self) -> Result<(), Failure> {
        let format = match &self.format {
            Some(format) => RecordFormat::parse(format).map_err(Failure::Input)?,
            None => RecordFormat::default(),
        };
        let mut meter = MeterOptions::for_format(&format);
        meter.interval = match self.interval {
            Seconds::Minute => Interval::Minute,
            Seconds::TenMinutes => Interval::TenMinutes,
        };
        meter.traffic = match self.traffic {
            Verdicts::All => Traffic::All,
            Verdicts::Accept => Traffic::Accept,
            Verdicts::Reject => Traffic::Reject,
        };
        for kind in &self.record {
            meter.exclusions.record(kind).map_err(Failure::Input)?;
        }
        let inventory = interfaces::inventory(
            &self.interfaces,
            self.destination.account.as_deref(),
            &self.source,
        )?;
        // Before anything is opened: a firewall that has been set up is taken down again.
        let interrupts = Interrupts::listen()?;
        let seconds = meter.interval.seconds();
        let mut opened = sources::open(&self.source, &inventory, seconds, &interrupts)?;
        let mut sink = destination::open(&self.destination, format, &inventory)?;
        let options = CaptureOptions {
            meter,
            overflow: if opened.can_wait {
                Overflow::Wait
            } else {
                Overflow::Lose
            },
            queue: QUEUE,
        };
        let counts = Arc::default();
        let shown = progress::show(Arc::clone(&counts));
        let warn = |text: &str| shown.aside(|| tell("warning", text));
        let outcome = capture::capture(
            opened.source.as_mut(),
            sink.as_mut(),
            &inventory,
            options,
            &counts,
            &interrupts.stop,
            &warn,
        );
        drop(shown);
        complain(&progress::summary(&counts));
        outcome.map_err(|error| match error {
            CaptureError::Sink(SinkError::Closed) => Failure::Closed,
            other => Failure::Input(other.to_string()),
        })
    }
}
