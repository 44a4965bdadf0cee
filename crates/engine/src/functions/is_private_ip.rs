//! `isPrivateIP(f)` (spec 7.5).

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;

use super::address_column::test_addresses;
use super::{ip_address::parse_ipv4, ip_ranges::is_private_v4};
use crate::function::{Args, Scalar};

/// `isPrivateIP(f)`: whether the address lies in a range of RFC 1918.
pub static IS_PRIVATE_IP: Scalar = Scalar {
    name: "isprivateip",
    returns: |_| DataType::Boolean,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    Ok(test_addresses(&args.texts(0)?, |text| {
        parse_ipv4(text.as_bytes()).is_some_and(is_private_v4)
    }))
}
