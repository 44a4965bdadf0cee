//! Formats: which fields a line has, and how each is printed.

use std::net::IpAddr;

use thiserror::Error;

use crate::record::{Record, Status};
use crate::site::{Interface, Site, Tier};

mod fields;

use fields::{FIELDS, Field};

/// The default format: the fields of version 2.
pub const DEFAULT_FORMAT: &str = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}";

/// A format that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LayoutError {
    /// Not a list of `${field}` tokens.
    #[error(
        "`{0}` is no flow log format: write fields as ${{name}}, separated by single spaces, e.g. '${{srcaddr}} ${{dstaddr}} ${{bytes}}'"
    )]
    Malformed(String),
    /// A name that is no field of VPC flow logs.
    #[error("`{0}` is no field of VPC flow logs")]
    UnknownField(String),
}

/// A parsed format.
pub struct Layout {
    fields: Vec<&'static Field>,
    version: u8,
}

impl Layout {
    /// Parses `${srcaddr} ${dstaddr} …`. One pair of enclosing single quotes is tolerated.
    pub fn parse(format: &str) -> Result<Layout, LayoutError> {
        let malformed = || LayoutError::Malformed(format.to_owned());
        let text = format
            .strip_prefix('\'')
            .and_then(|text| text.strip_suffix('\''))
            .unwrap_or(format);
        let mut fields = Vec::new();
        for token in text.split(' ') {
            let name = token
                .strip_prefix("${")
                .and_then(|rest| rest.strip_suffix('}'))
                .ok_or_else(malformed)?;
            let allowed =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            if name.is_empty() || !name.bytes().all(allowed) {
                return Err(malformed());
            }
            let field = FIELDS
                .iter()
                .find(|field| field.name == name)
                .ok_or_else(|| LayoutError::UnknownField(name.to_owned()))?;
            fields.push(field);
        }
        let version = fields.iter().map(|field| field.version).max().unwrap_or(2);
        Ok(Layout { fields, version })
    }

    /// The header line of a delivered file, without its line end.
    pub fn header(&self) -> String {
        let names: Vec<&str> = self.fields.iter().map(|field| field.name).collect();
        names.join(" ")
    }

    /// Appends a record as a line, line feed included.
    pub fn write_line(&self, record: &Record, site: &Site, out: &mut Vec<u8>) {
        let mut cell = Cell {
            record,
            interface: site.interface(record.interface),
            site,
            version: self.version,
            out,
        };
        for (index, field) in self.fields.iter().enumerate() {
            if index > 0 {
                cell.out.push(b' ');
            }
            if field.of_packets && record.status != Status::Ok {
                cell.out.push(b'-');
            } else {
                (field.write)(&mut cell);
            }
        }
        cell.out.push(b'\n');
    }
}

impl Default for Layout {
    /// The default format.
    fn default() -> Layout {
        Layout {
            fields: FIELDS.iter().filter(|field| field.version == 2).collect(),
            version: 2,
        }
    }
}

/// Where a field is printed, and from what.
struct Cell<'a> {
    record: &'a Record,
    interface: &'a Interface,
    site: &'a Site,
    version: u8,
    out: &'a mut Vec<u8>,
}

impl Cell<'_> {
    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn optional(&mut self, text: Option<&str>) {
        self.text(text.unwrap_or("-"));
    }

    fn number(&mut self, number: impl itoa::Integer) {
        self.text(itoa::Buffer::new().format(number));
    }

    fn address(&mut self, address: IpAddr) {
        match address {
            IpAddr::V4(address) => self.address4(address.octets()),
            IpAddr::V6(address) => self.text(&address.to_string()),
        }
    }

    /// Most of a line's text is addresses, so they are put together on the stack.
    fn address4(&mut self, octets: [u8; 4]) {
        let mut text = [0; 16];
        let mut len = 0;
        for octet in octets {
            if octet >= 100 {
                text[len] = b'0' + octet / 100;
                len += 1;
            }
            if octet >= 10 {
                text[len] = b'0' + octet / 10 % 10;
                len += 1;
            }
            text[len] = b'0' + octet % 10;
            text[len + 1] = b'.';
            len += 2;
        }
        self.out.extend_from_slice(&text[..len - 1]);
    }

    fn interface_type(&self) -> Option<&'static str> {
        match self.interface.tier {
            Tier::Nat => Some("nat_gateway"),
            Tier::Balancer => Some("network_load_balancer"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
