//! NetFlow v5 and v9, as routers and software exporters send them.

use std::net::{IpAddr, Ipv4Addr};

use super::export::bytes::{Cursor, Malformed, TRUNCATED};
use super::export::decoder::{Domain, Message, SetKind};
use super::export::element::Clock;
use super::export::template::Dialect;
use super::summary::{SECOND, Summary, has_ports};
use crate::observation::{Action, Tuple};

/// Version numbers at the head of a message, also of IPFIX; none of them is the number of a set.
pub(super) const VERSIONS: [u16; 3] = [5, 9, 10];
const V5_RECORD: usize = 48;
const V5_HEADER: usize = 24;
const V9_HEADER: usize = 20;
/// The longest message: that of a datagram.
const LONGEST: usize = 64 * 1024;

/// The length of the message at the front of `bytes`, of any version; `Err` says how many bytes it takes
/// to know more. What is no message is as long as what shows that.
pub(super) fn frame(bytes: &[u8]) -> Result<usize, usize> {
    let at = |place: usize| {
        let two = bytes.get(place..).and_then(<[u8]>::first_chunk::<2>);
        let two = two.ok_or(place + 2);
        two.map(|two| usize::from(u16::from_be_bytes(*two)))
    };
    let (version, count) = (at(0)?, at(2)?);
    let length = match version {
        5 => V5_HEADER + count * V5_RECORD,
        10 if count >= 4 => count,
        9 => {
            // It does not say how long it is: it ends where another begins.
            let mut end = V9_HEADER;
            while end <= LONGEST {
                let id = at(end)?;
                if VERSIONS.iter().any(|version| usize::from(*version) == id) {
                    break;
                }
                // A set without a length is no set.
                match at(end + 2)? {
                    size @ 4.. => end += size,
                    _ => return Ok(bytes.len()),
                }
            }
            end
        }
        _ => bytes.len(),
    };
    match bytes.len() >= length {
        true => Ok(length),
        false => Err(length),
    }
}

/// The number of flows is at offset 2 in a message of v5, its engine at 20.
pub(super) fn v5_domain(message: &[u8]) -> u32 {
    message
        .get(20..22)
        .map_or(0, |engine| u32::from(engine[0]) << 8 | u32::from(engine[1]))
}

/// Reads a message of v5, behind its version. Returns its length.
pub(super) fn v5(
    cursor: &mut Cursor<'_>,
    domain: &mut Domain,
    message: &mut Message,
) -> Result<usize, Malformed> {
    let count = cursor.u16()?;
    let clock = uptime_clock(cursor, true)?;
    message.now = clock.now;
    let sequence = cursor.u32()?;
    let _engine = cursor.u16()?;
    // The upper two bits say how packets are chosen.
    let sampling = u64::from(cursor.u16()? & 0x3fff).max(1);
    let mut records = cursor.part(usize::from(count) * V5_RECORD)?;
    message.missing += domain.follow(sequence, u32::from(count));
    for _ in 0..count {
        let record = v5_record(&mut records, &clock, sampling)?;
        message.summaries.extend(record);
    }
    Ok(V5_HEADER + usize::from(count) * V5_RECORD)
}

fn v5_record(
    records: &mut Cursor<'_>,
    clock: &Clock,
    sampling: u64,
) -> Result<Option<Summary>, Malformed> {
    let mut record = records.part(V5_RECORD)?;
    let mut address = || Ok(IpAddr::V4(Ipv4Addr::from_bits(record.u32()?)));
    let source = address()?;
    let destination = address()?;
    // Next hop, and the interfaces in and out.
    record.take(8)?;
    let packets = u64::from(record.u32()?);
    let bytes = u64::from(record.u32()?);
    let mut time = || Ok(clock.at_uptime(record.u32()?).unwrap_or(clock.now));
    let first: i64 = time()?;
    let last: i64 = time()?;
    let (source_port, destination_port) = (record.u16()?, record.u16()?);
    let [_, tcp_flags, protocol] = *record.take(3)? else {
        return Err(TRUNCATED);
    };
    let ports = has_ports(protocol);
    Ok((packets > 0).then_some(Summary {
        tuple: Tuple {
            source,
            destination,
            source_port: if ports { source_port } else { 0 },
            destination_port: if ports { destination_port } else { 0 },
            protocol,
        },
        direction: None,
        action: Action::Accept,
        tcp_flags,
        packets: packets.saturating_mul(sampling),
        bytes: bytes.saturating_mul(sampling),
        first: first.min(last),
        last,
    }))
}

/// Reads a message of v9, behind its version. Returns its length: it ends where another message
/// begins, because it does not say how long it is.
pub(super) fn v9(
    cursor: &mut Cursor<'_>,
    domain: &mut Domain,
    message: &mut Message,
) -> Result<usize, Malformed> {
    let _records = cursor.u16()?;
    let clock = uptime_clock(cursor, false)?;
    message.now = clock.now;
    let sequence = cursor.u32()?;
    let _source_id = cursor.u32()?;
    // Counts messages, of which nobody knows how many flows were in them.
    message.missing += domain.follow(sequence, 1);
    let mut length = V9_HEADER;
    while let Some(id) = cursor.peek_u16() {
        if VERSIONS.contains(&id) {
            break;
        }
        cursor.u16()?;
        let size = usize::from(cursor.u16()?);
        let content = size
            .checked_sub(4)
            .ok_or(Malformed("a set is shorter than its head"))?;
        let set = cursor.part(content)?;
        length += size;
        let kind = match id {
            0 => SetKind::Templates,
            1 => SetKind::OptionTemplates,
            2..256 => continue,
            template => SetKind::Records(template),
        };
        domain.set(kind, set, Dialect::V9, &clock, message)?;
    }
    Ok(length)
}

/// Uptime in milliseconds and the time in seconds, for v5 also its nanoseconds.
fn uptime_clock(cursor: &mut Cursor<'_>, nanos: bool) -> Result<Clock, Malformed> {
    let uptime = cursor.u32()?;
    let mut now = i64::from(cursor.u32()?) * SECOND;
    if nanos {
        now += i64::from(cursor.u32()?) / 1_000;
    }
    Ok(Clock {
        now,
        uptime: Some(uptime),
        boot: None,
    })
}
