//! Chores of the repository: documents made from the registries, and the rules of
//! ARCHITECTURE.md that a machine can check.
//!
//! Every rule is a [`tidy::Check`], listed once in [`tidy::CHECKS`]; `cargo test` runs each as a
//! test of its own (`tests/tidy.rs`), so that nobody has to remember a tool.

pub mod documents;
pub mod manifest;
pub mod repository;
pub mod tidy;
