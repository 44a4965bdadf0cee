//! `isIpInSubnet(f, "cidr")` (spec 7.5).

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;

use super::address_column::test_addresses_with;
use super::ip_address::Subnet;
use crate::function::{Args, Scalar};

/// `isIpInSubnet(f, "cidr")`: whether an address lies in a subnet of its own family.
pub static IS_IP_IN_SUBNET: Scalar = Scalar {
    name: "isipinsubnet",
    returns: |_| DataType::Boolean,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let prepare = Subnet::parse;
    test_addresses_with(args, prepare, |text, subnet| {
        subnet.is_some_and(|subnet| subnet.contains(text))
    })
}
