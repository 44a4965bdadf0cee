//! Counters of a running query; read while it runs for the progress bar, and at the end.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use crate::error::InputError;

/// What a query has read so far. All counters only grow.
#[derive(Debug, Default)]
pub struct Statistics {
    /// Files read or being read.
    pub files_scanned: AtomicU64,
    /// Files skipped because their name shows that they hold nothing of the time range.
    pub files_skipped: AtomicU64,
    /// Bytes of the skipped files, as stored.
    pub bytes_skipped: AtomicU64,
    /// Bytes to read, as stored; 0 when not known (standard input).
    pub bytes_total: AtomicU64,
    /// Bytes read, as stored (compressed).
    pub bytes_read: AtomicU64,
    /// Events seen.
    pub records_scanned: AtomicU64,
    /// Bytes of the events seen.
    pub bytes_scanned: AtomicU64,
    /// Events that passed the time range and the conditions in front of any aggregation.
    pub records_matched: AtomicU64,
    /// Events left out because a time range is wanted and they have no time.
    pub timeless: AtomicU64,
    /// Lines that did not fit their format.
    pub malformed: AtomicU64,
    /// Lines longer than the largest event, cut.
    pub cut: AtomicU64,
    /// Groups whose `values` are not all in the result.
    pub values_cut: AtomicU64,
    /// Lines whose invalid UTF-8 was replaced.
    pub replaced: AtomicU64,
    /// Folders skipped because their name shows that they hold nothing of the time range.
    pub folders_skipped: AtomicU64,
    /// What else the user has to know about inputs.
    pub notes: Mutex<Vec<String>>,
    /// Warnings about inputs that were left out because they cannot be read.
    pub bad_files: Mutex<Vec<String>>,
}

impl Statistics {
    /// Adds to a counter.
    pub fn add(counter: &AtomicU64, amount: u64) {
        counter.fetch_add(amount, Ordering::Relaxed);
    }

    /// Reads a counter.
    pub fn get(counter: &AtomicU64) -> u64 {
        counter.load(Ordering::Relaxed)
    }

    /// Notes an input that was left out, wholly or from some place on.
    pub fn note_bad_file(&self, error: &InputError) {
        lock(&self.bad_files).push(error.warning());
    }

    /// The inputs that were left out, as the user is warned of them.
    pub fn bad_file_list(&self) -> Vec<String> {
        lock(&self.bad_files).clone()
    }

    /// Notes a fact about an input that the user has to know.
    pub fn note(&self, text: String) {
        lock(&self.notes).push(text);
    }

    /// Warnings for the user about what was read, in a fixed order.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let mut count = |counter: &AtomicU64, one: &str, many: &str| match Self::get(counter) {
            0 => {}
            1 => warnings.push(format!("1 {one}")),
            n => warnings.push(format!("{n} {many}")),
        };
        count(
            &self.timeless,
            "event has no time and was left out by --start/--end",
            "events have no time and were left out by --start/--end",
        );
        count(
            &self.malformed,
            "line does not fit its format; it has @message only",
            "lines do not fit their format; they have @message only",
        );
        count(
            &self.replaced,
            "line held invalid UTF-8, which was replaced",
            "lines held invalid UTF-8, which was replaced",
        );
        count(
            &self.cut,
            "line was longer than 1 MiB and was cut there",
            "lines were longer than 1 MiB and were cut there",
        );
        count(
            &self.values_cut,
            "result of `values` was cut to the first 10,000 values",
            "results of `values` were cut to the first 10,000 values",
        );
        warnings.extend(lock(&self.notes).iter().cloned());
        warnings.extend(self.bad_file_list());
        warnings
    }
}

/// A lock that survives a panic of another thread: a list is usable at every step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    match mutex.lock() {
        Ok(guard) => guard,
        Err(poisoned) => poisoned.into_inner(),
    }
}
