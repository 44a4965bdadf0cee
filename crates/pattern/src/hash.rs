//! A hash of short texts that is the same on every machine and in every version, because which
//! values are kept when not all can be depends on it.

use std::hash::{BuildHasherDefault, Hasher};

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
const STEP: u64 = 0xd6e8_feb8_6659_fd93;

/// Both halves of a product: every bit of the inputs reaches every bit of the result.
#[inline]
pub(crate) fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ SEED) * u128::from(b ^ STEP);
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
        let mut word = 0u64;
        for &byte in rest {
            word = word << 8 | u64::from(byte);
        }
        hash = mix(hash, word);
    }
    mix(hash, SEED)
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

    fn write_u32(&mut self, value: u32) {
        self.0 = mix(self.0, u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = mix(self.0, value);
    }
}

/// For hash maps over such keys.
pub(crate) type BuildMixer = BuildHasherDefault<Mixer>;
