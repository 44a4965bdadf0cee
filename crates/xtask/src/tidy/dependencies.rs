//! Rules about who may use what.

use crate::manifest::Manifest;
use crate::repository::Repository;

/// Crates by folder, and which of ours each may use. The map of ARCHITECTURE.md shows the same.
const EDGES: &[(&str, &[&str])] = &[
    ("event", &[]),
    ("format", &["event"]),
    ("ql", &["event"]),
    ("objects", &[]),
    ("flow", &["event", "format", "objects"]),
    ("pattern", &[]),
    ("demo", &[]),
    ("render", &["event", "ql"]),
    ("engine", &["event", "format", "objects", "pattern", "ql"]),
    (
        "cli",
        &["event", "format", "ql", "flow", "engine", "render", "demo"],
    ),
    ("testkit", &["event", "format", "pattern", "ql"]),
    ("xtask", &["ql"]),
];
/// Tests may use these as well.
const DEV_EDGES: &[(&str, &[&str])] = &[
    ("engine", &["testkit"]),
    ("cli", &["testkit"]),
    ("testkit", &["engine", "demo"]),
];
/// Dependencies that weigh minutes of build time or decide an architecture, and where they may be.
const HEAVY: &[(&str, &[&str])] = &[
    ("datafusion", &["engine"]),
    ("datafusion-functions-aggregate-common", &["engine"]),
    ("object_store", &["objects", "engine"]),
    ("arrow", &["engine", "flow", "cli"]),
    ("parquet", &["engine", "flow", "cli"]),
    ("tokio", &["objects", "engine", "cli"]),
    ("clap", &["cli"]),
];
/// Of these there is one version, the one that DataFusion uses.
const LOCKED_ONCE: &[&str] = &["arrow", "parquet", "object_store", "datafusion"];
/// Most packages in the lock file; it also lists those of other platforms.
const PACKAGES: usize = 380;
const PREFIX: &str = "flowgauge-";

/// Every crate uses only the crates below it.
pub(super) fn edges(repository: &Repository) -> Vec<String> {
    let mut findings = Vec::new();
    for (folder, manifest) in repository.manifests() {
        let Some((_, allowed)) = EDGES.iter().find(|(name, _)| *name == folder) else {
            findings.push(format!(
                "crates/{folder}: add it to EDGES and ARCHITECTURE.md"
            ));
            continue;
        };
        let dev = DEV_EDGES.iter().find(|(name, _)| *name == folder);
        let dev = dev.map_or(&[][..], |(_, names)| names);
        findings.extend(
            ours(manifest.dependencies())
                .filter(|name| !allowed.contains(name))
                .chain(
                    ours(manifest.dev_dependencies())
                        .filter(|name| !allowed.contains(name) && !dev.contains(name)),
                )
                .map(|name| format!("crates/{folder} must not use `{name}`")),
        );
    }
    findings
}

fn ours(names: Vec<&str>) -> impl Iterator<Item = &str> {
    names
        .into_iter()
        .filter_map(|name| name.strip_prefix(PREFIX))
}

/// Light crates build in seconds and elsewhere than on a server, and stay so.
pub(super) fn heavy(repository: &Repository) -> Vec<String> {
    let mut findings = Vec::new();
    for (folder, manifest) in repository.manifests() {
        let mut names = manifest.dependencies();
        names.extend(manifest.dev_dependencies());
        for (heavy, homes) in HEAVY {
            if names.contains(heavy) && !homes.contains(&folder) {
                findings.push(format!(
                    "crates/{folder} must not use `{heavy}`; that is for {}",
                    homes.join(", ")
                ));
            }
        }
    }
    findings
}

/// A foreign dependency that nobody uses is a decision that nobody needs to read.
pub(super) fn used(repository: &Repository) -> Vec<String> {
    let manifests = repository.manifests();
    let workspace = Manifest::parse(repository.text("Cargo.toml"));
    let unused = workspace
        .workspace_dependencies()
        .into_iter()
        .filter(|name| !name.starts_with(PREFIX))
        .filter(|name| {
            !manifests.iter().any(|(_, manifest)| {
                manifest.dependencies().contains(name) || manifest.dev_dependencies().contains(name)
            })
        });
    unused
        .map(|name| format!("Cargo.toml: no crate uses `{name}`; remove it"))
        .collect()
}

/// No fork, no patch, no second Arrow.
pub(super) fn stock(repository: &Repository) -> Vec<String> {
    let mut findings = Vec::new();
    let workspace = Manifest::parse(repository.text("Cargo.toml"));
    for table in ["patch", "replace"] {
        if workspace.has_table(table) {
            findings.push(format!("Cargo.toml: no `[{table}]`; use released crates"));
        }
    }
    let lock = repository.text("Cargo.lock");
    if lock.contains("source = \"git+") {
        findings.push("Cargo.lock: a dependency comes from git; use released crates".to_owned());
    }
    for name in LOCKED_ONCE {
        let line = format!("name = \"{name}\"");
        let versions = lock.lines().filter(|known| **known == line).count();
        if versions > 1 {
            findings.push(format!(
                "Cargo.lock: {versions} versions of `{name}`; use the one of DataFusion"
            ));
        }
    }
    findings
}

/// The number of packages is a cost that everybody pays at every build.
pub(super) fn lock_size(repository: &Repository) -> Vec<String> {
    let packages = packages(repository);
    match packages {
        0 => vec!["Cargo.lock lists no package".to_owned()],
        1..=PACKAGES => Vec::new(),
        _ => vec![format!(
            "Cargo.lock lists {packages} packages, more than {PACKAGES}; is the new one worth it?"
        )],
    }
}

/// How many packages the lock file lists.
pub(super) fn packages(repository: &Repository) -> usize {
    let lock = repository.text("Cargo.lock");
    lock.lines().filter(|line| *line == "[[package]]").count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_can_be_broken() {
        let lock = "[[package]]\nname = \"arrow\"\n".repeat(PACKAGES + 1);
        let repository = Repository::of([
            (
                "Cargo.toml",
                "[workspace.dependencies]\nregex = \"1\"\ncsv = \"1\"\n[patch.crates-io]\n",
            ),
            ("Cargo.lock", lock.as_str()),
            (
                "crates/ql/Cargo.toml",
                "[dependencies]\nflowgauge-event = \"0\"\nflowgauge-engine = \"0\"\nregex = \"1\"\n",
            ),
            ("crates/event/Cargo.toml", "[dependencies]\narrow = \"1\"\n"),
            (
                "crates/engine/Cargo.toml",
                "[dev-dependencies]\nflowgauge-testkit = \"0\"\nflowgauge-render = \"0\"\n",
            ),
            ("crates/new/Cargo.toml", ""),
        ]);
        assert_eq!(
            edges(&repository),
            [
                "crates/engine must not use `render`",
                "crates/new: add it to EDGES and ARCHITECTURE.md",
                "crates/ql must not use `engine`",
            ]
        );
        assert_eq!(
            heavy(&repository),
            ["crates/event must not use `arrow`; that is for engine, flow, cli"]
        );
        assert_eq!(
            used(&repository),
            ["Cargo.toml: no crate uses `csv`; remove it"]
        );
        assert_eq!(stock(&repository).len(), 2);
        assert_eq!(lock_size(&repository).len(), 1);
    }
}
