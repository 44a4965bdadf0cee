//! Which connections are open: what security groups need to know of the past.
//!
//! The timeouts are those that the provider documents for its own tracking, which are also the
//! defaults of Linux.

use std::collections::HashMap;
use std::net::IpAddr;

use crate::inventory::InterfaceKey;
use crate::judge::{IcmpMessage, Question};
use crate::observation::Direction;

const SECOND: i64 = 1_000_000;
/// A TCP connection that was not answered yet.
const TCP_OPENING: i64 = 120 * SECOND;
/// An idle TCP connection.
const TCP_OPEN: i64 = 432_000 * SECOND;
/// After both ends have closed, or one has reset: how long that is remembered.
const TCP_CLOSED: i64 = 120 * SECOND;
/// UDP without an answer.
const UDP_SINGLE: i64 = 30 * SECOND;
/// UDP both ways.
const UDP_STREAM: i64 = 180 * SECOND;
/// ICMP requests.
const ICMP: i64 = 30 * SECOND;
/// Any other protocol.
const OTHER: i64 = 600 * SECOND;
/// How often at most a full table is searched for what has timed out.
const SWEEP: i64 = SECOND;

const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;
const ACK: u8 = 16;

/// What a packet is to the connections that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It belongs to one of them.
    Open,
    /// It came after its connection was closed.
    Closed,
    /// It would open one.
    New,
    /// It belongs to none and opens none: an unsolicited ICMP message, a fragment without ports.
    Single,
    /// A TCP packet from the middle of a connection that is not known.
    Unopened,
}

/// A connection seen from its interface, so that both directions have the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    interface: InterfaceKey,
    local: IpAddr,
    remote: IpAddr,
    local_port: u16,
    remote_port: u16,
    protocol: u8,
    /// Who asked; only for ICMP, where both ends may use the same identifier.
    asker: Option<Direction>,
}

#[derive(Debug, Clone, Copy)]
struct Connection {
    opened: Direction,
    state: State,
    /// Microseconds since the epoch.
    expires: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// One end has spoken.
    Single,
    /// Both have.
    Both,
    /// TCP: the end that sends in this direction has finished.
    HalfClosed(Direction),
    /// TCP: both ends have finished.
    Finished,
    /// TCP: one end has reset the connection.
    Reset,
}

#[derive(Debug)]
pub(super) struct Connections {
    table: HashMap<Key, Connection>,
    capacity: usize,
    next_sweep: i64,
}

impl Connections {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            table: HashMap::new(),
            capacity,
            next_sweep: i64::MIN,
        }
    }

    /// Finds the connection of a packet and notes what the packet does to it.
    pub(super) fn see(&mut self, question: &Question) -> Standing {
        if question.portless {
            return Standing::Single;
        }
        let Some(key) = key(question) else {
            return self.about(question);
        };
        let is_tcp = key.protocol == 6;
        let opens = question.tcp_flags & (SYN | ACK | RST | FIN) == SYN;
        let Some(connection) = self.table.get_mut(&key) else {
            return without(question, is_tcp, opens);
        };
        let closed = matches!(connection.state, State::Finished | State::Reset);
        if connection.expires <= question.at || (closed && opens) {
            self.table.remove(&key);
            return without(question, is_tcp, opens);
        }
        if is_tcp {
            return connection.see_tcp(question);
        }
        if connection.opened != question.direction {
            connection.state = State::Both;
        }
        connection.expires = question.at + connection.patience(key.protocol);
        Standing::Open
    }

    /// Remembers a connection that a packet opens. Returns false when there is no room.
    pub(super) fn open(&mut self, question: &Question) -> bool {
        let Some(key) = key(question) else {
            return true;
        };
        if self.table.len() >= self.capacity && !self.make_room(question.at) {
            return false;
        }
        let state = match question.tcp_flags {
            flags if key.protocol != 6 || flags & SYN != 0 => State::Single,
            flags if flags & RST != 0 => State::Reset,
            flags if flags & FIN != 0 => State::HalfClosed(question.direction),
            _ => State::Both,
        };
        let mut connection = Connection {
            opened: question.direction,
            state,
            expires: 0,
        };
        connection.expires = question.at + connection.patience(key.protocol);
        self.table.insert(key, connection);
        true
    }

    fn make_room(&mut self, now: i64) -> bool {
        if now >= self.next_sweep {
            self.table.retain(|_, connection| connection.expires > now);
            self.next_sweep = now.saturating_add(SWEEP);
        }
        self.table.len() < self.capacity
    }

    /// An ICMP error passes with the connection that it is about.
    fn about(&self, question: &Question) -> Standing {
        let Some((message, tuple)) = question
            .icmp
            .and_then(|message| message.about.map(|tuple| (message, tuple)))
        else {
            return Standing::Single;
        };
        // What the error quotes went the other way; of ICMP, only requests have errors.
        let request = match tuple.protocol {
            1 => Some(8),
            58 => Some(128),
            _ => None,
        };
        let quoted = Question {
            tuple,
            direction: question.reversed().direction,
            icmp: request.map(|kind| IcmpMessage {
                kind,
                about: None,
                ..message
            }),
            ..*question
        };
        let Some(key) = key(&quoted) else {
            return Standing::Single;
        };
        match self.table.get(&key) {
            Some(connection) if connection.expires > question.at => Standing::Open,
            _ => Standing::Single,
        }
    }
}

