//! What goes wrong while a capture runs, or before it can.

use std::net::UdpSocket;
use std::process::Command;
use std::time::{Duration, Instant};

use flowgauge_flow::exclude::Exclusions;
use flowgauge_flow::tap::live::Live;
use flowgauge_flow::tap::managed::ManagedNamespace;
use flowgauge_flow::{
    Action, Batch, Direction, Inventory, LogStatus, Loss, Meter, MeterOptions, RecordFormat,
    Source, SourceError,
};

use crate::network::{Lab, in_namespace, ip, run};
use crate::recorder::Recorder;
use crate::rules::{self, RULES};
use crate::setup::ROLE;
use crate::traffic::session;

fn start(lab: &Lab) -> Result<ManagedNamespace, SourceError> {
    let inventory = rules::server(lab);
    let policy = rules::policy(RULES, &inventory);
    ManagedNamespace::start(&inventory, &policy, Some(lab.server()))
}

pub fn interface_returns() {
    let lab = Lab::build();
    let recorder = Recorder::start(start(&lab).expect("a source"));
    session(&lab, "10.2.0.2", 22);
    ip(&["-n", lab.server(), "link", "delete", "s0"]);
    recorder.warned("interface `s0` has disappeared");
    lab.connect(lab.router(), "r1", lab.server(), "s0");
    lab.address(lab.router(), "r1", ["10.2.0.1/24", "fd02::1/64"]);
    lab.address(lab.server(), "s0", ["10.2.0.2/24", "fd02::2/64"]);
    lab.routes();
    recorder.warned("interface `s0` is there");
    run(lab.client(), "ping", &["-c", "1", "-W", "2", "10.2.0.2"]);
    let seen = recorder.stop();
    assert!(seen.error.is_none(), "{:?}", seen.error);
    let ping = seen.flow(Direction::Ingress, "10.1.0.2 > 10.2.0.2 1", Action::Accept);
    assert_eq!(ping.packets, 1, "{seen:#?}");
}

pub fn namespace_deleted() {
    let lab = Lab::build();
    let recorder = Recorder::start(start(&lab).expect("a source"));
    session(&lab, "10.2.0.2", 22);
    lab.delete(lab.server());
    let seen = recorder.failed();
    let error = seen.error.as_ref().expect("an error").to_string();
    assert!(
        error.contains(lab.server()) && error.contains("deleted during the capture"),
        "{error}"
    );
    let ssh = seen.flow(
        Direction::Ingress,
        "10.1.0.2:* > 10.2.0.2:22 6",
        Action::Accept,
    );
    assert!(ssh.packets >= 3);
}

pub fn second_capture() {
    let lab = Lab::build();
    let first = Recorder::start(start(&lab).expect("a source"));
    let error = start(&lab)
        .map(|_| ())
        .expect_err("the second is refused")
        .to_string();
    assert!(error.contains("another capture listens there"), "{error}");
    session(&lab, "10.2.0.2", 22);
    let ssh = first.stop().flow(
        Direction::Ingress,
        "10.1.0.2:* > 10.2.0.2:22 6",
        Action::Accept,
    );
    assert!(ssh.packets >= 3, "the first goes on");
}

pub fn rules_removed() {
    let lab = Lab::build();
    let tables =
        || String::from_utf8(run(lab.server(), "nft", &["list", "ruleset"]).stdout).expect("text");
    let loose = || {
        String::from_utf8(
            run(
                lab.server(),
                "cat",
                &["/proc/sys/net/netfilter/nf_conntrack_tcp_loose"],
            )
            .stdout,
        )
        .expect("text")
    };
    assert_eq!((tables().as_str(), loose().trim()), ("", "1"));
    let source = start(&lab).expect("a source");
    assert!(tables().contains("table inet flowgauge"));
    assert_eq!(loose().trim(), "0");
    drop(source);
    assert_eq!((tables().as_str(), loose().trim()), ("", "1"));
}

/// More packets than a ring and a log can keep while nobody reads.
const FLOOD: u32 = 600_000;

/// Nothing is lost without being reported: what was counted and what is reported as lost are together
/// what was sent, and the records say that something is missing.
pub fn flood() {
    let lab = Lab::build();
    let inventory = rules::server(&lab);
    let managed = start(&lab).expect("a source");
    let ring = Live::observe(&inventory, Some(lab.server())).expect("a source");
    let sent = in_namespace(lab.router(), || {
        let socket = UdpSocket::bind("10.2.0.1:0").expect("a socket");
        socket.connect("10.2.0.2:5000").expect("connected");
        // A refusal of the closed port is an error of the next call, which then sends nothing.
        (0..FLOOD).filter(|_| socket.send(&[0; 16]).is_ok()).count() as u64
    });
    let mut sources: [Box<dyn Source>; 2] = [Box::new(managed), Box::new(ring)];
    for source in &mut sources {
        let mut metered = Metered::new(&inventory);
        metered.drain(source.as_mut());
        // The log tells that it was full, and only the number of the next packet tells of how many.
        run(lab.client(), "ping", &["-c", "1", "-W", "2", "10.2.0.2"]);
        metered.drain(source.as_mut());
        let lost: u64 = metered.losses.iter().filter_map(|loss| loss.packets).sum();
        let counted = metered.meter.totals().counted;
        // Answers of the closed port and neighbour discovery may be among them.
        let all = counted + lost;
        assert!(
            lost > 0 && all >= sent && all < sent + 5_000,
            "{counted} + {lost} of {sent}, {:?}",
            metered.losses
        );
        let statuses = metered.statuses();
        assert!(
            [LogStatus::Ok, LogStatus::SkipData]
                .iter()
                .all(|status| statuses.contains(status)),
            "{statuses:?}"
        );
    }
}

