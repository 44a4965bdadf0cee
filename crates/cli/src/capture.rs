//! What `flowgauge capture` needs beside the crate that captures: its arguments, signals, and what it
//! shows.

pub mod destination;
pub mod interfaces;
#[cfg(target_os = "linux")]
pub mod live;
#[cfg(not(target_os = "linux"))]
#[path = "capture/live_elsewhere.rs"]
pub mod live;
pub mod progress;
pub mod signals;
pub mod sources;
