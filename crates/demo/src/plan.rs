//! The plan of a day: how many connections of each class fall into each window.

use crate::class::{CLASSES, Class, Rhythm};
use crate::incidents::Incidents;
use crate::rng::Rng;
use crate::site::Site;
use crate::{WINDOW_SECONDS, WINDOWS};

const NOISE: u64 = 2;
const BURSTS: u64 = 3;
/// Bursts of the web tier in a day, each two windows long.
const BURST_COUNT: usize = 3;

/// Everything that the windows of a day share.
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) site: Site,
    pub(crate) incidents: Incidents,
    /// Connections by window and class.
    pub(crate) counts: Vec<[u32; CLASSES.len()]>,
    /// The window in which a deployment resets every connection of the applications.
    pub(crate) deployment: usize,
}

impl Plan {
    /// The plan for a seed and at least [`crate::MIN_RECORDS`] records; the windows hold exactly
    /// that many.
    pub(crate) fn new(seed: u64, records: u64) -> Plan {
        let interfaces = (records / 250).clamp(24, 400) as usize;
        let scanners = (records / 100).clamp(50, 1_500) as usize;
        let site = Site::new(seed, interfaces, scanners);
        let incidents = Incidents::new(seed, records, &site);
        let mut counts = vec![[0; CLASSES.len()]; WINDOWS];
        for (window, counts) in counts.iter_mut().enumerate() {
            for class in [
                Class::Sweep,
                Class::PortScan,
                Class::Exfiltration,
                Class::Asymmetric,
                Class::NoData,
                Class::SkipData,
            ] {
                counts[class as usize] = incidents.count(class, window, &site);
            }
        }
        let planted: u64 = counts.iter().map(lines).sum();
        let totals = ordinary(records - planted);
        let bursts = bursts(seed);
        for (info, total) in CLASSES.iter().zip(totals) {
            spread(
                total,
                &weights(seed, info.rhythm, &bursts),
                |window, count| {
                    counts[window][info.class as usize] += count;
                },
            );
        }
        Plan {
            seed,
            incidents,
            counts,
            deployment: Rng::keyed(seed, BURSTS, 1).range(600, 1_000) as usize,
            site,
        }
    }

    /// Whether the quiet interfaces sleep in a window: from 22:00 to 06:00.
    pub(crate) fn is_night(window: usize) -> bool {
        !(360..1_320).contains(&window)
    }
}

/// First second of a window.
pub(crate) fn window_start(window: usize) -> i64 {
    crate::DAY_START + window as i64 * WINDOW_SECONDS
}

fn lines(counts: &[u32; CLASSES.len()]) -> u64 {
    CLASSES
        .iter()
        .zip(counts)
        .map(|(info, &count)| info.records * u64::from(count))
        .sum()
}

/// Ordinary connections by class that give exactly `records` records; what the shares leave over
/// goes to scans, which have one record each.
fn ordinary(records: u64) -> [u64; CLASSES.len()] {
    let mean: f64 = CLASSES
        .iter()
        .map(|info| info.share * info.records as f64)
        .sum();
    let connections = records as f64 / mean;
    let mut totals = [0; CLASSES.len()];
    for (info, total) in CLASSES.iter().zip(&mut totals) {
        *total = (connections * info.share) as u64;
    }
    let given: u64 = CLASSES
        .iter()
        .zip(totals)
        .map(|(info, total)| info.records * total)
        .sum();
    totals[Class::Scan as usize] += records.saturating_sub(given);
    totals
}

/// Windows in which the web tier gets five times its load.
fn bursts(seed: u64) -> Vec<usize> {
    let mut rng = Rng::keyed(seed, BURSTS, 0);
    (0..BURST_COUNT)
        .flat_map(|_| {
            let first = rng.range(420, 1_300) as usize;
            [first, first + 1]
        })
        .collect()
}

/// The weight of each window.
fn weights(seed: u64, rhythm: Rhythm, bursts: &[usize]) -> Vec<f64> {
    (0..WINDOWS)
        .map(|window| match rhythm {
            Rhythm::Flat | Rhythm::Planted => 1.0,
            Rhythm::Night => f64::from(u8::from((120..240).contains(&window))),
            Rhythm::Daily => load(seed, window),
            Rhythm::Bursts if bursts.contains(&window) => 5.0 * load(seed, window),
            Rhythm::Bursts => load(seed, window),
        })
        .collect()
}

/// Load over the day, highest in the afternoon, with noise.
fn load(seed: u64, window: usize) -> f64 {
    let hour = window as f64 / 60.0;
    let wave = 0.5 + 0.5 * (std::f64::consts::TAU * (hour - 9.0) / 24.0).sin();
    let noise = Rng::keyed(seed, NOISE, window as u64).lognormal(0.0, 0.15);
    (0.35 + 0.65 * wave.powf(1.5)) * noise
}

/// Spreads a total over windows by weight, exactly: each window gets the difference of two rounded
/// running sums.
fn spread(total: u64, weights: &[f64], mut give: impl FnMut(usize, u32)) {
    let sum: f64 = weights.iter().sum();
    let mut running = 0.0;
    let mut given = 0;
    for (window, weight) in weights.iter().enumerate() {
        running += weight;
        let until = if window + 1 == weights.len() {
            total
        } else {
            ((running / sum * total as f64) as u64).clamp(given, total)
        };
        give(window, u32::try_from(until - given).unwrap_or(u32::MAX));
        given = until;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_has_exactly_the_records_asked_for() {
        for records in [1_000, 1_001, 12_345, 100_000, 3_000_000] {
            let plan = Plan::new(42, records);
            assert_eq!(plan.counts.iter().map(lines).sum::<u64>(), records);
        }
    }

    #[test]
    fn shares_hold() {
        let plan = Plan::new(1, 1_000_000);
        let total = |class: Class| -> u64 {
            plan.counts
                .iter()
                .map(|counts| u64::from(counts[class as usize]))
                .sum()
        };
        let ordinary: u64 = CLASSES
            .iter()
            .filter(|info| info.rhythm != Rhythm::Planted)
            .map(|info| total(info.class))
            .sum();
        for info in CLASSES.iter().filter(|info| info.rhythm != Rhythm::Planted) {
            let share = total(info.class) as f64 / ordinary as f64;
            assert!(
                (share - info.share).abs() < 1e-4,
                "{:?}: {share}",
                info.class
            );
        }
    }

    #[test]
    fn backups_run_at_night_only() {
        let plan = Plan::new(1, 1_000_000);
        for (window, counts) in plan.counts.iter().enumerate() {
            let backups = counts[Class::Backup as usize];
            assert!(backups == 0 || (120..240).contains(&window));
        }
    }
}
