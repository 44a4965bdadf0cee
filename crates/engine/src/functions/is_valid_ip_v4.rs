//! `isValidIpV4(f)` (spec 7.5).

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;

use super::address_column::test_addresses;
use super::ip_address::parse_ipv4;
use crate::function::{Args, Scalar};

/// `isValidIpV4(f)`: whether the text is an IPv4 address.
pub static IS_VALID_IP_V4: Scalar = Scalar {
    name: "isvalidipv4",
    returns: |_| DataType::Boolean,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    Ok(test_addresses(&args.texts(0)?, |text| {
        parse_ipv4(text.as_bytes()).is_some()
    }))
}
