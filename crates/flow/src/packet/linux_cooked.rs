//! The headers that Linux makes for captures on `any`, which know whether a packet was sent.

use super::{Fault, Network, after, ethernet, take, u16_at};
use crate::observation::Direction;

/// Frames of netlink monitors, whose protocol field counts something else.
const NETLINK: u16 = 824;

/// Packet type, device type, address, protocol.
pub(super) fn strip(frame: &[u8]) -> Result<Network<'_>, Fault> {
    let seen = direction(u16_at(frame, 0)?);
    network(
        u16_at(frame, 2)?,
        u16_at(frame, 14)?,
        after(frame, 16)?,
        seen,
    )
}

/// Protocol, device, device type, packet type, address.
pub(super) fn strip_2(frame: &[u8]) -> Result<Network<'_>, Fault> {
    let [kind] = take(frame, 10)?;
    let seen = direction(u16::from(kind));
    network(
        u16_at(frame, 8)?,
        u16_at(frame, 0)?,
        after(frame, 20)?,
        seen,
    )
}

fn network(
    device: u16,
    kind: u16,
    bytes: &[u8],
    seen: Option<Direction>,
) -> Result<Network<'_>, Fault> {
    if device == NETLINK {
        return Err(Fault::Other);
    }
    let network = ethernet::network(kind, bytes)?;
    Ok(Network { seen, ..network })
}

/// To us, to all, to many and sent; what went between others has no direction.
fn direction(kind: u16) -> Option<Direction> {
    match kind {
        0..=2 => Some(Direction::Ingress),
        4 => Some(Direction::Egress),
        _ => None,
    }
}
