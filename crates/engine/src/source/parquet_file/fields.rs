//! Which flow log fields the columns of a Parquet file hold.

use arrow::datatypes::Schema;
use flowgauge_format::flow_fields::{self, FlowField};

/// The flow log fields of a file's columns, in order.
pub(super) struct FileColumns {
    pub(super) fields: Vec<(usize, String, Option<&'static FlowField>)>,
}

impl FileColumns {
    pub(super) fn of(schema: &Schema) -> FileColumns {
        let fields = schema
            .fields()
            .iter()
            .enumerate()
            .map(|(index, field)| {
                (
                    index,
                    field.name().clone(),
                    flow_fields::by_parquet_name(field.name()),
                )
            })
            .collect();
        FileColumns { fields }
    }

    pub(super) fn known(&self) -> usize {
        self.fields
            .iter()
            .filter(|(_, _, field)| field.is_some())
            .count()
    }

    /// The column of a flow log field, by its hyphenated id.
    pub(super) fn by_id(&self, id: &str) -> Option<usize> {
        self.fields
            .iter()
            .find(|(_, _, field)| field.is_some_and(|field| field.id == id))
            .map(|(index, _, _)| *index)
    }

    /// The column of a name under any of its spellings.
    pub(super) fn by_name(&self, name: &str) -> Option<usize> {
        match flow_fields::resolve(name) {
            Some(field) => self.by_id(field.id),
            None => self
                .fields
                .iter()
                .find(|(_, own, _)| own == name)
                .map(|(index, _, _)| *index),
        }
    }
}
