//! The memory budget of a query.
//!
//! Operators that can move to the disk (sorting, grouping) share the budget fairly and spill when
//! it is used up. Operators that cannot are only counted: the one there is, a top-N, holds as many
//! rows as the row limit allows, but is charged for the whole batches that those rows are slices
//! of, which belong to the operator below and are already counted there. Merging what a sort has
//! spilled takes all it gets, to merge as much as possible at once, and does with less; it has a
//! budget of its own, which the sorts of a query share: a chain of sorts runs at the same time, and
//! each needs what it sets aside for merging before its first row.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::common::{Result, resources_datafusion_err};
use datafusion::execution::memory_pool::{
    FairSpillPool, MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation, UnboundedMemoryPool,
};

/// How the consumers begin their names that merge what a sort has spilled. Under another name they
/// would only be counted, and hold two batches of every file at once.
const MERGES: &str = "ExternalSorterMerge[";

/// Budgets for operators that can spill and for merging; the others are counted.
#[derive(Debug)]
pub struct MemoryBudget {
    spilling: FairSpillPool,
    resident: UnboundedMemoryPool,
    merging: MergePool,
    bytes: usize,
}

impl MemoryBudget {
    /// `bytes` for operators that spill. For merging, every sort has as much as for what it sorts,
    /// since keys can be as long as rows, but at most a quarter of `bytes`, and at least
    /// [`MemoryBudget::merge_bytes`].
    pub fn new(bytes: usize) -> MemoryBudget {
        MemoryBudget {
            spilling: FairSpillPool::new(bytes),
            resident: UnboundedMemoryPool::default(),
            merging: MergePool::new(bytes, MemoryBudget::merge_bytes(bytes)),
            bytes: bytes + bytes,
        }
    }

    /// What each sort under a budget of `bytes` sets aside for merging.
    pub fn merge_bytes(bytes: usize) -> usize {
        (bytes / 16).min(10 << 20)
    }

    fn pool(&self, consumer: &MemoryConsumer) -> &dyn MemoryPool {
        if consumer.can_spill() {
            &self.spilling
        } else if consumer.name().starts_with(MERGES) {
            &self.merging
        } else {
            &self.resident
        }
    }
}

/// A budget that its consumers share evenly, but for a least and a greatest share of each.
#[derive(Debug)]
struct MergePool {
    bytes: usize,
    least: usize,
    consumers: AtomicUsize,
    used: AtomicUsize,
}

impl MergePool {
    fn new(bytes: usize, least: usize) -> MergePool {
        MergePool {
            bytes,
            least,
            consumers: AtomicUsize::new(0),
            used: AtomicUsize::new(0),
        }
    }

    fn share(&self) -> usize {
        let consumers = self.consumers.load(Ordering::Relaxed).max(1);
        (self.bytes / consumers).min(self.bytes / 4).max(self.least)
    }
}

impl fmt::Display for MergePool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "budget of {} bytes for merging", self.bytes)
    }
}

impl MemoryPool for MergePool {
    fn name(&self) -> &str {
        "merging"
    }

    fn register(&self, _: &MemoryConsumer) {
        self.consumers.fetch_add(1, Ordering::Relaxed);
    }

    fn unregister(&self, _: &MemoryConsumer) {
        self.consumers.fetch_sub(1, Ordering::Relaxed);
    }

    fn grow(&self, _: &MemoryReservation, additional: usize) {
        self.used.fetch_add(additional, Ordering::Relaxed);
    }

    fn shrink(&self, _: &MemoryReservation, shrink: usize) {
        self.used.fetch_sub(shrink, Ordering::Relaxed);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        let wanted = reservation.size() + additional;
        let share = self.share();
        if wanted > share {
            let name = reservation.consumer().name();
            return Err(resources_datafusion_err!(
                "{name} asks for {wanted} bytes, and each sort has {share} for merging"
            ));
        }
        self.grow(reservation, additional);
        Ok(())
    }

    fn reserved(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }
}

impl fmt::Display for MemoryBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "budget of {} bytes", self.bytes)
    }
}

impl MemoryPool for MemoryBudget {
    fn name(&self) -> &str {
        "budget"
    }

    fn register(&self, consumer: &MemoryConsumer) {
        self.pool(consumer).register(consumer);
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        self.pool(consumer).unregister(consumer);
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        self.pool(reservation.consumer())
            .grow(reservation, additional);
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        self.pool(reservation.consumer())
            .shrink(reservation, shrink);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        self.pool(reservation.consumer())
            .try_grow(reservation, additional)
    }

    fn reserved(&self) -> usize {
        self.spilling.reserved() + self.resident.reserved() + self.merging.reserved()
    }

    fn memory_limit(&self) -> MemoryLimit {
        MemoryLimit::Finite(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn every_sort_of_a_chain_has_a_share_for_merging() {
        let budget: Arc<dyn MemoryPool> = Arc::new(MemoryBudget::new(64 << 20));
        let merge = |part: usize| MemoryConsumer::new(format!("{MERGES}{part}]"));
        let first = merge(0).register(&budget);
        // Alone it has the quarter that is for merging.
        first.try_grow(16 << 20).expect("all of it");
        first.free();
        let others: Vec<MemoryReservation> =
            (1..32).map(|part| merge(part).register(&budget)).collect();
        let least = MemoryBudget::merge_bytes(64 << 20);
        for one in others.iter().chain([&first]) {
            one.try_grow(least).expect("a share");
            assert!(one.try_grow(1).is_err());
        }
        assert_eq!(budget.reserved(), 32 * least);
    }
}
