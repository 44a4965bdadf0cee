//! The scalar functions of the language, one file each, listed once in [`FUNCTIONS`].
//!
//! What a function takes and how it is explained stands in the registry of `flowgauge-ql`; here is
//! what it computes. Private modules hold what several functions share.

pub mod abs;
mod address_column;
pub mod base64decode;
pub mod base64encode;
pub mod case;
pub mod ceil;
pub mod coalesce;
pub mod concat;
pub mod dateceil;
pub mod datefloor;
pub mod dec_to_hex;
pub mod ends_with;
pub mod floor;
pub mod format_date;
pub mod from_millis;
pub mod greatest;
pub mod haversine;
pub mod hex_to_ascii;
pub mod hex_to_dec;
pub mod if_;
pub mod ipv4_to_number;
pub mod is_ip_in_subnet;
pub mod is_ipv4_in_subnet;
pub mod is_ipv6_in_subnet;
pub mod is_numeric;
pub mod is_private_ip;
pub mod is_public_ip;
pub mod is_reserved_ip;
pub mod is_valid_ip;
pub mod is_valid_ip_v4;
pub mod is_valid_ip_v6;
pub mod isblank;
pub mod isempty;
pub mod ispresent;
pub mod json_array_contains;
pub mod json_array_size;
pub mod json_parse;
pub mod json_stringify;
pub mod least;
pub mod log;
pub mod ltrim;
pub mod md5;
pub mod message_size;
pub mod parse_date;
pub mod regex_replace;
pub mod replace;
pub mod round;
pub mod rtrim;
pub mod sha256;
pub mod split;
pub mod sqrt;
pub mod starts_with;
pub mod strcontains;
pub mod strlen;
pub mod substr;
pub mod to_double;
pub mod to_int;
pub mod to_long;
pub mod to_millis;
pub mod to_number;
pub mod tolower;
pub mod toupper;
pub mod trim;
pub mod unmask;
pub mod urldecode;
pub mod urlencode;

mod blank;
mod branches;
mod hash;
pub(crate) mod ip_address;
mod ip_ranges;
pub(crate) mod json_text;
mod numeric;
mod operand;
pub(crate) mod regex_cache;
pub(crate) mod text_column;
mod times;
mod trimming;

#[cfg(test)]
mod examples;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod text_tests;

use crate::function::Scalar;

/// Every scalar function, by canonical name in lower case.
pub static FUNCTIONS: &[&Scalar] = &[
    // Numeric, date and time, general, JSON, hash.
    &abs::ABS,
    &ceil::CEIL,
    &floor::FLOOR,
    &round::ROUND,
    &greatest::GREATEST,
    &least::LEAST,
    &log::LOG,
    &sqrt::SQRT,
    &haversine::HAVERSINE,
    &to_number::TO_NUMBER,
    &to_double::TO_DOUBLE,
    &to_int::TO_INT,
    &to_long::TO_LONG,
    &datefloor::DATEFLOOR,
    &dateceil::DATECEIL,
    &from_millis::FROM_MILLIS,
    &to_millis::TO_MILLIS,
    &parse_date::PARSE_DATE,
    &format_date::FORMAT_DATE,
    &ispresent::ISPRESENT,
    &coalesce::COALESCE,
    &case::CASE,
    &if_::IF,
    &is_numeric::IS_NUMERIC,
    &message_size::MESSAGE_SIZE,
    &unmask::UNMASK,
    &json_parse::JSON_PARSE,
    &json_stringify::JSON_STRINGIFY,
    &json_array_size::JSON_ARRAY_SIZE,
    &json_array_contains::JSON_ARRAY_CONTAINS,
    &md5::MD5,
    &sha256::SHA256,
    // IP addresses and text.
    &is_valid_ip::IS_VALID_IP,
    &is_valid_ip_v4::IS_VALID_IP_V4,
    &is_valid_ip_v6::IS_VALID_IP_V6,
    &is_ip_in_subnet::IS_IP_IN_SUBNET,
    &is_ipv4_in_subnet::IS_IPV4_IN_SUBNET,
    &is_ipv6_in_subnet::IS_IPV6_IN_SUBNET,
    &ipv4_to_number::IPV4_TO_NUMBER,
    &is_private_ip::IS_PRIVATE_IP,
    &is_public_ip::IS_PUBLIC_IP,
    &is_reserved_ip::IS_RESERVED_IP,
    &isempty::ISEMPTY,
    &isblank::ISBLANK,
    &concat::CONCAT,
    &ltrim::LTRIM,
    &rtrim::RTRIM,
    &trim::TRIM,
    &strlen::STRLEN,
    &toupper::TOUPPER,
    &tolower::TOLOWER,
    &substr::SUBSTR,
    &replace::REPLACE,
    &regex_replace::REGEX_REPLACE,
    &strcontains::STRCONTAINS,
    &starts_with::STARTS_WITH,
    &ends_with::ENDS_WITH,
    &urlencode::URLENCODE,
    &urldecode::URLDECODE,
    &base64encode::BASE64ENCODE,
    &base64decode::BASE64DECODE,
    &split::SPLIT,
    &hex_to_ascii::HEX_TO_ASCII,
    &hex_to_dec::HEX_TO_DEC,
    &dec_to_hex::DEC_TO_HEX,
];
