//! `isIpInSubnet(f, "cidr")` (spec 7.5).

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;

use super::ip_address::Subnet;
use super::text_column::test_texts_with;
use crate::function::{Args, Scalar};

/// `isIpInSubnet(f, "cidr")`: whether an address lies in a subnet of its own family.
pub static IS_IP_IN_SUBNET: Scalar = Scalar {
    name: "isipinsubnet",
    returns: |_| DataType::Boolean,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let prepare = Subnet::parse;
    test_texts_with(args, prepare, |text, subnet| {
        subnet.is_some_and(|subnet| subnet.contains(text))
    })
}
