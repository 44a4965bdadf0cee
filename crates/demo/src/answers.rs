//! What queries over the day have to find, counted from the records that were written.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;
use std::net::IpAddr;

use serde::Serialize;

use crate::class::{CLASSES, Class};
use crate::record::{Record, Status};
use crate::site::Site;
use crate::{DAY_START, WINDOW_SECONDS, WINDOWS};

/// Rows of the rankings.
const TOP: usize = 10;
/// Length of a slot of the traffic table, seconds.
const SLOT_SECONDS: i64 = 300;

/// The planted answers. Rankings are in descending order; equal numbers in order of the name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answers {
    /// Seed of the day.
    pub seed: u64,
    /// Records, which is lines without headers.
    pub records: u64,
    /// First second of the day.
    pub start: i64,
    /// Last second of the day.
    pub end: i64,
    /// Records by log status.
    pub log_status: BTreeMap<&'static str, u64>,
    /// The ten source addresses with the most bytes.
    pub top_talkers: Vec<Count<IpAddr>>,
    /// Every scanner with its number of records, the sweep and the port scan not counted.
    pub scanners: Vec<Count<IpAddr>>,
    /// The ten sources most often refused at ports 22 and 3389.
    pub refused_admin_sources: Vec<Count<IpAddr>>,
    /// The ten destination ports with the most refused records.
    pub refused_ports: Vec<Count<u16>>,
    /// One source that tried one port on every interface.
    pub sweep: Sweep,
    /// One source that tried many ports of one interface.
    pub port_scan: PortScan,
    /// The largest transfer to an address outside.
    pub exfiltration: Exfiltration,
    /// Clients that a security group refuses, by number of records.
    pub refused_pairs: Vec<RefusedPair>,
    /// Windows with lost records, in order.
    pub skip_data: Vec<LostWindow>,
    /// Bytes by five minutes of `start` and by action; slots without records are left out.
    pub traffic: Vec<Slot>,
    /// Totals by class.
    pub classes: BTreeMap<Class, ClassTotal>,
}

/// A row of a ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Count<K> {
    /// What is counted.
    pub name: K,
    /// How much.
    pub count: u64,
}

/// The sweep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sweep {
    /// Who swept.
    pub source: IpAddr,
    /// The port.
    pub port: u16,
    /// Interfaces reached.
    pub interfaces: u64,
    /// Records, over all sweeps of the day.
    pub records: u64,
}

/// The port scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PortScan {
    /// Who scanned.
    pub source: IpAddr,
    /// Address scanned.
    pub target: IpAddr,
    /// Distinct ports tried.
    pub ports: u64,
}

/// The exfiltration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exfiltration {
    /// The instance's address.
    pub source: IpAddr,
    /// The foreign host.
    pub destination: IpAddr,
    /// Bytes sent.
    pub bytes: u64,
    /// First second.
    pub start: i64,
    /// Last second.
    pub end: i64,
}

/// A refused client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusedPair {
    /// The client.
    pub source: IpAddr,
    /// What it tries to reach.
    pub destination: IpAddr,
    /// The port.
    pub port: u16,
    /// Records.
    pub records: u64,
}

/// A window of an interface with lost records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LostWindow {
    /// `eni-…`.
    pub interface: String,
    /// First second.
    pub start: i64,
    /// Last second.
    pub end: i64,
}

/// Traffic of five minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Slot {
    /// First second.
    pub start: i64,
    /// `ACCEPT` or `REJECT`.
    pub action: &'static str,
    /// Records that start in the slot.
    pub records: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Totals of a class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ClassTotal {
    /// Records.
    pub records: u64,
    /// Packets.
    pub packets: u64,
    /// Bytes.
    pub bytes: u64,
}

/// Counts records as they are written.
pub struct Tally {
    records: u64,
    statuses: [u64; 3],
    talkers: HashMap<IpAddr, u64>,
    scanners: HashMap<IpAddr, u64>,
    refused_admin_sources: HashMap<IpAddr, u64>,
    refused_ports: HashMap<u16, u64>,
    swept: BTreeSet<IpAddr>,
    scanned_ports: BTreeSet<u16>,
    /// First record of each class, by which incidents are known.
    first: [Option<Record>; CLASSES.len()],
    last_end: [i64; CLASSES.len()],
    exfiltrated: u64,
    refused_pairs: BTreeMap<(IpAddr, IpAddr, u16), u64>,
    lost: Vec<(u16, i64, i64)>,
    slots: Vec<[(u64, u64); 2]>,
    classes: [ClassTotal; CLASSES.len()],
}

impl Default for Tally {
    fn default() -> Tally {
        Tally {
            records: 0,
            statuses: [0; 3],
            talkers: HashMap::new(),
            scanners: HashMap::new(),
            refused_admin_sources: HashMap::new(),
            refused_ports: HashMap::new(),
            swept: BTreeSet::new(),
            scanned_ports: BTreeSet::new(),
            first: [None; CLASSES.len()],
            last_end: [0; CLASSES.len()],
            exfiltrated: 0,
            refused_pairs: BTreeMap::new(),
            lost: Vec::new(),
            slots: vec![[(0, 0); 2]; WINDOWS * WINDOW_SECONDS as usize / SLOT_SECONDS as usize],
            classes: [ClassTotal::default(); CLASSES.len()],
        }
    }
}

