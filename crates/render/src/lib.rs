//! Results and diagnostics as people and programs read them.
//!
//! A result is a list of [`Column`]s and rows of [`Value`]s. Each way of printing one is an
//! [`Output`] in a file of its own, listed once in [`outputs::OUTPUTS`]. Diagnostics of a query
//! print as underlined source or as JSON ([`diagnostics`]). Nothing here knows Arrow or looks at
//! the environment: whoever calls says how wide the terminal is and whether colours are welcome.

pub mod cell;
mod chart;
pub mod column;
pub mod diagnostics;
pub mod outputs;

pub use column::{Column, Role};
pub use flowgauge_event::Value;
pub use outputs::{OUTPUTS, Output, OutputKind, Settings, find};
