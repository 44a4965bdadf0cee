//! Ctrl-C ends a capture properly; a second one ends it at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

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
        let interrupt = signal(SignalKind::interrupt()).map_err(cannot)?;
        (interrupt, signal(SignalKind::terminate()).map_err(cannot)?)
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
