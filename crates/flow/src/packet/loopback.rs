//! The loopback header of BSD: four bytes with an address family.

use super::{Fault, IpVersion, Network, after, take};

/// The family's number depends on the system and its byte order on the machine.
pub(super) fn strip(frame: &[u8]) -> Result<Network<'_>, Fault> {
    let family = u32::from_le_bytes(take(frame, 0)?);
    let family = if family > 0xffff {
        family.swap_bytes()
    } else {
        family
    };
    let version = match family {
        2 => IpVersion::V4,
        // Linux, NetBSD and OpenBSD, FreeBSD, macOS.
        10 | 24 | 28 | 30 => IpVersion::V6,
        _ => return Err(Fault::Other),
    };
    Ok(Network {
        version,
        bytes: after(frame, 4)?,
        seen: None,
    })
}
