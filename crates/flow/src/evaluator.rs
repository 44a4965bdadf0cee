//! Security groups and network ACLs, replayed over packets: ACCEPT or REJECT for each.
//!
//! The order is that of flow log spec 1.6. Inbound, the network ACL comes first and the security
//! groups second; outbound it is the other way round. Network ACLs know no connections; security
//! groups let the packets of a connection pass that they, or the other direction, let begin. Packets
//! that come after their connection was closed are refused.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::inventory::InterfaceKey;
use crate::judge::{Judge, Question, Verdict};
use crate::observation::{Action, Direction};
use crate::rules::{InterfacePolicy, Layers, Policy};
use crate::source::Loss;

mod connections;

use connections::{Connections, Standing};

/// Connections that are remembered at once unless something else is said: about 40 MB.
pub const CONNECTIONS: usize = 262_144;
/// How long after the table of connections was full a refusal may be due to that, microseconds.
const DOUBT: i64 = 120 * 1_000_000;
/// ICMPv6 messages without which no address resolution or multicast works: multicast listener
/// discovery, and neighbour discovery. No rule refuses them, as none refuses ARP.
const NEIGHBOURHOOD: [std::ops::RangeInclusive<u8>; 2] = [130..=137, 143..=143];

/// What to do with a TCP packet in the middle of a connection whose beginning was not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unopened {
    /// Refuse it: it came after its connection was closed. This is what managed namespaces do, and
    /// right when everything was seen from the beginning.
    Refuse,
    /// Judge it as if it opened the connection, in either direction: right for captures that begin
    /// when connections are open already.
    Judge,
}

/// Replays the rules of a [`Policy`].
#[derive(Debug)]
pub struct Evaluator {
    policy: Policy,
    connections: Connections,
    unopened: Unopened,
    /// When a connection could not be remembered for the last time.
    overflow: Option<i64>,
    losses: BTreeMap<InterfaceKey, Loss>,
}

impl Evaluator {
    /// An evaluator that has seen no packet and remembers [`CONNECTIONS`].
    pub fn new(policy: Policy, unopened: Unopened) -> Self {
        Self::with_capacity(policy, unopened, CONNECTIONS)
    }

    /// An evaluator that remembers at most so many connections.
    pub fn with_capacity(policy: Policy, unopened: Unopened, connections: usize) -> Self {
        Self {
            policy,
            connections: Connections::new(connections),
            unopened,
            overflow: None,
            losses: BTreeMap::new(),
        }
    }

    fn decide(&mut self, question: &Question) -> Verdict {
        let Some(policy) = self.policy.get(question.interface) else {
            return Verdict::ACCEPT;
        };
        if is_neighbourhood(question) {
            return Verdict::ACCEPT;
        }
        let layers = policy.layers(question.direction);
        let acl_allows = || policy.same_subnet(question.remote()) || acl_allows(layers, question);
        if question.direction == Direction::Ingress && !acl_allows() {
            return Verdict::REJECT;
        }
        let standing = self.connections.see(question);
        let (allowed, remember) = match standing {
            Standing::Open => (true, false),
            Standing::Closed => (false, false),
            Standing::New => (groups_allow(layers, question), true),
            Standing::Single => (groups_allow(layers, question), false),
            Standing::Unopened if self.unopened == Unopened::Refuse => (false, false),
            Standing::Unopened => (either_way(policy, question), true),
        };
        if !allowed {
            let doubtful = |full: i64| question.at.saturating_sub(full) < DOUBT;
            if self.overflow.is_some_and(doubtful) {
                self.lose(question);
            }
            return Verdict::REJECT;
        }
        if question.direction == Direction::Egress && !acl_allows() {
            return Verdict::REJECT;
        }
        if remember && !self.connections.open(question) {
            self.overflow = Some(question.at);
            self.lose(question);
        }
        Verdict::ACCEPT
    }

    fn lose(&mut self, question: &Question) {
        let loss = self.losses.entry(question.interface).or_insert(Loss {
            interface: Some(question.interface),
            at: question.at,
            packets: Some(0),
            reason: "more connections than the rules can remember; verdicts may be wrong",
        });
        loss.at = question.at;
        loss.packets = loss.packets.map(|packets| packets + 1);
    }
}

impl Judge for Evaluator {
    fn judge(&mut self, question: &Question) -> Verdict {
        self.decide(question)
    }

    fn take_losses(&mut self, losses: &mut Vec<Loss>) {
        losses.extend(std::mem::take(&mut self.losses).into_values());
    }
}

impl InterfacePolicy {
    /// The layers that a direction passes.
    pub fn layers(&self, direction: Direction) -> &Layers {
        match direction {
            Direction::Ingress => &self.inbound,
            Direction::Egress => &self.outbound,
        }
    }
}

fn is_neighbourhood(question: &Question) -> bool {
    let message = question.icmp.filter(|_| question.tuple.protocol == 58);
    message.is_some_and(|message| {
        let mut kinds = NEIGHBOURHOOD.iter();
        kinds.any(|range| range.contains(&message.kind))
    })
}

fn groups_allow(layers: &Layers, question: &Question) -> bool {
    let Some(rules) = &layers.groups else {
        return true;
    };
    let remote = question.remote();
    rules.iter().any(|rule| {
        serves(rule.service, question) && rule.peers.iter().any(|peer| peer.contains(&remote))
    })
}

fn acl_allows(layers: &Layers, question: &Question) -> bool {
    let Some(rules) = &layers.acl else {
        return true;
    };
    let remote: IpAddr = question.remote();
    let first = rules
        .iter()
        .find(|rule| serves(rule.service, question) && rule.network.contains(&remote));
    first.is_some_and(|rule| rule.allow)
}

/// Whether the groups let the connection begin in one direction or the other.
fn either_way(policy: &InterfacePolicy, question: &Question) -> bool {
    let reversed = question.reversed();
    groups_allow(policy.layers(question.direction), question)
        || groups_allow(policy.layers(reversed.direction), &reversed)
}

fn serves(service: crate::rules::Service, question: &Question) -> bool {
    let tuple = question.tuple;
    service.matches(
        tuple.protocol,
        tuple.destination_port,
        question.portless,
        question.icmp,
    )
}

/// Whether a verdict lets packets pass, for readers who count.
impl Verdict {
    /// Whether the packet passes.
    pub fn accepts(self) -> bool {
        self.action == Action::Accept
    }
}

#[cfg(test)]
mod tests;
