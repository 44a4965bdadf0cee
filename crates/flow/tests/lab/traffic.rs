//! Traffic of real programs, and what the records say of it.

use std::io::Read;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use flowgauge_flow::evaluator::{Evaluator, Unopened};
use flowgauge_flow::packet::{self, Frame, LinkType};
use flowgauge_flow::rules::Policy;
use flowgauge_flow::tap::live::Live;
use flowgauge_flow::tap::managed::ManagedNamespace;
use flowgauge_flow::tap::offload::Offload;
use flowgauge_flow::{Action, Direction, InterfaceKey, Inventory, Judge, Observation, Source};

use crate::network::{self, Lab, command, in_namespace, run, until};
use crate::recorder::{Recorder, Seen, Sums};
use crate::rules::{self, RULES};
use Action::{Accept, Reject};
use Direction::{Egress, Ingress};

const MTU: u32 = 1500;
/// Ports of the scan.
const SCAN: std::ops::Range<u16> = 1000..1050;
/// What iperf3 sends.
const BULK: u64 = 20_000_000;

/// A program that runs until it is dropped.
pub struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn background(space: &str, program: &str, arguments: &[&str]) -> Running {
    let mut command = command(space, program, arguments);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    Running(child.expect("the program starts"))
}

/// Waits until something listens on a port.
fn listening(space: &str, protocol: &str, port: u16) {
    // How a socket's own port and the state of waiting read in the tables of the kernel.
    let own = format!(":{port:04X}");
    let state = if protocol == "tcp" { "0A" } else { "07" };
    until(&format!("something listens on {protocol} {port}"), || {
        in_namespace(space, || {
            ["", "6"].iter().any(|family| {
                let path = format!("/proc/thread-self/net/{protocol}{family}");
                let table = std::fs::read_to_string(path).unwrap_or_default();
                table.lines().skip(1).any(|line| {
                    let mut columns = line.split_whitespace().skip(1);
                    let here = columns.next().is_some_and(|here| here.ends_with(&own));
                    here && columns.nth(1) == Some(state)
                })
            })
        })
    });
}

/// Sends a text to a listening `nc` and waits for the end of the connection.
pub fn session(lab: &Lab, address: &str, port: u16) {
    let text = port.to_string();
    let family = if address.contains(':') { "-6" } else { "-4" };
    let server = background(lab.server(), "nc", &[family, "-l", "-p", &text]);
    listening(lab.server(), "tcp", port);
    let script = format!("echo hello | nc {family} -N -w 2 {address} {port}");
    run(lab.client(), "sh", &["-c", &script]);
    drop(server);
}

struct Capture {
    tcpdump: Running,
    file: tempfile::NamedTempFile,
}

impl Capture {
    fn start(space: &str, device: &str) -> Self {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let path = file.path().to_str().expect("a path").to_owned();
        let tcpdump = background(
            space,
            "tcpdump",
            &[
                "-i",
                device,
                "-U",
                "--immediate-mode",
                "-s",
                "128",
                "-B",
                "32768",
                "-w",
                &path,
            ],
        );
        // tcpdump writes the file's head once it listens.
        until("tcpdump listens", || length(file.path()) >= 24);
        Self { tcpdump, file }
    }

    /// The frames with their true lengths and times in microseconds.
    fn stop(self) -> Vec<(i64, usize, Vec<u8>)> {
        let mut before = 0;
        while before != length(self.file.path()) {
            before = length(self.file.path());
            std::thread::sleep(Duration::from_secs(1));
        }
        // Interrupted, it writes what it still holds.
        let process = self.tcpdump.0.id().to_string();
        let _ = Command::new("kill").args(["-INT", &process]).status();
        let mut tcpdump = self.tcpdump;
        tcpdump.0.wait().expect("tcpdump ends");
        frames(self.file.path())
    }
}

fn length(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |data| data.len())
}

/// A plain reader of capture files in the machine's byte order.
fn frames(path: &Path) -> Vec<(i64, usize, Vec<u8>)> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .expect("a capture")
        .read_to_end(&mut bytes)
        .expect("read");
    let word = |at: usize| u32::from_ne_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    let mut frames = Vec::new();
    let mut at = 24;
    while at + 16 <= bytes.len() {
        let kept = word(at + 8) as usize;
        let time = i64::from(word(at)) * 1_000_000 + i64::from(word(at + 4));
        let Some(frame) = bytes.get(at + 16..at + 16 + kept) else {
            break;
        };
        frames.push((time, word(at + 12) as usize, frame.to_vec()));
        at += 16 + kept;
    }
    frames
}

