//! What a command means, a file for each that is more than a few lines.

mod filter;
mod limit;
mod sort;
mod unnest;
