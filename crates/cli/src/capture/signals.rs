//! Ctrl-C ends a capture properly; a second one ends it at once, but for what has to be undone first.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use flowgauge_flow::{Batch, Source, SourceError, Supply};
use tokio::runtime::Builder;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlBreak, CtrlC, ctrl_break, ctrl_c};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use crate::failure::Failure;
use crate::terminal::complain;

/// Signals within this time of the first are the same request: `timeout`, and who else ends a group of
/// processes, sends one to the process and one to its group.
const TOGETHER: Duration = Duration::from_millis(300);

/// What Ctrl-C, or a request to terminate, does.
pub struct Interrupts {
    /// Set by the first one.
    pub stop: Arc<AtomicBool>,
    /// Whether a second one has to wait.
    held: watch::Sender<bool>,
}

impl Interrupts {
    /// Begins to wait for them.
    pub fn listen() -> Result<Interrupts, Failure> {
        let cannot = |error| Failure::Input(format!("signals cannot be waited for: {error}"));
        let stop = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stop);
        let (held, mut holds) = watch::channel(false);
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(cannot)?;
        let (mut interrupt, mut terminate) = {
            // Waiting is set up here, so that a signal that comes right now is not missed.
            let _context = runtime.enter();
            requests().map_err(cannot)?
        };
        thread::spawn(move || {
            let mut next = async || {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
            };
            runtime.block_on(async {
                next().await;
                flag.store(true, Ordering::Relaxed);
                complain("closing the open windows; again to stop at once\n");
                let over = Instant::now() + TOGETHER;
                while timeout_at(over, next()).await.is_ok() {}
                next().await;
                // Nobody holds it any more when all senders are gone. A third does not wait.
                tokio::select! {
                    _ = holds.wait_for(|held| !held) => {}
                    () = next() => {}
                }
                std::process::exit(i32::from(Failure::Interrupted.code()));
            });
        });
        Ok(Interrupts { stop, held })
    }

    /// Lets a second one wait until what comes back is dropped: whoever changes something on the machine
    /// holds on to it until that is undone. The first one makes sure that this is soon.
    pub fn hold(&self) -> Hold {
        self.held.send_replace(true);
        Hold(self.held.clone())
    }
}

/// Something on the machine has to be undone.
pub struct Hold(watch::Sender<bool>);

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.send_replace(false);
    }
}

/// A source that changes something on the machine until it is closed.
pub struct Held<S> {
    source: S,
    /// After the source, because fields are dropped in their order.
    hold: Option<Hold>,
}

impl<S> Held<S> {
    /// Holds on until the source is closed or dropped.
    pub fn new(source: S, hold: Hold) -> Held<S> {
        Held {
            source,
            hold: Some(hold),
        }
    }
}

impl<S: Source> Source for Held<S> {
    fn next(&mut self, batch: &mut Batch, patience: Duration) -> Result<Supply, SourceError> {
        self.source.next(batch, patience)
    }

    fn close(&mut self, batch: &mut Batch) -> Result<(), SourceError> {
        let closed = self.source.close(batch);
        self.hold = None;
        closed
    }
}

/// Ctrl-C and the request to terminate.
#[cfg(unix)]
fn requests() -> io::Result<(Signal, Signal)> {
    Ok((
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    ))
}

/// Ctrl-C and Ctrl-Break.
#[cfg(windows)]
fn requests() -> io::Result<(CtrlC, CtrlBreak)> {
    Ok((ctrl_c()?, ctrl_break()?))
}
