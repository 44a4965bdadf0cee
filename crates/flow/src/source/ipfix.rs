//! IPFIX (RFC 7011), with the elements of both directions (RFC 5103).

use super::export::bytes::{Cursor, Malformed};
use super::export::decoder::{Domain, Message, SetKind};
use super::export::element::Clock;
use super::export::template::Dialect;
use super::summary::SECOND;

const HEADER: usize = 16;

/// Reads a message, behind its version. Returns its length.
pub(super) fn message(
    cursor: &mut Cursor<'_>,
    domain: &mut Domain,
    message: &mut Message,
) -> Result<usize, Malformed> {
    let length = usize::from(cursor.u16()?);
    let mut body = length
        .checked_sub(4)
        .ok_or(Malformed("it is shorter than its head"))
        .and_then(|rest| cursor.part(rest))?;
    let clock = Clock {
        now: i64::from(body.u32()?) * SECOND,
        ..Clock::default()
    };
    message.now = clock.now;
    let sequence = body.u32()?;
    let _domain = body.u32()?;
    let mut records = 0;
    while body.len() >= 4 {
        let id = body.u16()?;
        let content = usize::from(body.u16()?)
            .checked_sub(4)
            .ok_or(Malformed("a set is shorter than its head"))?;
        let set = body.part(content)?;
        let kind = match id {
            2 => SetKind::Templates,
            3 => SetKind::OptionTemplates,
            0..256 => continue,
            template => SetKind::Records(template),
        };
        records += domain.set(kind, set, Dialect::Ipfix, &clock, message)?;
    }
    // The sequence counts records. Those without a template cannot be counted, so what follows is
    // only known to be right again after the next message.
    if message.undecodable == 0 {
        message.missing += domain.follow(sequence, records);
    } else {
        domain.forget();
    }
    Ok(length.max(HEADER))
}
