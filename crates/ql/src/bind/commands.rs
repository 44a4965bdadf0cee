//! What a command means, a file for each that is more than a few lines.

mod filter;
mod limit;
mod pattern;
mod sort;
mod unnest;
