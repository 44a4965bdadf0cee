//! Whether a namespace is still there. When it is deleted, a tap goes on for a moment, because the
//! kernel still holds what was seen before; then it ends with an error.

use super::namespace::Namespace;
use crate::source::SourceError;

/// How often is looked; microseconds.
const LOOK: i64 = 500_000;
/// How long is read on after a namespace was deleted: longer than the kernel holds refusals back, and
/// than packets wait for them; microseconds.
const REST: i64 = 1_000_000;

/// The watch over a tap's namespace.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// When to look again, microseconds since the epoch.
    next: i64,
    /// When it was seen to be deleted.
    deleted: Option<i64>,
    over: bool,
}

impl Watch {
    /// An error once the namespace is deleted and all that was seen in it has been delivered.
    pub(super) fn check(&self, namespace: &Namespace) -> Result<(), SourceError> {
        if !self.over {
            return Ok(());
        }
        Err(SourceError::Malformed {
            what: namespace.title(),
            problem: "it was deleted during the capture; what was seen until then is recorded"
                .to_owned(),
        })
    }

    /// Looks when it is time to; returns whether it was. `now` is in microseconds since the epoch, and
    /// what the kernel had before has been read.
    pub(super) fn look(&mut self, namespace: &Namespace, now: i64) -> bool {
        self.over = self.deleted.is_some_and(|since| now - since >= REST);
        if now < self.next {
            return false;
        }
        self.next = now + LOOK;
        if self.deleted.is_none() && !namespace.exists() {
            self.deleted = Some(now);
        }
        true
    }
}
