//! Runs a source in the background and adds up what it sees.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use flowgauge_flow::{
    Action, Batch, Direction, InterfaceKey, Loss, Observation, Source, SourceError, Tuple,
};

use crate::network::until;

/// What packets have in common: interface, direction, `source > destination protocol`, verdict. A port
/// that the system chose is left out.
pub type Key = (u32, Direction, String, Action);

type Flow = (InterfaceKey, Direction, Tuple, Action);

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Sums {
    pub packets: u64,
    pub bytes: u64,
    pub tcp_flags: u8,
}

#[derive(Debug, Default)]
pub struct Seen {
    pub sums: BTreeMap<Key, Sums>,
    flows: HashMap<Flow, Sums>,
    pub losses: Vec<Loss>,
    pub malformed: u64,
    pub error: Option<SourceError>,
}

impl Seen {
    pub fn add(&mut self, one: &Observation) {
        let flow = (one.interface, one.direction, one.tuple, one.action);
        let sums = self.flows.entry(flow).or_default();
        sums.packets += one.packets;
        sums.bytes += one.bytes;
        sums.tcp_flags |= one.tcp_flags;
    }

    /// Adds flows up that differ in the ports which the system chose; called once, at the end.
    pub fn settle(mut self) -> Self {
        for (flow, of_flow) in std::mem::take(&mut self.flows) {
            let sums = self.sums.entry(key(flow)).or_default();
            sums.packets += of_flow.packets;
            sums.bytes += of_flow.bytes;
            sums.tcp_flags |= of_flow.tcp_flags;
        }
        self
    }

    /// The sums of a flow of the first interface.
    pub fn flow(&self, direction: Direction, flow: &str, action: Action) -> Sums {
        self.flow_of(InterfaceKey(0), direction, flow, action)
    }

    pub fn flow_of(
        &self,
        interface: InterfaceKey,
        direction: Direction,
        flow: &str,
        action: Action,
    ) -> Sums {
        let key = (interface.0, direction, flow.to_owned(), action);
        self.sums.get(&key).copied().unwrap_or_default()
    }
}

fn key((interface, direction, tuple, action): Flow) -> Key {
    let end = |address: IpAddr, port: u16| match port {
        0 => address.to_string(),
        32768.. => format!("{address}:*"),
        port => format!("{address}:{port}"),
    };
    let flow = format!(
        "{} > {} {}",
        end(tuple.source, tuple.source_port),
        end(tuple.destination, tuple.destination_port),
        tuple.protocol
    );
    (interface.0, direction, flow, action)
}

/// How many times in a row, and for how long, nothing has to come until all has come. Time alone does
/// not say so: on a busy machine it passes without this thread.
const QUIET: (u32, Duration) = (12, Duration::from_millis(600));

pub struct Recorder {
    stop: Arc<AtomicBool>,
    warnings: Arc<Mutex<Vec<String>>>,
    thread: JoinHandle<Seen>,
}

impl Recorder {
    /// Records from a source until [`Recorder::stop`] or its error.
    pub fn start(mut source: impl Source + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let warnings = Arc::<Mutex<Vec<String>>>::default();
        let said = Arc::clone(&warnings);
        let thread = std::thread::spawn(move || {
            let mut seen = Seen::default();
            let mut batch = Batch::default();
            let mut quiet = None::<(u32, Instant)>;
            loop {
                // What the kernel still holds when we are told to stop belongs to the recording.
                if stopped.load(Ordering::Relaxed) {
                    let (times, since) = quiet.get_or_insert_with(|| (0, Instant::now()));
                    if *times >= QUIET.0 && since.elapsed() > QUIET.1 {
                        return seen.settle();
                    }
                    *times += 1;
                }
                if let Err(error) = source.next(&mut batch, Duration::from_millis(50)) {
                    seen.error = Some(error);
                    return seen.settle();
                }
                if !batch.observations.is_empty() {
                    quiet = None;
                }
                batch.observations.iter().for_each(|one| seen.add(one));
                seen.malformed += batch.malformed;
                seen.losses.append(&mut batch.losses);
                let mut said = said.lock().expect("no panic");
                said.append(&mut batch.warnings);
            }
        });
        Self {
            stop,
            warnings,
            thread,
        }
    }

    /// Waits until the source has warned of something.
    pub fn warned(&self, of: &str) {
        until(of, || {
            let warnings = self.warnings.lock().expect("no panic");
            warnings.iter().any(|warning| warning.contains(of))
        });
    }

    pub fn stop(self) -> Seen {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("the recorder ended well")
    }

    /// Waits for the source's error.
    pub fn failed(self) -> Seen {
        self.thread.join().expect("the recorder ended well")
    }
}
