//! Bytes of a state: little-endian integers, text with its length.

/// Why a state cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Corrupt {
    /// The bytes end too early or say what cannot be.
    Damaged,
    /// Another version wrote them.
    Version(u8),
}

impl std::fmt::Display for Corrupt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Corrupt::Damaged => f.write_str("a pattern state is damaged"),
            Corrupt::Version(version) => {
                write!(f, "a pattern state has the unknown version {version}")
            }
        }
    }
}

impl std::error::Error for Corrupt {}

pub(crate) fn put_text(text: &str, out: &mut Vec<u8>) {
    put_u32(text.len() as u32, out);
    out.extend_from_slice(text.as_bytes());
}

pub(crate) fn put_u32(value: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(&value.to_le_bytes());
}

pub(crate) fn put_u64(value: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(&value.to_le_bytes());
}

pub(crate) fn put_i64(value: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(&value.to_le_bytes());
}

pub(crate) fn put_i128(value: i128, out: &mut Vec<u8>) {
    out.extend_from_slice(&value.to_le_bytes());
}

/// Reads what was written, in order.
pub(crate) struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn is_done(&self) -> bool {
        self.0.is_empty()
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Corrupt> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(Corrupt::Damaged)?;
        self.0 = rest;
        Ok(*bytes)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Corrupt> {
        self.array().map(u8::from_le_bytes)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Corrupt> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Corrupt> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Corrupt> {
        self.array().map(u64::from_le_bytes)
    }

    /// A number of lines. No state counts more than a trillion, so sums of them never overflow.
    pub(crate) fn count(&mut self) -> Result<u64, Corrupt> {
        let count = self.u64()?;
        if count > 1 << 40 {
            return Err(Corrupt::Damaged);
        }
        Ok(count)
    }

    pub(crate) fn i64(&mut self) -> Result<i64, Corrupt> {
        self.array().map(i64::from_le_bytes)
    }

    pub(crate) fn i128(&mut self) -> Result<i128, Corrupt> {
        self.array().map(i128::from_le_bytes)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, Corrupt> {
        let length = self.u32()? as usize;
        let (bytes, rest) = self.0.split_at_checked(length).ok_or(Corrupt::Damaged)?;
        self.0 = rest;
        std::str::from_utf8(bytes).map_err(|_| Corrupt::Damaged)
    }
}
