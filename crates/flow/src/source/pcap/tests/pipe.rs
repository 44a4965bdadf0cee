//! Captures that are still being written, through a pipe.

use std::io::pipe;

use super::*;

/// Longer than anything that works takes.
const STUCK: Duration = Duration::from_secs(60);

#[test]
fn a_live_pipe_is_not_waited_for() {
    let frame = ethernet(&request());
    let classic = LITTLE.classic(0xa1b2_c3d4, 1, &[(5, 0, &frame[..]), (6, 0, &frame[..])]);
    let mut blocks = LITTLE.section();
    blocks.extend(LITTLE.device(101, &[]));
    for at in [5_000_000, 6_000_000] {
        blocks.extend(LITTLE.enhanced(0, at, &request(), &[]));
    }
    for file in [classic, blocks] {
        let (reader, mut writer) = pipe().expect("a pipe");
        let input = Input::pipe(reader, "test").expect("a thread");
        let inventory = inventory(&[("", "10.0.0.1")]);
        let source = PcapSource::read(input, &inventory, PcapOptions::default());
        let mut source = source.expect("nobody knows yet");
        let (mut seen, mut batch) = (Vec::new(), Batch::default());
        // A byte here and there, as a slow network brings them: whatever is cut.
        for byte in file.chunks(3) {
            writer.write_all(byte).expect("a reader");
            let supply = source.next(&mut batch, Duration::from_millis(1));
            assert!(matches!(supply, Ok(Supply::More)), "{supply:?}");
            seen.extend(batch.observations.iter().map(|one| one.first / 1_000_000));
        }
        let begin = std::time::Instant::now();
        while seen != [5, 6] {
            assert!(begin.elapsed() < STUCK, "{seen:?}");
            source.next(&mut batch, STUCK).expect("packets");
            seen.extend(batch.observations.iter().map(|one| one.first / 1_000_000));
        }
        drop(writer);
        assert_eq!(
            source.next(&mut batch, STUCK).expect("the end"),
            Supply::End
        );
    }
}

#[test]
fn what_waits_for_the_next_packet_comes_when_there_will_be_none() {
    let frame = ethernet(&request());
    let file = LITTLE.classic(0xa1b2_c3d4, 1, &[(5, 0, &frame[..])]);
    let (reader, mut writer) = pipe().expect("a pipe");
    writer.write_all(&file).expect("a reader");
    let input = Input::pipe(reader, "test").expect("a thread");
    let inventory = inventory(&[("", "10.0.0.1")]);
    let source = PcapSource::read(input, &inventory, PcapOptions::default());
    let mut source = source.expect("a capture");
    let mut batch = Batch::default();
    let begin = std::time::Instant::now();
    while source.packets.chronology.now().is_none() {
        assert!(begin.elapsed() < STUCK, "the packet never comes");
        source
            .next(&mut batch, Duration::from_millis(1))
            .expect("no end");
        assert_eq!(batch.observations.len(), 0);
    }
    source.close(&mut batch).expect("nothing to give back");
    assert_eq!(batch.observations.len(), 1);
}

/// However long a file has nothing to record, it is left now and then, so that a capture can end.
#[test]
fn packets_of_nothing_are_batches_as_well() {
    // ARP.
    let mut frame = ethernet(&request());
    frame[12..14].copy_from_slice(&[8, 6]);
    let packets = vec![(5, 0, &frame[..]); 50_000];
    let file = std::io::Cursor::new(LITTLE.classic(0xa1b2_c3d4, 1, &packets));
    let inventory = inventory(&[("", "10.0.0.1")]);
    let source = PcapSource::new(Box::new(file), "file", &inventory, PcapOptions::default());
    let mut source = source.expect("a capture");
    let (mut batch, mut batches, mut excluded) = (Batch::default(), 0, 0);
    while source.next(&mut batch, Duration::ZERO).expect("packets") == Supply::More {
        batches += 1;
        excluded += batch.excluded;
    }
    assert!(
        batches > 2 && excluded + batch.excluded == 50_000,
        "{batches} {excluded}"
    );
}
