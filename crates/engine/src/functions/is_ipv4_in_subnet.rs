//! `isIpv4InSubnet(f, "cidr")` (spec 7.5).

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;

use super::address_column::test_addresses_with;
use super::ip_address::Subnet;
use crate::function::{Args, Scalar};

/// `isIpv4InSubnet(f, "cidr")`: whether an IPv4 address lies in an IPv4 subnet.
pub static IS_IPV4_IN_SUBNET: Scalar = Scalar {
    name: "isipv4insubnet",
    returns: |_| DataType::Boolean,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let prepare =
        |text: &str| Subnet::parse(text).filter(|subnet| matches!(subnet, Subnet::V4 { .. }));
    test_addresses_with(args, prepare, |text, subnet| {
        subnet.is_some_and(|subnet| subnet.contains(text))
    })
}
