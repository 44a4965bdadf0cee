//! What remains of rules that were put in force, in a network namespace of the test's own, when the
//! destination takes nothing: however the capture ends, nobody is refused any more.

use std::fs;
use std::process::Command;

use super::{Outcome, Run, same};
use tempfile::TempDir;

const RULES: &str = "
[[SecurityGroups]]
GroupId = \"sg-1\"
IpPermissionsEgress = [{ IpProtocol = \"-1\", IpRanges = [{ CidrIp = \"0.0.0.0/0\" }] }]
";
const SITE: &str = "
[[interfaces]]
id = \"eni-1\"
device = \"d0\"
addresses = [\"10.9.0.1\"]
security-groups = [\"sg-1\"]
";

/// A device with a cable, and a disk that is full; `start` captures, `state` tells of the rules, and `becomes` waits
/// for a state.
const SETUP: &str = r#"
mount -t tmpfs -o size=4k none disk && head -c 4096 /dev/zero > disk/full || exit 99
ip link add d0 type veth peer name d1 && ip link set d0 up && ip link set d1 up &&
ip address add 10.9.0.1/24 dev d0 && ip neighbour add 10.9.0.2 lladdr 02:00:00:00:00:01 dev d0 || exit 99
loose=/proc/sys/net/netfilter/nf_conntrack_tcp_loose
nft list tables && test "$(cat $loose)" = 1 || exit 99
state() { echo "$(nft list tables) $(cat $loose)"; }
becomes() { for _ in $(seq 1200); do test "$(state)" = "$1" && return; sleep 0.1; done; echo "never: $1"; }
start() {
    $PROGRAM capture --interface d0 --inventory site.toml --rules rules.toml --mode $MODE --to disk &
    process=$!
    becomes 'table inet flowgauge 0'
    ping -c 1 -W 1 10.9.0.2 > ping
}
"#;

/// What a script says that runs after the setup; `None` where there can be no such namespace.
fn in_namespace(mode: &str, script: &str) -> Result<Option<Run>, libtest_mimic::Failed> {
    let folder = TempDir::new()?;
    fs::create_dir(folder.path().join("disk"))?;
    fs::write(folder.path().join("rules.toml"), RULES)?;
    fs::write(folder.path().join("site.toml"), SITE)?;
    let output = Command::new("unshare")
        .args(["-Urnm", "sh", "-c", &format!("{SETUP}{script}")])
        .current_dir(folder.path())
        .env("PROGRAM", env!("CARGO_BIN_EXE_flowgauge"))
        .env("MODE", mode)
        .output()?;
    let run = Run::of(output);
    Ok((run.code != Some(99)).then_some(run))
}

/// Whether a namespace with rules can be made here.
pub fn can_enforce() -> bool {
    let programs = "command -v ip && command -v nft && command -v ping || exit 99";
    matches!(in_namespace("managed", programs), Ok(Some(run)) if run.code == Some(0))
}

fn says(mode: &str, script: &str, expected: &str) -> Outcome {
    match in_namespace(mode, script)? {
        Some(run) => same(&format!("{}{}", run.out, run.err), expected),
        None => Err("the namespace cannot be made any more".into()),
    }
}

const CLOSING: &str = "closing the open windows; again to stop at once\n";

/// While it still tries to write, the rules are gone already.
pub fn rules_end_with_the_capture() -> Outcome {
    for mode in ["managed", "fast"] {
        let script = "start; kill -INT $process; becomes ' 1'
            sleep 0.4; kill -INT $process; wait $process; echo $?";
        says(mode, script, &format!("130\n{CLOSING}"))?;
    }
    Ok(())
}

/// As soon as a second interrupt is told from the first.
pub fn rules_end_before_a_second_interrupt_ends_the_capture() -> Outcome {
    for mode in ["managed", "fast"] {
        let script = "start; kill -INT $process; sleep 1; kill -TERM $process; wait $process; echo $? $(state)";
        says(mode, script, &format!("130 1\n{CLOSING}"))?;
    }
    Ok(())
}

/// What a killed capture leaves, the next one clears away, as it was before both.
pub fn rules_of_a_killed_capture_end_with_the_next() -> Outcome {
    let script = "start; kill -KILL $process; { wait $process; echo $? $(state); } 2> killed
        start; kill -INT $process; sleep 1; kill -TERM $process; wait $process; echo $? $(state)";
    let expected = format!("137 table inet flowgauge 0\n130 1\n{CLOSING}");
    says("managed", script, &expected)
}