impl Tally {
    /// Counts a record.
    pub fn add(&mut self, record: &Record) {
        self.records += 1;
        self.statuses[record.status as usize] += 1;
        let class = record.class as usize;
        let total = &mut self.classes[class];
        total.records += 1;
        if record.status != Status::Ok {
            if record.status == Status::SkipData {
                self.lost.push((record.interface, record.start, record.end));
            }
            return;
        }
        total.packets += record.packets;
        total.bytes += record.bytes;
        *self.talkers.entry(record.source).or_default() += record.bytes;
        let slot = (record.start - DAY_START) / SLOT_SECONDS;
        if let Some(slot) = usize::try_from(slot)
            .ok()
            .and_then(|at| self.slots.get_mut(at))
        {
            let (records, bytes) = &mut slot[usize::from(record.accepted)];
            *records += 1;
            *bytes += record.bytes;
        }
        if !record.accepted {
            *self
                .refused_ports
                .entry(record.destination_port)
                .or_default() += 1;
            if matches!(record.destination_port, 22 | 3389) {
                *self.refused_admin_sources.entry(record.source).or_default() += 1;
            }
        }
        self.add_incident(record);
    }

    fn add_incident(&mut self, record: &Record) {
        let class = record.class as usize;
        match record.class {
            Class::Scan | Class::ScanAnswered if !record.egress => {
                *self.scanners.entry(record.source).or_default() += 1;
            }
            Class::Sweep => {
                self.swept.insert(record.destination);
            }
            Class::PortScan => {
                self.scanned_ports.insert(record.destination_port);
            }
            Class::Exfiltration if record.egress => self.exfiltrated += record.bytes,
            Class::Refused => {
                let pair = (record.source, record.destination, record.destination_port);
                *self.refused_pairs.entry(pair).or_default() += 1;
            }
            _ => return,
        }
        self.first[class].get_or_insert(*record);
        self.last_end[class] = self.last_end[class].max(record.end);
    }

    /// The answers; `None` when an incident has no record, which the records of a whole day have.
    pub fn answers(self, seed: u64, site: &Site) -> Option<Answers> {
        let first = |class: Class| self.first[class as usize];
        let sweep = first(Class::Sweep)?;
        let port_scan = first(Class::PortScan)?;
        let theft = first(Class::Exfiltration)?;
        let mut refused_pairs: Vec<RefusedPair> = self
            .refused_pairs
            .iter()
            .map(|(&(source, destination, port), &records)| RefusedPair {
                source,
                destination,
                port,
                records,
            })
            .collect();
        // The sort is stable, so equal numbers keep the order of the addresses.
        refused_pairs.sort_by_key(|pair| std::cmp::Reverse(pair.records));
        Some(Answers {
            seed,
            records: self.records,
            start: DAY_START,
            end: DAY_START + WINDOWS as i64 * WINDOW_SECONDS - 1,
            log_status: ["OK", "NODATA", "SKIPDATA"]
                .into_iter()
                .zip(self.statuses)
                .collect(),
            top_talkers: ranking(self.talkers, TOP),
            scanners: ranking(self.scanners, usize::MAX),
            refused_admin_sources: ranking(self.refused_admin_sources, TOP),
            refused_ports: ranking(self.refused_ports, TOP),
            sweep: Sweep {
                source: sweep.source,
                port: sweep.destination_port,
                interfaces: self.swept.len() as u64,
                records: self.classes[Class::Sweep as usize].records,
            },
            port_scan: PortScan {
                source: port_scan.source,
                target: port_scan.destination,
                ports: self.scanned_ports.len() as u64,
            },
            exfiltration: Exfiltration {
                source: theft.source,
                destination: theft.destination,
                bytes: self.exfiltrated,
                start: theft.start,
                end: self.last_end[Class::Exfiltration as usize],
            },
            refused_pairs,
            skip_data: self
                .lost
                .iter()
                .map(|&(interface, start, end)| LostWindow {
                    interface: site.interface(interface).id.clone(),
                    start,
                    end,
                })
                .collect(),
            traffic: slots(&self.slots),
            classes: CLASSES
                .iter()
                .map(|info| (info.class, self.classes[info.class as usize]))
                .collect(),
        })
    }
}

fn ranking<K: Ord + Hash + Copy>(counts: HashMap<K, u64>, rows: usize) -> Vec<Count<K>> {
    let mut ranking: Vec<Count<K>> = counts
        .into_iter()
        .map(|(name, count)| Count { name, count })
        .collect();
    ranking.sort_by(|a, b| b.count.cmp(&a.count).then(a.name.cmp(&b.name)));
    ranking.truncate(rows);
    ranking
}

fn slots(slots: &[[(u64, u64); 2]]) -> Vec<Slot> {
    let mut rows = Vec::new();
    for (number, slot) in slots.iter().enumerate() {
        for (action, &(records, bytes)) in ["REJECT", "ACCEPT"].into_iter().zip(slot) {
            if records > 0 {
                rows.push(Slot {
                    start: DAY_START + number as i64 * SLOT_SECONDS,
                    action,
                    records,
                    bytes,
                });
            }
        }
    }
    rows
}
