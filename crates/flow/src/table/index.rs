//! The index of the flow table: open addressing in one array, so that a look-up touches one cache line.

/// Places in a table, found by hash. A slot holds the hash of a flow in its upper half, so that other
/// flows need not be compared and growing reads nothing but the index, and in the lower half the
/// place and one; 0 is free.
#[derive(Debug, Default)]
pub(super) struct Index {
    slots: Vec<u64>,
    used: usize,
}

/// Slots to begin with.
const SMALLEST: usize = 16;

impl Index {
    /// How many places there are.
    pub(super) fn len(&self) -> usize {
        self.used
    }

    /// The slot that a look-up reads first.
    #[inline]
    pub(super) fn first_slot(&self, hash: u32) -> u64 {
        let first = begin(hash, self.slots.len());
        self.slots.get(first).copied().unwrap_or(0)
    }

    /// The place with this hash that `same` agrees to.
    #[inline]
    pub(super) fn find(&self, hash: u32, mut same: impl FnMut(u32) -> bool) -> Option<u32> {
        let mut at = begin(hash, self.slots.len());
        loop {
            // Some slots are always free; in an empty index there is none at all.
            let slot = self.slots.get(at).copied().unwrap_or(0);
            let (owner, place) = split(slot);
            let place = place.checked_sub(1)?;
            if owner == hash && same(place) {
                return Some(place);
            }
            at = after(at, self.slots.len());
        }
    }

    /// Adds a place, one higher than the last. Returns it; `None` when there are too many.
    pub(super) fn insert(&mut self, hash: u32) -> Option<u32> {
        let number = u32::try_from(self.used + 1).ok()?;
        // At most three quarters are in use, which keeps neighbours few.
        if self.used >= self.slots.len() / 4 * 3 {
            self.grow();
        }
        put(&mut self.slots, join(hash, number));
        self.used += 1;
        Some(number - 1)
    }

    /// Slots are ordered by hash, so that both arrays are gone through from one end to the other.
    #[cold]
    fn grow(&mut self) {
        let mut slots = vec![0; (self.slots.len() * 2).max(SMALLEST)];
        for slot in self.slots.drain(..).filter(|slot| *slot != 0) {
            put(&mut slots, slot);
        }
        self.slots = slots;
    }
}

/// Fills the first free slot.
fn put(slots: &mut [u64], slot: u64) {
    let mut at = begin(split(slot).0, slots.len());
    while slots[at] != 0 {
        at = after(at, slots.len());
    }
    slots[at] = slot;
}

/// Where the look-up of a hash begins: the hash as a fraction of the length.
#[inline]
fn begin(hash: u32, slots: usize) -> usize {
    ((u64::from(hash) * slots as u64) >> 32) as usize
}

#[inline]
fn after(at: usize, slots: usize) -> usize {
    if at + 1 < slots { at + 1 } else { 0 }
}

#[inline]
fn join(hash: u32, number: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(number)
}

/// Hash and number of a slot.
#[inline]
fn split(slot: u64) -> (u32, u32) {
    ((slot >> 32) as u32, slot as u32)
}
