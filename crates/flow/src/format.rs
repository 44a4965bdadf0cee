//! Stand-in until the record format lands.

use std::io::Write;

use flowgauge_format::flow_fields::{FieldId, DEFAULT_FORMAT, parse_log_format};

use crate::inventory::Inventory;
use crate::record::{FlowRecord, LogStatus};
use crate::observation::{Action, Direction};

/// A format.
#[derive(Debug, Clone)]
pub struct RecordFormat {
    fields: Vec<FieldId>,
    version: u8,
}

impl Default for RecordFormat {
    fn default() -> RecordFormat {
        RecordFormat::parse(DEFAULT_FORMAT).expect("it is a format")
    }
}

impl RecordFormat {
    /// Parses.
    pub fn parse(text: &str) -> Result<RecordFormat, String> {
        let fields = parse_log_format(text)?;
        let version = fields.iter().map(|id| id.field().version).max().unwrap_or(2);
        Ok(RecordFormat { fields, version })
    }
    /// Fields.
    pub fn fields(&self) -> &[FieldId] {
        &self.fields
    }
    /// Header.
    pub fn header(&self) -> String {
        self.fields.iter().map(|id| id.field().id).collect::<Vec<_>>().join(" ")
    }
    /// Line.
    pub fn write_line(&self, record: &FlowRecord, inventory: &Inventory, out: &mut Vec<u8>) {
        let interface = inventory.get(record.interface);
        for (place, id) in self.fields.iter().enumerate() {
            if place > 0 { out.push(b' '); }
            let flow = record.flow.as_ref();
            let text = match id.field().id {
                "version" => Some(self.version.to_string()),
                "srcaddr" | "pkt-srcaddr" => flow.map(|f| f.tuple.source.to_string()),
                "dstaddr" | "pkt-dstaddr" => flow.map(|f| f.tuple.destination.to_string()),
                "srcport" => flow.map(|f| f.tuple.source_port.to_string()),
                "dstport" => flow.map(|f| f.tuple.destination_port.to_string()),
                "protocol" => flow.map(|f| f.tuple.protocol.to_string()),
                "packets" => flow.map(|f| f.packets.to_string()),
                "bytes" => flow.map(|f| f.bytes.to_string()),
                "start" => Some(record.start.to_string()),
                "end" => Some(record.end.to_string()),
                "action" => flow.map(|f| if f.action == Action::Accept { "ACCEPT" } else { "REJECT" }.to_owned()),
                "log-status" => Some(match record.status { LogStatus::Ok => "OK", LogStatus::NoData => "NODATA", LogStatus::SkipData => "SKIPDATA" }.to_owned()),
                "flow-direction" => flow.map(|f| if f.direction == Direction::Ingress { "ingress" } else { "egress" }.to_owned()),
                "tcp-flags" => flow.map(|f| f.tcp_flags.to_string()),
                _ => interface.and_then(|i| i.fields.get(id).cloned()),
            };
            let _ = write!(out, "{}", text.as_deref().unwrap_or("-"));
        }
    }
}
