//! What a capture shows while it runs, and says when it has ended.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use flowgauge_flow::capture::Progress as Counts;
use indicatif::ProgressBar;

use crate::progress::{Progress, Watched};

/// Shows the counts on a terminal until dropped.
pub fn show(counts: Arc<Counts>) -> Progress {
    Progress::show(Arc::new(Live(counts)))
}

struct Live(Arc<Counts>);

impl Watched for Live {
    fn template(&self) -> &'static str {
        "{spinner} {msg}"
    }

    fn draw(&self, bar: &ProgressBar, elapsed: Duration) {
        let packets = count(&self.0.packets);
        let rate = packets as f64 / elapsed.as_secs_f64().max(0.001);
        bar.set_message(format!(
            "{packets} packets, {rate:.0}/s, {} records",
            count(&self.0.records),
        ));
    }
}

fn count(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

/// The statistics of a capture.
pub fn summary(counts: &Counts) -> String {
    let mut text = format!(
        "{} packets, {} bytes, {} records; {} packets excluded, {} malformed, {} lost",
        count(&counts.packets),
        count(&counts.bytes),
        count(&counts.records),
        count(&counts.excluded),
        count(&counts.malformed),
        count(&counts.lost_packets),
    );
    let mut add = |number: u64, what: &str| {
        if number > 0 {
            // Writing to a text cannot fail.
            let _ = write!(text, "; {number} {what}");
        }
    };
    add(count(&counts.filtered), "packets of the other verdict");
    let told = match count(&counts.skipped) {
        0 => "losses, of which no record tells: no interface had traffic".to_owned(),
        skipped => format!("losses, told by {skipped} SKIPDATA records"),
    };
    add(count(&counts.losses), &told);
    add(count(&counts.lost_records), "records not written");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_told_when_there_are_any() {
        let counts = Counts::default();
        counts.packets.store(7, Ordering::Relaxed);
        assert_eq!(
            summary(&counts),
            "7 packets, 0 bytes, 0 records; 0 packets excluded, 0 malformed, 0 lost\n"
        );
        counts.losses.store(2, Ordering::Relaxed);
        assert!(
            summary(&counts).ends_with(
                "0 lost; 2 losses, of which no record tells: no interface had traffic\n"
            )
        );
        counts.skipped.store(4, Ordering::Relaxed);
        counts.lost_records.store(3, Ordering::Relaxed);
        assert!(
            summary(&counts)
                .ends_with("0 lost; 2 losses, told by 4 SKIPDATA records; 3 records not written\n")
        );
    }
}
