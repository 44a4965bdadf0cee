//! Windows, keys, quiet and lossy windows, bounds.

use std::net::IpAddr;

use super::*;
use crate::inventory::sample::interface;
use crate::observation::{Action, Direction, RejectReason, Tuple};
use crate::record_format::RecordFormat;

const FORMAT: &str = "${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${packets} ${bytes} ${start} \
     ${end} ${action} ${tcp-flags} ${log-status}";

/// A meter with interfaces `a` (10.0.0.1) and `b` (10.0.0.2), and what it has written.
struct Bench {
    inventory: Inventory,
    meter: Meter,
    format: RecordFormat,
    lines: Vec<String>,
}

impl Bench {
    fn new(format: &str, adapt: impl FnOnce(&mut MeterOptions)) -> Self {
        let mut inventory = Inventory::default();
        for (id, address) in [("a", "10.0.0.1"), ("b", "10.0.0.2")] {
            inventory.add(interface(&[("interface-id", id)], &[address]));
        }
        let format = RecordFormat::parse(format).expect("format");
        let mut options = MeterOptions::for_format(&format);
        options.interval = Interval::Minute;
        adapt(&mut options);
        Self {
            meter: Meter::new(options, &inventory),
            inventory,
            format,
            lines: Vec::new(),
        }
    }

    fn plain() -> Self {
        Self::new(FORMAT, |_| {})
    }

    fn see(&mut self, observation: Observation) {
        let observations = vec![observation];
        self.meter.add(&Batch {
            observations,
            ..Batch::default()
        });
    }

    fn lose(&mut self, interface: Option<u32>, at: i64) {
        let loss = Loss {
            interface: interface.map(InterfaceKey),
            at: at * SECOND,
            packets: None,
            reason: "test",
        };
        self.meter.add(&Batch {
            losses: vec![loss],
            ..Batch::default()
        });
    }

    /// The lines that are there after the watermark has come to a second; a window is led by its
    /// start.
    fn until(&mut self, watermark: i64) -> String {
        self.meter.advance(watermark * SECOND);
        self.collect()
    }

    fn finish(&mut self) -> String {
        self.meter.finish();
        self.collect()
    }

    fn collect(&mut self) -> String {
        self.lines.clear();
        while let Some(window) = self.meter.next_closed() {
            assert_eq!(window.interval, 60);
            self.lines.push(format!("[{}]", window.start));
            for record in &window.records {
                let mut line = Vec::new();
                self.format.write_line(record, &self.inventory, &mut line);
                self.lines.push(String::from_utf8(line).expect("UTF-8"));
            }
        }
        assert_eq!(
            self.meter.flows,
            self.meter.open.iter().map(Window::flows).sum::<usize>()
        );
        self.lines.join("\n")
    }
}

/// A packet of 100 bytes from 192.0.2.1 to the interface at a second.
fn packet(interface: u32, port: u16, at: i64) -> Observation {
    Observation {
        interface: InterfaceKey(interface),
        direction: Direction::Ingress,
        tuple: Tuple {
            source: [192, 0, 2, 1].into(),
            destination: [10, 0, 0, 1 + u8::try_from(interface).unwrap_or(9)].into(),
            source_port: port,
            destination_port: 443,
            protocol: 6,
        },
        action: Action::Accept,
        reject_reason: None,
        tcp_flags: 0x10,
        packets: 1,
        bytes: 100,
        first: at * SECOND,
        last: at * SECOND,
    }
}

