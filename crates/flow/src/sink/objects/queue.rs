//! Objects that are complete and wait to be written.
//!
//! What a place cannot take now is kept and tried again, less and less often, in bounded memory and
//! for a bounded time. What has to be given up is counted.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::place::{Place, PutError};
use crate::sink::SinkError;

/// Longest wait between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How patient a queue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Wait after the first failure; doubles with each.
    pub pause: Duration,
    /// How long an object is tried before it is given up.
    pub give_up_after: Duration,
    /// Most bytes that wait.
    pub memory: usize,
}

/// A complete object.
#[derive(Debug)]
pub struct Object {
    /// Its key.
    pub key: String,
    /// What is in it.
    pub content: Bytes,
    /// How many records that is.
    pub records: u64,
}

struct Waiting {
    object: Object,
    since: Instant,
    problem: String,
}

/// The objects of one place that wait.
pub struct Queue {
    place: Box<dyn Place>,
    patience: Patience,
    waiting: VecDeque<Waiting>,
    bytes: usize,
    /// When the place is asked again, and how long the wait after the next failure is.
    next_try: Option<Instant>,
    pause: Duration,
}

impl Queue {
    /// Nothing waits.
    pub fn new(place: Box<dyn Place>, patience: Patience) -> Queue {
        Queue {
            place,
            patience,
            waiting: VecDeque::new(),
            bytes: 0,
            next_try: None,
            pause: patience.pause,
        }
    }

    /// Writes an object, or keeps it for later when the place cannot take it now.
    ///
    /// # Errors
    ///
    /// When this object, or older ones for which there is no room beside it, had to be given up.
    pub fn put(&mut self, object: Object) -> Result<(), SinkError> {
        // In order, so that a place that is back gets the oldest first.
        let mut outcome = self.tend();
        if self.waiting.is_empty() {
            match self.place.put(&object.key, &object.content) {
                Ok(()) => return outcome,
                Err(PutError { problem, can_pass }) if can_pass => self.wait(object, problem),
                Err(error) => merge(&mut outcome, self.given_up(&object, &error.problem)),
            }
        } else {
            let problem = self.last_problem();
            self.wait(object, problem);
        }
        while self.bytes > self.patience.memory {
            let Some(oldest) = self.drop_oldest() else {
                break;
            };
            let problem = format!("{}; too much was waiting", oldest.problem);
            merge(&mut outcome, self.given_up(&oldest.object, &problem));
        }
        outcome
    }

    /// Tries again what waits, when it is time.
    ///
    /// # Errors
    ///
    /// When something had to be given up.
    pub fn tend(&mut self) -> Result<(), SinkError> {
        if self.next_try.is_none_or(|next| Instant::now() >= next) {
            self.try_again()
        } else {
            Ok(())
        }
    }

    /// Tries until nothing waits any more.
    ///
    /// # Errors
    ///
    /// When something had to be given up.
    pub fn finish(&mut self) -> Result<(), SinkError> {
        let mut outcome = Ok(());
        loop {
            if let Err(error) = self.try_again() {
                merge(&mut outcome, error);
            }
            if self.waiting.is_empty() {
                return outcome;
            }
            let oldest = self.waiting.front().map(|waiting| waiting.since.elapsed());
            let left = self
                .patience
                .give_up_after
                .saturating_sub(oldest.unwrap_or_default());
            let until_next = self
                .next_try
                .map(|next| next.saturating_duration_since(Instant::now()));
            std::thread::sleep(until_next.unwrap_or_default().min(left));
        }
    }

    /// Tries the waiting objects, the oldest first, until the place refuses one.
    fn try_again(&mut self) -> Result<(), SinkError> {
        let mut outcome = Ok(());
        while let Some(waiting) = self.waiting.front_mut() {
            let Object { key, content, .. } = &waiting.object;
            match self.place.put(key, content) {
                Ok(()) => {
                    self.drop_oldest();
                    self.pause = self.patience.pause;
                    self.next_try = None;
                }
                Err(error) => {
                    waiting.problem = error.problem;
                    let tired = waiting.since.elapsed() >= self.patience.give_up_after;
                    if !error.can_pass || tired {
                        let Some(oldest) = self.drop_oldest() else {
                            return outcome;
                        };
                        let problem = if error.can_pass {
                            let seconds = oldest.since.elapsed().as_secs();
                            format!("{}; it was tried for {seconds} seconds", oldest.problem)
                        } else {
                            oldest.problem.clone()
                        };
                        merge(&mut outcome, self.given_up(&oldest.object, &problem));
                        continue;
                    }
                    self.next_try = Some(Instant::now() + self.pause);
                    self.pause = (self.pause * 2).min(LONGEST_PAUSE);
                    return outcome;
                }
            }
        }
        outcome
    }

    fn wait(&mut self, object: Object, problem: String) {
        self.bytes += object.content.len();
        if self.next_try.is_none() {
            self.next_try = Some(Instant::now() + self.pause);
        }
        self.waiting.push_back(Waiting {
            object,
            since: Instant::now(),
            problem,
        });
    }

    fn drop_oldest(&mut self) -> Option<Waiting> {
        let oldest = self.waiting.pop_front()?;
        self.bytes -= oldest.object.content.len();
        Some(oldest)
    }

    fn last_problem(&self) -> String {
        let last = self.waiting.back();
        last.map(|waiting| waiting.problem.clone())
            .unwrap_or_default()
    }

    fn given_up(&self, object: &Object, problem: &str) -> SinkError {
        SinkError::GivenUp {
            place: self.place.name(&object.key),
            records: object.records,
            problem: problem.to_owned(),
        }
    }
}

/// Adds what was given up to what had been given up before.
pub fn merge(outcome: &mut Result<(), SinkError>, error: SinkError) {
    let before = match outcome {
        Err(SinkError::GivenUp { records, .. }) => *records,
        _ => 0,
    };
    *outcome = Err(match error {
        SinkError::GivenUp {
            place,
            records,
            problem,
        } => SinkError::GivenUp {
            place,
            records: records + before,
            problem,
        },
        other => other,
    });
}

#[cfg(test)]
mod tests;
