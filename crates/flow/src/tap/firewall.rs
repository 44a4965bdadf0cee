//! Our table in the firewall of a namespace: put in force, and removed at the end.

use std::io::{self, Write};
use std::process::{Command, Stdio};

use super::namespace::Namespace;
use super::nft::{self, Logging};
use crate::inventory::Inventory;
use crate::rules::Policy;
use crate::source::SourceError;

/// Connection tracking must not take up connections in the middle (flow log spec 8.6), and a reset
/// connection is recognised by its timeout.
const SETTINGS: [(&str, &str); 2] = [
    ("/proc/sys/net/netfilter/nf_conntrack_tcp_loose", "0"),
    (
        "/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_close",
        "10",
    ),
];

/// Our table in a namespace; removed when this is dropped.
#[derive(Debug)]
pub(super) struct Firewall {
    namespace: Namespace,
    /// Settings as they were before.
    before: Vec<(&'static str, String)>,
}

impl Firewall {
    /// Puts the rules in force.
    pub(super) fn raise(
        namespace: Namespace,
        inventory: &Inventory,
        policy: &Policy,
        logging: Logging,
        warnings: &mut Vec<String>,
    ) -> Result<Self, SourceError> {
        let own = inventory.iter().filter(|(_, known)| {
            known.namespace.as_deref() == namespace.name() && !known.device.is_empty()
        });
        let devices: Vec<_> = own
            .filter_map(|(key, known)| Some((known.device.as_str(), policy.get(key)?)))
            .collect();
        if devices.is_empty() {
            return Err(SourceError::Malformed {
                what: namespace.title(),
                problem: "the inventory has no interface there whose rules could be put in force"
                    .to_owned(),
            });
        }
        let table = nft::table(&devices, logging).map_err(|error| SourceError::Malformed {
            what: namespace.title(),
            problem: error.to_string(),
        })?;
        let before = namespace.run(|| {
            run_nft(&table)?;
            Ok(settle(warnings))
        })?;
        Ok(Self { namespace, before })
    }

    pub(super) fn namespace(&self) -> &Namespace {
        &self.namespace
    }
}

impl Drop for Firewall {
    fn drop(&mut self) {
        if !self.namespace.exists() {
            return;
        }
        // Nobody is left who could be told of a failure; `nft` has said it on standard error.
        let _ = self.namespace.run(|| {
            for (path, value) in &self.before {
                let _ = std::fs::write(path, value);
            }
            run_nft(&nft::removal())
        });
    }
}

/// Changes settings of the thread's namespace; returns what they were.
fn settle(warnings: &mut Vec<String>) -> Vec<(&'static str, String)> {
    let mut before = Vec::new();
    for (path, value) in SETTINGS {
        let was = std::fs::read_to_string(path);
        match was.and_then(|was| std::fs::write(path, value).map(|()| was)) {
            Ok(was) => before.push((path, was)),
            Err(error) => warnings.push(format!(
                "{path} could not be set to {value} ({error}); packets of closed connections may be recorded as accepted"
            )),
        }
    }
    before
}

/// Hands commands to `nft`, in the thread's namespace.
fn run_nft(commands: &str) -> Result<(), SourceError> {
    let failed = |error: io::Error| {
        match error.kind() {
        io::ErrorKind::NotFound => SourceError::Malformed {
            what: "nft".to_owned(),
            problem: "this program is needed to put rules in force, and is not installed; install the package `nftables`, or observe without rules".to_owned(),
        },
        _ => SourceError::Io {
            what: "nft".to_owned(),
            error,
        },
    }
    };
    let mut nft = Command::new("nft")
        .args(["-f", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let written = nft
        .stdin
        .take()
        .map(|mut input| input.write_all(commands.as_bytes()));
    let output = nft.wait_with_output().map_err(failed)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let first = said.lines().next().unwrap_or("it says nothing").to_owned();
        if first.contains("Operation not permitted") {
            return Err(SourceError::Privilege {
                what: "putting rules in force with `nft`".to_owned(),
                capability: "CAP_NET_ADMIN",
                instead:
                    "observing without rules needs only CAP_NET_RAW, and capture files need nothing"
                        .to_owned(),
            });
        }
        return Err(SourceError::Malformed {
            what: "nft".to_owned(),
            problem: format!("it refused the rules: {first}"),
        });
    }
    match written {
        Some(Err(error)) => Err(failed(error)),
        _ => Ok(()),
    }
}