#[test]
fn windows_are_aligned_and_close_by_the_watermark() {
    let mut bench = Bench::plain();
    bench.see(packet(0, 1, 119));
    bench.see(packet(0, 1, 120));
    bench.see(packet(0, 1, 179));
    bench.see(packet(0, 1, 121));
    assert_eq!(bench.until(119), "");
    assert_eq!(
        bench.until(120),
        "[60]\na 192.0.2.1 10.0.0.1 1 1 100 119 119 ACCEPT 0 OK"
    );
    bench.see(packet(0, 1, 180));
    assert_eq!(bench.until(179), "");
    assert_eq!(
        bench.finish(),
        "[120]\na 192.0.2.1 10.0.0.1 1 3 300 120 179 ACCEPT 0 OK\n\
         [180]\na 192.0.2.1 10.0.0.1 1 1 100 180 180 ACCEPT 0 OK"
    );
    assert_eq!(bench.meter.totals().counted, 5);
}

#[test]
fn windows_before_1970_are_aligned_too() {
    let mut bench = Bench::plain();
    bench.see(packet(0, 1, -1));
    assert_eq!(
        bench.finish(),
        "[-60]\na 192.0.2.1 10.0.0.1 1 1 100 -1 -1 ACCEPT 0 OK"
    );
}

#[test]
fn direction_ports_action_and_time_tell_flows_apart() {
    let mut bench = Bench::plain();
    let first = packet(0, 7, 61);
    let refused = Observation {
        action: Action::Reject,
        ..first
    };
    let sent = Observation {
        direction: Direction::Egress,
        ..first
    };
    for observation in [refused, first, sent, packet(0, 6, 60), first] {
        bench.see(observation);
    }
    assert_eq!(
        bench.finish(),
        "[60]\n\
         a 192.0.2.1 10.0.0.1 6 1 100 60 60 ACCEPT 0 OK\n\
         a 192.0.2.1 10.0.0.1 7 1 100 61 61 REJECT 0 OK\n\
         a 192.0.2.1 10.0.0.1 7 2 200 61 61 ACCEPT 0 OK\n\
         a 10.0.0.1 10.0.0.1 7 1 100 61 61 ACCEPT 0 OK"
    );
}

#[test]
fn flags_follow_the_published_values() {
    let (fin, syn, rst, psh, ack) = (1, 2, 4, 8, 16);
    for (packets, value) in [
        (&[ack, ack | psh][..], 0),
        (&[syn], 2),
        (&[syn | ack], 18),
        (&[syn, ack], 2),
        (&[syn, ack, fin | ack], 3),
        (&[syn | ack, ack, fin | ack], 19),
        (&[fin | ack], 1),
        (&[rst | ack], 4),
        (&[syn, rst], 6),
        (&[syn | ack, rst], 22),
        (&[fin | ack, rst], 5),
        (&[syn, fin, rst], 7),
        (&[syn | ack, fin | ack, rst], 23),
        (&[syn | 0x40 | 0x80], 2),
    ] {
        let mut bench = Bench::new("${tcp-flags}", |_| {});
        for flags in packets {
            bench.see(Observation {
                tcp_flags: *flags,
                ..packet(0, 1, 60)
            });
        }
        assert_eq!(bench.finish(), format!("[60]\n{value}"), "{packets:?}");
    }
}

#[test]
fn quiet_windows_are_reported_once_an_interface_was_seen() {
    let mut bench = Bench::plain();
    assert_eq!(bench.until(600), "");
    bench.see(packet(0, 1, 660));
    bench.see(packet(1, 1, 780));
    assert_eq!(
        bench.until(900),
        "[660]\na 192.0.2.1 10.0.0.1 1 1 100 660 660 ACCEPT 0 OK\n\
         [720]\na - - - - - 720 779 - - NODATA\n\
         [780]\na - - - - - 780 839 - - NODATA\n\
         b 192.0.2.1 10.0.0.2 1 1 100 780 780 ACCEPT 0 OK\n\
         [840]\na - - - - - 840 899 - - NODATA\nb - - - - - 840 899 - - NODATA"
    );
    bench.meter.retire(InterfaceKey(0), 930 * SECOND);
    bench.see(packet(0, 1, 1080));
    assert_eq!(
        bench.until(1080),
        "[900]\na - - - - - 900 959 - - NODATA\nb - - - - - 900 959 - - NODATA\n\
         [960]\nb - - - - - 960 1019 - - NODATA\n\
         [1020]\nb - - - - - 1020 1079 - - NODATA"
    );
    assert!(bench.finish().starts_with("[1080]\na 192.0.2.1"));
}

