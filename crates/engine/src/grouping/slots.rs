//! A hash table from hashes to small numbers, for things that are stored elsewhere by number.

/// Slots at the beginning.
const FIRST_SLOTS: usize = 1024;
/// A slot that holds nothing.
const FREE: u64 = 0;

/// Finds numbers by hash; who asks compares what the numbers stand for.
///
/// Open addressing with linear probing. A slot holds the upper half of the hash and the number
/// after the one it stands for, so that growing needs nothing but the slots.
#[derive(Debug)]
pub(super) struct Slots {
    /// A power of two of them, at most half of them taken.
    slots: Vec<u64>,
    taken: usize,
}

impl Slots {
    pub(super) fn new() -> Slots {
        Slots {
            slots: vec![FREE; FIRST_SLOTS],
            taken: 0,
        }
    }

    /// The number with that hash that `is_it` recognises; `next` takes a slot when there is none.
    /// Numbers are below `u32::MAX`.
    #[inline(always)]
    pub(super) fn find_or_take(
        &mut self,
        hash: u64,
        next: usize,
        mut is_it: impl FnMut(usize) -> bool,
    ) -> usize {
        let upper = hash >> 32 << 32;
        let mut at = self.home(upper);
        loop {
            let slot = self.slots[at];
            if slot == FREE {
                break;
            }
            if slot >> 32 << 32 == upper {
                let number = (slot as u32) as usize - 1;
                if is_it(number) {
                    return number;
                }
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = upper | (next as u64 + 1);
        self.taken += 1;
        if self.taken * 2 > self.slots.len() {
            self.grow();
        }
        next
    }

    /// The number that is found first for a hash, right or not; a large one when there is none.
    #[inline(always)]
    pub(super) fn likely(&self, hash: u64) -> usize {
        let slot = self.slots[self.home(hash >> 32 << 32)];
        (slot as u32).wrapping_sub(1) as usize
    }

    /// Where the probing for a hash begins: its uppermost bits.
    #[inline(always)]
    fn home(&self, hash: u64) -> usize {
        // There are at least two slots, so the shift is below 64.
        (hash >> (64 - self.slots.len().trailing_zeros())) as usize
    }

    #[inline(never)]
    fn grow(&mut self) {
        let doubled = vec![FREE; self.slots.len() * 2];
        let old = std::mem::replace(&mut self.slots, doubled);
        for slot in old.into_iter().filter(|slot| *slot != FREE) {
            let mut at = self.home(slot >> 32 << 32);
            while self.slots[at] != FREE {
                at = (at + 1) & (self.slots.len() - 1);
            }
            self.slots[at] = slot;
        }
    }

    /// Bytes allocated.
    pub(super) fn size(&self) -> usize {
        self.slots.capacity() * size_of::<u64>()
    }
}
