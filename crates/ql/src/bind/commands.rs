//! What a command means, a file for each that is more than a few lines.

mod appendcols;
mod filter;
mod join;
mod limit;
mod lookup;
mod sort;
mod source;
mod unnest;

pub(super) use join::fill_right_sides;
