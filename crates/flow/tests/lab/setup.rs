//! Finds out whether the lab can be built here, and runs the tests.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode, Stdio};

use libtest_mimic::{Arguments, Trial};

use crate::{faults, network, rules, traffic};

/// Says which part of a test a child process plays.
pub const ROLE: &str = "FLOWGAUGE_LAB_ROLE";
/// Says that this process is already inside `unshare`.
const INSIDE: &str = "FLOWGAUGE_LAB_INSIDE";
const PROGRAMS: &[&str] = &["ip", "nft", "iperf3", "tcpdump", "nc", "ping"];

type Test = (&'static str, fn());

const TESTS: &[Test] = &[
    (
        "the firewall takes what is made of any rules",
        rules::accepted_by_nft,
    ),
    (
        "managed: records are what was sent, and what a replay says",
        traffic::managed,
    ),
    (
        "fast: records are what was sent, and what a replay says",
        traffic::fast,
    ),
    ("observing: everything is accepted", traffic::observed),
    (
        "addresses are translated between the two sides of a router",
        traffic::translation,
    ),
    ("devices are found with ids that stay", rules::discovery),
    (
        "an interface disappears and returns",
        faults::interface_returns,
    ),
    ("a namespace is deleted", faults::namespace_deleted),
    (
        "two captures do not share a namespace",
        faults::second_capture,
    ),
    ("rules are gone after the capture", faults::rules_removed),
    (
        "a flood is counted, or told as lost in the records",
        faults::flood,
    ),
    ("privileges are missing", faults::privileges),
    ("nft is missing", faults::without_nft),
    ("a namespace does not exist", faults::no_namespace),
];

pub fn main() -> ExitCode {
    if let Ok(role) = std::env::var(ROLE) {
        faults::child(&role);
        return ExitCode::SUCCESS;
    }
    let mut arguments = Arguments::from_args();
    // Programs of one lab listen on the same ports as those of another, but the machine has few cores.
    arguments.test_threads = Some(1);
    let obstacle = obstacle();
    if let Some(reason) = &obstacle {
        println!("the lab cannot be built here, its tests are skipped: {reason}");
    }
    let trials = TESTS.iter().map(|(name, run)| {
        let trial = Trial::test(*name, || {
            run();
            Ok(())
        });
        trial.with_ignored_flag(obstacle.is_some())
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// Why the lab cannot be built.
fn obstacle() -> Option<String> {
    let missing = |program: &&&str| {
        let found = Command::new("sh")
            .args(["-c", "command -v \"$0\"", program])
            .stdout(Stdio::null())
            .status();
        !found.is_ok_and(|status| status.success())
    };
    if let Some(program) = PROGRAMS.iter().find(missing) {
        return Some(format!("`{program}` is not installed"));
    }
    let probe = format!("fg{}-probe", std::process::id());
    let made = Command::new("ip").args(["netns", "add", &probe]).output();
    match made {
        Ok(output) if output.status.success() => {
            network::ip(&["netns", "delete", &probe]);
            None
        }
        _ if std::env::var_os(INSIDE).is_some() => Some("not even inside `unshare`".to_owned()),
        _ => Some(enter()),
    }
}

/// Runs this program again with all privileges over namespaces of its own; returns only if that fails.
///
/// The outer user is root, who may have a `/run` of its own. The inner one is not: `tcpdump` run by root gives its
/// privileges up in a way that such a namespace does not allow.
fn enter() -> String {
    const OUTER: &[&str] = &["-Urnm", "sh", "-c"];
    const INNER: &str = "mount -t tmpfs lab /run && \
        exec unshare -Unm --map-user=1 --map-group=1 --keep-caps \"$0\" \"$@\"";
    let Ok(program) = std::env::current_exe() else {
        return "the program does not know its own path".to_owned();
    };
    let possible = Command::new("unshare")
        .args(OUTER)
        .args([INNER, "true"])
        .output();
    if !possible.is_ok_and(|output| output.status.success()) {
        return "it needs root, or `unshare -Urnm` and a second one inside".to_owned();
    }
    let error = Command::new("unshare")
        .args(OUTER)
        .arg(INNER)
        .arg(program)
        .args(std::env::args_os().skip(1))
        .env(INSIDE, "1")
        .exec();
    format!("unshare: {error}")
}
