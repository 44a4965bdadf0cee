//! Whether a value is an IPv4 address, sixteen bytes at a time.
//!
//! The x86-64 variant calls vector instructions that every such machine has, which the compiler wants to
//! be told. Every other machine reads the address.
#![allow(unsafe_code)]

use flowgauge_event::address::parse_ipv4_at;

/// Whether `block[start..end]` is an IPv4 address; faster than to ask which.
#[inline(always)]
pub(super) fn is_ipv4_at(block: &[u8], start: usize, end: usize) -> bool {
    match block.get(start..).and_then(<[u8]>::first_chunk::<16>) {
        // SAFETY: SSE2, the only thing that the function asks for, is part of x86-64.
        #[cfg(target_arch = "x86_64")]
        Some(bytes) => unsafe { is_address(u128::from_le_bytes(*bytes), end - start) },
        #[cfg(not(target_arch = "x86_64"))]
        Some(_) => parse_ipv4_at(block, start, end).is_some(),
        None => parse_ipv4_at(block, start, end).is_some(),
    }
}

/// Whether the first `len` bytes are an address: one comparison of sixteen bytes for each question,
/// whose answers are sixteen bits.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse2")]
#[inline]
fn is_address(bytes: u128, len: usize) -> bool {
    use std::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_cmpgt_epi8, _mm_min_epu8, _mm_movemask_epi8, _mm_set_epi64x,
        _mm_set1_epi8, _mm_sub_epi8,
    };

    // Sixteen bytes would need a seventeenth bit; the longest address has fifteen.
    if len > 15 {
        return false;
    }
    let text = _mm_set_epi64x((bytes >> 64) as i64, bytes as i64);
    let inside = (1u32 << len) - 1;
    let bits = |answers: __m128i| _mm_movemask_epi8(answers) as u32 & inside;
    let dots = bits(_mm_cmpeq_epi8(text, _mm_set1_epi8(b'.' as i8)));
    // What is no digit is above nine here, or below zero as the signed comparisons see it.
    let values = _mm_sub_epi8(text, _mm_set1_epi8(b'0' as i8));
    let lowered = _mm_min_epu8(values, _mm_set1_epi8(9));
    let digits = bits(_mm_cmpeq_epi8(lowered, values));
    let is = |value: i8| bits(_mm_cmpeq_epi8(values, _mm_set1_epi8(value)));
    let above = |value: i8| bits(_mm_cmpgt_epi8(values, _mm_set1_epi8(value)));

    // One bit at the first byte of each octet, and one behind its last.
    let (starts, ends) = (dots << 1 | 1, dots | 1 << len);
    let two = digits >> 1;
    let three = two & digits >> 2;
    let empty = starts & ends;
    let four = digits & three & digits >> 3;
    let leading_zero = starts & is(0) & two;
    let above_255 =
        starts & three & (above(2) | is(2) & (above(5) >> 1 | (is(5) >> 1) & (above(5) >> 2)));
    let second_on = dots & dots.wrapping_sub(1);
    let third_on = second_on & second_on.wrapping_sub(1);
    let is_three = third_on != 0 && third_on & third_on.wrapping_sub(1) == 0;
    (digits | dots) == inside && empty | four | leading_zero | above_255 == 0 && is_three
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use proptest::prelude::*;

    use super::*;

    /// What stands between the dots: mostly an octet, else something that is nearly one.
    fn part() -> impl Strategy<Value = String> {
        prop_oneof![
            6 => r"0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]",
            1 => r"2[0-9]{2}",
            1 => r"[0-9]{0,4}",
            1 => r"[ -~é]{1,3}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn an_address_is_what_can_be_read_as_one(
            parts in prop_oneof![8 => prop::collection::vec(part(), 4), 1 => prop::collection::vec(part(), 0..7)],
            rest in prop_oneof![Just(""), Just(" 10.0.0.1 443 49152 6 20 4249")],
        ) {
            let text = parts.join(".");
            let block = format!("10. {text}{rest}");
            let is_one = is_ipv4_at(block.as_bytes(), 4, 4 + text.len());
            prop_assert_eq!(is_one, text.parse::<Ipv4Addr>().is_ok());
        }
    }
}
