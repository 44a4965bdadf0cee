//! Runs a source in the background and adds up what it sees.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use flowgauge_flow::{
    Action, Batch, Direction, InterfaceKey, Loss, Observation, Source, SourceError, Tuple,
};

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
    pub warnings: Vec<String>,
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

pub struct Recorder {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Seen>,
}

impl Recorder {
    /// Records from a source until [`Recorder::stop`] or its error.
    pub fn start(mut source: impl Source + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut seen = Seen::default();
            let mut batch = Batch::default();
            let mut last = None::<Instant>;
            loop {
                // What the kernel still holds when we are told to stop belongs to the recording.
                if stopped.load(Ordering::Relaxed) {
                    let since = *last.get_or_insert_with(Instant::now);
                    if since.elapsed() > Duration::from_millis(600) {
                        return seen.settle();
                    }
                }
                if let Err(error) = source.next(&mut batch, Duration::from_millis(50)) {
                    seen.error = Some(error);
                    return seen.settle();
                }
                if !batch.observations.is_empty() {
                    last = None;
                }
                batch.observations.iter().for_each(|one| seen.add(one));
                seen.malformed += batch.malformed;
                seen.losses.append(&mut batch.losses);
                seen.warnings.append(&mut batch.warnings);
            }
        });
        Self { stop, thread }
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
