//! Flow log records of a made-up site over one day, the same for the same seed, with known answers.
//!
//! A [`Generator`] yields records in the order in which flow logs are delivered: by end, then by
//! interface. Every window of the day is a function of the seed, the number of records and the
//! window alone, so parts of a day can be made apart and agree. Among ordinary traffic of a site
//! with load balancers, web, application and data tiers there are planted incidents: a sweep, a
//! port scan, an exfiltration, refused clients. [`Answers`] says what a query has to find; it is
//! counted from the records that were really written.
//!
//! All outside addresses come from ranges reserved for documentation and benchmarks, so that no
//! real host is accused of anything.

pub mod answers;
pub mod class;
pub mod generator;
mod incidents;
pub mod layout;
pub mod packets;
mod plan;
pub mod record;
mod rng;
pub mod site;
mod traffic;
pub mod write;

pub use answers::{Answers, Tally};
pub use class::Class;
pub use generator::{Generator, PlanError};
pub use layout::{Layout, LayoutError};
pub use packets::PacketWriter;
pub use record::{Record, Status};
pub use write::{Shape, write};

/// First second of the day that is generated: 2026-01-14T00:00:00Z, a Wednesday.
pub const DAY_START: i64 = 1_768_348_800;
/// Length of an aggregation window, seconds.
pub const WINDOW_SECONDS: i64 = 60;
/// Windows of the day.
pub const WINDOWS: usize = 1_440;
/// Fewest records that hold every planted incident.
pub const MIN_RECORDS: u64 = 1_000;
