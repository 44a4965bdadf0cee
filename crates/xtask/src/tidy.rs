//! The checks, one list.

use crate::repository::Repository;

mod dependencies;
mod documents;
mod sources;

/// One rule of the repository.
pub struct Check {
    /// Name, as the test and the report show it.
    pub name: &'static str,
    /// Finds what breaks the rule: one line each, with the path and what to do.
    pub run: fn(&Repository) -> Vec<String>,
}

/// Every rule.
pub const CHECKS: &[Check] = &[
    Check {
        name: "crates depend on each other as the map says",
        run: dependencies::edges,
    },
    Check {
        name: "heavy dependencies stay in their crates",
        run: dependencies::heavy,
    },
    Check {
        name: "every workspace dependency is used",
        run: dependencies::used,
    },
    Check {
        name: "the engine's libraries are stock and locked once",
        run: dependencies::stock,
    },
    Check {
        name: "the lock file stays small",
        run: dependencies::lock_size,
    },
    Check {
        name: "files are short",
        run: sources::length,
    },
    Check {
        name: "there is no mod.rs",
        run: sources::no_mod_rs,
    },
    Check {
        name: "files begin by saying what they are for",
        run: sources::prologue,
    },
    Check {
        name: "nothing is left unfinished",
        run: sources::unfinished,
    },
    Check {
        name: "only one place reads the clock",
        run: sources::clock,
    },
    Check {
        name: "the language and the formats do no I/O",
        run: sources::pure,
    },
    Check {
        name: "unsafe code stays in its rooms",
        run: sources::unsafe_rooms,
    },
    Check {
        name: "generated documents are fresh",
        run: documents::fresh,
    },
    Check {
        name: "README names every command",
        run: documents::readme,
    },
    Check {
        name: "ARCHITECTURE names every crate and dependency",
        run: documents::architecture,
    },
    Check {
        name: "ARCHITECTURE counts packages and rooms of unsafe code",
        run: documents::figures,
    },
];
