//! IPv6: extension headers are skipped, fragments are marked.

use std::net::{IpAddr, Ipv6Addr};

use super::{Fault, Fragment, Packet, take, transport};
use crate::observation::{Direction, Tuple};

/// Bytes of the fixed header.
const HEADER: usize = 40;

/// Next headers that are no transport. AH and ESP are tunnels and count as protocols.
const HOP_BY_HOP: u8 = 0;
const ROUTING: u8 = 43;
const FRAGMENT: u8 = 44;
const NONE: u8 = 59;
const DESTINATION: u8 = 60;
const MOBILITY: u8 = 135;
const HOST_IDENTITY: u8 = 139;
const SHIM: u8 = 140;

/// Decodes a packet of `length` bytes (padding included), of which `bytes` were captured.
#[inline(never)]
pub(super) fn decode(
    bytes: &[u8],
    length: usize,
    seen: Option<Direction>,
) -> Result<Packet<'_>, Fault> {
    let header: &[u8; HEADER] = bytes.first_chunk().ok_or(Fault::Short)?;
    if header[0] >> 4 != 6 {
        return Err(Fault::Malformed);
    }
    // No length: a jumbogram, or a packet that segmentation offload has still to cut.
    let total = match usize::from(u16::from_be_bytes([header[4], header[5]])) {
        0 if header[6] != NONE => length,
        payload => HEADER + payload,
    };
    if total > length {
        return Err(Fault::Malformed);
    }
    let rest = &bytes[HEADER..bytes.len().min(total).max(HEADER)];
    let chain = skip_extensions(header[6], rest)?;
    let length = total - HEADER - (rest.len() - chain.rest.len());
    let transport = transport::decode(chain.protocol, chain.rest, length, chain.fragment)?;
    let address = |at: usize| -> Result<IpAddr, Fault> {
        take(header, at).map(|octets: [u8; 16]| IpAddr::V6(Ipv6Addr::from(octets)))
    };
    Ok(Packet {
        tuple: Tuple {
            source: address(8)?,
            destination: address(24)?,
            source_port: transport.source_port,
            destination_port: transport.destination_port,
            protocol: chain.protocol,
        },
        tcp_flags: transport.tcp_flags,
        bytes: u32::try_from(total).unwrap_or(u32::MAX),
        fragment: chain.fragment,
        seen,
        transport: transport.bytes,
        transport_length: u32::try_from(length).unwrap_or(u32::MAX),
    })
}

/// The end of a chain of extension headers.
struct Chain<'p> {
    protocol: u8,
    fragment: Option<Fragment>,
    rest: &'p [u8],
}

/// Each header is at least eight bytes long, so the loop ends.
fn skip_extensions(mut next: u8, mut rest: &[u8]) -> Result<Chain<'_>, Fault> {
    let mut fragment = None;
    loop {
        let length = match next {
            HOP_BY_HOP | ROUTING | DESTINATION | MOBILITY | HOST_IDENTITY | SHIM => {
                let [_, eights] = take(rest, 0)?;
                (usize::from(eights) + 1) * 8
            }
            FRAGMENT => {
                let [_, _, high, low, id @ ..]: [u8; 8] = take(rest, 0)?;
                let place = u16::from_be_bytes([high, low]);
                let first = place >> 3 == 0;
                // One that begins and ends the packet is no fragment but a mark of translators.
                if place & !6 != 0 {
                    let id = u32::from_be_bytes(id);
                    fragment = Some(Fragment { id, first });
                }
                if !first {
                    return Ok(Chain {
                        protocol: rest[0],
                        fragment,
                        rest: &rest[8..],
                    });
                }
                8
            }
            _ => {
                return Ok(Chain {
                    protocol: next,
                    fragment,
                    rest,
                });
            }
        };
        next = *rest.first().ok_or(Fault::Short)?;
        rest = rest.get(length..).ok_or(Fault::Short)?;
    }
}
