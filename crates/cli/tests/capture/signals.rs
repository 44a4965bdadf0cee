//! What an interrupt does to a capture that listens.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::Failed;
use tempfile::TempDir;

use super::exports::{Flow, flows, messages};
use super::faults::{Answer, FaultServer};
use super::{Outcome, Run, same};

/// Whatever a capture does takes less, on any machine.
const STUCK: Duration = Duration::from_secs(120);

/// Starts a capture of what is exported to a port, and waits until it listens: it opens its
/// destination after the port, and both after it has begun to wait for signals.
fn listening(
    to: &str,
    more: &[&str],
    has_opened: impl Fn() -> bool,
) -> Result<(Child, SocketAddr), Failed> {
    let port = UdpSocket::bind("127.0.0.1:0")?.local_addr()?;
    let number = port.port().to_string();
    let mut process = Command::new(env!("CARGO_BIN_EXE_flowgauge"))
        .args([
            "capture", "--listen", &number, "--local", "10.0.0.5", "--to", to,
        ])
        .args(more)
        .env("AWS_ACCESS_KEY_ID", "writer")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    until(&mut process, "opens its destination", has_opened)?;
    Ok((process, port))
}

/// Waits until a running process has done something.
fn until(process: &mut Child, what: &str, done: impl Fn() -> bool) -> Outcome {
    let begin = Instant::now();
    while !done() {
        if let Some(status) = process.try_wait()? {
            let mut said = String::new();
            if let Some(stderr) = &mut process.stderr {
                stderr.read_to_string(&mut said)?;
            }
            return Err(format!("it ended ({status}) before it {what}: {said}").into());
        }
        if begin.elapsed() > STUCK {
            process.kill()?;
            return Err(format!("it never {what}").into());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

fn signal(process: &Child, name: &str) -> Outcome {
    let id = process.id().to_string();
    let status = Command::new("kill")
        .args([&format!("-{name}"), &id])
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err("no such process".into())
    }
}

/// Sends what a meter would.
fn export(flows: &[Flow], port: SocketAddr) -> Outcome {
    let exporter = UdpSocket::bind("127.0.0.1:0")?;
    for message in messages(flows) {
        exporter.send_to(&message, port)?;
    }
    Ok(())
}

pub fn an_interrupt_closes_the_open_window() -> Outcome {
    for name in ["INT", "TERM"] {
        let folder = TempDir::new()?;
        let hidden = folder.path().join(".live.log.part");
        let to = folder.path().join("live.log");
        let to = to.to_str().expect("a name");
        let format = ["--format", "${bytes} ${log-status}"];
        let (process, port) = listening(to, &format, || hidden.exists())?;
        // What waits in the socket is read before the signal is looked at again.
        export(&flows(2), port)?;
        same(&Path::new(to).exists().to_string(), "false")?;
        signal(&process, name)?;
        // As `timeout` does, which signals the process and its group.
        signal(&process, name)?;
        Run::of(process.wait_with_output()?).is(0, "", &["3 packets, 300 bytes, 2 records"])?;
        same(
            &fs::read_to_string(to)?,
            "bytes log-status\n100 OK\n200 OK\n",
        )?;
    }
    Ok(())
}

pub fn a_second_interrupt_ends_at_once() -> Outcome {
    let bucket = FaultServer::start(Answer::Silence);
    let endpoint = ["--endpoint-url", &bucket.url];
    let (mut process, port) = listening("s3://b", &endpoint, || bucket.lists() > 0)?;
    export(&flows(2), port)?;
    signal(&process, "INT")?;
    until(&mut process, "offers its object", || bucket.puts() > 0)?;
    // What comes together with the first is the same request.
    thread::sleep(Duration::from_millis(400));
    signal(&process, "INT")?;
    same(&format!("{:?}", process.wait()?.code()), "Some(130)")
}

/// Events of Hubble as they come, half an hour of them, and then no more: the windows that are over are
/// written, and an interrupt writes the others.
pub fn a_live_pipe_is_not_waited_for() -> Outcome {
    let folder = TempDir::new()?;
    let written = folder.path().join("written");
    let mut process = Command::new(env!("CARGO_BIN_EXE_flowgauge"))
        .args(["capture", "--hubble", "-", "--local", "10.0.0.5"])
        .args(["--format", "${start} ${packets}"])
        .stdin(Stdio::piped())
        .stdout(fs::File::create(&written)?)
        .stderr(Stdio::piped())
        .spawn()?;
    let mut events = process.stdin.take().ok_or("no standard input")?;
    for second in (0..2_000).step_by(2) {
        let (minute, second) = (second / 60, second % 60);
        writeln!(
            events,
            r#"{{"flow":{{"time":"2024-05-01T12:{minute:02}:{second:02}Z","verdict":"FORWARDED","IP":{{"source":"10.0.0.5","destination":"10.0.0.9"}},"l4":{{"UDP":{{"source_port":40000,"destination_port":443}}}},"traffic_direction":"EGRESS","trace_observation_point":"TO_STACK"}}}}"#
        )?;
    }
    events.flush()?;
    let lines = || fs::read_to_string(&written).map_or(0, |text| text.lines().count());
    // The last event is at 33:18: the window of 32 waits for others a minute longer.
    until(&mut process, "writes what is over", || lines() == 32)?;
    signal(&process, "INT")?;
    Run::of(process.wait_with_output()?).is(0, "", &["1000 packets, 0 bytes, 34 records"])?;
    drop(events);
    same(&lines().to_string(), "34")
}
