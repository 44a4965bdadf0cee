use super::super::tests_support::{inventory, no_data, record, window};
use super::*;

#[test]
fn each_window_is_there_when_it_has_closed() {
    let mut text = Vec::new();
    let mut sink = Lines::new("test", RecordFormat::default(), &mut text);
    let closed = window(60, vec![record(0, 22, 70), no_data(1, 60)]);
    sink.write(&closed, &inventory()).expect("memory");
    sink.finish().expect("memory");
    assert_eq!(
        String::from_utf8(text).expect("text"),
        "2 123456789012 eni-0 192.0.2.1 10.0.0.0 40000 22 6 3 120 65 70 ACCEPT OK\n\
         2 123456789012 eni-1 - - - - - - - 60 119 - NODATA\n"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_a_closed_pipe_is_not() {
    let closed = window(60, vec![record(0, 22, 70)]);
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .expect("Linux");
    let mut sink = Lines::new("standard output", RecordFormat::default(), full);
    let problem = sink.write(&closed, &inventory()).expect_err("no space");
    assert!(
        problem
            .to_string()
            .starts_with("standard output: No space left"),
        "{problem}"
    );
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut sink = Lines::new("standard output", RecordFormat::default(), writer);
    let problem = sink.write(&closed, &inventory()).expect_err("nobody reads");
    assert!(matches!(problem, SinkError::Closed), "{problem}");
}
