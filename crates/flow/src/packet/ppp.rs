//! PPP, its framing in HDLC and over Ethernet, and the HDLC of Cisco.

use super::{Fault, IpVersion, Network, after, ethernet, take, u16_at};

/// PPP with or without the address and control bytes of HDLC.
pub(super) fn strip(frame: &[u8]) -> Result<Network<'_>, Fault> {
    match frame {
        [0xff, 0x03, rest @ ..] => protocol(rest),
        [0x0f | 0x8f, 0x00, ..] => strip_cisco(frame),
        _ => protocol(frame),
    }
}

/// A session header of PPP over Ethernet, then PPP.
pub(super) fn strip_session(bytes: &[u8]) -> Result<Network<'_>, Fault> {
    let [version, code] = take(bytes, 0)?;
    if version != 0x11 || code != 0 {
        return Err(Fault::Other);
    }
    protocol(after(bytes, 6)?)
}

/// Address, control and the type field of Ethernet.
pub(super) fn strip_cisco(frame: &[u8]) -> Result<Network<'_>, Fault> {
    ethernet::network(u16_at(frame, 2)?, after(frame, 4)?)
}

/// The protocol field, of one byte if that is odd.
fn protocol(bytes: &[u8]) -> Result<Network<'_>, Fault> {
    let [first] = take(bytes, 0)?;
    let (number, length) = if first & 1 == 1 {
        (u16::from(first), 1)
    } else {
        (u16_at(bytes, 0)?, 2)
    };
    let version = match number {
        0x0021 => IpVersion::V4,
        0x0057 => IpVersion::V6,
        _ => return Err(Fault::Other),
    };
    Ok(Network {
        version,
        bytes: after(bytes, length)?,
        seen: None,
    })
}
