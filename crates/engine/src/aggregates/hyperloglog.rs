//! HyperLogLog: the number of distinct values from their hashes, in 16 KiB.
//!
//! 2^14 registers give a standard error of 0.8%. The estimate follows O. Ertl, "New cardinality
//! estimation algorithms for HyperLogLog sketches" (2017), which has no bias at any size, so no
//! table of corrections is needed.

/// Bits of the hash that choose a register.
const INDEX_BITS: u32 = 14;
/// Number of registers.
pub(super) const REGISTERS: usize = 1 << INDEX_BITS;
/// Bits of the hash that are left; a register holds one more than their leading zeros.
const RANK_BITS: u32 = u64::BITS - INDEX_BITS;

/// A sketch of a set.
pub(super) struct HyperLogLog {
    registers: Box<[u8]>,
}

impl HyperLogLog {
    /// The empty set.
    pub(super) fn new() -> HyperLogLog {
        HyperLogLog {
            registers: vec![0; REGISTERS].into_boxed_slice(),
        }
    }

    /// Adds a value by its hash, all of whose bits must be well mixed.
    #[inline]
    pub(super) fn add(&mut self, hash: u64) {
        let register = &mut self.registers[(hash >> RANK_BITS) as usize];
        // The bit set below the rest ends the zeros of a rest that is all zeros.
        let rest = (hash << INDEX_BITS) | (1 << (INDEX_BITS - 1));
        *register = (*register).max(rest.leading_zeros() as u8 + 1);
    }

    /// The registers, for [`HyperLogLog::merge`].
    pub(super) fn registers(&self) -> &[u8] {
        &self.registers
    }

    /// Adds another sketch's registers.
    pub(super) fn merge(&mut self, registers: &[u8]) {
        for (mine, theirs) in self.registers.iter_mut().zip(registers) {
            *mine = (*mine).max((*theirs).min(RANK_BITS as u8 + 1));
        }
    }

    /// The estimated number of distinct values.
    pub(super) fn count(&self) -> u64 {
        let mut histogram = [0_u32; RANK_BITS as usize + 2];
        for &rank in &self.registers {
            histogram[usize::from(rank)] += 1;
        }
        let all = REGISTERS as f64;
        let saturated = f64::from(histogram[RANK_BITS as usize + 1]);
        let mut sum = all * tau(1.0 - saturated / all);
        for &registers in histogram[1..=RANK_BITS as usize].iter().rev() {
            sum = 0.5 * (sum + f64::from(registers));
        }
        sum += all * sigma(f64::from(histogram[0]) / all);
        (all * all / (2.0 * std::f64::consts::LN_2 * sum)).round() as u64
    }
}

/// x + Σ x^(2^k) · 2^(k-1) over k ≥ 1: what empty registers add.
fn sigma(share: f64) -> f64 {
    if share >= 1.0 {
        return f64::INFINITY;
    }
    let (mut power, mut factor, mut sum) = (share, 1.0, share);
    loop {
        power *= power;
        let next = sum + power * factor;
        if next == sum {
            return sum;
        }
        sum = next;
        factor *= 2.0;
    }
}

/// (1 − x − Σ (1 − x^(2^−k))² · 2^−k over k ≥ 1) ÷ 3: what saturated registers add.
fn tau(share: f64) -> f64 {
    if share <= 0.0 || share >= 1.0 {
        return 0.0;
    }
    let (mut root, mut factor, mut sum) = (share, 1.0, 1.0 - share);
    loop {
        root = root.sqrt();
        factor *= 0.5;
        let next = sum - (1.0 - root) * (1.0 - root) * factor;
        if next == sum {
            return sum / 3.0;
        }
        sum = next;
    }
}