#[test]
fn a_leap_of_the_clock_is_not_filled_with_quiet_windows() {
    let mut bench = Bench::plain();
    bench.see(packet(0, 1, 0));
    bench.see(packet(0, 1, 10_000_000 * 60));
    let text = bench.until(i64::MAX / SECOND);
    let windows = text.lines().filter(|line| line.starts_with('[')).count();
    assert_eq!(windows as u64, 2 + 2 * MAX_QUIET);
    assert!(text.contains("\n[600000000]\na 192.0.2.1 10.0.0.1 1 1 100 600000000"));
    assert!(bench.meter.totals().quiet_omitted > 9_000_000);
    // A quiet live interface is never cut off, however long it lasts.
    let mut bench = Bench::plain();
    bench.see(packet(0, 1, 0));
    for minute in 1..20_000 {
        let text = bench.until(minute * 60);
        assert_eq!(text.lines().count(), 2, "{minute}");
    }
    assert_eq!(bench.meter.totals().quiet_omitted, 0);
}

#[test]
fn losses_give_one_record_for_each_window_and_interface() {
    let mut bench = Bench::plain();
    bench.see(packet(0, 1, 60));
    bench.see(packet(1, 1, 60));
    bench.lose(Some(0), 70);
    bench.lose(Some(0), 80);
    bench.lose(None, 130);
    bench.lose(Some(1), 140);
    assert_eq!(
        bench.until(180),
        "[60]\na - - - - - 60 119 - - SKIPDATA\n\
         a 192.0.2.1 10.0.0.1 1 1 100 60 60 ACCEPT 0 OK\n\
         b 192.0.2.1 10.0.0.2 1 1 100 60 60 ACCEPT 0 OK\n\
         [120]\na - - - - - 120 179 - - SKIPDATA\nb - - - - - 120 179 - - SKIPDATA"
    );
}

#[test]
fn a_loss_before_any_traffic_is_told_by_the_first_interface() {
    let mut bench = Bench::plain();
    bench.lose(None, 60);
    assert_eq!(bench.until(130), "[60]");
    bench.see(packet(1, 1, 190));
    assert_eq!(
        bench.finish(),
        "[180]\nb - - - - - 180 239 - - SKIPDATA\n\
         b 192.0.2.1 10.0.0.2 1 1 100 190 190 ACCEPT 0 OK"
    );
    let mut bench = Bench::plain();
    bench.lose(Some(0), 60);
    assert_eq!(bench.until(120), "[60]\na - - - - - 60 119 - - SKIPDATA");
}

#[test]
fn late_packets_are_a_loss_of_the_next_window() {
    let mut bench = Bench::plain();
    bench.see(packet(0, 1, 60));
    assert!(bench.until(120).ends_with("OK"));
    bench.see(packet(0, 1, 119));
    bench.lose(Some(1), 10);
    assert_eq!(
        bench.until(180),
        "[120]\na - - - - - 120 179 - - SKIPDATA\nb - - - - - 120 179 - - SKIPDATA"
    );
    assert_eq!(
        (bench.meter.totals().late, bench.meter.totals().counted),
        (1, 1)
    );
}

