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
        let field = flow_fields::resolve(name).and_then(|field| self.by_id(field.id));
        // A column may have a name that flow logs have for something else.
        field.or_else(|| {
            let mut columns = self.fields.iter();
            let own = columns.find(|(_, own, _)| own == name);
            own.map(|(index, _, _)| *index)
        })
    }

    /// Whether they are those of a transit gateway's flow log.
    pub(super) fn of_transit_gateway(&self) -> bool {
        self.by_id("tgw-id").is_some() && self.by_id("interface-id").is_none()
    }

    /// Whether they are those of a default format.
    pub(super) fn are_default(&self) -> bool {
        let columns = self.fields.iter();
        let ids =
            columns.map(|(_, _, field)| format!("${{{}}}", field.map_or("", |field| field.id)));
        let format = ids.collect::<Vec<_>>().join(" ");
        [flow_fields::DEFAULT_FORMAT, flow_fields::TGW_DEFAULT_FORMAT].contains(&format.as_str())
    }
}
