//! The records of a day, in order.

use thiserror::Error;

use crate::plan::{Plan, window_start};
use crate::record::Record;
use crate::site::Site;
use crate::{MIN_RECORDS, WINDOWS, traffic};

/// A day that cannot be planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PlanError {
    /// Too few records for the incidents.
    #[error("{0} records are too few: ask for {MIN_RECORDS} or more")]
    TooFew(u64),
}

/// Yields the records of a day, sorted by end and then by interface. Holds one window at a time.
pub struct Generator {
    plan: Plan,
    records: u64,
    next_window: usize,
    window: Vec<Record>,
    /// Sort keys of `window`: end within the window, interface, position.
    order: Vec<u64>,
    position: usize,
}

impl Generator {
    /// The day of a seed with exactly so many records.
    pub fn new(seed: u64, records: u64) -> Result<Generator, PlanError> {
        if records < MIN_RECORDS {
            return Err(PlanError::TooFew(records));
        }
        Ok(Generator {
            plan: Plan::new(seed, records),
            records,
            next_window: 0,
            window: Vec::new(),
            order: Vec::new(),
            position: 0,
        })
    }

    /// The site whose records these are.
    pub fn site(&self) -> &Site {
        &self.plan.site
    }

    /// Seed of the day.
    pub fn seed(&self) -> u64 {
        self.plan.seed
    }

    /// Records of the whole day.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Goes on with a window, counted from 0; what comes is the same as after all before it.
    pub fn seek(&mut self, window: usize) {
        self.next_window = window;
        self.order.clear();
        self.position = 0;
    }

    /// The next record, without a copy.
    pub fn advance(&mut self) -> Option<&Record> {
        while self.position == self.order.len() {
            if self.next_window >= WINDOWS {
                return None;
            }
            self.fill();
        }
        // The low half of a key is the position.
        let index = (self.order[self.position] & 0xffff_ffff) as usize;
        self.position += 1;
        self.window.get(index)
    }

    fn fill(&mut self) {
        let number = self.next_window;
        self.next_window += 1;
        self.window.clear();
        traffic::emit(&self.plan, number, &mut self.window);
        self.plan
            .incidents
            .emit(number, &self.plan.site, &mut self.window);
        let start = window_start(number);
        self.order.clear();
        self.order
            .extend(self.window.iter().enumerate().map(|(index, record)| {
                ((record.end - start) as u64) << 48
                    | u64::from(record.interface) << 32
                    | index as u64
            }));
        self.order.sort_unstable();
        self.position = 0;
    }
}

impl Iterator for Generator {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        self.advance().copied()
    }
}

#[cfg(test)]
mod tests;
