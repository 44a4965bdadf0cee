//! `ipv4ToNumber(f)` (spec 7.5).

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use arrow::datatypes::DataType;
use datafusion::common::Result;

use super::ip_address::parse_ipv4;
use crate::function::{Args, Scalar};

/// `ipv4ToNumber(f)`: the 32 bits of an IPv4 address, first byte highest; missing for other text.
pub static IPV4_TO_NUMBER: Scalar = Scalar {
    name: "ipv4tonumber",
    returns: |_| DataType::Int64,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let numbers: Int64Array = args
        .texts(0)?
        .iter()
        .map(|text| parse_ipv4(text?.as_bytes()).map(i64::from))
        .collect();
    Ok(Arc::new(numbers))
}
