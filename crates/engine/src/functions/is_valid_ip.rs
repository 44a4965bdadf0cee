//! `isValidIp(f)` (spec 7.5).

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;

use super::address_column::test_addresses;
use super::ip_address::parse_ip;
use crate::function::{Args, Scalar};

/// `isValidIp(f)`: whether the text is an IPv4 or IPv6 address.
pub static IS_VALID_IP: Scalar = Scalar {
    name: "isvalidip",
    returns: |_| DataType::Boolean,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    Ok(test_addresses(&args.texts(0)?, |text| {
        parse_ip(text).is_some()
    }))
}
