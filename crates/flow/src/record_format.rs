//! The format of a flow log, `${version} ${account-id} …`, and the lines that it makes of records.

use std::net::{IpAddr, Ipv4Addr};

use flowgauge_format::flow_fields::{DEFAULT_FORMAT, FieldId, parse_log_format};

use crate::fields::{Field, FieldValue, Subject};
use crate::inventory::Inventory;
use crate::record::FlowRecord;

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

    /// The values of a record, in the order of the fields.
    pub fn values<'a>(
        &'a self,
        record: &'a FlowRecord,
        inventory: &'a Inventory,
    ) -> impl ExactSizeIterator<Item = FieldValue<'a>> {
        let subject = Subject {
            record,
            interface: inventory.get(record.interface),
            inventory,
            version: self.version,
        };
        self.fields.iter().map(move |field| field.value(&subject))
    }

    /// Appends the line of a record, without a line end: values with one blank between them, `-` for
    /// what is missing.
    pub fn write_line(&self, record: &FlowRecord, inventory: &Inventory, line: &mut Vec<u8>) {
        let mut number = itoa::Buffer::new();
        for (place, value) in self.values(record, inventory).enumerate() {
            if place > 0 {
                line.push(b' ');
            }
            match value {
                FieldValue::Missing => line.push(b'-'),
                FieldValue::Int(value) => line.extend(number.format(value).as_bytes()),
                FieldValue::Text(text) => write_word(&text, line),
                FieldValue::Address(IpAddr::V4(address)) => write_v4(address, line),
                FieldValue::Address(address) => line.extend(address.to_string().as_bytes()),
            }
        }
    }
}

fn write_v4(address: Ipv4Addr, line: &mut Vec<u8>) {
    let mut number = itoa::Buffer::new();
    for (place, octet) in address.octets().into_iter().enumerate() {
        if place > 0 {
            line.push(b'.');
        }
        line.extend(number.format(octet).as_bytes());
    }
}

/// A text of the inventory that holds a blank would become two fields, so blanks and control
/// characters are encoded.
fn write_word(text: &str, line: &mut Vec<u8>) {
    for byte in text.bytes() {
        if byte <= b' ' || byte == 0x7f {
            let digits = b"0123456789ABCDEF";
            let (high, low) = (usize::from(byte >> 4), usize::from(byte & 15));
            line.extend([b'%', digits[high], digits[low]]);
        } else {
            line.push(byte);
        }
    }
}
