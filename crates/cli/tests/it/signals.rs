//! Ctrl-C.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Place, flow_log};

fn interrupt(child: &Child) {
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill");
    assert!(sent.success());
}

/// Logs that never end: the program cannot be done before the signal comes, however fast it is.
#[test]
fn an_interrupted_command_ends_with_130() {
    let place = Place::new();
    for arguments in [
        &["query", "stats count(*) by srcAddr"][..],
        &["query", "fields @message | sort bytes"],
        &["filter", "-c", "ACCEPT"],
        &["fields"],
    ] {
        let mut child = place
            .command(arguments)
            .stdin(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut stdin = child.stdin.take().expect("it was asked for");
        let (reading, is_reading) = mpsc::channel();
        let feeder = thread::spawn(move || {
            let text = flow_log(0..10_000);
            let mut rounds = 0;
            while stdin.write_all(text.as_bytes()).is_ok() {
                rounds += 1;
                if rounds == 4 {
                    // More than a pipe holds was taken: the program is at work.
                    let _ = reading.send(());
                }
            }
        });
        is_reading.recv().expect("the program reads");
        interrupt(&child);
        let ended = child.wait_with_output().expect("the program ends");
        assert_eq!(ended.status.code(), Some(130), "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&ended.stdout), "", "{arguments:?}");
        feeder.join().expect("the feeder ends with the pipe");
    }
}

/// Logs that do not come: the program waits for them when the signal comes.
#[test]
fn a_waiting_command_can_be_interrupted() {
    let place = Place::new();
    let text = flow_log(0..10_000);
    for arguments in [
        &["query", "stats count(*)"][..],
        &["filter", "-c", "ACCEPT"],
    ] {
        let mut child = place
            .command(arguments)
            .stdin(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut stdin = child.stdin.take().expect("it was asked for");
        // More than a pipe holds: when it is written, the program has begun to read.
        stdin.write_all(text.as_bytes()).expect("the program reads");
        interrupt(&child);
        let ended = child.wait_with_output();
        drop(stdin);
        assert_eq!(
            ended.expect("it ends").status.code(),
            Some(130),
            "{arguments:?}"
        );
    }
}

/// How a command ended that was interrupted. One that goes on for a minute does not end at all.
fn ended(child: &mut Child) -> Option<i32> {
    let patience = Instant::now() + Duration::from_secs(60);
    while Instant::now() < patience {
        if let Some(status) = child.try_wait().expect("a process") {
            return status.code();
        }
        thread::sleep(Duration::from_millis(20));
    }
    child.kill().expect("a process");
    child.wait().expect("a process");
    None
}

/// A pager that shows its first page: the program waits for it when the signal comes.
#[test]
fn a_command_whose_reader_is_slow_can_be_interrupted() {
    let place = Place::new();
    place.write("a.log", flow_log(0..10_000));
    for arguments in [
        &[
            "query",
            "-o",
            "csv",
            "fields @message | limit 10000",
            "a.log",
        ][..],
        &["query", "fields @message | limit 10000", "a.log"],
        &["filter", "ACCEPT", "a.log"],
    ] {
        let mut child = place.command(arguments).spawn().expect("the program runs");
        let mut stdout = child.stdout.take().expect("it was asked for");
        // When something has come, the rest is too much for the pipe.
        stdout.read_exact(&mut [0; 100]).expect("a first page");
        interrupt(&child);
        assert_eq!(ended(&mut child), Some(130), "{arguments:?}");
    }
}

#[test]
fn an_interrupted_command_leaves_no_file() {
    let place = Place::new();
    place.write("out.csv", "kept\n");
    let query = "fields @message | limit 100000";
    let mut child = place
        .command(&["query", "-o", "csv", "--output-file", "out.csv", query])
        .stdin(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut stdin = child.stdin.take().expect("it was asked for");
    let text = flow_log(0..10_000);
    stdin.write_all(text.as_bytes()).expect("the program reads");
    interrupt(&child);
    assert_eq!(ended(&mut child), Some(130));
    assert_eq!(place.names(), ["out.csv"]);
    let kept = std::fs::read_to_string(place.path("out.csv"));
    assert_eq!(kept.expect("still there"), "kept\n");
}
