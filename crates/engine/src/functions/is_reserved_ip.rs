//! `isReservedIP(f)` (spec 7.5).

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;

use super::address_column::test_addresses;
use super::{ip_address::parse_ip, ip_ranges};
use crate::function::{Args, Scalar};

/// `isReservedIP(f)`: whether the address lies in a reserved block of `ip_ranges`.
pub static IS_RESERVED_IP: Scalar = Scalar {
    name: "isreservedip",
    returns: |_| DataType::Boolean,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    Ok(test_addresses(&args.texts(0)?, |text| {
        parse_ip(text).is_some_and(ip_ranges::is_reserved)
    }))
}
