//! The scalar functions of the language, one file each, listed once in [`FUNCTIONS`].

pub mod abs;
pub mod case;
pub mod ceil;
pub mod coalesce;
pub mod dateceil;
pub mod datefloor;
pub mod floor;
pub mod format_date;
pub mod from_millis;
pub mod greatest;
pub mod haversine;
pub mod if_;
pub mod is_numeric;
pub mod ispresent;
pub mod json_array_contains;
pub mod json_array_size;
pub mod json_parse;
pub mod json_stringify;
pub mod least;
pub mod log;
pub mod md5;
pub mod message_size;
pub mod parse_date;
pub mod round;
pub mod sha256;
pub mod sqrt;
pub mod to_double;
pub mod to_int;
pub mod to_long;
pub mod to_millis;
pub mod to_number;
pub mod unmask;

mod branches;
mod hash;
mod java_date;
mod json_text;
mod numeric;
mod registry_a;
mod times;

#[cfg(test)]
mod examples;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use crate::function::Scalar;

/// Every scalar function, by canonical name in lower case.
pub static FUNCTIONS: LazyLock<Vec<&'static Scalar>> =
    LazyLock::new(|| [registry_a::FUNCTIONS_A].concat());
