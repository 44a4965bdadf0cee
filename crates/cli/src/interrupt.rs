//! Ctrl-C, for commands that read logs: whatever the process waits for, it ends.

use std::sync::Once;
use std::thread;
use std::time::Duration;

use tokio::runtime::Builder;

use crate::failure::Failure;
use crate::result_file;

/// How long a command may take to stop by itself, which removes what it put on the disk.
const GRACE: Duration = Duration::from_millis(500);

/// Ends the process some time after Ctrl-C, even when its threads wait for a reader that does not
/// read or for a pipe that does not come. May be called often.
pub fn watch() {
    static WATCHING: Once = Once::new();
    WATCHING.call_once(|| {
        // A thread of its own: those of a query may all be busy or waiting. Where none can be had,
        // Ctrl-C still works as far as the query looks.
        let _ = thread::Builder::new().spawn(|| {
            let Ok(runtime) = Builder::new_current_thread().enable_all().build() else {
                return;
            };
            runtime.block_on(pressed());
            thread::sleep(GRACE);
            result_file::remove_unfinished();
            std::process::exit(i32::from(Failure::Interrupted.code()));
        });
    });
}

/// Waits for Ctrl-C; for ever where it cannot be waited for and ends the process as always.
pub async fn pressed() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
