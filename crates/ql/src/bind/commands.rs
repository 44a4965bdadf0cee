//! What a command means, a file for each that is more than a few lines.

mod accum;
mod addtotals;
mod autoregress;
mod count_frequent;
mod filldown;
mod fillmissing;
mod filter;
mod limit;
mod outlier;
mod sessionize;
mod sort;
mod unnest;
