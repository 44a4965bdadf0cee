//! From packets to VPC flow log records.
//!
//! A [`Source`] delivers observations: packets (or sums of packets) with the interface they crossed,
//! the direction, and the verdict of the rules on them. The meter adds them up per interface, window
//! and flow, and gives one [`FlowRecord`] a flow when a window closes. A record format turns records
//! into the fields of a flow log, and a [`Sink`] writes them where they are wanted.
//!
//! ```text
//!  pcap, nflog, ring, ipfix, hubble      rules        windows of 60 or 600 s      ${…} formats
//!  Source ──▶ Observation ──────────────▶ Action ──▶ meter ──▶ FlowRecord ──▶ fields ──▶ Sink
//! ```
//!
//! The crate has no server and no command line in it: both use it.

pub mod capture;
pub mod document;
pub mod evaluator;
pub mod exclude;
pub mod fields;
pub mod inventory;
pub mod judge;
pub mod meter;
pub mod observation;
pub mod packet;
pub mod packet_builder;
pub mod record;
pub mod record_format;
pub mod rules;
pub mod sink;
pub mod source;
mod table;
pub mod tap;

pub use fields::FieldValue;
pub use inventory::{Interface, InterfaceKey, Inventory};
pub use judge::{AcceptAll, Judge, Question, Verdict};
pub use meter::{Meter, MeterOptions, Traffic};
pub use observation::{Action, Direction, Observation, RejectReason, Tuple};
pub use record::{ClosedWindow, Flow, FlowRecord, LogStatus};
pub use record_format::RecordFormat;
pub use sink::{Sink, SinkError};
pub use source::{Batch, Loss, Source, SourceError, Supply};
