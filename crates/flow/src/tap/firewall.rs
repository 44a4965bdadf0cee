//! Our table in the firewall of a namespace: put in force, and removed at the end.

use std::io::{self, Write};
use std::process::{Command, Stdio};

use super::namespace::Namespace;
use super::nft::{self, Logging};
use crate::inventory::Inventory;
use crate::rules::Policy;
use crate::source::SourceError;

/// Where the settings of connection tracking are.
const FOLDER: &str = "/proc/sys/net/netfilter";
/// Connection tracking must not take up connections in the middle (flow log spec 8.6), and a reset
/// connection is recognised by its timeout.
const SETTINGS: [(&str, &str); 2] = [
    ("nf_conntrack_tcp_loose", "0"),
    ("nf_conntrack_tcp_timeout_close", "10"),
];

/// Our table in a namespace; removed when this is dropped at the latest.
#[derive(Debug)]
pub(super) struct Firewall {
    namespace: Namespace,
    /// Settings as they were before; `None` once all is as it was.
    before: Option<Vec<Setting>>,
}

/// A setting of connection tracking, and its value.
type Setting = (&'static str, String);

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
            let before = before(warnings);
            let noted: Vec<_> = before
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            run_nft(&["-f", "-"], &(table + &nft::memory(&noted)))?;
            settle(&before, warnings);
            Ok(before)
        })?;
        Ok(Self {
            namespace,
            before: Some(before),
        })
    }

    /// Removes the table and restores the settings. Does nothing when that has happened already, or when
    /// the namespace is gone.
    pub(super) fn lower(&mut self) -> Result<(), SourceError> {
        let Some(before) = self.before.take() else {
            return Ok(());
        };
        if !self.namespace.exists() {
            return Ok(());
        }
        let removed = self.namespace.run(|| {
            let removed = run_nft(&["-f", "-"], &nft::removal()).map(drop);
            let written = before.iter().map(|(name, value)| write(name, value));
            written.fold(removed, Result::and)
        });
        removed.map_err(|error| SourceError::Malformed {
            what: self.namespace.title(),
            problem: format!(
                "the rules of the capture, or its settings, may still be in force: {error}; remove the rules \
                 with `nft delete table inet {}`",
                nft::TABLE
            ),
        })
    }

    pub(super) fn namespace(&self) -> &Namespace {
        &self.namespace
    }
}

impl Drop for Firewall {
    fn drop(&mut self) {
        // Nobody is left who could be told of a failure.
        let _ = self.lower();
    }
}

fn write(name: &str, value: &str) -> Result<(), SourceError> {
    let path = format!("{FOLDER}/{name}");
    std::fs::write(&path, value).map_err(|error| SourceError::Io { what: path, error })
}

/// The settings of the thread's namespace as they were before any capture: one that was killed has left
/// its table, with what it found.
fn before(warnings: &mut Vec<String>) -> Vec<Setting> {
    let listing = run_nft(&["list", "chain", "inet", nft::TABLE, nft::MEMORY], "");
    // There is none when the last capture ended well.
    let listing = listing.unwrap_or_default();
    let left = |name| nft::remembered(&listing).find(|(known, _)| *known == name);
    let mut settings = Vec::new();
    for (name, _) in SETTINGS {
        let value = match left(name) {
            Some((_, value)) => Ok(value.to_owned()),
            None => std::fs::read_to_string(format!("{FOLDER}/{name}")),
        };
        match value {
            Ok(value) => settings.push((name, value.trim_end().to_owned())),
            Err(error) => warnings.push(unsettled(name, &error.to_string())),
        }
    }
    settings
}

/// Changes those settings of the thread's namespace whose values are known.
fn settle(before: &[Setting], warnings: &mut Vec<String>) {
    for (name, value) in SETTINGS {
        if before.iter().any(|(known, _)| *known == name)
            && let Err(error) = write(name, value)
        {
            warnings.push(unsettled(name, &error.to_string()));
        }
    }
}

fn unsettled(name: &str, error: &str) -> String {
    format!(
        "{name} could not be set ({error}); packets of closed connections may be recorded as accepted"
    )
}

/// Runs `nft` in the thread's namespace, hands commands to it, and returns what it says.
fn run_nft(arguments: &[&str], commands: &str) -> Result<String, SourceError> {
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
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
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
        _ => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
    }
}
