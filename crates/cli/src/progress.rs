//! Progress on standard error, only when it is a terminal and the work takes more than a second.

use std::io::{self, IsTerminal};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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

/// A line that shows work, until it is cleared or dropped.
#[derive(Default)]
pub struct Progress {
    line: Arc<Mutex<Line>>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Line {
    /// What stands on the terminal now.
    bar: Option<ProgressBar>,
    /// Whether nothing is to be shown any more.
    over: bool,
}

impl Progress {
    /// Starts to show; does nothing when standard error is no terminal.
    pub fn show(source: Arc<impl Watched + 'static>) -> Progress {
        if !io::stderr().is_terminal() {
            return Progress::default();
        }
        let line = Arc::<Mutex<Line>>::default();
        let drawn = Arc::clone(&line);
        let (stop, stopped) = mpsc::channel();
        let thread = thread::spawn(move || {
            let began = Instant::now();
            let mut pause = PATIENCE;
            while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                pause = REFRESH;
                let mut line = lock(&drawn);
                if line.over {
                    break;
                }
                let bar = line.bar.get_or_insert_with(|| bar(source.template()));
                source.draw(bar, began.elapsed());
                bar.tick();
            }
        });
        Progress {
            line,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// Takes the line from the terminal for good, before a result is printed.
    pub fn clear(&self) {
        let mut line = lock(&self.line);
        line.over = true;
        if let Some(bar) = line.bar.take() {
            bar.finish_and_clear();
        }
    }

    /// Prints whole lines in place of the line, which then stands below them.
    pub fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        // Held, so that nothing is drawn meanwhile.
        let line = lock(&self.line);
        match &line.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }
}

/// A lock that survives a panic of another thread: a line is usable at every step.
fn lock(line: &Mutex<Line>) -> MutexGuard<'_, Line> {
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a command has read, and the line that shows it.
#[derive(Default)]
pub struct Reading {
    /// The counters.
    pub counts: Arc<ProgressSource>,
    /// The line.
    pub progress: Progress,
}

impl Reading {
    /// Begins to read, and to show it.
    pub fn show() -> Reading {
        let counts = Arc::<ProgressSource>::default();
        Reading {
            progress: Progress::show(Arc::clone(&counts)),
            counts,
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
    fn drop(&mut self) {
        self.clear();
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to draw.
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
