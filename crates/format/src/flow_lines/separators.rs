//! Where the blanks and line feeds of a text are: one bit a byte, 64 bytes at a time.
//!
//! The code is unsafe because the x86-64 variant needs 32-byte vectors, which the compiler does not
//! assume by itself. Every other machine takes the portable variant.
#![allow(unsafe_code)]

/// Bytes that one [`Masks`] describes.
pub(super) const WORD_BYTES: usize = 64;

/// Blanks and line feeds among 64 bytes; the lowest bit is the first byte.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Masks {
    /// Blanks (U+0020).
    pub(super) blanks: u64,
    /// Line feeds.
    pub(super) feeds: u64,
}

/// Runs `work` compiled for the vector and bit counting instructions of the machine at hand, as far
/// as it is inlined. The result is the same on every machine.
#[inline]
pub(super) fn with_fast_instructions<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2")
        && std::arch::is_x86_feature_detected!("bmi1")
        && std::arch::is_x86_feature_detected!("bmi2")
        && std::arch::is_x86_feature_detected!("lzcnt")
        && std::arch::is_x86_feature_detected!("popcnt")
    {
        // SAFETY: the processor has every feature that the function asks for.
        return unsafe { run_x86_64_v3(work) };
    }
    work()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn run_x86_64_v3<R>(work: impl FnOnce() -> R) -> R {
    work()
}

/// Describes `text`; the last word is filled up with zeros. `masks` must have a word for every
/// started 64 bytes; words beyond are left alone.
pub(super) fn classify(text: &[u8], masks: &mut [Masks]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2, the only thing that the function asks for.
        return unsafe { classify_avx2(text, masks) };
    }
    classify_portable(text, masks);
}

#[inline(always)]
fn classify_with(text: &[u8], masks: &mut [Masks], word: impl Fn(&[u8; WORD_BYTES]) -> Masks) {
    let (words, rest) = text.as_chunks::<WORD_BYTES>();
    for (bytes, masks) in words.iter().zip(&mut *masks) {
        *masks = word(bytes);
    }
    if !rest.is_empty() {
        let mut bytes = [0; WORD_BYTES];
        bytes[..rest.len()].copy_from_slice(rest);
        masks[words.len()] = word(&bytes);
    }
}

fn classify_portable(text: &[u8], masks: &mut [Masks]) {
    classify_with(text, masks, |bytes| {
        let (words, _) = bytes.as_chunks::<8>();
        let mut masks = Masks::default();
        for (at, word) in words.iter().enumerate() {
            let word = u64::from_le_bytes(*word);
            masks.blanks |= equal_bytes(word, b' ') << (8 * at);
            masks.feeds |= equal_bytes(word, b'\n') << (8 * at);
        }
        masks
    });
}

/// Eight bits: which bytes of `word` are `byte`.
fn equal_bytes(word: u64, byte: u8) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let different = word ^ (u64::from(byte) * 0x0101_0101_0101_0101);
    // The top bit of a byte is set here exactly where the byte is zero; no carry leaves a byte.
    let equal = !(((different & LOW) + LOW) | different | LOW);
    // Gathers the eight top bits in the top byte.
    (equal >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn classify_avx2(text: &[u8], masks: &mut [Masks]) {
    use std::arch::x86_64::{
        __m256i, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8,
    };

    let blank = _mm256_set1_epi8(b' ' as i8);
    let feed = _mm256_set1_epi8(b'\n' as i8);
    classify_with(text, masks, |bytes| {
        let halves = bytes.as_ptr().cast::<__m256i>();
        // SAFETY: `bytes` is 64 bytes long, so both 32-byte halves lie inside it, and these
        // loads need no alignment.
        let (low, high) = unsafe {
            (
                _mm256_loadu_si256(halves),
                _mm256_loadu_si256(halves.add(1)),
            )
        };
        let equal = |byte: __m256i| {
            let low = _mm256_movemask_epi8(_mm256_cmpeq_epi8(low, byte)) as u32;
            let high = _mm256_movemask_epi8(_mm256_cmpeq_epi8(high, byte)) as u32;
            u64::from(low) | u64::from(high) << 32
        };
        Masks {
            blanks: equal(blank),
            feeds: equal(feed),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(text: &[u8]) -> Vec<Masks> {
        let bits = |word: &[u8], byte: u8| {
            word.iter()
                .rev()
                .fold(0, |bits, &own| bits << 1 | u64::from(own == byte))
        };
        text.chunks(WORD_BYTES)
            .map(|word| Masks {
                blanks: bits(word, b' '),
                feeds: bits(word, b'\n'),
            })
            .collect()
    }

    proptest! {
        #[test]
        fn every_variant_sees_the_same_bytes(
            text in prop::collection::vec(
                prop_oneof![Just(b' '), Just(b'\n'), any::<u8>()],
                0..300,
            ),
        ) {
            let expected = naive(&text);
            let mut masks = vec![Masks::default(); expected.len()];
            classify(&text, &mut masks);
            prop_assert_eq!(&masks, &expected);
            masks.fill(Masks::default());
            classify_portable(&text, &mut masks);
            prop_assert_eq!(&masks, &expected);
        }
    }
}
