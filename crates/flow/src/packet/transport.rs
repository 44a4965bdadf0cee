//! Ports and flags of the protocols that have them.

use super::{Fault, Fragment, protocol};

/// What was read of a transport header.
pub(super) struct Transport<'p> {
    pub source_port: u16,
    pub destination_port: u16,
    pub tcp_flags: u8,
    pub bytes: &'p [u8],
}

/// Position of the flags in a TCP header.
const FLAGS: usize = 13;

/// Reads the header of a payload of `length` bytes, of which `bytes` were captured. A packet that is
/// too short for its protocol has ports and flags of 0; one that was cut is an error.
#[inline(always)]
pub(super) fn decode(
    protocol: u8,
    bytes: &[u8],
    length: usize,
    fragment: Option<Fragment>,
) -> Result<Transport<'_>, Fault> {
    let mut transport = Transport {
        source_port: 0,
        destination_port: 0,
        tcp_flags: 0,
        bytes,
    };
    if fragment.is_some_and(|fragment| !fragment.first) {
        transport.bytes = &[];
        return Ok(transport);
    }
    if !has_ports(protocol) {
        return Ok(transport);
    }
    match bytes {
        [a, b, c, d, ..] => {
            transport.source_port = u16::from_be_bytes([*a, *b]);
            transport.destination_port = u16::from_be_bytes([*c, *d]);
        }
        _ if length >= 4 => return Err(Fault::Short),
        _ => {}
    }
    if protocol == protocol::TCP {
        match bytes.get(FLAGS) {
            Some(flags) => transport.tcp_flags = *flags,
            None if length > FLAGS => return Err(Fault::Short),
            None => {}
        }
    }
    Ok(transport)
}

/// Whether a protocol's header begins with two ports.
fn has_ports(protocol: u8) -> bool {
    matches!(
        protocol,
        protocol::TCP | protocol::UDP | protocol::DCCP | protocol::SCTP | protocol::UDP_LITE
    )
}
