//! `md5(s)` (spec 7.9).

use super::hash::hex_digest;
use crate::function::Scalar;
use crate::types;

/// `md5(s)`: the MD5 hash of the UTF-8 bytes in lower-case hexadecimal.
pub static MD5: Scalar = Scalar {
    name: "md5",
    returns: |_| types::TEXT,
    invoke: hex_digest::<md5::Md5>,
};
