//! Ctrl-C ends a capture properly; a second one ends it at once.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tokio::runtime::Builder;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlBreak, CtrlC, ctrl_break, ctrl_c};

use crate::failure::Failure;
use crate::terminal::complain;

/// A flag that Ctrl-C, or a request to terminate, sets.
pub fn stop_at_interrupt() -> Result<Arc<AtomicBool>, Failure> {
    let cannot = |error| Failure::Input(format!("signals cannot be waited for: {error}"));
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
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
        runtime.block_on(async {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                if flag.swap(true, Ordering::Relaxed) {
                    std::process::exit(i32::from(Failure::Interrupted.code()));
                }
                complain("closing the open windows; again to stop at once\n");
            }
        });
    });
    Ok(stop)
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