/// A source and the meter, on the thread of the test: nothing is read while it does something else.
struct Metered {
    meter: Meter,
    losses: Vec<Loss>,
}

impl Metered {
    fn new(inventory: &Inventory) -> Self {
        let options = MeterOptions {
            // The flood comes from the router.
            exclusions: Exclusions::none(),
            ..MeterOptions::for_format(&RecordFormat::default())
        };
        Self {
            meter: Meter::new(options, inventory),
            losses: Vec::new(),
        }
    }

    /// Reads until nothing comes for a while.
    fn drain(&mut self, source: &mut dyn Source) {
        let mut batch = Batch::default();
        let mut quiet = Instant::now();
        while quiet.elapsed() < Duration::from_secs(2) {
            let supply = source.next(&mut batch, Duration::from_millis(50));
            assert!(supply.is_ok(), "{supply:?}");
            if !batch.observations.is_empty() || !batch.losses.is_empty() {
                quiet = Instant::now();
            }
            self.meter.add(&batch);
            self.losses.append(&mut batch.losses);
        }
    }

    /// What the records of all windows say of themselves.
    fn statuses(mut self) -> Vec<LogStatus> {
        self.meter.finish();
        let windows = std::iter::from_fn(|| self.meter.next_closed());
        windows
            .flat_map(|window| window.records)
            .map(|record| record.status)
            .collect()
    }
}

pub fn no_namespace() {
    let lab = Lab::build();
    lab.delete(lab.server());
    let error = start(&lab)
        .map(|_| ())
        .expect_err("there is none")
        .to_string();
    assert!(error.contains("there is none of this name"), "{error}");
}

/// What a child process says on its way out.
fn child_says(lab: &Lab, role: &str, command: &mut Command) -> String {
    let output = command
        .env(ROLE, format!("{role} {}", lab.server()))
        .output()
        .expect("the child runs");
    String::from_utf8(output.stdout).expect("text")
}

fn own_path() -> std::path::PathBuf {
    std::env::current_exe().expect("our own path")
}

pub fn without_nft() {
    let lab = Lab::build();
    let said = child_says(
        &lab,
        "managed",
        Command::new(own_path()).env("PATH", "/nowhere"),
    );
    assert!(
        said.contains("nft: this program is needed")
            && said.contains("install the package `nftables`"),
        "{said}"
    );
}

pub fn privileges() {
    let lab = Lab::build();
    // A user namespace of its own, without any right over the namespaces of the lab.
    let said = child_says(
        &lab,
        "managed",
        Command::new("unshare").arg("-U").arg(own_path()),
    );
    assert!(
        said.contains("needs CAP_SYS_ADMIN") && said.contains("capture file"),
        "{said}"
    );
    let said = child_says(
        &lab,
        "observe",
        Command::new("unshare").arg("-U").arg(own_path()),
    );
    assert!(said.contains("needs CAP_NET_RAW"), "{said}");
    let said = child_says(
        &lab,
        "here",
        Command::new("unshare").arg("-U").arg(own_path()),
    );
    assert!(
        said.contains("needs CAP_NET_ADMIN") && said.contains("capture file"),
        "{said}"
    );
}

/// Plays a part in a process of its own and prints the error.
pub fn child(role: &str) {
    let (role, space) = role.split_once(' ').expect("a role and a namespace");
    let inventory = match role {
        "here" | "observe" => {
            let mut inventory = flowgauge_flow::Inventory::default();
            inventory.add(flowgauge_flow::Interface {
                device: "lo".to_owned(),
                ..Default::default()
            });
            inventory
        }
        _ => rules::inventory(space, &[("s0", &["10.2.0.2"])]),
    };
    let policy = rules::policy(RULES, &inventory);
    let started = match role {
        "observe" => Live::observe(&inventory, None).map(drop),
        "here" => ManagedNamespace::start(&inventory, &policy, None).map(drop),
        _ => ManagedNamespace::start(&inventory, &policy, Some(space)).map(drop),
    };
    match started {
        Ok(()) => println!("no error"),
        Err(error) => println!("{error}"),
    }
}
