//! A reader of the few things in a `Cargo.toml` that the checks need: which tables it has, and the
//! keys in them. Values may span lines; their content is left alone.

/// The keys of a manifest, table by table.
pub struct Manifest {
    entries: Vec<(String, String)>,
}

impl Manifest {
    /// Reads a manifest as Cargo accepts it.
    pub fn parse(text: &str) -> Manifest {
        let mut entries = Vec::new();
        let mut table = String::new();
        let mut depth = 0;
        for line in text.lines() {
            let line = line.split(" #").next().unwrap_or_default().trim();
            if line.starts_with('#') {
                continue;
            }
            // Inside a list or table that was opened on an earlier line.
            let inside = depth > 0;
            if !inside && line.starts_with('[') {
                table = line.trim_matches(['[', ']']).to_owned();
                // `[dependencies.name]` and `[patch.registry]` say something without a key, too.
                entries.push((table.clone(), String::new()));
                continue;
            }
            depth += balance(line);
            if !inside && let Some((key, _)) = line.split_once('=') {
                // `name.workspace = true` is about `name`.
                let key = key.trim().split('.').next().unwrap_or_default();
                entries.push((table.clone(), key.trim_matches('"').to_owned()));
            }
        }
        Manifest { entries }
    }

    /// The names in `[dependencies]`, `[build-dependencies]` and those of single targets.
    pub fn dependencies(&self) -> Vec<&str> {
        let mut names = self.names("dependencies");
        names.extend(self.names("build-dependencies"));
        names
    }

    /// The names in `[dev-dependencies]`.
    pub fn dev_dependencies(&self) -> Vec<&str> {
        self.names("dev-dependencies")
    }

    /// The names in `[workspace.dependencies]`.
    pub fn workspace_dependencies(&self) -> Vec<&str> {
        self.names("workspace.dependencies")
    }

    /// Whether there is a table of this name, or one below it.
    pub fn has_table(&self, name: &str) -> bool {
        self.entries.iter().any(|(table, _)| {
            table
                .strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }

    /// The entries of a table: its keys, and the tables directly below it.
    fn names(&self, wanted: &str) -> Vec<&str> {
        let found = self.entries.iter().filter_map(|(table, key)| {
            let table = without_target(table);
            if table == wanted {
                (!key.is_empty()).then_some(key.as_str())
            } else {
                let below = table.strip_prefix(wanted)?.strip_prefix('.')?;
                key.is_empty().then_some(below)
            }
        });
        found.collect()
    }
}

/// `target.'cfg(unix)'.dependencies` is a table of dependencies like any other.
fn without_target(table: &str) -> &str {
    match table.strip_prefix("target.") {
        Some(rest) => rest.rsplit_once("'.").map_or(rest, |(_, kind)| kind),
        None => table,
    }
}

fn balance(line: &str) -> i32 {
    line.chars()
        .map(|c| match c {
            '[' | '{' => 1,
            ']' | '}' => -1,
            _ => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_name_a_dependency_is_seen() {
        let manifest = Manifest::parse(
            "[package]\nname = \"a\"\n\
             [dependencies]\nserde = \"1\" # why\nregex.workspace = true\n\
             tokio = { version = \"1\", features = [\n  \"rt\",\n] }\n\
             # arrow = \"1\"\n\
             [dependencies.csv]\nversion = \"1\"\n\
             [target.'cfg(unix)'.dependencies]\nlibc = \"0.2\"\n\
             [build-dependencies]\ncc = \"1\"\n\
             [dev-dependencies]\nproptest = \"1\"\n\
             [patch.crates-io]\n",
        );
        assert_eq!(
            manifest.dependencies(),
            ["serde", "regex", "tokio", "csv", "libc", "cc"]
        );
        assert_eq!(manifest.dev_dependencies(), ["proptest"]);
        assert!(manifest.has_table("patch") && !manifest.has_table("replace"));
    }
}
