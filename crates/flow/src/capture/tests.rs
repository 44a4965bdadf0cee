use std::sync::Mutex;

use super::*;
use crate::meter::Interval;
use crate::observation::Observation;
use crate::record::LogStatus;
use crate::record_format::RecordFormat;
use crate::sink::tests_support::{inventory, record};

const SECOND: i64 = 1_000_000;
/// Ends a test that would hang; nothing that works takes this long.
const STUCK: Duration = Duration::from_secs(60);

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
    /// Told of each window before it is written.
    arrivals: Option<Sender<()>>,
    /// Each write waits for a word.
    gate: Option<Receiver<()>>,
    finished: bool,
}

impl Sink for Notes {
    fn write(&mut self, window: &ClosedWindow, _: &Inventory) -> Result<(), SinkError> {
        if let Some(arrivals) = &self.arrivals {
            // The source may have ended.
            let _ = arrivals.send(());
        }
        if let Some(gate) = &self.gate {
            // Opened for good when the sender is gone.
            let word = gate.recv_timeout(STUCK);
            assert_ne!(word, Err(RecvTimeoutError::Timeout), "the gate stays shut");
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

fn options(overflow: Overflow) -> CaptureOptions {
    CaptureOptions {
        meter: MeterOptions {
            interval: Interval::Minute,
            ..MeterOptions::for_format(&RecordFormat::default())
        },
        overflow,
        queue: 1,
    }
}

fn run(
    source: &mut dyn Source,
    sink: &mut Notes,
    overflow: Overflow,
    stop: &AtomicBool,
) -> (Result<(), CaptureError>, Progress, Vec<String>) {
    let options = options(overflow);
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

/// Holds the sink at its first window until ten are over, and goes on in step with it.
struct Stalling {
    ticks: Ticks,
    arrivals: Receiver<()>,
    gate: Option<Sender<()>>,
}

impl Source for Stalling {
    fn next(&mut self, batch: &mut Batch, patience: Duration) -> Result<Supply, SourceError> {
        let arrived = |which| {
            let word = self.arrivals.recv_timeout(STUCK);
            assert!(word.is_ok(), "the sink never gets the {which} window");
        };
        match self.ticks.at {
            // The sink has the first, and the queue is empty.
            60 => arrived("first"),
            600 => {
                self.gate = None;
                arrived("second");
            }
            660 => arrived("third"),
            _ => {}
        }
        self.ticks.next(batch, patience)
    }
}

#[test]
fn a_tap_does_not_wait_for_a_slow_sink() {
    let (open, gate) = channel();
    let (tell, arrivals) = channel();
    let mut sink = Notes {
        arrivals: Some(tell),
        gate: Some(gate),
        ..Notes::default()
    };
    let mut source = Stalling {
        ticks: ticks(690),
        arrivals,
        gate: Some(open),
    };
    let stop = AtomicBool::new(false);
    let (outcome, progress, warnings) = run(&mut source, &mut sink, Overflow::Lose, &stop);
    // The sink held one and the queue another. Each of the eight that were lost but the first had a
    // record of the loss before it, and so has the first that is written after them.
    let written = [
        "0 0 OK 60",
        "60 0 OK 60",
        "600 0 SKIPDATA 0 0 OK 60",
        "660 0 OK 30",
    ];
    assert_eq!(sink.told(), written);
    let lost = 1 + 7 * 2;
    let problem = outcome.expect_err("windows are missing").to_string();
    assert_eq!(problem, format!("{lost} records were not written"));
    assert_eq!(progress.lost_records.load(Ordering::Relaxed), lost);
    assert_eq!(warnings.len(), 8);
    assert!(warnings[0].contains("cannot be written as fast as they come"));
}

/// A source that notes when it is closed, and holds something back until then.
struct Closing<'c> {
    ticks: Ticks,
    closed: &'c AtomicBool,
}

impl Source for Closing<'_> {
    fn next(&mut self, batch: &mut Batch, patience: Duration) -> Result<Supply, SourceError> {
        self.ticks.next(batch, patience)
    }

    fn close(&mut self, batch: &mut Batch) -> Result<(), SourceError> {
        self.ticks.next(batch, Duration::ZERO)?;
        self.closed.store(true, Ordering::Relaxed);
        Err(SourceError::Malformed {
            what: "the rules".to_owned(),
            problem: "they stay".to_owned(),
        })
    }
}

/// A sink that finishes only when the source is closed.
struct Late<'c> {
    notes: Notes,
    closed: &'c AtomicBool,
}

impl Sink for Late<'_> {
    fn write(&mut self, window: &ClosedWindow, inventory: &Inventory) -> Result<(), SinkError> {
        self.notes.write(window, inventory)
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        let begin = std::time::Instant::now();
        while !self.closed.load(Ordering::Relaxed) {
            assert!(begin.elapsed() < STUCK, "the source stays open");
            thread::sleep(Duration::from_millis(1));
        }
        self.notes.finish()
    }
}

#[test]
fn a_source_is_closed_before_the_sink_has_finished() {
    let closed = AtomicBool::new(false);
    let mut source = Closing {
        ticks: ticks(150),
        closed: &closed,
    };
    let mut sink = Late {
        notes: Notes::default(),
        closed: &closed,
    };
    let stop = AtomicBool::new(true);
    let options = options(Overflow::Lose);
    let (progress, warnings) = (Progress::default(), Mutex::new(Vec::new()));
    let warn = |text: &str| warnings.lock().expect("no panic").push(text.to_owned());
    let inventory = inventory();
    capture(
        &mut source,
        &mut sink,
        &inventory,
        options,
        &progress,
        &stop,
        &warn,
    )
    .expect("all is written");
    // The second packet was held back.
    assert_eq!(sink.notes.told(), ["0 0 OK 2"]);
    let warnings = warnings.into_inner().expect("no panic");
    assert_eq!(warnings, ["the rules: they stay"]);
}

/// More windows are open at the end than the queue holds.
#[test]
fn a_tap_waits_for_its_last_windows() {
    struct Scattered(Ticks);
    impl Source for Scattered {
        fn next(&mut self, batch: &mut Batch, patience: Duration) -> Result<Supply, SourceError> {
            let supply = self.0.next(batch, patience);
            batch.watermark = Some(0);
            supply
        }
    }
    let mut sink = Notes::default();
    let stop = AtomicBool::new(false);
    let mut source = Scattered(ticks(600));
    let (outcome, ..) = run(&mut source, &mut sink, Overflow::Lose, &stop);
    outcome.expect("all is written");
    assert_eq!(sink.windows.len(), 10);
}

#[test]
fn sums_end_at_the_largest_number() {
    struct Huge(u32);
    impl Source for Huge {
        fn next(&mut self, batch: &mut Batch, _: Duration) -> Result<Supply, SourceError> {
            let mut one = ticks(1);
            one.next(batch, Duration::ZERO)?;
            batch.observations[0].packets = 1 << 62;
            batch.losses.push(Loss {
                interface: None,
                at: 0,
                packets: Some(u64::MAX / 2),
                reason: "a test",
            });
            self.0 += 1;
            Ok(match self.0 {
                5 => Supply::End,
                _ => Supply::More,
            })
        }
    }
    let stop = AtomicBool::new(false);
    let mut sink = Notes::default();
    let (outcome, progress, _) = run(&mut Huge(0), &mut sink, Overflow::Wait, &stop);
    outcome.expect("all is written");
    let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    assert_eq!(count(&progress.packets), u64::MAX);
    assert_eq!(count(&progress.lost_packets), u64::MAX);
    assert_eq!((count(&progress.losses), count(&progress.skipped)), (5, 1));
}
