//! What a command means, a file for each that is more than a few lines.

mod accum;
mod addtotals;
mod appendcols;
mod autoregress;
mod count_frequent;
mod filldown;
mod fillmissing;
mod filter;
mod join;
mod limit;
mod lookup;
mod outlier;
mod pattern;
mod relevantfields;
mod sessionize;
mod sort;
mod source;
mod unnest;

pub(super) use join::fill_right_sides;
