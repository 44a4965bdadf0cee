//! The memory budget of a query.
//!
//! Operators that can move to the disk (sorting, grouping) share the budget fairly and spill when
//! it is used up. Operators that cannot are only counted: the one there is, a top-N, holds as many
//! rows as the row limit allows, but is charged for the whole batches that those rows are slices
//! of, which belong to the operator below and are already counted there. Merging what a sort has
//! spilled takes all it gets, to merge as much as possible at once, and does with less; it has a
//! budget of its own.

use std::fmt;

use datafusion::common::Result;
use datafusion::execution::memory_pool::{
    FairSpillPool, GreedyMemoryPool, MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation,
    UnboundedMemoryPool,
};

/// How the consumers begin their names that merge what a sort has spilled. Under another name they
/// would only be counted, and hold two batches of every file at once.
const MERGES: &str = "ExternalSorterMerge[";

/// Budgets for operators that can spill and for merging; the others are counted.
#[derive(Debug)]
pub struct MemoryBudget {
    spilling: FairSpillPool,
    resident: UnboundedMemoryPool,
    merging: GreedyMemoryPool,
    bytes: usize,
}

impl MemoryBudget {
    /// `bytes` for operators that spill, a quarter of it for merging.
    pub fn new(bytes: usize) -> MemoryBudget {
        MemoryBudget {
            spilling: FairSpillPool::new(bytes),
            resident: UnboundedMemoryPool::default(),
            merging: GreedyMemoryPool::new(bytes / 4),
            bytes: bytes + bytes / 4,
        }
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
