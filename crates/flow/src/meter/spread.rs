//! Sums over more than one window, as exports of other meters bring them, are divided between the
//! windows in proportion to time.

use super::MAX_TIME;
use crate::observation::Observation;

/// Times from which on sums are no longer divided: what began more than a day before its last packet
/// counts as if it had begun a day before.
const LONGEST: i64 = 86_400_000_000;

/// Flags that belong to the beginning of a connection, and those of its end.
const SYN: u8 = 2;
const FIN_RST: u8 = 5;

/// The parts of an observation, one for each window that it touches and that has packets of it. The
/// parts add up to the whole.
pub(super) fn over_windows(
    whole: &Observation,
    interval: i64,
) -> impl Iterator<Item = Observation> {
    let whole = Observation {
        first: whole.first.clamp(-MAX_TIME, MAX_TIME),
        last: whole.last.clamp(-MAX_TIME, MAX_TIME),
        ..*whole
    };
    let first = whole.first.max(whole.last.saturating_sub(LONGEST));
    let length = u128::from(whole.last.abs_diff(first)) + 1;
    let mut from = first;
    let mut given = (0, 0);
    std::iter::from_fn(move || {
        while from <= whole.last {
            let window = from.div_euclid(interval) * interval;
            let to = whole.last.min(window + interval - 1);
            // What has passed up to the end of this part, rounded down; all of it at the end.
            let passed = u128::from(to.abs_diff(first)) + 1;
            let until =
                |total: u64| u64::try_from(u128::from(total) * passed / length).unwrap_or(total);
            let part = Observation {
                packets: until(whole.packets) - given.0,
                bytes: until(whole.bytes) - given.1,
                tcp_flags: flags(&whole, from == first, to == whole.last),
                first: from,
                last: to,
                ..whole
            };
            from = to + 1;
            if part.packets > 0 || to == whole.last {
                given.0 += part.packets;
                given.1 += part.bytes;
                return Some(part);
            }
        }
        None
    })
}

fn flags(whole: &Observation, begins: bool, ends: bool) -> u8 {
    let mut flags = whole.tcp_flags;
    if !begins {
        flags &= !SYN;
    }
    if !ends {
        flags &= !FIN_RST;
    }
    flags
}
