//! Prints records as lines: what is the same in all records of an interface only once, numbers and
//! addresses straight into the line.

use std::net::{IpAddr, Ipv4Addr};

use super::RecordFormat;
use crate::fields::{Compute, FieldValue, Getter, Subject, stand_in};
use crate::inventory::{Interface, Inventory};
use crate::record::FlowRecord;

/// Prints records of the interfaces of an inventory in a format.
#[derive(Debug)]
pub struct Printer<'a> {
    format: &'a RecordFormat,
    inventory: &'a Inventory,
    /// By the interface's place; `None` as long as it had no record. The last one is for records whose
    /// interface the inventory does not have.
    patterns: Vec<Option<Pattern<'a>>>,
}

/// The lines of an interface, before anything is known of the record.
#[derive(Debug)]
struct Pattern<'a> {
    interface: Option<&'a Interface>,
    stand_in: Option<Ipv4Addr>,
    pieces: Vec<Piece>,
}

/// A piece of a line.
#[derive(Debug)]
enum Piece {
    /// What is the same in all records, with a blank behind it.
    Text(Vec<u8>),
    /// What is not. A blank follows.
    Value(Compute),
}

impl<'a> Printer<'a> {
    pub(super) fn new(format: &'a RecordFormat, inventory: &'a Inventory) -> Self {
        let mut patterns = Vec::new();
        patterns.resize_with(inventory.len() + 1, || None);
        Self {
            format,
            inventory,
            patterns,
        }
    }

    /// Appends the line of a record, without a line end: values with one blank between them, `-` for
    /// what is missing.
    pub fn write(&mut self, record: &FlowRecord, line: &mut Vec<u8>) {
        let Self {
            format,
            inventory,
            patterns,
        } = self;
        let unknown = inventory.len();
        let place = usize::try_from(record.interface.0).unwrap_or(unknown);
        let pattern = patterns[place.min(unknown)]
            .get_or_insert_with(|| Pattern::new(format, inventory, record));
        let subject = Subject {
            record,
            interface: pattern.interface,
            stand_in: pattern.stand_in,
            inventory,
            version: format.version,
        };
        for piece in &pattern.pieces {
            match piece {
                Piece::Text(text) => line.extend_from_slice(text),
                Piece::Value(compute) => {
                    write_value(compute(&subject), line);
                    line.push(b' ');
                }
            }
        }
        line.pop();
    }
}

impl<'a> Pattern<'a> {
    /// The pattern of the interface of a record.
    fn new(format: &RecordFormat, inventory: &'a Inventory, record: &FlowRecord) -> Self {
        let interface = inventory.get(record.interface);
        let stand_in = interface.and_then(stand_in);
        let subject = Subject {
            record,
            interface,
            stand_in,
            inventory,
            version: format.version,
        };
        let mut pieces = Vec::new();
        for field in &format.fields {
            match field.getter() {
                Getter::OfRecord(compute) => pieces.push(Piece::Value(compute)),
                Getter::OfInterface(compute) => {
                    let mut text = match pieces.pop_if(|piece| matches!(piece, Piece::Text(_))) {
                        Some(Piece::Text(before)) => before,
                        _ => Vec::new(),
                    };
                    write_value(compute(field.id(), &subject), &mut text);
                    text.push(b' ');
                    pieces.push(Piece::Text(text));
                }
            }
        }
        Self {
            interface,
            stand_in,
            pieces,
        }
    }
}

#[inline]
fn write_value(value: FieldValue<'_>, line: &mut Vec<u8>) {
    match value {
        FieldValue::Missing => line.push(b'-'),
        FieldValue::Int(value) => {
            line.extend_from_slice(itoa::Buffer::new().format(value).as_bytes())
        }
        FieldValue::Word(word) => line.extend_from_slice(word.as_bytes()),
        FieldValue::Text(text) => write_text(&text, line),
        FieldValue::Address(IpAddr::V4(address)) => write_v4(address, line),
        FieldValue::Address(address) => line.extend_from_slice(address.to_string().as_bytes()),
    }
}

/// Octets as text with a dot behind it, and its length.
static OCTETS: [([u8; 4], u8); 256] = {
    let mut texts = [([0; 4], 0); 256];
    let mut octet = 0;
    while octet < 256 {
        let [hundreds, tens, ones] = [octet / 100, octet / 10 % 10, octet % 10];
        let digits = [b'0' + hundreds as u8, b'0' + tens as u8, b'0' + ones as u8];
        texts[octet] = match digits {
            [b'0', b'0', c] => ([c, b'.', 0, 0], 2),
            [b'0', b, c] => ([b, c, b'.', 0], 3),
            [a, b, c] => ([a, b, c, b'.'], 4),
        };
        octet += 1;
    }
    texts
};

/// Copies of a fixed length are single instructions; what is too much is cut off again.
#[inline]
fn write_v4(address: Ipv4Addr, line: &mut Vec<u8>) {
    for octet in address.octets() {
        let (text, length) = &OCTETS[usize::from(octet)];
        let end = line.len() + usize::from(*length);
        line.extend_from_slice(text);
        line.truncate(end);
    }
    line.pop();
}

/// A text of the inventory that holds a blank would become two fields, so blanks and control
/// characters are encoded.
fn write_text(text: &str, line: &mut Vec<u8>) {
    for byte in text.bytes() {
        if byte <= b' ' || byte == 0x7f {
            let digits = b"0123456789ABCDEF";
            let (high, low) = (usize::from(byte >> 4), usize::from(byte & 15));
            line.extend_from_slice(&[b'%', digits[high], digits[low]]);
        } else {
            line.push(byte);
        }
    }
}
