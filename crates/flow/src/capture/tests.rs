use std::sync::Mutex;
use std::sync::mpsc::Receiver;

use super::*;
use crate::meter::Interval;
use crate::observation::Observation;
use crate::record::LogStatus;
use crate::record_format::RecordFormat;
use crate::sink::tests_support::{inventory, record};

const SECOND: i64 = 1_000_000;

/// One packet a second, from 0 to before `end`; then the end, or an error.
struct Ticks {
    at: i64,
    end: i64,
    then: fn() -> Result<Supply, SourceError>,
}

impl Source for Ticks {
    fn next(&mut self, batch: &mut Batch, _: Duration) -> Result<Supply, SourceError> {
        batch.clear();
        if self.at == self.end {
            return (self.then)();
        }
        let flow = record(0, 22, 0).flow.expect("a flow");
        batch.observations.push(Observation {
            interface: InterfaceKey(0),
            direction: flow.direction,
            tuple: flow.tuple,
            action: flow.action,
            reject_reason: None,
            tcp_flags: 2,
            packets: 1,
            bytes: 40,
            first: self.at * SECOND,
            last: self.at * SECOND,
        });
        self.at += 1;
        batch.watermark = Some(self.at * SECOND);
        Ok(Supply::More)
    }
}

/// Notes what it gets, and answers by a list.
#[derive(Default)]
struct Notes {
    windows: Vec<ClosedWindow>,
    answers: Vec<Result<(), SinkError>>,
    /// Each write waits for a word.
    gate: Option<Receiver<()>>,
    finished: bool,
}

impl Sink for Notes {
    fn write(&mut self, window: &ClosedWindow, _: &Inventory) -> Result<(), SinkError> {
        if let Some(gate) = &self.gate {
            // Opened for good when the sender is gone.
            let _ = gate.recv();
        }
        self.windows.push(window.clone());
        if self.answers.is_empty() {
            Ok(())
        } else {
            self.answers.remove(0)
        }
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.finished = true;
        Ok(())
    }
}

impl Notes {
    /// Start, statuses and packets of the windows.
    fn told(&self) -> Vec<String> {
        let status = |status| match status {
            LogStatus::Ok => "OK",
            LogStatus::NoData => "NODATA",
            LogStatus::SkipData => "SKIPDATA",
        };
        self.windows
            .iter()
            .map(|window| {
                let records = window.records.iter().map(|record| {
                    let packets = record.flow.map_or(0, |flow| flow.packets);
                    format!(
                        " {} {} {packets}",
                        record.interface.0,
                        status(record.status)
                    )
                });
                format!("{}{}", window.start, records.collect::<String>())
            })
            .collect()
    }
}

fn run(
    source: &mut dyn Source,
    sink: &mut Notes,
    overflow: Overflow,
    stop: &AtomicBool,
) -> (Result<(), CaptureError>, Progress, Vec<String>) {
    let options = CaptureOptions {
        meter: MeterOptions {
            interval: Interval::Minute,
            ..MeterOptions::for_format(&RecordFormat::default())
        },
        overflow,
        queue: 1,
    };
    let progress = Progress::default();
    let warnings = Mutex::new(Vec::new());
    let warn = |text: &str| warnings.lock().expect("no panic").push(text.to_owned());
    let outcome = capture(source, sink, &inventory(), options, &progress, stop, &warn);
    (outcome, progress, warnings.into_inner().expect("no panic"))
}

fn ticks(end: i64) -> Ticks {
    Ticks {
        at: 0,
        end,
        then: || Ok(Supply::End),
    }
}

#[test]
fn every_window_is_written_and_the_last_one_closed() {
    let mut sink = Notes::default();
    let stop = AtomicBool::new(false);
    let (outcome, progress, warnings) = run(&mut ticks(150), &mut sink, Overflow::Wait, &stop);
    outcome.expect("all is written");
    assert_eq!(sink.told(), ["0 0 OK 60", "60 0 OK 60", "120 0 OK 30"]);
    assert!(sink.finished && warnings.is_empty());
    let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    assert_eq!(count(&progress.packets), 150);
    assert_eq!(count(&progress.bytes), 6_000);
    assert_eq!(count(&progress.records), 3);
}

