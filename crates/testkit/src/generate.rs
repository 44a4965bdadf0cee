//! Random data and random queries for property tests, as `proptest` strategies.
//!
//! Data is dirty on purpose: numbers as text, placeholders, empty text, fields that come and go,
//! times that tie. Queries are text, valid by construction, so that a refusal is a finding too.
//! Both shrink. What the language leaves open (maps and lists where they are refused) is not
//! generated.
//!
//! [`LogLines`] are lines of known statements, to judge mined patterns by.

mod combine;
mod data;
mod log_lines;
mod mined;
mod names;
mod ordered;
mod query;
mod words;

pub use combine::{GROUP, TABLES, inputs};
pub use data::{Dataset, dataset, flow_records, json_lines};
pub use log_lines::{LogLine, LogLines};
pub use query::{expression, query};
