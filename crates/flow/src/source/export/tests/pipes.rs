//! Messages that come through pipes.

use std::io::pipe;

use super::*;

/// The same message in pieces, through a pipe that stays open, and closed at the end.
#[test]
fn messages_in_pieces_of_a_live_pipe() {
    let sets = [set(0, &template(&FIELDS)), set(256, &record(HOST, FAR, 3))];
    let content = [v9(0, &sets), v9(1, &sets), ipfix(0, &[]), v9(2, &sets)].concat();
    let (reader, mut writer) = pipe().expect("a pipe");
    let input = Input::pipe(reader, "test").expect("a thread");
    let mut source = ExportFile::read(input, &inventory(), options());
    let (mut seen, mut batch) = (0, Batch::default());
    for piece in content.chunks(7) {
        writer.write_all(piece).expect("a reader");
        let supply = source.next(&mut batch, Duration::from_millis(1));
        assert!(matches!(supply, Ok(Supply::More)), "{supply:?}");
        seen += batch.observations.len();
    }
    // Longer than anything that works takes.
    for _ in 0..600 {
        if seen == 2 {
            break;
        }
        let supply = source.next(&mut batch, Duration::from_millis(100));
        assert!(matches!(supply, Ok(Supply::More)), "{supply:?}");
        seen += batch.observations.len();
    }
    // Only the next one would say where the last one ends.
    source.close(&mut batch).expect("nothing to give back");
    assert_eq!(
        (seen, batch.observations.len(), batch.losses.len()),
        (2, 1, 0)
    );
}

/// A process substitution of the shell can be opened once only.
#[cfg(target_os = "linux")]
#[test]
fn a_named_pipe_is_opened_once() {
    use std::os::fd::AsRawFd;
    let (reader, mut writer) = pipe().expect("a pipe");
    let sets = [set(2, &template(&FIELDS)), set(256, &record(HOST, FAR, 3))];
    writer.write_all(&ipfix(0, &sets)).expect("a reader");
    drop(writer);
    let path = format!("/proc/self/fd/{}", reader.as_raw_fd());
    let mut source = ExportFile::open(path.as_ref(), &inventory(), options()).expect("a pipe");
    let (mut seen, mut batch) = (0, Batch::default());
    while source
        .next(&mut batch, Duration::from_secs(60))
        .expect("a message")
        == Supply::More
    {
        seen += batch.observations.len();
    }
    assert_eq!(seen + batch.observations.len(), 1);
}
