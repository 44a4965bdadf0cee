//! `isPublicIP(f)` (spec 7.5).

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;

use super::address_column::test_addresses;
use super::{ip_address::parse_ip, ip_ranges};
use crate::function::{Args, Scalar};

/// `isPublicIP(f)`: whether the address is neither private nor reserved.
pub static IS_PUBLIC_IP: Scalar = Scalar {
    name: "ispublicip",
    returns: |_| DataType::Boolean,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    Ok(test_addresses(&args.texts(0)?, |text| {
        parse_ip(text).is_some_and(ip_ranges::is_public)
    }))
}
