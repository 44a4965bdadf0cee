//! The memory budget of a query.
//!
//! Operators that can move to the disk (sorting, grouping) share the budget fairly and spill when
//! it is used up. Operators that cannot are only counted: the one there is, a top-N, holds as many
//! rows as the row limit allows, but is charged for the whole batches that those rows are slices
//! of, which belong to the operator below and are already counted there.

use std::fmt;

use datafusion::common::Result;
use datafusion::execution::memory_pool::{
    FairSpillPool, MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation, UnboundedMemoryPool,
};

/// A budget for operators that can spill; the others are counted.
#[derive(Debug)]
pub struct MemoryBudget {
    spilling: FairSpillPool,
    resident: UnboundedMemoryPool,
    bytes: usize,
}

impl MemoryBudget {
    /// `bytes` for operators that spill.
    pub fn new(bytes: usize) -> MemoryBudget {
        MemoryBudget {
            spilling: FairSpillPool::new(bytes),
            resident: UnboundedMemoryPool::default(),
            bytes,
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
