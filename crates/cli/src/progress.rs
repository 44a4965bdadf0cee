//! Progress on standard error, only when it is a terminal and the work takes more than a second.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long nothing is shown.
const PATIENCE: Duration = Duration::from_secs(1);
const REFRESH: Duration = Duration::from_millis(100);

/// How far a query is.
pub type ProgressSource = flowgauge_engine::Statistics;

/// Work whose progress can be drawn.
pub trait Watched: Send + Sync {
    /// What of the bar is shown, in the words of `indicatif`.
    fn template(&self) -> &'static str;

    /// Brings the bar up to date.
    fn draw(&self, bar: &ProgressBar, elapsed: Duration);
}

impl Watched for ProgressSource {
    fn template(&self) -> &'static str {
        "{wide_bar} {bytes}/{total_bytes} {msg}"
    }

    fn draw(&self, bar: &ProgressBar, elapsed: Duration) {
        let total = self.bytes_total.load(Ordering::Relaxed);
        if total > 0 {
            bar.set_length(total);
        }
        bar.set_position(self.bytes_read.load(Ordering::Relaxed));
        bar.set_message(message(self, elapsed));
    }
}

fn message(source: &ProgressSource, elapsed: Duration) -> String {
    // The bar's own rate begins when the bar does, a second too late.
    let rate = |count: u64| count as f64 / elapsed.as_secs_f64().max(0.001);
    let bytes = rate(source.bytes_read.load(Ordering::Relaxed)) as u64;
    let records = source.records_scanned.load(Ordering::Relaxed);
    format!(
        "{}/s, {records} records, {:.0}/s",
        HumanBytes(bytes),
        rate(records)
    )
}

/// Shows work until dropped.
pub struct Progress {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts to show; does nothing when standard error is no terminal.
    pub fn show(source: Arc<impl Watched + 'static>) -> Progress {
        if !io::stderr().is_terminal() {
            return Progress {
                stop: None,
                thread: None,
            };
        }
        let (stop, stopped) = mpsc::channel();
        let thread = thread::spawn(move || {
            let began = Instant::now();
            let more = |wait| stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout);
            if !more(PATIENCE) {
                return;
            }
            let bar = bar(source.template());
            loop {
                source.draw(&bar, began.elapsed());
                bar.tick();
                if !more(REFRESH) {
                    break;
                }
            }
            bar.finish_and_clear();
        });
        Progress {
            stop: Some(stop),
            thread: Some(thread),
        }
    }
}

fn bar(template: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    // Without a style the bar still counts; templates are constants and are right.
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

impl Drop for Progress {
    /// Clears the line before anything else is printed.
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to clear.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_has_rates_and_count() {
        let source = ProgressSource::default();
        ProgressSource::add(&source.bytes_read, 3 << 20);
        ProgressSource::add(&source.records_scanned, 3_000);
        assert_eq!(
            message(&source, Duration::from_secs(2)),
            "1.50 MiB/s, 3000 records, 1500/s"
        );
    }
}
