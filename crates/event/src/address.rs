//! IPv4 addresses as text.
//!
//! Only the canonical form counts: four decimal numbers without leading zeros. Every row of a flow
//! log has two of them, so one is read without a branch that depends on where its dots are.

/// Longest text of an address.
const LONGEST: usize = 15;

/// The 32 bits of an IPv4 address, first byte highest.
#[inline]
pub fn parse_ipv4(text: &[u8]) -> Option<u32> {
    let mut bytes = [0; 16];
    bytes.get_mut(..text.len())?.copy_from_slice(text);
    parse(u128::from_le_bytes(bytes), text.len())
}

/// The bits of the address `block[start..end]`; like [`parse_ipv4`], but without a copy of unknown
/// length where 16 bytes of the block can be read.
#[inline(always)]
pub fn parse_ipv4_at(block: &[u8], start: usize, end: usize) -> Option<u32> {
    match block.get(start..).and_then(<[u8]>::first_chunk) {
        Some(bytes) => parse(u128::from_le_bytes(*bytes), end - start),
        None => parse_ipv4(&block[start..end]),
    }
}

/// The address in the first `len` bytes, lowest first.
#[inline(always)]
fn parse(bytes: u128, len: usize) -> Option<u32> {
    if len > LONGEST {
        return None;
    }
    let text = bytes & !(u128::MAX << (8 * len));
    let dots = dots(text as u64) | dots((text >> 64) as u64) << 8;
    let second_on = dots & dots.wrapping_sub(1);
    let third_on = second_on & second_on.wrapping_sub(1);
    let is_three = third_on != 0 && third_on & third_on.wrapping_sub(1) == 0;
    let ends = [
        dots.trailing_zeros(),
        second_on.trailing_zeros(),
        third_on.trailing_zeros(),
        len as u32,
    ];
    // Without three dots an end may lie beyond the text; a shift beyond it reads nothing of use.
    let mut start = 0;
    let (mut address, mut highest) = (0, 0);
    for end in ends {
        let octet = octet(
            (text >> ((8 * start) & 127)) as u32,
            end.wrapping_sub(start),
        );
        highest |= octet;
        address = address << 8 | octet & 0xff;
        start = end + 1;
    }
    (is_three && highest <= 255).then_some(address)
}

/// The number in the first `len` bytes; something above 255 when there is no such octet.
#[inline(always)]
fn octet(text: u32, len: u32) -> u32 {
    const INVALID: u32 = 1 << 31;
    const SMALLEST: [u32; 4] = [INVALID, 0, 10, 100];
    let smallest = SMALLEST[len.min(4) as usize % 4];
    // The digits move to the top, zeros fill up from below: hundreds, tens and ones.
    let digits = (text ^ 0x3030_3030).unbounded_shl(32u32.wrapping_sub(8 * len.min(4)));
    // A byte above 9 carries into its top bit when 0x76 is added; a set top bit is no digit either.
    let above = (digits & 0x7f7f_7f7f).wrapping_add(0x7676_7676) | digits;
    let value = (digits >> 8 & 0xff) * 100 + (digits >> 16 & 0xff) * 10 + (digits >> 24);
    let is_octet = above & 0x8080_8080 == 0 && value >= smallest && value <= 255;
    if is_octet { value } else { INVALID }
}

/// One bit a byte: which of eight are dots.
#[inline(always)]
fn dots(word: u64) -> u32 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let different = word ^ (b'.' as u64 * 0x0101_0101_0101_0101);
    // The top bit of a byte is set here exactly where the byte is zero; no carry leaves a byte.
    let equal = !(((different & LOW) + LOW) | different | LOW);
    // Gathers the eight top bits in the top byte.
    ((equal >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn both(text: &str) -> Option<u32> {
        let alone = parse_ipv4(text.as_bytes());
        for rest in ["", " 10.0.0.1 443 49152 6 20 4249"] {
            let block = format!("10. {text}{rest}");
            let found = parse_ipv4_at(block.as_bytes(), 4, 4 + text.len());
            assert_eq!(found, alone, "{block:?}");
        }
        alone
    }

    #[test]
    fn addresses_are_those_of_the_standard_library() {
        let octets = [
            "0", "00", "1", "9", "10", "010", "99", "099", "255", "256", "300", "1000", "", "x",
            "-1", "+1", " 1", "é", "1:", "/1", "199", "249", "250", "259", "260", "2", "25", "29",
        ];
        let mut texts: Vec<String> = [
            "-",
            "",
            "1.2.3",
            "1.2.3.4.5",
            "1.2.3.4.",
            ".1.2.3.4",
            "1..2.3",
            "...",
            "....",
            "::1",
            "1.2.3.4\n",
            "1.2.3.4\0",
            "1,2,3,4",
            "255.255.255.2555",
            "123456789012345",
            "2001:db8:1234:a100:8d6e:3477:df66:f105",
        ]
        .map(str::to_owned)
        .to_vec();
        for a in octets {
            for b in octets {
                texts.push(format!("{a}.{b}.3.4"));
                texts.push(format!("1.{a}.{b}.4"));
                texts.push(format!("1.2.{a}.{b}"));
                texts.push(format!("{b}.2.3.{a}"));
            }
        }
        for text in &texts {
            let expected = text.parse::<Ipv4Addr>().ok().map(Ipv4Addr::to_bits);
            assert_eq!(both(text), expected, "{text:?}");
        }
    }

    #[test]
    fn printed_addresses_come_back() {
        let mut bits = 1u32;
        for _ in 0..10_000 {
            bits = bits.wrapping_mul(0x9e37_79b1).wrapping_add(12_345);
            for bits in [bits, bits & 0x0f0f_ff00, bits & 0x6303_0763] {
                assert_eq!(both(&Ipv4Addr::from_bits(bits).to_string()), Some(bits));
            }
        }
    }
}
