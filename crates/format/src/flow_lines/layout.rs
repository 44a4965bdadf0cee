//! The order of the values in a file's lines.

use super::digits::is_version;
use crate::flow_fields::{
    DEFAULT_FORMAT, FieldId, TGW_DEFAULT_FORMAT, by_id, camel_case, parse_log_format, resolve,
    same_letters,
};
use crate::{FieldInfo, FileContext};

/// Which kind of flow log a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// VPC, subnet or interface flow logs.
    Vpc,
    /// Transit gateway flow logs.
    TransitGateway,
}

impl Kind {
    /// The format of a flow log of this kind that names none.
    pub(crate) fn default_format(self) -> &'static str {
        match self {
            Kind::Vpc => DEFAULT_FORMAT,
            Kind::TransitGateway => TGW_DEFAULT_FORMAT,
        }
    }

    /// Whether records of this kind have the field.
    pub(crate) fn has(self, id: FieldId) -> bool {
        match self {
            Kind::Vpc => id.field().vpc(),
            Kind::TransitGateway => id.field().transit_gateway(),
        }
    }
}

/// One value of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Slot {
    Known(FieldId),
    /// A field newer than this program, known from the header line: its id and name.
    Unknown {
        id: String,
        name: String,
    },
}

impl Slot {
    fn id(&self) -> &str {
        match self {
            Slot::Known(id) => id.field().id,
            Slot::Unknown { id, .. } => id,
        }
    }

    fn name(&self) -> &str {
        match self {
            Slot::Known(id) => id.field().name,
            Slot::Unknown { name, .. } => name,
        }
    }
}

/// The fields of a file's lines, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    slots: Vec<Slot>,
    version: Option<usize>,
    default: bool,
}

impl Layout {
    fn new(slots: Vec<Slot>) -> Layout {
        let defaults = [Kind::Vpc, Kind::TransitGateway].map(Kind::default_format);
        let format = slots
            .iter()
            .map(|slot| format!("${{{}}}", slot.id()))
            .collect::<Vec<_>>()
            .join(" ");
        Layout {
            version: slots.iter().position(|slot| slot.id() == "version"),
            default: defaults.contains(&format.as_str()),
            slots,
        }
    }

    /// Reads a header line. Fields that no schema lists are taken as text when most are known.
    pub(crate) fn from_header(line: &str) -> Option<Layout> {
        let ids: Vec<&str> = line.split_ascii_whitespace().collect();
        let known = ids.iter().filter(|id| by_id(id).is_some()).count();
        let unknown = ids.len() - known;
        if known == 0 || (unknown > 0 && (known < 4 || known < unknown)) {
            return None;
        }
        let slots = ids.into_iter().map(|id| match by_id(id) {
            Some(id) => Some(Slot::Known(id)),
            None => is_field_id(id).then(|| Slot::Unknown {
                id: id.to_owned(),
                name: camel_case(id),
            }),
        });
        Some(Layout::new(slots.collect::<Option<_>>()?))
    }

    /// The layout of a log format, all of whose fields must be of the kind.
    pub(crate) fn from_log_format(format: &str, kind: Kind) -> Result<Layout, String> {
        let ids = parse_log_format(format)?;
        if let Some(id) = ids.iter().find(|id| !kind.has(**id)) {
            let (own, other) = match kind {
                Kind::Vpc => ("VPC", "transit gateway"),
                Kind::TransitGateway => ("transit gateway", "VPC"),
            };
            return Err(format!(
                "{own} flow logs have no field `{id:?}`, only {other} flow logs do"
            ));
        }
        Ok(Layout::new(ids.into_iter().map(Slot::Known).collect()))
    }

    /// The layout of a file: its header line if it has one, else the format that the user gave,
    /// else the default format. A header that is there is right even if the user says otherwise.
    pub(crate) fn of_file(head: &str, context: &FileContext, kind: Kind) -> Result<Layout, String> {
        let first = head.lines().next().unwrap_or_default();
        if let Some(layout) = Layout::from_header(first) {
            return Ok(layout);
        }
        if let Some(format) = &context.log_format {
            return Layout::from_log_format(format, kind);
        }
        let layout = Layout::from_log_format(kind.default_format(), kind)?;
        let mut counts = head
            .lines()
            .map(|line| line.split_ascii_whitespace().count())
            .filter(|count| *count > 0);
        match counts.clone().next() {
            Some(count) if !counts.any(|count| count == layout.len()) => Err(format!(
                "the lines have {count} values, but the default format has {}: name the fields with `--format '${{version}} ${{account-id}} …'`",
                layout.len()
            )),
            _ => Ok(layout),
        }
    }

    /// Number of values in a line.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether this is a default format.
    pub(crate) fn is_default(&self) -> bool {
        self.default
    }

    /// Place of the record version, the one value that tells a record from other text.
    #[inline]
    pub(crate) fn version(&self) -> Option<usize> {
        self.version
    }

    /// Number of fields that the schema lists, when all fields are of the kind.
    pub(crate) fn known_fields(&self, kind: Kind) -> Option<usize> {
        let mut known = 0;
        for slot in &self.slots {
            if let Slot::Known(id) = slot {
                if !kind.has(*id) {
                    return None;
                }
                known += 1;
            }
        }
        Some(known)
    }

    /// Whether values at these offsets of `block` make a record.
    pub(crate) fn fits(&self, block: &[u8], values: &[(usize, usize)]) -> bool {
        values.len() == self.slots.len()
            && self.version.is_none_or(|place| {
                let (start, end) = values[place];
                is_version(&block[start..end])
            })
    }

    /// Whether the line names the fields themselves.
    pub(crate) fn is_header(&self, line: &str) -> bool {
        let mut ids = self.slots.iter().map(Slot::id);
        // The first field decides nearly always.
        self.slots
            .first()
            .is_some_and(|slot| line.trim_start_matches(' ').starts_with(slot.id()))
            && line
                .split(' ')
                .filter(|id| !id.is_empty())
                .all(|id| ids.next() == Some(id))
            && ids.next().is_none()
    }

    /// Place of the field with that id; the first when it stands twice.
    pub(crate) fn place_of_id(&self, id: &str) -> Option<usize> {
        self.slots.iter().position(|slot| slot.id() == id)
    }

    /// Place of the field that a query means by `name`; the first when it stands twice.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        resolve(name)
            .and_then(|field| self.place_of_id(field.id))
            .or_else(|| {
                // Also a spelling of a known field that this file does not have by that id.
                self.slots.iter().position(
                    |slot| matches!(slot, Slot::Unknown { id, .. } if same_letters(name, id)),
                )
            })
    }

    /// Canonical name of the field at a place.
    pub(crate) fn name(&self, place: usize) -> &str {
        self.slots[place].name()
    }

    /// Every field once.
    pub(crate) fn fields(&self) -> Vec<FieldInfo> {
        let mut fields: Vec<FieldInfo> = Vec::with_capacity(self.slots.len());
        for slot in &self.slots {
            if fields.iter().all(|field| field.name != slot.name()) {
                fields.push(FieldInfo {
                    name: slot.name().to_owned(),
                    integer: matches!(slot, Slot::Known(id) if id.field().integer()),
                });
            }
        }
        fields
    }
}

/// Whether a word of a header line can be a field id.
fn is_field_id(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}
