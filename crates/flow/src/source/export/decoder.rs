//! From the messages of exporters to summaries of flows, whatever the version.

use std::collections::HashMap;
use std::net::IpAddr;

use super::bytes::{Cursor, Malformed};
use super::element::Clock;
use super::template::{Dialect, Templates};
use crate::source::summary::Summary;
use crate::source::{ipfix, netflow};

/// Most exporters (and domains of them) whose templates are kept.
const DOMAINS: usize = 1024;
/// Room for the templates of all exporters, as [`Templates::size`] counts it: 32 MiB. A router has some
/// thousands, so that all of them have enough.
const ROOM: usize = 4 << 20;

/// What one message said. Cleared by whoever reads the next.
#[derive(Debug, Default)]
pub struct Message {
    /// The flows.
    pub summaries: Vec<Summary>,
    /// When it was sent, microseconds since the epoch.
    pub now: i64,
    /// Gap in the sequence numbers before it: flows of v5 and IPFIX, messages of v9.
    pub missing: u64,
    /// Sets without a template, which therefore nobody can read.
    pub undecodable: u64,
    /// Templates for which there was no room.
    pub unkept: u64,
}

impl Message {
    /// Forgets everything and keeps the memory.
    pub fn clear(&mut self) {
        self.summaries.clear();
        (self.now, self.missing) = (0, 0);
        (self.undecodable, self.unkept) = (0, 0);
    }
}

/// Kind of a set of records.
pub enum SetKind {
    /// Templates of flows.
    Templates,
    /// Templates of what the exporter says about itself.
    OptionTemplates,
    /// Records, by their template.
    Records(u16),
}

/// What is known of one exporter.
#[derive(Debug)]
pub struct Domain {
    templates: Templates,
    /// The next sequence number.
    expected: Option<u32>,
    /// One packet in how many is looked at.
    sampling: u64,
    /// When it was started, microseconds since the epoch, where it has said so.
    boot: Option<i64>,
}

impl Default for Domain {
    fn default() -> Domain {
        Domain {
            templates: Templates::default(),
            expected: None,
            sampling: 1,
            boot: None,
        }
    }
}

impl Domain {
    /// Notes a sequence number and how far it goes. Returns how many are missing before it; none
    /// when it is an old one, which came late or after a restart.
    pub fn follow(&mut self, sequence: u32, count: u32) -> u64 {
        let missing = self
            .expected
            .map_or(0, |expected| sequence.wrapping_sub(expected));
        self.expected = Some(sequence.wrapping_add(count));
        if missing < 1 << 31 {
            u64::from(missing)
        } else {
            0
        }
    }

    /// Forgets the sequence number.
    pub fn forget(&mut self) {
        self.expected = None;
    }

    /// Reads a set and returns how many records it had.
    pub fn set(
        &mut self,
        kind: SetKind,
        set: Cursor<'_>,
        dialect: Dialect,
        clock: &Clock,
        message: &mut Message,
    ) -> Result<u32, Malformed> {
        let id = match kind {
            SetKind::Templates | SetKind::OptionTemplates => {
                let options = matches!(kind, SetKind::OptionTemplates);
                let unkept = &mut message.unkept;
                self.templates.read(set, options, dialect, unkept)?;
                return Ok(0);
            }
            SetKind::Records(id) => id,
        };
        let Some(template) = self.templates.get(id) else {
            message.undecodable += 1;
            return Ok(0);
        };
        let mut sampling = self.sampling;
        let mut boot = self.boot;
        let clock = &Clock {
            boot: clock.boot.or(boot),
            ..*clock
        };
        let summaries = &mut message.summaries;
        let count = template.records(set, clock, |elements| {
            if template.options {
                sampling = elements.sampling().unwrap_or(sampling);
                boot = elements.boot().or(boot);
            } else {
                let own = elements.sampling().unwrap_or(sampling);
                elements.summaries(clock, own, summaries);
            }
        })?;
        self.sampling = sampling.max(1);
        self.boot = boot;
        Ok(count)
    }
}

/// Everything known of all exporters.
#[derive(Debug, Default)]
pub struct Decoder {
    domains: HashMap<(IpAddr, u16, u32), Domain>,
    /// Room that the templates take.
    size: usize,
}

impl Decoder {
    /// Reads the message at the front of `bytes` and returns its length.
    ///
    /// # Errors
    ///
    /// When it is not what it says; `message` holds what was read before.
    pub fn decode(
        &mut self,
        exporter: IpAddr,
        bytes: &[u8],
        message: &mut Message,
    ) -> Result<usize, Malformed> {
        message.clear();
        let mut cursor = Cursor::new(bytes);
        let version = cursor.u16()?;
        let at = |place: usize| {
            let four = bytes.get(place..place + 4);
            four.map_or(0, |four| super::bytes::number(four) as u32)
        };
        let source = match version {
            5 => netflow::v5_domain(bytes),
            9 => at(16),
            10 => at(12),
            _ => return Err(Malformed("it is neither NetFlow v5 nor v9 nor IPFIX")),
        };
        let key = (exporter, version, source);
        let mut unknown = Domain::default();
        let is_known = self.domains.len() < DOMAINS || self.domains.contains_key(&key);
        let domain = if is_known {
            self.domains.entry(key).or_default()
        } else {
            // What has no template here counts as undecodable.
            &mut unknown
        };
        let others = self.size - domain.templates.size();
        domain.templates.may_grow_to(ROOM - others);
        let length = match version {
            5 => netflow::v5(&mut cursor, domain, message),
            9 => netflow::v9(&mut cursor, domain, message),
            _ => ipfix::message(&mut cursor, domain, message),
        };
        if is_known {
            self.size = others + domain.templates.size();
        }
        length
    }
}
