//! Which times of a capture file are believed.
//!
//! The newest time decides which windows are over. One wrong time of the far future would close them all,
//! and everything after it would be late; one of the far past would open a window years before the others. So
//! a packet whose time is far from that of the ones before waits for the next: when that returns to where
//! time was, the packet's time was wrong.

use super::placement::Place;
use super::{Captured, LinkType};
use crate::observation::Direction;

/// A step of time that has to be confirmed, microseconds: more than any disorder of a capture that was written
/// by several queues.
const LEAP: u64 = 60_000_000;

/// The times so far.
#[derive(Debug, Default)]
pub(super) struct Chronology {
    /// The newest that is believed, microseconds since the epoch.
    newest: Option<i64>,
    /// A packet that leapt, or is the first of all.
    waiting: Option<Waiting>,
}

/// A packet that waits for the one behind it.
#[derive(Debug)]
pub(super) struct Waiting {
    link: LinkType,
    place: Place,
    at: i64,
    frame: Vec<u8>,
    wire_length: usize,
    seen: Option<Direction>,
}

/// What becomes of a packet that waited.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Nobody contradicts it.
    Believed(Waiting),
    /// The next packet returns to the time before.
    Wrong(Waiting),
}

impl Chronology {
    /// Whether a time follows those before it, as almost every one does.
    #[inline]
    pub(super) fn follows(&self, at: i64) -> bool {
        self.waiting.is_none() && self.is_near(at)
    }

    fn is_near(&self, at: i64) -> bool {
        self.newest
            .is_some_and(|newest| at.abs_diff(newest) <= LEAP)
    }

    /// What a packet of this time says of the one that waits.
    pub(super) fn judge(&mut self, at: i64) -> Option<Outcome> {
        let waiting = self.waiting.take()?;
        let leapt_back = self.newest.is_some_and(|newest| waiting.at < newest);
        let returns = if leapt_back {
            at > waiting.at
        } else {
            at < waiting.at
        };
        Some(match returns && at.abs_diff(waiting.at) > LEAP {
            true => Outcome::Wrong(waiting),
            false => Outcome::Believed(waiting),
        })
    }

    /// The packet that waits at the end, whom nobody contradicts.
    pub(super) fn last(&mut self) -> Option<Waiting> {
        self.waiting.take()
    }

    /// Lets a packet wait. Call it when its time does not follow.
    pub(super) fn wait(&mut self, captured: &Captured<'_>) {
        self.waiting = Some(Waiting {
            link: captured.link,
            place: captured.place.clone(),
            at: captured.at,
            frame: captured.frame.to_vec(),
            wire_length: captured.wire_length,
            seen: captured.seen,
        });
    }

    /// Notes the time of a packet that is believed.
    #[inline]
    pub(super) fn believe(&mut self, at: i64) {
        self.newest = self.newest.max(Some(at));
    }

    /// The newest time that is believed.
    pub(super) fn newest(&self) -> Option<i64> {
        self.newest
    }

    /// The time of what has none of its own: the newest, or that of the first packet, which still waits.
    pub(super) fn now(&self) -> Option<i64> {
        self.newest
            .or(self.waiting.as_ref().map(|waiting| waiting.at))
    }
}

impl Waiting {
    pub(super) fn captured(&self) -> Captured<'_> {
        Captured {
            link: self.link,
            place: &self.place,
            at: self.at,
            frame: &self.frame,
            wire_length: self.wire_length,
            seen: self.seen,
        }
    }
}