/// Rules replayed over a capture.
fn replay(frames: &[(i64, usize, Vec<u8>)], inventory: &Inventory, rules: &str) -> Seen {
    let mut judge = Evaluator::new(rules::policy(rules, inventory), Unopened::Refuse);
    let mut fragments = packet::FragmentCache::default();
    let mut offload = Offload::default();
    let mut seen = Seen::default();
    let key = InterfaceKey(0);
    let own = &inventory.get(key).expect("an interface").addresses;
    for (at, length, frame) in frames {
        let Frame::Ip(mut packet) = packet::decode(LinkType::Ethernet, frame, *length) else {
            continue;
        };
        fragments.resolve(&mut packet, *at);
        let direction = if own.contains(&packet.tuple.source) {
            Egress
        } else {
            Ingress
        };
        let verdict = judge.judge(&packet.question(key, direction, *at));
        let (packets, bytes) = offload.wire(key, &packet, MTU);
        seen.add(&Observation {
            interface: key,
            direction,
            tuple: packet.tuple,
            action: verdict.action,
            reject_reason: None,
            tcp_flags: packet.tcp_flags,
            packets,
            bytes,
            first: *at,
            last: *at,
        });
    }
    seen.settle()
}

pub fn traffic(lab: &Lab) {
    let client = lab.client();
    session(lab, "10.2.0.2", 22);
    session(lab, "fd02::2", 22);
    run(client, "nc", &["-z", "-w", "1", "10.2.0.2", "3389"]);
    run(
        client,
        "ping",
        &["-c", "2", "-i", "0.2", "-W", "1", "10.2.0.2"],
    );
    run(
        client,
        "ping",
        &["-6", "-c", "2", "-i", "0.2", "-W", "1", "fd02::2"],
    );
    let udp = background(lab.server(), "nc", &["-u", "-l", "-p", "5000"]);
    listening(lab.server(), "udp", 5000);
    run(
        client,
        "sh",
        &["-c", "head -c 4000 /dev/zero | nc -u -w 1 10.2.0.2 5000"],
    );
    drop(udp);
    // The same to a port that is refused, so that every fragment is.
    for target in ["10.2.0.2", "fd02::2"] {
        let datagram = format!("head -c 4000 /dev/zero | nc -u -w 1 {target} 4999");
        run(client, "sh", &["-c", &datagram]);
    }
    in_namespace(client, || {
        for port in SCAN {
            let target = SocketAddr::from(([10, 2, 0, 2], port));
            // Refused by silence: there is nothing to wait for.
            let _ = TcpStream::connect_timeout(&target, Duration::from_millis(1));
        }
    });
    let server = background(lab.server(), "iperf3", &["-s", "-1"]);
    listening(lab.server(), "tcp", 5201);
    let sent = run(
        client,
        "iperf3",
        &["-c", "10.2.0.2", "-n", &BULK.to_string()],
    );
    assert!(
        sent.status.success(),
        "{}",
        String::from_utf8_lossy(&sent.stdout)
    );
    drop(server);
}

pub fn managed() {
    compare(|inventory, policy, space| {
        let source = ManagedNamespace::start(inventory, policy, Some(space));
        Box::new(source.expect("a source"))
    });
}

pub fn fast() {
    compare(|inventory, policy, space| {
        let source = Live::fast(inventory, policy, Some(space));
        Box::new(source.expect("a source"))
    });
}

type Start = fn(&Inventory, &Policy, &str) -> Box<dyn Source + Send>;

/// Records the traffic, and compares with what was sent and with a replay of a capture.
fn compare(start: Start) {
    let lab = Lab::build();
    let inventory = rules::server(&lab);
    let policy = rules::policy(RULES, &inventory);
    let recorder = Recorder::start(start(&inventory, &policy, lab.server()));
    let capture = Capture::start(lab.server(), "s0");
    let before = received(lab.server());
    traffic(&lab);
    let received = received(lab.server()) - before;
    let frames = capture.stop();
    let seen = recorder.stop();
    assert!(seen.error.is_none() && seen.losses.is_empty(), "{seen:?}");
    what_was_sent(&seen);
    counted(&seen, received);
    same(&seen, &replay(&frames, &inventory, RULES));
}

