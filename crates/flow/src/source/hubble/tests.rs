use std::io::{Cursor, Write, pipe};

use super::*;
use crate::inventory::Interface;

const FORWARDED: &str = r#"{"flow":{"time":"2024-05-01T12:00:00.123456789Z","verdict":"FORWARDED","IP":{"source":"10.0.0.5","destination":"10.0.0.9","ipVersion":"IPv4"},"l4":{"TCP":{"source_port":40000,"destination_port":443,"flags":{"SYN":true}}},"Type":"L3_L4","traffic_direction":"EGRESS","trace_observation_point":"TO_STACK","is_reply":false},"node_name":"n1","time":"2024-05-01T12:00:00.123456789Z"}"#;

fn inventory() -> Inventory {
    let mut inventory = Inventory::default();
    for address in ["10.0.0.5", "10.0.0.9"] {
        inventory.add(Interface {
            addresses: vec![address.parse().expect("an address")],
            ..Interface::default()
        });
    }
    inventory
}

fn read(text: &str) -> Result<Vec<String>, SourceError> {
    let lines = Box::new(Cursor::new(text.to_owned()));
    let mut source = Hubble::read("test", lines, &inventory(), 60)?;
    let (mut batch, mut one) = (Batch::default(), Batch::default());
    loop {
        let supply = source.next(&mut one, Duration::ZERO)?;
        batch.observations.append(&mut one.observations);
        batch.losses.append(&mut one.losses);
        batch.excluded += one.excluded;
        batch.malformed += one.malformed;
        if supply == Supply::End {
            break;
        }
    }
    let mut said: Vec<String> = batch
        .observations
        .iter()
        .map(|one| {
            let Observation { tuple, .. } = one;
            format!(
                "{} {:?} {}:{} > {}:{} {} {:?} {:#x} {} {} {}",
                one.interface.0,
                one.direction,
                tuple.source,
                tuple.source_port,
                tuple.destination,
                tuple.destination_port,
                tuple.protocol,
                one.action,
                one.tcp_flags,
                one.packets,
                one.bytes,
                one.first
            )
        })
        .collect();
    for loss in &batch.losses {
        said.push(format!("lost {:?} {}", loss.packets, loss.at));
    }
    if batch.excluded + batch.malformed > 0 {
        said.push(format!(
            "{} excluded, {} malformed",
            batch.excluded, batch.malformed
        ));
    }
    Ok(said)
}

