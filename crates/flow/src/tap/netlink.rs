//! Netlink messages and their attributes: cut out of bytes, and made.

/// Bytes of a message header: length, type, flags, sequence, port.
pub const HEADER: usize = 16;
/// Everything is aligned to this.
const ALIGN: usize = 4;
/// Marks of an attribute's type that are no part of it: nested, and in network byte order.
const TYPE_MASK: u16 = 0x3fff;

/// Type of the message that ends a dump.
pub const DONE: u16 = 3;
/// Type of a message that acknowledges or refuses.
pub const ERROR: u16 = 2;
/// Flag: a request.
pub const REQUEST: u16 = 1;
/// Flag: acknowledge it.
pub const ACKNOWLEDGE: u16 = 4;
/// Flags: everything, not one thing.
pub const DUMP: u16 = 0x300;

/// A message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message<'b> {
    /// Type.
    pub kind: u16,
    /// Number that answers share with their request.
    pub sequence: u32,
    /// What follows the header.
    pub body: &'b [u8],
}

/// The messages of a datagram; what is cut short or contradicts itself ends them.
pub fn messages(mut bytes: &[u8]) -> impl Iterator<Item = Message<'_>> {
    std::iter::from_fn(move || {
        let length = usize::try_from(u32_at(bytes, 0)?).ok()?;
        if length < HEADER {
            return None;
        }
        let message = Message {
            kind: u16_at(bytes, 4)?,
            sequence: u32_at(bytes, 8)?,
            body: bytes.get(HEADER..length)?,
        };
        bytes = bytes.get(aligned(length)..).unwrap_or_default();
        Some(message)
    })
}

/// The error number in a message of type [`ERROR`]; 0 acknowledges.
pub fn error_number(body: &[u8]) -> Option<i32> {
    let number = body
        .first_chunk()
        .map(|number| i32::from_ne_bytes(*number))?;
    number.checked_neg()
}

/// The attributes in a body after its fixed part: type and value.
pub fn attributes(mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let length = usize::from(u16_at(bytes, 0)?);
        let kind = u16_at(bytes, 2)? & TYPE_MASK;
        let value = bytes.get(4..length)?;
        bytes = bytes.get(aligned(length)..).unwrap_or_default();
        Some((kind, value))
    })
}

const fn aligned(length: usize) -> usize {
    length.div_ceil(ALIGN) * ALIGN
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let chunk = bytes.get(at..)?.first_chunk()?;
    Some(u16::from_ne_bytes(*chunk))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let chunk = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_ne_bytes(*chunk))
}

/// A message in the making.
#[derive(Debug)]
pub struct Builder {
    bytes: Vec<u8>,
}

impl Builder {
    /// A message with its fixed part.
    pub fn new(kind: u16, flags: u16, sequence: u32, fixed: &[u8]) -> Self {
        let mut bytes = vec![0; 4];
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(flags.to_ne_bytes());
        bytes.extend(sequence.to_ne_bytes());
        bytes.extend([0; 4]);
        bytes.extend(fixed);
        Self { bytes }
    }

    /// Adds an attribute. Values are a few bytes here, far below the 65,531 that fit.
    #[must_use]
    pub fn attribute(mut self, kind: u16, value: &[u8]) -> Self {
        self.bytes.resize(aligned(self.bytes.len()), 0);
        let length = u16::try_from(value.len() + 4).unwrap_or(u16::MAX);
        self.bytes.extend(length.to_ne_bytes());
        self.bytes.extend(kind.to_ne_bytes());
        self.bytes.extend(value);
        self
    }

    /// The finished message.
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.resize(aligned(self.bytes.len()), 0);
        let length = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        self.bytes[..4].copy_from_slice(&length.to_ne_bytes());
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_read() {
        let made = |sequence| {
            Builder::new(7, REQUEST, sequence, &[1, 2, 3, 4])
                .attribute(1, &[9])
                .attribute(2, b"eth0\0")
                .finish()
        };
        let datagram = [made(1), made(2)].concat();
        let read: Vec<Message<'_>> = messages(&datagram).collect();
        assert_eq!(read.len(), 2);
        assert_eq!((read[1].kind, read[1].sequence), (7, 2));
        let found: Vec<(u16, &[u8])> = attributes(&read[0].body[4..]).collect();
        assert_eq!(found, [(1, &[9u8][..]), (2, b"eth0\0")]);
    }

    #[test]
    fn cut_messages_end() {
        let whole = Builder::new(7, 0, 1, &[]).attribute(2, b"eth0").finish();
        for length in 0..whole.len() {
            assert_eq!(messages(&whole[..length]).count(), 0, "{length}");
        }
        assert_eq!(messages(&[0; 64]).count(), 0);
        assert_eq!(attributes(&[3, 0, 1, 0]).count(), 0);
        assert_eq!(attributes(&[9, 0, 1, 0, 5]).count(), 0);
    }
}