/// Without rules, everything counts as accepted.
pub fn observed() {
    let lab = Lab::build();
    let inventory = rules::server(&lab);
    let source = Live::observe(&inventory, Some(lab.server())).expect("a source");
    let recorder = Recorder::start(source);
    let capture = Capture::start(lab.server(), "s0");
    traffic(&lab);
    let frames = capture.stop();
    let seen = recorder.stop();
    assert!(seen.error.is_none() && seen.losses.is_empty(), "{seen:?}");
    let open = "[[SecurityGroups]]\nGroupId = \"sg-open\"\n\
        IpPermissions = [{ IpProtocol = \"-1\", IpRanges = [{ CidrIp = \"0.0.0.0/0\" }], Ipv6Ranges = [{ CidrIpv6 = \"::/0\" }] }]\n\
        IpPermissionsEgress = [{ IpProtocol = \"-1\", IpRanges = [{ CidrIp = \"0.0.0.0/0\" }], Ipv6Ranges = [{ CidrIpv6 = \"::/0\" }] }]\n";
    same(&seen, &replay(&frames, &inventory, open));
    let refused = seen.flow(Egress, "10.2.0.2:3389 > 10.1.0.2:* 6", Accept);
    assert!(
        refused.tcp_flags & 4 != 0,
        "without rules, the closed port answers"
    );
}

pub fn what_was_sent(seen: &Seen) {
    // Allowed SSH, both ways, from its SYN to its FIN.
    for (direction, flow) in [
        (Ingress, "10.1.0.2:* > 10.2.0.2:22 6"),
        (Egress, "10.2.0.2:22 > 10.1.0.2:* 6"),
        (Ingress, "fd01::2:* > fd02::2:22 6"),
        (Egress, "fd02::2:22 > fd01::2:* 6"),
    ] {
        let sums = seen.flow(direction, flow, Accept);
        assert!(
            sums.packets >= 3 && sums.tcp_flags & 3 == 3,
            "{flow}: {sums:?} of {seen:#?}"
        );
        assert_eq!(
            seen.flow(direction, flow, Reject),
            Sums::default(),
            "{flow}"
        );
    }
    // Refused RDP: SYNs of 60 bytes, and nothing the other way.
    let rdp = seen.flow(Ingress, "10.1.0.2:* > 10.2.0.2:3389 6", Reject);
    assert!(
        rdp.packets >= 1 && rdp.bytes == 60 * rdp.packets && rdp.tcp_flags == 2,
        "{rdp:?}"
    );
    assert_eq!(
        seen.flow(Egress, "10.2.0.2:3389 > 10.1.0.2:* 6", Accept),
        Sums::default()
    );
    // Ping: two requests of 84 bytes come in, both replies are refused. Over IPv6 all pass.
    let ping = |packets, bytes| Sums {
        packets,
        bytes,
        tcp_flags: 0,
    };
    for (direction, flow, action, bytes) in [
        (Ingress, "10.1.0.2 > 10.2.0.2 1", Accept, 168),
        (Egress, "10.2.0.2 > 10.1.0.2 1", Reject, 168),
        (Ingress, "fd01::2 > fd02::2 58", Accept, 208),
        (Egress, "fd02::2 > fd01::2 58", Accept, 208),
    ] {
        assert_eq!(seen.flow(direction, flow, action), ping(2, bytes), "{flow}");
    }
    // A datagram of 4000 bytes travels in three fragments.
    let datagram = ping(3, 4008 + 3 * 20);
    assert_eq!(
        seen.flow(Ingress, "10.1.0.2:* > 10.2.0.2:5000 17", Accept),
        datagram
    );
    for (refused, bytes) in [
        ("10.1.0.2:* > 10.2.0.2:4999 17", 4008 + 3 * 20),
        ("fd01::2:* > fd02::2:4999 17", 4008 + 3 * 48),
    ] {
        assert_eq!(seen.flow(Ingress, refused, Reject), ping(3, bytes));
        assert_eq!(seen.flow(Ingress, refused, Accept), Sums::default());
    }
    for port in SCAN {
        let probe = seen.flow(Ingress, &format!("10.1.0.2:* > 10.2.0.2:{port} 6"), Reject);
        assert_eq!((probe.packets, probe.tcp_flags), (1, 2), "port {port}");
    }
    // iperf3 sends about what it was told; how much it was is compared with the device's counter.
    let bulk = seen.flow(Ingress, "10.1.0.2:* > 10.2.0.2:5201 6", Accept);
    let least = BULK / 2 / 1448;
    assert!(bulk.packets >= least, "{bulk:?}");
}

