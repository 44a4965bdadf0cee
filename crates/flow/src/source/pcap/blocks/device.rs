//! An interface that a pcapng file describes, and how it counts time.

use super::options::Options;
use super::{Place, Placement};
use crate::packet::LinkType;

/// Options of an interface.
const NAME: u16 = 2;
const RESOLUTION: u16 = 9;
const OFFSET: u16 = 14;

/// An interface.
pub(super) struct Device {
    /// Unknown link types matter only if there is a packet.
    pub(super) link: Result<LinkType, crate::packet::UnknownLinkType>,
    pub(super) place: Place,
    /// Packets that were dropped so far.
    pub(super) dropped: u64,
    unit: Unit,
    /// Microseconds that are added to all times.
    offset: i64,
}

/// What a tick of the clock is: microseconds times `multiply`, then divided.
#[derive(Clone, Copy)]
enum Unit {
    Divide(u64),
    Multiply(u64),
    /// A negative power of two of a second.
    Shift(u32),
}

impl Device {
    /// Reads a description.
    pub(super) fn new(
        link: u16,
        options: Options<'_>,
        placement: &Placement,
    ) -> Result<Self, String> {
        let mut name = String::new();
        let mut unit = Unit::Divide(1);
        let mut offset = 0;
        for (code, value) in options {
            match code {
                NAME => {
                    let text = String::from_utf8_lossy(value.bytes);
                    name = text.trim_end_matches('\0').to_owned();
                }
                RESOLUTION => unit = Unit::new(value.u8())?,
                OFFSET => {
                    let seconds = i64::from_le_bytes(value.u64().to_le_bytes());
                    offset = seconds.saturating_mul(1_000_000);
                }
                _ => {}
            }
        }
        Ok(Self {
            link: LinkType::from_number(u32::from(link)),
            place: placement.of_capture(&name),
            dropped: 0,
            unit,
            offset,
        })
    }

    /// The time of a number of ticks in microseconds since the epoch; `None` if it is past all
    /// counting.
    #[inline]
    pub(super) fn time(&self, ticks: u64) -> Option<i64> {
        let microseconds = match self.unit {
            Unit::Divide(divisor) => ticks / divisor,
            Unit::Multiply(factor) => ticks.checked_mul(factor)?,
            Unit::Shift(bits) => {
                let scaled = (u128::from(ticks) * 1_000_000) >> bits;
                u64::try_from(scaled).ok()?
            }
        };
        i64::try_from(microseconds).ok()?.checked_add(self.offset)
    }
}

impl Unit {
    /// The highest bit says whether the rest is an exponent of 2 or of 10.
    fn new(code: u8) -> Result<Self, String> {
        let exponent = u32::from(code & 0x7f);
        let unit = match (code & 0x80 == 0, exponent) {
            (true, 0..=5) => Some(Self::Multiply(10_u64.pow(6 - exponent))),
            (true, _) => 10_u64.checked_pow(exponent - 6).map(Self::Divide),
            (false, 0..=63) => Some(Self::Shift(exponent)),
            (false, _) => None,
        };
        unit.ok_or_else(|| format!("the time resolution {code} of the interface is not understood"))
    }
}
