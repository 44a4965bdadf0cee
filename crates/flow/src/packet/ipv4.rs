//! IPv4: options are skipped, fragments are marked.

use std::net::{IpAddr, Ipv4Addr};

use super::{Fault, Fragment, Packet, take, transport};
use crate::observation::{Direction, Tuple};

/// Bytes of the header without options.
const HEADER: usize = 20;
/// The bit for further fragments, and the offset.
const MORE: u16 = 0x2000;
const OFFSET: u16 = 0x1fff;

/// Decodes a packet of `length` bytes (padding included), of which `bytes` were captured.
#[inline(always)]
pub(super) fn decode(
    bytes: &[u8],
    length: usize,
    seen: Option<Direction>,
) -> Result<Packet<'_>, Fault> {
    let header: [u8; HEADER] = take(bytes, 0)?;
    let header_length = usize::from(header[0] & 0xf) * 4;
    if header[0] >> 4 != 4 || header_length < HEADER {
        return Err(Fault::Malformed);
    }
    // A packet that segmentation offload has still to cut may have no length yet.
    let total = match usize::from(u16::from_be_bytes([header[2], header[3]])) {
        0 => length,
        total => total,
    };
    if total < header_length || total > length {
        return Err(Fault::Malformed);
    }
    let payload = bytes
        .get(header_length..bytes.len().min(total))
        .ok_or(Fault::Short)?;
    let place = u16::from_be_bytes([header[6], header[7]]);
    let fragment = (place & (MORE | OFFSET) != 0).then(|| Fragment {
        id: u32::from(u16::from_be_bytes([header[4], header[5]])),
        first: place & OFFSET == 0,
    });
    let protocol = header[9];
    let transport = transport::decode(protocol, payload, total - header_length, fragment)?;
    let address = |at: usize| {
        IpAddr::V4(Ipv4Addr::new(
            header[at],
            header[at + 1],
            header[at + 2],
            header[at + 3],
        ))
    };
    Ok(Packet {
        tuple: Tuple {
            source: address(12),
            destination: address(16),
            source_port: transport.source_port,
            destination_port: transport.destination_port,
            protocol,
        },
        tcp_flags: transport.tcp_flags,
        bytes: u32::try_from(total).unwrap_or(u32::MAX),
        fragment,
        seen,
        transport: transport.bytes,
        transport_length: u32::try_from(total - header_length).unwrap_or(u32::MAX),
    })
}