/// Bytes that the server's device has received.
fn received(space: &str) -> u64 {
    let file = "/proc/thread-self/net/dev";
    let table = in_namespace(space, || {
        std::fs::read_to_string(file).expect("the counters")
    });
    let line = table
        .lines()
        .find(|line| line.trim().starts_with("s0:"))
        .expect("the device");
    line.split_whitespace()
        .nth(1)
        .and_then(|bytes| bytes.parse().ok())
        .expect("a number")
}

/// The device counts the link layer, and a segmented packet once: without headers, which are less than
/// a tenth here, both counts are the same.
pub fn counted(seen: &Seen, device: u64) {
    let ingress = seen
        .sums
        .iter()
        .filter(|((_, direction, ..), _)| *direction == Ingress);
    let payload: u64 = ingress
        .map(|(_, sums)| sums.bytes - sums.packets * 52.min(sums.bytes / sums.packets))
        .sum();
    let device = device as f64;
    let share = payload as f64 / device;
    assert!((0.99..1.0).contains(&share), "{payload} of {device} bytes");
}

/// Compares with another recording of the same packets. A tap on the wire never sees what was refused
/// on the way out.
pub fn same(seen: &Seen, other: &Seen) {
    let judged = |seen: &Seen| {
        let both = |flow: &str| {
            let ends: Vec<&str> = flow.split(' ').collect();
            [ends[0], ends[2]]
                .iter()
                .any(|end| end.starts_with("10.1.0.2") || end.starts_with("fd01::2"))
        };
        let sums = seen.sums.iter();
        let wanted = sums.filter(|((_, direction, flow, action), _)| {
            both(flow) && !(*direction == Egress && *action == Reject)
        });
        wanted
            .map(|(key, sums)| (key.clone(), *sums))
            .collect::<Vec<_>>()
    };
    let (left, right) = (judged(seen), judged(other));
    for (one, two) in left.iter().zip(&right) {
        assert_eq!(one, two, "left: {left:#?}\nright: {right:#?}");
    }
    assert_eq!(
        left.len(),
        right.len(),
        "left: {left:#?}\nright: {right:#?}"
    );
    assert!(left.len() > 8);
}

pub fn translation() {
    let lab = Lab::build();
    let nat = "add table ip nat; add chain ip nat post { type nat hook postrouting priority 100; }; \
               add rule ip nat post oifname r1 masquerade";
    let output = run(lab.router(), "nft", &[nat]);
    assert!(output.status.success(), "{output:?}");
    let devices: [(&str, &[&str]); 2] = [("r0", &["10.1.0.1"]), ("r1", &["10.2.0.1"])];
    let inventory = rules::inventory(lab.router(), &devices);
    let open = "[[SecurityGroups]]\nGroupId = \"sg-open\"\n\
        IpPermissions = [{ IpProtocol = \"-1\", IpRanges = [{ CidrIp = \"10.1.0.0/16\" }] }]\n\
        IpPermissionsEgress = [{ IpProtocol = \"-1\", IpRanges = [{ CidrIp = \"0.0.0.0/0\" }] }]\n";
    let policy = rules::policy(open, &inventory);
    let source =
        ManagedNamespace::start(&inventory, &policy, Some(lab.router())).expect("a source");
    let recorder = Recorder::start(source);
    session(&lab, "10.2.0.2", 22);
    // The server may not open connections to the client.
    network::run(lab.server(), "nc", &["-z", "-w", "1", "10.1.0.2", "80"]);
    let seen = recorder.stop();
    let (inner, outer) = (InterfaceKey(0), InterfaceKey(1));
    for (interface, direction, flow) in [
        (inner, Ingress, "10.1.0.2:* > 10.2.0.2:22 6"),
        (outer, Egress, "10.2.0.1:* > 10.2.0.2:22 6"),
        (outer, Ingress, "10.2.0.2:22 > 10.2.0.1:* 6"),
        (inner, Egress, "10.2.0.2:22 > 10.1.0.2:* 6"),
    ] {
        let sums = seen.flow_of(interface, direction, flow, Accept);
        assert!(
            sums.packets >= 3 && sums.tcp_flags & 3 == 3,
            "{flow}: {seen:#?}"
        );
    }
    let refused = seen.flow_of(outer, Ingress, "10.2.0.2:* > 10.1.0.2:80 6", Reject);
    assert!(refused.packets >= 1, "{seen:#?}");
    let passed = seen.flow_of(inner, Egress, "10.2.0.2:* > 10.1.0.2:80 6", Accept);
    assert_eq!(passed.packets, 0);
}
