//! Wrong times.

use super::*;

/// Reads a capture whose packets have these times, seconds; gives the times of what was seen and of what was
/// lost.
fn times(seconds: &[u32]) -> (Vec<i64>, Vec<i64>) {
    let frame = ethernet(&request());
    let packets: Vec<_> = seconds.iter().map(|at| (*at, 0, &frame[..])).collect();
    let file = LITTLE.classic(0xa1b2_c3d4, 1, &packets);
    let (mut seen, mut lost) = (Vec::new(), Vec::new());
    let mut source = PcapSource::new(
        Box::new(std::io::Cursor::new(file)),
        "file",
        &inventory(&[("", "10.0.0.1")]),
        PcapOptions::default(),
    )
    .expect("a capture");
    let mut batch = Batch::default();
    loop {
        let supply = source.next(&mut batch, Duration::ZERO).expect("no error");
        seen.extend(batch.observations.iter().map(|one| one.first / 1_000_000));
        lost.extend(batch.losses.iter().map(|one| one.at / 1_000_000));
        // What a wrong time closes is late for the rest.
        let newest = seen.iter().max().copied().unwrap_or_default();
        assert!(batch.watermark.is_none_or(|at| at / 1_000_000 <= newest));
        if supply == Supply::End {
            return (seen, lost);
        }
    }
}

#[test]
fn a_time_far_from_the_others_is_believed_when_the_next_packet_agrees() {
    const FAR: u32 = 4_000_000_000;
    for (what, file, seen, lost) in [
        (
            "in the middle",
            &[5, 6, FAR, 7, 8][..],
            &[5, 6, 7, 8][..],
            &[6][..],
        ),
        ("two apart", &[5, FAR, 6, FAR, 7], &[5, 6, 7], &[5, 6]),
        ("first", &[FAR, 5, 6], &[5, 6], &[5]),
        ("a pause", &[5, 5000, 5001], &[5, 5000, 5001], &[]),
        ("a pause at the end", &[5, 6, 5000], &[5, 6, 5000], &[]),
        ("pauses only", &[5, 5000, 9000], &[5, 5000, 9000], &[]),
        ("one packet", &[FAR], &[FAR], &[]),
        ("disorder", &[50, 48, 51, 40], &[50, 48, 51, 40], &[]),
        (
            "long past",
            &[5000, 5001, 5, 5002],
            &[5000, 5001, 5002],
            &[5001],
        ),
        (
            "twice the past",
            &[5000, 5001, 5, 6, 5002],
            &[5000, 5001, 5, 5002],
            &[5001],
        ),
        (
            "back for good",
            &[5000, 5001, 5, 6, 7],
            &[5000, 5001, 5, 6, 7],
            &[],
        ),
    ] {
        let wide = |list: &[u32]| list.iter().map(|at| i64::from(*at)).collect::<Vec<_>>();
        assert_eq!(times(file), (wide(seen), wide(lost)), "{what}");
    }
}