#[test]
fn a_stop_closes_the_open_window() {
    let mut sink = Notes::default();
    let stop = AtomicBool::new(true);
    let (outcome, ..) = run(&mut ticks(150), &mut sink, Overflow::Lose, &stop);
    outcome.expect("all is written");
    assert_eq!(sink.told(), ["0 0 OK 1"]);
    assert!(sink.finished);
}

#[test]
fn what_a_source_delivered_before_it_failed_is_written() {
    let mut sink = Notes::default();
    let mut source = ticks(70);
    source.then = || {
        Err(SourceError::Malformed {
            what: "x".to_owned(),
            problem: "it broke".to_owned(),
        })
    };
    let stop = AtomicBool::new(false);
    let (outcome, ..) = run(&mut source, &mut sink, Overflow::Wait, &stop);
    assert_eq!(outcome.expect_err("it failed").to_string(), "x: it broke");
    assert_eq!(sink.told(), ["0 0 OK 60", "60 0 SKIPDATA 0 0 OK 10"]);
    assert!(sink.finished);
}

#[test]
fn a_broken_sink_ends_the_capture() {
    let mut sink = Notes {
        answers: vec![Ok(()), Err(SinkError::Closed)],
        ..Notes::default()
    };
    let stop = AtomicBool::new(false);
    let (outcome, ..) = run(&mut ticks(6_000), &mut sink, Overflow::Wait, &stop);
    assert!(matches!(
        outcome,
        Err(CaptureError::Sink(SinkError::Closed))
    ));
    assert_eq!(sink.windows.len(), 2);
}

#[test]
fn records_that_were_given_up_are_told_and_skipped() {
    let mut sink = Notes {
        answers: vec![Err(SinkError::GivenUp {
            place: "s3://b/k".to_owned(),
            records: 7,
            problem: "access denied".to_owned(),
        })],
        ..Notes::default()
    };
    let stop = AtomicBool::new(false);
    let (outcome, progress, warnings) = run(&mut ticks(600), &mut sink, Overflow::Wait, &stop);
    let problem = outcome.expect_err("records are missing").to_string();
    assert_eq!(problem, "7 records were not written");
    assert_eq!(warnings, ["s3://b/k: access denied; 7 records are lost"]);
    assert_eq!(progress.lost_records.load(Ordering::Relaxed), 7);
    let told = sink.told();
    let skipped = told.iter().filter(|window| window.contains("SKIPDATA"));
    assert_eq!(skipped.count(), 1, "{told:?}");
}

#[test]
fn a_tap_does_not_wait_for_a_slow_sink() {
    let (open, gate) = channel();
    let mut sink = Notes {
        gate: Some(gate),
        ..Notes::default()
    };
    let stop = AtomicBool::new(false);
    // Ten windows come before the sink writes its first.
    struct Then<'a>(Ticks, &'a AtomicBool, Option<Sender<()>>);
    impl Source for Then<'_> {
        fn next(&mut self, batch: &mut Batch, patience: Duration) -> Result<Supply, SourceError> {
            if self.0.at == self.0.end {
                self.2 = None;
                self.1.store(true, Ordering::Relaxed);
            }
            self.0.next(batch, patience)
        }
    }
    let mut source = Then(ticks(600), &stop, Some(open));
    let (outcome, progress, warnings) = run(&mut source, &mut sink, Overflow::Lose, &stop);
    let problem = outcome.expect_err("windows are missing").to_string();
    let lost = progress.lost_records.load(Ordering::Relaxed);
    assert!(lost >= 7, "{lost}");
    assert_eq!(problem, format!("{lost} records were not written"));
    assert!(warnings[0].contains("cannot be written as fast as they come"));
    // Whatever is written after a window that was lost says so.
    let mut before = -60;
    for window in &sink.windows {
        let skipped = window.start != before + 60;
        let says_so = window
            .records
            .iter()
            .any(|one| one.status == LogStatus::SkipData);
        assert_eq!(says_so, skipped, "{:?}", sink.told());
        before = window.start;
    }
}