#[test]
fn a_full_table_is_a_loss_and_evicts_nothing() {
    let mut bench = Bench::new(FORMAT, |options| options.flows_per_interface = 2);
    for port in [1, 2, 3, 2, 4, 3] {
        bench.see(packet(0, port, 60));
    }
    bench.see(packet(1, 9, 60));
    let first = "[60]\na - - - - - 60 119 - - SKIPDATA\n\
         a 192.0.2.1 10.0.0.1 1 1 100 60 60 ACCEPT 0 OK\n\
         a 192.0.2.1 10.0.0.1 2 2 200 60 60 ACCEPT 0 OK\n";
    let second = "b 192.0.2.1 10.0.0.2 9 1 100 60 60 ACCEPT 0 OK";
    assert_eq!(bench.finish(), format!("{first}{second}"));
    assert_eq!(
        (
            bench.meter.totals().overflowed,
            bench.meter.totals().counted
        ),
        (3, 4)
    );
    // The same with the bound for all interfaces together.
    let mut bench = Bench::new(FORMAT, |options| options.flows_total = 2);
    for port in [1, 2, 3, 2] {
        bench.see(packet(0, port, 60));
    }
    bench.see(packet(1, 9, 60));
    let second = "b - - - - - 60 119 - - SKIPDATA";
    assert_eq!(bench.finish(), format!("{first}{second}"));
    // Closed windows make room again.
    bench.see(packet(1, 9, 120));
    assert!(
        bench
            .finish()
            .ends_with("b 192.0.2.1 10.0.0.2 9 1 100 120 120 ACCEPT 0 OK")
    );
}

#[test]
fn open_windows_are_bounded() {
    let mut bench = Bench::plain();
    for minute in 0..40 {
        bench.see(packet(0, 1, minute * 60));
        bench.collect();
        assert!(bench.meter.open.len() <= MAX_OPEN);
    }
    // What was closed early is late, not forgotten.
    bench.see(packet(0, 1, 0));
    assert_eq!(bench.meter.totals().late, 1);
    assert!(bench.finish().contains("SKIPDATA"));
}

#[test]
fn traffic_is_filtered_by_verdict_but_seen() {
    for (traffic, lines) in [
        (Traffic::All, "1 ACCEPT OK\n2 REJECT OK"),
        (Traffic::Accept, "1 ACCEPT OK"),
        (Traffic::Reject, "2 REJECT OK"),
    ] {
        let mut bench = Bench::new("${srcport} ${action} ${log-status}", |options| {
            options.traffic = traffic;
        });
        bench.see(packet(0, 1, 60));
        bench.see(Observation {
            action: Action::Reject,
            ..packet(0, 2, 60)
        });
        assert_eq!(bench.finish(), format!("[60]\n{lines}"));
    }
    let mut bench = Bench::new(FORMAT, |options| options.traffic = Traffic::Reject);
    bench.see(packet(0, 1, 60));
    assert_eq!(bench.finish(), "[60]\na - - - - - 60 119 - - NODATA");
    assert_eq!(bench.meter.totals().filtered, 1);
}

#[test]
fn excluded_traffic_is_not_even_seen() {
    let mut bench = Bench::plain();
    let metadata: IpAddr = [169, 254, 169, 254].into();
    let mut observation = packet(0, 80, 60);
    observation.tuple.source = metadata;
    bench.see(observation);
    assert_eq!(bench.until(240), "");
    assert_eq!(bench.meter.totals().excluded, 1);
    assert_eq!(bench.meter.totals().counted, 0);
}

#[test]
fn packet_addresses_are_kept_apart_if_the_format_has_them() {
    let pods = ["10.0.0.77", "10.0.0.78"];
    let lines = |format: &str| {
        let mut bench = Bench::new(format, |_| {});
        for pod in pods {
            let mut observation = packet(0, 1, 60);
            observation.tuple.destination = pod.parse().expect("address");
            bench.see(observation);
        }
        bench.finish()
    };
    assert_eq!(
        lines("${srcaddr} ${dstaddr} ${packets}"),
        "[60]\n192.0.2.1 10.0.0.1 2"
    );
    assert_eq!(
        lines("${srcaddr} ${dstaddr} ${packets} ${pkt-dstaddr}"),
        "[60]\n192.0.2.1 10.0.0.1 1 10.0.0.77\n192.0.2.1 10.0.0.1 1 10.0.0.78"
    );
}

