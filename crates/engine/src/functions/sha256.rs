//! `sha256(s)` (spec 7.9).

use super::hash::hex_digest;
use crate::function::Scalar;
use crate::types;

/// `sha256(s)`: the SHA-256 hash of the UTF-8 bytes in lower-case hexadecimal.
pub static SHA256: Scalar = Scalar {
    name: "sha256",
    returns: |_| types::TEXT,
    invoke: hex_digest::<sha2::Sha256>,
};
