//! What of exports was lost, told once for each window: a record of a window says that something is
//! missing, and not how often.

use crate::source::Loss;
use crate::source::summary::{SECOND, align};

/// Flows or messages are missing.
pub(super) const GAP: &str = "the sequence numbers of an exporter have a gap";
/// Nobody knows how to read records.
pub(super) const NO_TEMPLATE: &str = "flows were exported before their template";
/// Records of these templates will not be read.
pub(super) const TOO_MANY_TEMPLATES: &str = "exporters have more templates than are kept";

/// What was told last.
#[derive(Debug)]
pub(super) struct Losses {
    /// Length of a window, microseconds.
    interval: i64,
    /// Each reason, with the window in which it was told last.
    told: Vec<(&'static str, i64)>,
}

impl Losses {
    /// For windows of `interval` seconds.
    pub(super) fn new(interval: i64) -> Losses {
        Losses {
            interval: interval.max(1) * SECOND,
            told: Vec::new(),
        }
    }

    /// Appends a loss at a time, microseconds since the epoch, unless it was the last to be told of its
    /// kind and window.
    pub(super) fn tell(&mut self, at: i64, reason: &'static str, losses: &mut Vec<Loss>) {
        let window = align(at, self.interval);
        match self.told.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, last)) if *last == window => return,
            Some((_, last)) => *last = window,
            None => self.told.push((reason, window)),
        }
        losses.push(Loss {
            interface: None,
            at,
            packets: None,
            reason,
        });
    }
}
