//! The scalar functions over numbers, dates, JSON and hashes, and those of the general group.

use super::*;
use crate::function::Scalar;

/// Functions of the groups numeric, date and time, general, JSON and hash.
pub static FUNCTIONS_A: &[&Scalar] = &[
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
];
