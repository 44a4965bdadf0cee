//! Rules about documents.

use super::dependencies::packages;
use super::sources::UNSAFE;
use crate::documents::DOCUMENTS;
use crate::manifest::Manifest;
use crate::repository::Repository;

/// What is generated was generated from the present registries.
pub(super) fn fresh(repository: &Repository) -> Vec<String> {
    DOCUMENTS
        .iter()
        .filter(|document| repository.text(document.path) != (document.text)())
        .map(|document| {
            format!(
                "{} is out of date; run `cargo run --release --bin xtask -- docs`",
                document.path
            )
        })
        .collect()
}

/// Users find every command of the program on the first page.
pub(super) fn readme(repository: &Repository) -> Vec<String> {
    let readme = repository.text("README.md");
    let folder = "crates/cli/src/commands/";
    repository
        .below(folder)
        .filter_map(|(path, _)| path.strip_prefix(folder)?.strip_suffix(".rs"))
        .filter(|command| *command != "tests" && !command.contains('/'))
        .filter(|command| !readme.contains(&format!("`{command}`")))
        .map(|command| format!("README.md: the table of commands lacks `{command}`"))
        .collect()
}

/// The map shows every crate, and says why each dependency is there.
pub(super) fn architecture(repository: &Repository) -> Vec<String> {
    let page = repository.text("ARCHITECTURE.md");
    let workspace = Manifest::parse(repository.text("Cargo.toml"));
    let dependencies = workspace
        .workspace_dependencies()
        .into_iter()
        .filter(|name| !name.starts_with("flowgauge-"))
        .map(|name| format!("`{name}`"));
    let crates = repository
        .manifests()
        .into_iter()
        .map(|(folder, _)| format!("`crates/{folder}`"));
    crates
        .chain(dependencies)
        .filter(|name| !page.contains(name))
        .map(|name| format!("ARCHITECTURE.md does not mention {name}"))
        .collect()
}

/// What the map says in numbers and lists is so.
pub(super) fn figures(repository: &Repository) -> Vec<String> {
    let page = repository.text("ARCHITECTURE.md");
    let packages = format!("Cargo.lock lists {} packages", packages(repository));
    let count = (!page.contains(&packages)).then(|| format!("ARCHITECTURE.md: write `{packages}`"));
    let file = |path: &&'static str| path.rsplit('/').next().unwrap_or_default();
    let rooms = UNSAFE
        .iter()
        .filter(|path| !page.contains(&format!("{}`", file(path))))
        .map(|path| format!("ARCHITECTURE.md: say why {path} has unsafe code"));
    count.into_iter().chain(rooms).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_can_be_broken() {
        let repository = Repository::of([
            ("README.md", "| `query` | asks |"),
            (
                "ARCHITECTURE.md",
                "`crates/cli` stands on `regex`. Cargo.lock lists 1 packages. `tap/ring.rs`",
            ),
            ("Cargo.lock", "[[package]]\n[[package]]\n"),
            (
                "Cargo.toml",
                "[workspace.dependencies]\nregex = \"1\"\ncsv = \"1\"\nflowgauge-ql = \"0\"\n",
            ),
            ("crates/cli/Cargo.toml", ""),
            ("crates/ql/Cargo.toml", ""),
            ("crates/cli/src/commands/query.rs", ""),
            ("crates/cli/src/commands/check.rs", ""),
            ("crates/cli/src/commands/tests.rs", ""),
            ("docs/language.md", "An older text."),
        ]);
        assert_eq!(fresh(&repository).len(), 1);
        let wrong = figures(&repository);
        assert_eq!(
            wrong[0],
            "ARCHITECTURE.md: write `Cargo.lock lists 2 packages`"
        );
        assert_eq!(wrong.len(), UNSAFE.len(), "{wrong:?}");
        assert_eq!(
            readme(&repository),
            ["README.md: the table of commands lacks `check`"]
        );
        assert_eq!(
            architecture(&repository),
            [
                "ARCHITECTURE.md does not mention `crates/ql`",
                "ARCHITECTURE.md does not mention `csv`",
            ]
        );
    }
}
