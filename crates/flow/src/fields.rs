//! The values of the fields of a record: one file for each group of fields that are computed in the
//! same way (flow log spec 1.2).
//!
//! Fields that no group computes are the same in all records of an interface: the version, and what is
//! known from the inventory alone (ids, places, tags, containers).

mod addresses;
mod counts;
mod fixed;
mod next_hop;
mod path;
mod service;
mod status;

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr};

use flowgauge_format::flow_fields::FieldId;

use crate::inventory::{Interface, Inventory};
use crate::record::{Flow, FlowRecord};

pub use addresses::{show, stand_in};

/// A value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue<'a> {
    /// `-`; in Parquet null for integers and the text `-` for texts (flow log spec 1.7).
    Missing,
    /// An integer.
    Int(i64),
    /// A word of the format, which holds no blank.
    Word(&'static str),
    /// A text of the inventory.
    Text(Cow<'a, str>),
    /// An IP address, which is a text that need not be made.
    Address(IpAddr),
}

impl FieldValue<'_> {
    /// A word that may be absent.
    fn word<'a>(word: Option<&'static str>) -> FieldValue<'a> {
        word.map_or(FieldValue::Missing, FieldValue::Word)
    }

    /// A text that may be absent or empty.
    fn text(text: Option<&str>) -> FieldValue<'_> {
        match text {
            None | Some("") => FieldValue::Missing,
            Some(text) => FieldValue::Text(Cow::Borrowed(text)),
        }
    }

    /// An integer that may be absent.
    fn int<'a>(number: Option<impl TryInto<i64>>) -> FieldValue<'a> {
        match number {
            None => FieldValue::Missing,
            Some(number) => FieldValue::Int(number.try_into().unwrap_or(i64::MAX)),
        }
    }
}

/// A record with what belongs to it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The record.
    pub record: &'a FlowRecord,
    /// Its interface; `None` if the inventory does not know it.
    pub interface: Option<&'a Interface>,
    /// What [`stand_in`] says of the interface.
    pub stand_in: Option<Ipv4Addr>,
    /// All interfaces and the networks around them.
    pub inventory: &'a Inventory,
    /// The highest version among the fields of the format.
    pub version: u8,
}

impl<'a> Subject<'a> {
    fn flow(&self) -> Option<&'a Flow> {
        self.record.flow.as_ref()
    }

    /// A field that the inventory knows.
    fn known(&self, id: FieldId) -> Option<&'a str> {
        self.interface?.fields.get(&id).map(String::as_str)
    }
}

/// Computes the value of a field.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Getter {
    OfRecord(Compute),
    /// The same in all records of an interface.
    OfInterface(Look),
}

pub(crate) type Compute = for<'a> fn(&Subject<'a>) -> FieldValue<'a>;
pub(crate) type Look = for<'a> fn(FieldId, &Subject<'a>) -> FieldValue<'a>;

/// The fields that are computed, by group.
static GROUPS: &[&[(&str, Compute)]] = &[
    addresses::FIELDS,
    counts::FIELDS,
    next_hop::FIELDS,
    path::FIELDS,
    service::FIELDS,
    status::FIELDS,
];

/// How a field of VPC flow logs gets its value.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    id: FieldId,
    getter: Getter,
}

impl Field {
    /// Looks the field up once, for many records.
    pub fn new(id: FieldId) -> Self {
        let name = id.field().id;
        let mut computed = GROUPS.iter().copied().flatten();
        let getter = match computed.find(|(field, _)| *field == name) {
            Some((_, compute)) => Getter::OfRecord(*compute),
            None => Getter::OfInterface(fixed::of(name)),
        };
        Self { id, getter }
    }

    /// The field's id.
    pub fn id(&self) -> FieldId {
        self.id
    }

    /// How its value is computed.
    pub(crate) fn getter(&self) -> Getter {
        self.getter
    }
}

#[cfg(test)]
mod tests;
