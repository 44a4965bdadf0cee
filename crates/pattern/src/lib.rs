//! Log templates: which lines came from the same statement of a program, and what varies in them.
//!
//! A [`Miner`] takes lines one by one. Each is cut into tokens ([`scan`]); what looks like a value
//! (a number, an address, a time, an identifier) counts as one of its kind. The sequences of what
//! is left form a bounded tree (`trie`), at whose leaves lines are counted (`leaf`). At the end the
//! leaves of one shape are divided into patterns (`cluster`), and the places where the leaves of a
//! pattern differ become `<Token-N>` as well.
//!
//! Miners can be merged, also through bytes ([`Miner::encode`]), and the patterns do not depend on
//! how lines were divided over them. The crate does no I/O.

#![warn(missing_docs)]

mod anomaly;
mod classify;
mod cluster;
mod codec;
mod hash;
mod json;
mod leaf;
mod miner;
mod pattern;
pub mod scan;
mod severity;
mod time;
mod timeline;
pub mod token;
mod trie;

pub use anomaly::{Anomaly, AnomalyKind};
pub use codec::Corrupt;
pub use leaf::Detail;
pub use miner::{Miner, Settings, Side};
pub use pattern::{DynamicToken, Pattern};
pub use severity::label as severity;