fn without(question: &Question, is_tcp: bool, opens: bool) -> Standing {
    let reply = question
        .icmp
        .and_then(|message| is_request(question.tuple.protocol, message.kind))
        .is_some_and(|request| !request);
    match (is_tcp, opens) {
        (true, true) => Standing::New,
        (true, false) => Standing::Unopened,
        (false, _) if reply => Standing::Single,
        (false, _) => Standing::New,
    }
}

impl Connection {
    fn see_tcp(&mut self, question: &Question) -> Standing {
        let flags = question.tcp_flags;
        let direction = question.direction;
        let late = match self.state {
            // In-flight data is not let through to a peer that has reset.
            State::Reset => flags & RST == 0,
            // The last acknowledgements, and repeated FINs, still belong to the connection.
            State::Finished => question.payload > 0 && flags & (FIN | RST) == 0,
            _ => false,
        };
        if late {
            return Standing::Closed;
        }
        self.state = match self.state {
            _ if flags & RST != 0 => State::Reset,
            State::HalfClosed(first) if flags & FIN != 0 && first != direction => State::Finished,
            State::Single | State::Both if flags & FIN != 0 => State::HalfClosed(direction),
            State::Single if direction != self.opened || flags & SYN == 0 => State::Both,
            same => same,
        };
        self.expires = question.at + self.patience(6);
        Standing::Open
    }

    fn patience(&self, protocol: u8) -> i64 {
        match (protocol, self.state) {
            (6, State::Single) => TCP_OPENING,
            (6, State::Both) => TCP_OPEN,
            (6, _) => TCP_CLOSED,
            (17, State::Single) => UDP_SINGLE,
            (17, _) => UDP_STREAM,
            (1 | 58, _) => ICMP,
            _ => OTHER,
        }
    }
}

/// The connection of a packet; `None` for ICMP messages that are neither request nor reply.
fn key(question: &Question) -> Option<Key> {
    let tuple = question.tuple;
    let (local_port, remote_port) = match question.direction {
        Direction::Ingress => (tuple.destination_port, tuple.source_port),
        Direction::Egress => (tuple.source_port, tuple.destination_port),
    };
    let mut key = Key {
        interface: question.interface,
        local: question.local(),
        remote: question.remote(),
        local_port,
        remote_port,
        protocol: tuple.protocol,
        asker: None,
    };
    if matches!(tuple.protocol, 1 | 58) {
        let message = question.icmp?;
        key.asker = Some(match is_request(tuple.protocol, message.kind)? {
            true => question.direction,
            false => question.reversed().direction,
        });
        key.local_port = message.id;
        key.remote_port = 0;
    }
    Some(key)
}

/// Whether a type is a request or the reply to one: echo, timestamp, information, address mask.
fn is_request(protocol: u8, kind: u8) -> Option<bool> {
    match (protocol, kind) {
        (1, 8 | 13 | 15 | 17) | (58, 128 | 139) => Some(true),
        (1, 0 | 14 | 16 | 18) | (58, 129 | 140) => Some(false),
        _ => None,
    }
}
