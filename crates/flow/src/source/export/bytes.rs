//! Reading numbers of the network from the front of a slice.

/// A message that is not what its header or template says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

/// More was announced than there is.
pub const TRUNCATED: Malformed = Malformed("it ends too early");

/// What of a message has not been read yet.
#[derive(Debug, Clone, Copy)]
pub struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    /// At the front of a slice.
    pub fn new(rest: &'a [u8]) -> Cursor<'a> {
        Cursor { rest }
    }

    /// How much is left.
    pub fn len(&self) -> usize {
        self.rest.len()
    }

    /// The next bytes.
    pub fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        match self.rest.split_at_checked(length) {
            Some((front, rest)) => {
                self.rest = rest;
                Ok(front)
            }
            None => Err(TRUNCATED),
        }
    }

    /// The next bytes as a slice of their own.
    pub fn part(&mut self, length: usize) -> Result<Cursor<'a>, Malformed> {
        self.take(length).map(Cursor::new)
    }

    /// The next two bytes.
    pub fn u16(&mut self) -> Result<u16, Malformed> {
        // At most two bytes were taken.
        Ok(number(self.take(2)?) as u16)
    }

    /// The next four bytes.
    pub fn u32(&mut self) -> Result<u32, Malformed> {
        // At most four bytes were taken.
        Ok(number(self.take(4)?) as u32)
    }

    /// The two bytes in front, which stay there.
    pub fn peek_u16(&self) -> Option<u16> {
        let front = self.rest.first_chunk::<2>()?;
        Some(u16::from_be_bytes(*front))
    }
}

/// A number of up to eight bytes; of longer ones the lowest eight.
pub fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}
