//! The scalar functions over IP addresses and text.

use super::*;
use crate::function::Scalar;

/// Functions of the groups IP addresses and text.
pub static FUNCTIONS_B: &[&Scalar] = &[
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

#[cfg(test)]
mod tests;
