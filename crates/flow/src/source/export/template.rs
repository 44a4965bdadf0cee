//! Templates: how the records of NetFlow v9 and IPFIX are laid out.

use std::collections::HashMap;

use super::bytes::{Cursor, Malformed};
use super::element::{Clock, Elements};

/// Most templates that one exporter may have at a time; those beyond are not kept, and told as a loss.
const TEMPLATES: usize = 1024;
/// Room that a template takes beside its fields, in fields.
const OVERHEAD: usize = 8;
/// Most fields of a template.
const FIELDS: usize = 1024;
/// A length that stands in front of each value.
const VARIABLE: u16 = 0xffff;
/// Fields of the other direction (RFC 5103).
const REVERSE: u32 = 29_305;

/// One field of a template.
#[derive(Debug, Clone, Copy)]
struct Field {
    id: u16,
    length: u16,
    enterprise: u32,
}

/// The layout of a record.
#[derive(Debug, Clone)]
pub struct Template {
    fields: Box<[Field]>,
    /// Whether records describe the exporter instead of a flow.
    pub options: bool,
    /// Length of the shortest record.
    shortest: usize,
}

/// What is behind a template's head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// NetFlow v9: no enterprises, and lengths in bytes in front of option templates.
    V9,
    /// IPFIX.
    Ipfix,
}

impl Template {
    fn new(fields: Box<[Field]>, options: bool) -> Template {
        let length = |field: &Field| match field.length {
            VARIABLE => 1,
            length => usize::from(length),
        };
        let shortest = fields.iter().map(length).sum();
        Template {
            fields,
            options,
            shortest,
        }
    }

    /// Room that it takes, in fields.
    fn size(&self) -> usize {
        self.fields.len() + OVERHEAD
    }

    /// Reads the records of a set; what is shorter than a record at its end is padding. Returns how
    /// many there were.
    pub fn records(
        &self,
        mut set: Cursor<'_>,
        clock: &Clock,
        mut record: impl FnMut(&Elements),
    ) -> Result<u32, Malformed> {
        let mut count = 0;
        while self.shortest > 0 && set.len() >= self.shortest {
            let mut elements = Elements::default();
            for field in self.fields.iter() {
                let length = value_length(field, &mut set)?;
                let value = set.take(length)?;
                match field.enterprise {
                    0 => elements.set(field.id, value, false, clock),
                    REVERSE => elements.set(field.id, value, true, clock),
                    _ => {}
                }
            }
            record(&elements);
            count += 1;
        }
        Ok(count)
    }
}

fn value_length(field: &Field, set: &mut Cursor<'_>) -> Result<usize, Malformed> {
    if field.length != VARIABLE {
        return Ok(usize::from(field.length));
    }
    match set.take(1)? {
        [255] => set.u16().map(usize::from),
        short => Ok(short.iter().map(|byte| usize::from(*byte)).sum()),
    }
}

/// The templates of one exporter.
#[derive(Debug, Default)]
pub struct Templates {
    by_id: HashMap<u16, Template>,
    /// Room that they take, and the most that they may take.
    size: usize,
    most: usize,
}

impl Templates {
    /// The template of a set.
    pub fn get(&self, id: u16) -> Option<&Template> {
        self.by_id.get(&id)
    }

    /// Room that they take: in fields, of eight bytes each, with what a template needs beside them.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Sets how much room they may take.
    pub fn may_grow_to(&mut self, most: usize) {
        self.most = most;
    }

    /// Keeps a template in the place of another of its id; false when there is no room, and then neither
    /// is kept, because records are no longer of the old one.
    fn keep(&mut self, id: u16, template: Template) -> bool {
        self.forget(id);
        let size = self.size + template.size();
        if self.by_id.len() >= TEMPLATES || size > self.most {
            return false;
        }
        self.size = size;
        self.by_id.insert(id, template);
        true
    }

    fn forget(&mut self, id: u16) {
        if let Some(old) = self.by_id.remove(&id) {
            self.size -= old.size();
        }
    }

    /// Reads a set of templates; `unkept` counts those for which there is no room.
    pub fn read(
        &mut self,
        mut set: Cursor<'_>,
        options: bool,
        dialect: Dialect,
        unkept: &mut u64,
    ) -> Result<(), Malformed> {
        // Less than a head is padding.
        while set.len() >= 4 {
            let id = set.u16()?;
            let first = usize::from(set.u16()?);
            if id < 256 {
                if id == 0 {
                    // Padding of zeros.
                    return Ok(());
                }
                return Err(Malformed("a template has the id of another kind of set"));
            }
            let fields = match (options, dialect) {
                (false, _) => first,
                (true, Dialect::V9) => (first + usize::from(set.u16()?)) / 4,
                // The number of scope fields is among those counted first.
                (true, Dialect::Ipfix) if first > 0 => {
                    set.u16()?;
                    first
                }
                (true, Dialect::Ipfix) => 0,
            };
            if fields == 0 {
                // A withdrawal.
                self.forget(id);
                continue;
            }
            if fields > FIELDS {
                return Err(Malformed("a template has too many fields"));
            }
            let fields = (0..fields)
                .map(|_| read_field(&mut set, dialect))
                .collect::<Result<Box<[_]>, _>>()?;
            let kept = self.keep(id, Template::new(fields, options));
            *unkept += u64::from(!kept);
        }
        Ok(())
    }
}

fn read_field(set: &mut Cursor<'_>, dialect: Dialect) -> Result<Field, Malformed> {
    let id = set.u16()?;
    let length = set.u16()?;
    let foreign = dialect == Dialect::Ipfix && id & 0x8000 != 0;
    Ok(Field {
        id: if foreign { id & 0x7fff } else { id },
        length,
        enterprise: if foreign { set.u32()? } else { 0 },
    })
}
