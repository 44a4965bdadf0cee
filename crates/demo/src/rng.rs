//! Randomness that is the same everywhere: xoshiro256** seeded through splitmix64, and the
//! distributions of the traffic model.

/// A generator of random numbers.
#[derive(Clone)]
pub(crate) struct Rng([u64; 4]);

fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

impl Rng {
    /// The stream of `(seed, purpose, index)`; streams of different arguments are unrelated.
    pub(crate) fn keyed(seed: u64, purpose: u64, index: u64) -> Rng {
        let mut state = seed;
        for part in [purpose, index] {
            state = splitmix(&mut state) ^ part.wrapping_mul(0xd6e8_feb8_6659_fd93);
        }
        Rng(std::array::from_fn(|_| splitmix(&mut state)))
    }

    pub(crate) fn next(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.0;
        let result = b.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    /// Below `bound`, which must not be zero.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        // The bias of multiply-and-shift is below bound / 2^64.
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    /// In `low..=high`.
    pub(crate) fn range(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// In `[0, 1)`.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Nearly normal: twelve 16-bit uniforms, so no mathematics that differs between machines.
    fn normal(&mut self) -> f64 {
        let mut sum = 0;
        for _ in 0..3 {
            let bits = self.next();
            sum += (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);
        }
        sum as f64 / 65_536.0 - 6.0
    }

    pub(crate) fn lognormal(&mut self, mu: f64, sigma: f64) -> f64 {
        (mu + sigma * self.normal()).exp()
    }

    /// Pareto with scale `least`, cut at `most`.
    pub(crate) fn pareto(&mut self, alpha: f64, least: f64, most: f64) -> f64 {
        (least / (1.0 - self.unit()).powf(1.0 / alpha)).min(most)
    }
}

/// Draws indices by weight in constant time (the alias method).
pub(crate) struct Weighted {
    cells: Vec<(f64, u32)>,
}

impl Weighted {
    /// A table of at least one weight.
    pub(crate) fn new(weights: &[f64]) -> Weighted {
        let count = weights.len();
        let total: f64 = weights.iter().sum();
        let mut scaled: Vec<f64> = weights
            .iter()
            .map(|weight| weight / total * count as f64)
            .collect();
        let mut cells = vec![(1.0, 0); count];
        let (mut small, mut large): (Vec<usize>, Vec<usize>) =
            (0..count).partition(|&index| scaled[index] < 1.0);
        while let (Some(&low), Some(&high)) = (small.last(), large.last()) {
            small.pop();
            cells[low] = (scaled[low], high as u32);
            scaled[high] -= 1.0 - scaled[low];
            if scaled[high] < 1.0 {
                large.pop();
                small.push(high);
            }
        }
        Weighted { cells }
    }

    /// Weights `1 / (rank + 1)^exponent`.
    pub(crate) fn zipf(count: usize, exponent: f64) -> Weighted {
        let weights: Vec<f64> = (0..count)
            .map(|rank| ((rank + 1) as f64).powf(-exponent))
            .collect();
        Weighted::new(&weights)
    }

    pub(crate) fn draw(&self, rng: &mut Rng) -> usize {
        let index = rng.below(self.cells.len() as u64) as usize;
        let (keep, other) = self.cells[index];
        if rng.unit() < keep {
            index
        } else {
            other as usize
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ() {
        let draw = |seed, purpose, index| {
            let mut rng = Rng::keyed(seed, purpose, index);
            (0..4).map(|_| rng.next()).collect::<Vec<_>>()
        };
        assert_eq!(draw(1, 2, 3), draw(1, 2, 3));
        assert_ne!(draw(1, 2, 3), draw(1, 3, 2));
        assert_ne!(draw(1, 2, 3), draw(2, 2, 3));
    }

    #[test]
    fn distributions_have_their_means() {
        let mut rng = Rng::keyed(7, 0, 0);
        let count = 100_000;
        let mean = (0..count).map(|_| rng.normal()).sum::<f64>() / f64::from(count);
        assert!(mean.abs() < 0.02, "{mean}");
        let weighted = Weighted::new(&[1.0, 0.0, 3.0]);
        let mut hits = [0; 3];
        for _ in 0..count {
            hits[weighted.draw(&mut rng)] += 1;
        }
        assert_eq!(hits[1], 0);
        assert!((f64::from(hits[2]) / f64::from(count) - 0.75).abs() < 0.01);
        assert!((0..1000).all(|_| (3..=5).contains(&rng.range(3, 5))));
        assert!((0..1000).all(|_| rng.pareto(1.05, 10.0, 20.0) <= 20.0));
    }
}
