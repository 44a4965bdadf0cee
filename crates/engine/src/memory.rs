//! The memory budget of a query.
//!
//! Operators that can move to the disk (sorting, grouping) share one budget fairly; a large sort
//! takes all of it before it spills. Operators that cannot (a top-N, a window) would then find
//! nothing left, although what they hold is bounded by the row limit; they have a budget of their
//! own of half the size.

use std::fmt;

use datafusion::common::Result;
use datafusion::execution::memory_pool::{
    FairSpillPool, GreedyMemoryPool, MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation,
};

/// Two budgets: for operators that can spill, and for those that cannot.
#[derive(Debug)]
pub struct MemoryBudget {
    spilling: FairSpillPool,
    resident: GreedyMemoryPool,
    bytes: usize,
}

impl MemoryBudget {
    /// `bytes` for operators that spill, half of it for the others.
    pub fn new(bytes: usize) -> MemoryBudget {
        MemoryBudget {
            spilling: FairSpillPool::new(bytes),
            resident: GreedyMemoryPool::new(bytes / 2),
            bytes: bytes + bytes / 2,
        }
    }

    fn pool(&self, consumer: &MemoryConsumer) -> &dyn MemoryPool {
        if consumer.can_spill() {
            &self.spilling
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
        self.spilling.reserved() + self.resident.reserved()
    }

    fn memory_limit(&self) -> MemoryLimit {
        MemoryLimit::Finite(self.bytes)
    }
}
