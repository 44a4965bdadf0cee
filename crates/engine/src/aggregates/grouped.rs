//! Folds: what an aggregate does with a batch, and the one `GroupsAccumulator` that runs them.

use arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::common::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::rows::Rows;
use super::udaf::Groups;

/// An aggregate that keeps one slot per group.
pub(super) trait Fold: Send + Sync + 'static {
    /// What is known of a group; the default is a group without rows.
    type Slot: Default + Send + Sync + 'static;

    /// Adds rows to their groups. Returns by how many bytes the slots' own allocations grew.
    fn update(
        &self,
        slots: &mut [Self::Slot],
        arguments: &[ArrayRef],
        rows: &Rows,
    ) -> Result<isize>;

    /// Adds partial results, one per entry of `rows`. Returns the growth like [`Fold::update`].
    fn merge(&self, slots: &mut [Self::Slot], states: &[ArrayRef], rows: &Rows) -> Result<isize>;

    /// Partial results, in the columns that [`super::Aggregate::state`] names.
    fn state(&self, slots: Vec<Self::Slot>) -> Result<Vec<ArrayRef>>;

    /// Results.
    fn evaluate(&self, slots: Vec<Self::Slot>) -> Result<ArrayRef>;

    /// Bytes that a slot has allocated for itself; zero for slots of fixed size.
    fn heap(_slot: &Self::Slot) -> usize {
        0
    }
}

/// A fold with its slots.
pub(super) struct Grouped<F: Fold> {
    fold: F,
    slots: Vec<F::Slot>,
    /// Sum of [`Fold::heap`] over the slots, kept as they change because counting is linear in
    /// the number of groups and asked for after each batch.
    heap: usize,
}

/// Starts a fold without groups.
pub(super) fn start<F: Fold>(fold: F) -> Result<Box<dyn Groups>> {
    Ok(Box::new(Grouped {
        fold,
        slots: Vec::new(),
        heap: 0,
    }))
}

impl<F: Fold> Grouped<F> {
    fn grow(&mut self, groups: usize) {
        if self.slots.len() < groups {
            self.slots.resize_with(groups, F::Slot::default);
        }
    }

    fn take(&mut self, emit_to: EmitTo) -> Vec<F::Slot> {
        let slots = emit_to.take_needed(&mut self.slots);
        self.heap = match emit_to {
            EmitTo::All => 0,
            EmitTo::First(_) => self.heap.saturating_sub(slots.iter().map(F::heap).sum()),
        };
        slots
    }
}

impl<F: Fold> GroupsAccumulator for Grouped<F> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.grow(total_num_groups);
        let growth = self.fold.update(
            &mut self.slots,
            values,
            &Rows::new(group_indices, opt_filter),
        )?;
        self.heap = self.heap.saturating_add_signed(growth);
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let slots = self.take(emit_to);
        self.fold.evaluate(slots)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let slots = self.take(emit_to);
        self.fold.state(slots)
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.grow(total_num_groups);
        if group_indices.is_empty() {
            return Ok(());
        }
        let growth = self
            .fold
            .merge(&mut self.slots, values, &Rows::new(group_indices, None))?;
        self.heap = self.heap.saturating_add_signed(growth);
        Ok(())
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        // Every row is a group of its own.
        let rows = values.first().map_or(0, |column| column.len());
        let mut slots: Vec<F::Slot> = Vec::new();
        slots.resize_with(rows, F::Slot::default);
        let groups: Vec<usize> = (0..rows).collect();
        self.fold
            .update(&mut slots, values, &Rows::new(&groups, opt_filter))?;
        self.fold.state(slots)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.slots.capacity() * size_of::<F::Slot>() + self.heap
    }
}
