//! A hash of short texts that is the same on every machine and in every version, because which
//! values are kept when not all can be depends on it.

use std::hash::{BuildHasherDefault, Hasher};

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
const STEP: u64 = 0xd6e8_feb8_6659_fd93;

/// Both halves of a product: every bit of the inputs reaches every bit of the result.
#[inline]
pub(crate) const fn mix(a: u64, b: u64) -> u64 {
    let product = ((a ^ SEED) as u128) * ((b ^ STEP) as u128);
    (product as u64) ^ ((product >> 64) as u64)
}

/// The hash of some bytes.
#[inline]
pub(crate) fn bytes(text: &[u8]) -> u64 {
    let mut hash = text.len() as u64;
    let mut chunks = text.chunks_exact(8);
    for chunk in &mut chunks {
        // Chunks of exactly eight bytes always fit.
        let word = chunk.try_into().map_or(0, u64::from_le_bytes);
        hash = mix(hash, word);
    }
    let rest = chunks.remainder();
    if !rest.is_empty() {
        hash = mix(hash, short(rest));
    }
    mix(hash, SEED)
}

/// One to seven bytes as a number, the first one highest. Two reads that overlap are quicker than a
/// loop over the bytes.
#[inline]
fn short(text: &[u8]) -> u64 {
    let apart = |bytes: usize| 8 * (text.len() - bytes) as u32;
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        let (first, last) = (u32::from_be_bytes(*first), u32::from_be_bytes(*last));
        return u64::from(first) << apart(4) | u64::from(last);
    }
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        let (first, last) = (u16::from_be_bytes(*first), u16::from_be_bytes(*last));
        return u64::from(first) << apart(2) | u64::from(last);
    }
    text.first().copied().map_or(0, u64::from)
}

/// A hasher for keys that are hashes already, alone or with a small number.
#[derive(Default)]
pub(crate) struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, text: &[u8]) {
        self.0 = mix(self.0, bytes(text));
    }

    #[inline]
    fn write_u32(&mut self, value: u32) {
        self.0 = (self.0 ^ u64::from(value)).wrapping_mul(SEED);
    }

    #[inline]
    fn write_u64(&mut self, value: u64) {
        self.0 ^= value;
    }
}

/// For hash maps over such keys.
pub(crate) type BuildMixer = BuildHasherDefault<Mixer>;

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn short_texts_are_numbers() {
        let text = [0x81, 2, 0xf3, 4, 5, 0xa6, 7];
        let mut expected = 0u64;
        for length in 1..=text.len() {
            expected = expected << 8 | u64::from(text[length - 1]);
            assert_eq!(short(&text[..length]), expected, "{length}");
        }
    }
}
