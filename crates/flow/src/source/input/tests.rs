use std::io::{PipeWriter, Write, pipe};

use super::*;

/// Nothing that works takes this long.
const STUCK: Duration = Duration::from_secs(60);

fn piped() -> (PipeWriter, Input) {
    let (reader, writer) = pipe().expect("a pipe");
    let input = Input::pipe(reader, "test").expect("a thread");
    (writer, input)
}

#[test]
fn a_pipe_is_waited_for_no_longer_than_said() {
    let (mut writer, mut input) = piped();
    input.wait_at_most(Duration::from_millis(1));
    assert_eq!(input.fill(1, true).expect("no bytes"), Fill::Starved);
    // The first bytes tell whether it is compressed.
    writer.write_all(b"abcdef").expect("a reader");
    input.wait_at_most(STUCK);
    assert_eq!(input.fill(6, true).expect("bytes"), Fill::Ready);
    assert_eq!(input.take(4), b"abcd");
    // What came is kept while the rest is waited for.
    input.wait_at_most(Duration::ZERO);
    assert_eq!(input.fill(4, true).expect("two bytes"), Fill::Starved);
    assert_eq!(input.rest(), b"ef");
    writer.write_all(b"gh").expect("a reader");
    input.wait_at_most(STUCK);
    assert_eq!(input.fill(4, false).expect("two bytes"), Fill::Starved);
    assert_eq!(input.fill(4, true).expect("bytes"), Fill::Ready);
    assert_eq!(input.take(4), b"efgh");
    assert_eq!(input.offset(), 8);
    drop(writer);
    for _ in 0..2 {
        assert_eq!(input.fill(1, true).expect("the end"), Fill::Ended);
    }
}

#[test]
fn more_than_the_thread_reads_ahead_arrives_whole_and_unpacked() {
    let text: Vec<u8> = (0..2_500_000_u32).map(|at| (at % 251) as u8).collect();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&text).expect("memory");
    let gzip = gzip.finish().expect("memory");
    let zstd = zstd::encode_all(text.as_slice(), 1).expect("memory");
    // A compressed stream that was cut off is good up to there.
    let cut = gzip[..gzip.len() / 2].to_vec();
    for (content, whole) in [
        (text.clone(), true),
        (gzip, true),
        (zstd, true),
        (cut, false),
    ] {
        let (mut writer, mut input) = piped();
        let thread = std::thread::spawn(move || writer.write_all(&content));
        input.wait_at_most(STUCK);
        let mut seen = Vec::new();
        while input.fill(1, true).expect("bytes") == Fill::Ready {
            let length = input.rest().len();
            seen.extend_from_slice(input.take(length));
        }
        assert!(text.starts_with(&seen) && !seen.is_empty());
        assert_eq!(seen.len() == text.len(), whole);
        thread.join().expect("no panic").expect("a reader");
    }
}

#[test]
fn a_pipe_that_breaks_is_an_error() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the cable is cut"))
        }
    }
    let reader = b"abcdef".chain(Broken);
    let mut input = Input::pipe(reader, "test").expect("a thread");
    input.wait_at_most(STUCK);
    assert_eq!(input.fill(6, true).expect("bytes"), Fill::Ready);
    let problem = input.fill(7, true).expect_err("no more").to_string();
    assert_eq!(problem, "test, after byte 0: the cable is cut");
}
