//! The format of a flow log, `${version} ${account-id} …`, and the lines that it makes of records.

mod printer;

use flowgauge_format::flow_fields::{DEFAULT_FORMAT, FieldId, parse_log_format};

use crate::fields::Field;
use crate::inventory::Inventory;
use crate::record::FlowRecord;

pub use printer::Printer;

/// The fields of a flow log, in order. A field may stand twice.
#[derive(Debug, Clone)]
pub struct RecordFormat {
    fields: Vec<Field>,
    version: u8,
}

impl Default for RecordFormat {
    /// The 14 fields of version 2.
    fn default() -> Self {
        Self::parse(DEFAULT_FORMAT).expect("the default format is a format")
    }
}

impl RecordFormat {
    /// Reads a format as CreateFlowLogs takes it (flow log spec 2.1).
    ///
    /// # Errors
    ///
    /// A text for the user that names the item which is no field of VPC flow logs.
    pub fn parse(format: &str) -> Result<Self, String> {
        let ids = parse_log_format(format)?;
        if let Some(id) = ids.iter().find(|id| !id.field().vpc()) {
            return Err(format!(
                "`${{{}}}` is a field of transit gateway flow logs, which no capture can fill",
                id.field().id
            ));
        }
        let versions = ids.iter().map(|id| id.field().version);
        Ok(Self {
            version: versions.max().unwrap_or(2),
            fields: ids.into_iter().map(Field::new).collect(),
        })
    }

    /// The fields, in order.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = FieldId> {
        self.fields.iter().map(Field::id)
    }

    /// The value of `version`: the highest version among the fields.
    pub fn version(&self) -> u8 {
        self.version
    }

    /// Whether a field is part of the format.
    pub fn selects(&self, id: &str) -> bool {
        self.fields().any(|field| field.field().id == id)
    }

    /// Whether a field tells the addresses of packets apart that `srcaddr` and `dstaddr` show as one.
    pub fn selects_packet_addresses(&self) -> bool {
        self.fields()
            .any(|field| field.field().id.starts_with("pkt-"))
    }

    /// The header line of a file, without a line end.
    pub fn header(&self) -> String {
        let ids: Vec<&str> = self.fields().map(|id| id.field().id).collect();
        ids.join(" ")
    }

    /// Prints records of the interfaces of an inventory.
    pub fn printer<'a>(&'a self, inventory: &'a Inventory) -> Printer<'a> {
        Printer::new(self, inventory)
    }

    /// Appends the line of a single record, as [`Printer::write`] does for many.
    pub fn write_line(&self, record: &FlowRecord, inventory: &Inventory, line: &mut Vec<u8>) {
        self.printer(inventory).write(record, line);
    }
}