#[test]
fn reject_reasons_are_kept_apart_if_the_format_has_them() {
    let lines = |format: &str| {
        let mut bench = Bench::new(format, |_| {});
        for reason in [None, Some(RejectReason::BlockPublicAccess)] {
            bench.see(Observation {
                action: Action::Reject,
                reject_reason: reason,
                ..packet(0, 1, 60)
            });
        }
        bench.finish()
    };
    assert_eq!(lines("${packets} ${bytes}"), "[60]\n2 200");
    assert_eq!(
        lines("${packets} ${bytes} ${reject-reason}"),
        "[60]\n1 100 -\n1 - BPA"
    );
}

#[test]
fn interfaces_that_nobody_knows_are_a_loss() {
    let mut bench = Bench::plain();
    bench.see(packet(0, 1, 60));
    bench.see(packet(7, 1, 60));
    assert_eq!(
        bench.finish(),
        "[60]\na - - - - - 60 119 - - SKIPDATA\na 192.0.2.1 10.0.0.1 1 1 100 60 60 ACCEPT 0 OK"
    );
    assert_eq!(bench.meter.totals().unknown, 1);
}

#[test]
fn a_failed_source_leaves_its_windows_incomplete() {
    let mut bench = Bench::plain();
    bench.see(packet(0, 1, 60));
    bench.meter.interrupt();
    assert_eq!(
        bench.finish(),
        "[60]\na - - - - - 60 119 - - SKIPDATA\na 192.0.2.1 10.0.0.1 1 1 100 60 60 ACCEPT 0 OK"
    );
}

#[test]
fn sums_of_other_meters_are_divided_by_time() {
    let mut bench = Bench::new("${packets} ${bytes} ${start} ${end} ${tcp-flags}", |_| {});
    bench.see(Observation {
        tcp_flags: 3,
        packets: 10,
        bytes: 1001,
        first: 90 * SECOND,
        last: 210 * SECOND - 1,
        ..packet(0, 1, 0)
    });
    // A quarter, a half and a quarter of the time.
    assert_eq!(
        bench.finish(),
        "[60]\n2 250 90 119 2\n[120]\n5 500 120 179 0\n[180]\n3 251 180 209 1"
    );
    // Where a part would have no packet, its bytes wait for the next one.
    bench.see(Observation {
        packets: 1,
        bytes: 70,
        first: 300 * SECOND,
        last: 400 * SECOND,
        ..packet(0, 1, 0)
    });
    assert_eq!(
        bench.finish(),
        "[240]\n- - 240 299 -\n[300]\n- - 300 359 -\n[360]\n1 70 360 400 0"
    );
}

#[test]
fn times_out_of_all_bounds_do_no_harm() {
    for at in [i64::MIN, i64::MAX] {
        let mut bench = Bench::plain();
        bench.see(Observation {
            first: at,
            last: at,
            ..packet(0, 1, 0)
        });
        bench.see(Observation {
            first: i64::MIN,
            last: i64::MAX,
            ..packet(0, 1, 0)
        });
        bench.lose(None, 0);
        bench.meter.advance(i64::MAX);
        bench.finish();
        assert!(bench.meter.totals().counted + bench.meter.totals().late > 0);
    }
}

/// Exports of other meters may hold any number.
#[test]
fn numbers_beyond_reason_do_no_harm() {
    let mut bench = Bench::new("${packets} ${bytes}", |_| {});
    let huge = |interface| Observation {
        packets: u64::MAX,
        bytes: u64::MAX,
        ..packet(interface, 1, 60)
    };
    let observations = vec![huge(0), huge(0), huge(7), huge(7)];
    bench.meter.add(&Batch {
        observations,
        ..Batch::default()
    });
    let totals = *bench.meter.totals();
    assert_eq!((totals.counted, totals.unknown), (u64::MAX, u64::MAX));
    // The fields are signed.
    let most = i64::MAX;
    let lines = bench.finish();
    assert!(lines.contains(&format!("{most} {most}")), "{lines}");
}
