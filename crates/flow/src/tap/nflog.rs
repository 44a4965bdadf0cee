//! NFLOG: packets that firewall rules log, with their interface, time and prefix.

use super::netlink::{self, ACKNOWLEDGE, Builder, Message, REQUEST};

/// The group of packets that were let through.
pub const ACCEPTED: u16 = 18_028;
/// The group of packets that were refused.
pub const REFUSED: u16 = 18_029;
/// Bytes of each packet that are copied: IPv6, some extension headers, and TCP with all options.
pub const SNAP: u32 = 128;
/// Packets that the kernel collects before it wakes us.
pub const THRESHOLD: u32 = 64;

const SUBSYSTEM: u16 = 4 << 8;
const PACKET: u16 = SUBSYSTEM;
const CONFIGURE: u16 = SUBSYSTEM | 1;
/// Bytes of the kernel's buffer for collected packets: room for [`THRESHOLD`] of them, 290 bytes each. It
/// counts against the socket's limit at its full size, so that a larger one would waste that.
const BUFFER: u32 = 24 << 10;
/// Longest time that packets wait for others, hundredths of a second.
const TIMEOUT: u32 = 10;

/// A logged packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Logged<'b> {
    /// The group.
    pub group: u16,
    /// Number of the netfilter hook: 0 prerouting, 4 postrouting.
    pub hook: u8,
    /// Index of the device that it came from; 0 for none.
    pub from: u32,
    /// Index of the device that it leaves by; 0 for none.
    pub to: u32,
    /// Microseconds since the epoch, where the kernel stamped it.
    pub at: Option<i64>,
    /// What the rule gave as its prefix.
    pub prefix: &'b [u8],
    /// Counts the messages of the group.
    pub sequence: Option<u32>,
    /// The packet from its IP header on, cut to [`SNAP`] bytes.
    pub payload: &'b [u8],
}

/// The logged packet in a message; `None` for other messages.
pub fn logged<'b>(message: &Message<'b>) -> Option<Logged<'b>> {
    if message.kind != PACKET {
        return None;
    }
    let (fixed, rest) = message.body.split_at_checked(4)?;
    let mut logged = Logged {
        group: u16::from_be_bytes([fixed[2], fixed[3]]),
        ..Logged::default()
    };
    for (kind, value) in netlink::attributes(rest) {
        match kind {
            1 => logged.hook = *value.get(2)?,
            3 => logged.at = timestamp(value),
            4 => logged.from = number(value)?,
            5 => logged.to = number(value)?,
            9 => logged.payload = value,
            10 => logged.prefix = value.strip_suffix(&[0]).unwrap_or(value),
            12 => logged.sequence = number(value),
            _ => {}
        }
    }
    Some(logged)
}

fn number(value: &[u8]) -> Option<u32> {
    value.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
}

fn timestamp(value: &[u8]) -> Option<i64> {
    let seconds = i64::from_be_bytes(*value.first_chunk()?);
    let micros = i64::from_be_bytes(*value.get(8..)?.first_chunk()?);
    seconds.checked_mul(1_000_000)?.checked_add(micros)
}

/// The messages that make the kernel send a group to the socket that sends them.
pub fn subscribe(group: u16, sequence: u32) -> [Vec<u8>; 2] {
    const BIND: u8 = 1;
    const COPY_PACKET: u8 = 2;
    const SEQUENCE: u16 = 1;
    let [high, low] = group.to_be_bytes();
    // Family, version, and the group.
    let fixed = [0, 0, high, low];
    let flags = REQUEST | ACKNOWLEDGE;
    let bind = Builder::new(CONFIGURE, flags, sequence, &fixed).attribute(1, &[BIND]);
    let mut mode = SNAP.to_be_bytes().to_vec();
    mode.extend([COPY_PACKET, 0]);
    let configure = Builder::new(CONFIGURE, flags, sequence + 1, &fixed)
        .attribute(2, &mode)
        .attribute(3, &BUFFER.to_be_bytes())
        .attribute(4, &TIMEOUT.to_be_bytes())
        .attribute(5, &THRESHOLD.to_be_bytes())
        .attribute(6, &SEQUENCE.to_be_bytes());
    [bind.finish(), configure.finish()]
}

/// Finds gaps in the numbers of a group: packets that the kernel could not send.
#[derive(Debug, Default, Clone, Copy)]
pub struct Gaps {
    next: Option<u32>,
}

impl Gaps {
    /// How many messages are missing before this number.
    pub fn missing(&mut self, sequence: u32) -> u32 {
        let missing = self.next.map_or(0, |next| sequence.wrapping_sub(next));
        self.next = Some(sequence.wrapping_add(1));
        missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_a_packet() {
        let timestamp = [1_700_000_000u64.to_be_bytes(), 250u64.to_be_bytes()].concat();
        let message = Builder::new(PACKET, 0, 0, &[2, 0, 70, 109])
            .attribute(1, &[8, 0, 4, 0])
            .attribute(3, &timestamp)
            .attribute(5, &7u32.to_be_bytes())
            .attribute(9, &[0x45, 0, 0, 20])
            .attribute(10, b"sg-1/2\0")
            .attribute(12, &99u32.to_be_bytes())
            .finish();
        let message = netlink::messages(&message).next().expect("a message");
        let expected = Logged {
            group: REFUSED,
            hook: 4,
            from: 0,
            to: 7,
            at: Some(1_700_000_000_000_250),
            prefix: b"sg-1/2",
            sequence: Some(99),
            payload: &[0x45, 0, 0, 20],
        };
        assert_eq!(logged(&message), Some(expected));
        let other = Message {
            kind: netlink::ERROR,
            ..message
        };
        assert_eq!(logged(&other), None);
    }

    #[test]
    fn gaps_are_counted() {
        let mut gaps = Gaps::default();
        let missing = [5, 6, 9, u32::MAX, 0].map(|sequence| gaps.missing(sequence));
        assert_eq!(missing, [0, 0, 2, u32::MAX - 10, 0]);
    }
}
