//! What `flowgauge capture` needs beside the crate that captures: its arguments, signals, and what it
//! shows.

pub mod destination;
pub mod interfaces;
pub mod live;
pub mod progress;
pub mod signals;
pub mod sources;
