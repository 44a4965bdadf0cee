//! Internal kernels: operators and `parse` modes as functions over columns.
//!
//! They are functions like those of the language, with names that start with an underscore, so
//! that a plan can be written down by name. One file per operator family.

pub mod arithmetic;
pub mod compact;
pub mod compare;
pub mod fill_bins;
pub mod in_list;
pub mod json_access;
pub mod key;
pub mod logic;
pub mod parse_csv;
pub mod parse_glob;
pub mod parse_logfmt;
pub mod parse_regex;
pub mod parse_xml;
pub mod range_row;
pub mod row_pack;
pub mod row_total;
pub mod search;
pub mod summary_parts;
pub mod time_bin;
pub mod unnest;

use crate::function::Scalar;

/// Every kernel.
pub static KERNELS: &[&Scalar] = &[
    &arithmetic::ADD,
    &arithmetic::SUBTRACT,
    &arithmetic::MULTIPLY,
    &arithmetic::DIVIDE,
    &arithmetic::MODULO,
    &arithmetic::POWER,
    &arithmetic::NEGATE,
    &compact::COMPACT,
    &compare::EQUAL,
    &compare::NOT_EQUAL,
    &compare::LESS,
    &compare::LESS_OR_EQUAL,
    &compare::GREATER,
    &compare::GREATER_OR_EQUAL,
    &fill_bins::FILL_BINS,
    &in_list::IN_LIST,
    &json_access::JSON_ACCESS,
    &key::KEY,
    &key::IN_KEYS,
    &logic::TRUTH,
    &logic::POINTER,
    &logic::PRINTED,
    &logic::SHOWN,
    &logic::TEXT,
    &logic::TO_FLOAT,
    &parse_csv::PARSE_CSV,
    &parse_glob::PARSE_GLOB,
    &parse_logfmt::PARSE_LOGFMT,
    &parse_regex::PARSE_REGEX,
    &parse_regex::PARSE_REGEX_MULTI,
    &parse_xml::PARSE_XML,
    &range_row::RANGE_ROW,
    &row_pack::ORDER_KEY,
    &row_pack::PACK,
    &row_pack::UNPACK,
    &row_total::ROW_TOTAL,
    &search::CONTAINS,
    &search::MATCHES,
    &summary_parts::SUMMARY_PARTS,
    &time_bin::BIN,
    &unnest::ELEMENTS,
    &unnest::LIST_OF_ONE,
    &unnest::ORDINALS,
];
