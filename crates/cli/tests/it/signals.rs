//! Ctrl-C.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;

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
