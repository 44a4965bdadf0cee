//! The scalar functions of the language, one file each, listed once in [`FUNCTIONS`].

pub mod base64decode;
pub mod base64encode;
pub mod concat;
pub mod dec_to_hex;
pub mod ends_with;
pub mod hex_to_ascii;
pub mod hex_to_dec;
pub mod ipv4_to_number;
pub mod is_ip_in_subnet;
pub mod is_ipv4_in_subnet;
pub mod is_ipv6_in_subnet;
pub mod is_private_ip;
pub mod is_public_ip;
pub mod is_reserved_ip;
pub mod is_valid_ip;
pub mod is_valid_ip_v4;
pub mod is_valid_ip_v6;
pub mod isblank;
pub mod isempty;
pub mod ltrim;
pub mod regex_replace;
pub mod replace;
pub mod rtrim;
pub mod split;
pub mod starts_with;
pub mod strcontains;
pub mod strlen;
pub mod substr;
pub mod tolower;
pub mod toupper;
pub mod trim;
pub mod urldecode;
pub mod urlencode;

mod blank;
mod ip_address;
mod ip_ranges;
mod operand;
mod regex_cache;
mod registry_b;
mod text_column;
mod trimming;

use crate::function::Scalar;

/// Every scalar function, by canonical name in lower case.
pub static FUNCTIONS: &[&[&Scalar]] = &[registry_b::FUNCTIONS_B];

/// The function of a canonical name in lower case.
pub fn find(name: &str) -> Option<&'static Scalar> {
    FUNCTIONS
        .iter()
        .copied()
        .flatten()
        .copied()
        .find(|function| function.name == name)
}