#[test]
fn events_of_every_kind() {
    let time = 1_714_564_800_123_456_i64;
    let syn = format!("0 Egress 10.0.0.5:40000 > 10.0.0.9:443 6 Accept 0x2 1 0 {time}");
    for (from, to, expected) in [
        ("", "", syn.as_str()),
        // At the receiver.
        (
            r#""EGRESS","trace_observation_point":"TO_STACK""#,
            r#""INGRESS","trace_observation_point":"TO_ENDPOINT""#,
            &syn.replace("0 Egress", "1 Ingress"),
        ),
        // On the way: the same packet again.
        ("TO_STACK", "FROM_ENDPOINT", "1 excluded, 0 malformed"),
        (
            r#""EGRESS","trace_observation_point":"TO_STACK""#,
            r#""INGRESS","trace_observation_point":"TO_STACK""#,
            "1 excluded, 0 malformed",
        ),
        ("FORWARDED", "REDIRECTED", "1 excluded, 0 malformed"),
        ("L3_L4", "L7", "1 excluded, 0 malformed"),
        ("FORWARDED", "DROPPED", &syn.replace("Accept", "Reject")),
        // A stranger's.
        ("10.0.0.5", "192.0.2.1", "1 excluded, 0 malformed"),
        (
            r#"{"SYN":true}"#,
            r#"{"SYN":true,"ACK":true}"#,
            &syn.replace("0x2", "0x12"),
        ),
        (
            r#""TCP":{"source_port":40000,"destination_port":443,"flags":{"SYN":true}}"#,
            r#""ICMPv4":{"type":8}"#,
            &syn.replace(":40000", ":0")
                .replace(":443 6", ":0 1")
                .replace("0x2", "0x0"),
        ),
        ("10.0.0.9", "2001:db8::1", "0 excluded, 1 malformed"),
        ("T12:00", "noon", "0 excluded, 1 malformed"),
        (r#""IP":"#, r#""ip":"#, "0 excluded, 1 malformed"),
    ] {
        // One good event, so that the lines are of Hubble, then the one in question.
        let changed = FORWARDED.replace(from, to);
        let said = read(&format!("{FORWARDED}\n{changed}\n")).expect(to);
        assert_eq!(said, [syn.as_str(), expected], "{to}");
    }
}

#[test]
fn bare_flows_lost_events_and_noise() {
    let bare = r#"{"time":"2024-05-01T12:00:00Z","verdict":"DROPPED","IP":{"source":"10.0.0.5","destination":"192.0.2.1"},"l4":{"UDP":{"source_port":40000,"destination_port":53}}}"#;
    let lost = r#"{"lost_events":{"source":"PERF_EVENT_RING_BUFFER","num_events_lost":"120"},"time":"2024-05-01T12:00:01Z"}"#;
    let long = format!("\"{}\"", "x".repeat(3 * lines::LINE));
    assert_eq!(
        read(&format!("{bare}\n{lost}\n\n{long}\n{{\n{bare}")).expect("events"),
        [
            "0 Egress 10.0.0.5:40000 > 192.0.2.1:53 17 Reject 0x0 1 0 1714564800000000",
            "0 Egress 10.0.0.5:40000 > 192.0.2.1:53 17 Reject 0x0 1 0 1714564800000000",
            "lost Some(120) 1714564801000000",
            "0 excluded, 2 malformed",
        ]
    );
}

#[test]
fn files_of_something_else_are_refused() {
    for text in ["hello\n".to_owned(), "{}\n".repeat(2_000)] {
        let problem = read(&text).expect_err("no events").to_string();
        assert!(problem.contains("is an event of Hubble"), "{problem}");
    }
    assert!(read("").expect("nothing").is_empty());
}

/// Events come one by one, and the pipe stays open: each is there at once, and time goes on with them.
#[test]
fn a_live_pipe_is_not_waited_for() {
    let (reader, mut writer) = pipe().expect("a pipe");
    let input = Input::pipe(reader, "test").expect("a thread");
    let mut source = Hubble::new(input, &inventory(), 60);
    let mut batch = Batch::default();
    let mut take = |source: &mut Hubble| {
        // Longer than anything that works takes.
        for _ in 0..600 {
            let supply = source.next(&mut batch, Duration::from_millis(100));
            assert!(matches!(supply, Ok(Supply::More)), "{supply:?}");
            if !batch.observations.is_empty() {
                return batch.watermark;
            }
        }
        panic!("nothing comes");
    };
    let minute = 60_000_000;
    let noon = 1_714_564_800_000_000;
    for (time, watermark) in [("12:00", noon - minute), ("12:33", noon + 32 * minute)] {
        let line = FORWARDED.replace("12:00", time);
        // A line in two pieces is one line.
        let (front, back) = line.split_at(100);
        writer.write_all(front.as_bytes()).expect("a reader");
        let supply = source.next(&mut Batch::default(), Duration::from_millis(1));
        assert!(matches!(supply, Ok(Supply::More)), "{supply:?}");
        writer.write_all(back.as_bytes()).expect("a reader");
        writer.write_all(b"\n").expect("a reader");
        assert_eq!(take(&mut source), Some(watermark), "{time}");
    }
}

/// However long a file has nothing to record, it is left now and then, so that a capture can end.
#[test]
fn lines_of_nothing_are_batches_as_well() {
    let drowned = FORWARDED.replace("L3_L4", "L7") + "\n";
    let lines = Box::new(Cursor::new(drowned.repeat(10_000)));
    let mut source = Hubble::read("test", lines, &inventory(), 60).expect("lines");
    let (mut batch, mut batches, mut excluded) = (Batch::default(), 0, 0);
    while source.next(&mut batch, Duration::ZERO).expect("lines") == Supply::More {
        batches += 1;
        excluded += batch.excluded;
    }
    assert!(
        batches > 2 && excluded + batch.excluded == 10_000,
        "{batches}"
    );
}
