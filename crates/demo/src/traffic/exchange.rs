//! A connection as an interface sees it, and what its size, length and ports are drawn from.

use std::net::IpAddr;

use super::Window;
use crate::WINDOW_SECONDS;
use crate::class::Class;
use crate::record::{Record, Status};
use crate::site::Tier;

/// Bytes of IPv4 and TCP headers with the usual options.
const TCP_HEADERS: u64 = 52;
/// Payload of a full packet.
const FULL: u64 = 1_448;

/// What a connection did in the window.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// It opened and closed.
    Whole,
    /// It opened.
    Opening,
    /// It neither opened nor closed.
    Middle,
    /// It closed.
    Closing,
}

/// A connection as an interface sees it.
pub(super) struct Exchange {
    pub(super) class: Class,
    pub(super) interface: u16,
    pub(super) near: IpAddr,
    pub(super) far: IpAddr,
    pub(super) near_port: u16,
    pub(super) far_port: u16,
    pub(super) protocol: u8,
    pub(super) start: i64,
    pub(super) end: i64,
    /// Whether the far side opened it.
    pub(super) from_far: bool,
    /// Packets and bytes of the side that opened it, and of the other.
    pub(super) request: (u64, u64),
    pub(super) response: (u64, u64),
    pub(super) phase: Phase,
    pub(super) traffic_path: u8,
}

impl Window<'_> {
    pub(super) fn address(&self, interface: u16) -> IpAddr {
        IpAddr::V4(self.plan.site.interface(interface).address)
    }

    /// An instance of one tier with that chance, otherwise of the other.
    pub(super) fn instance(&mut self, chance: f64, tier: Tier, other: Tier) -> u16 {
        let tier = if self.rng.chance(chance) { tier } else { other };
        self.plan.site.draw(tier, &mut self.rng, self.night)
    }

    /// An ephemeral port; one client in ten runs Windows.
    pub(super) fn ephemeral(&mut self) -> u16 {
        let (low, high) = if self.rng.chance(0.1) {
            (49_152, 65_535)
        } else {
            (32_768, 60_999)
        };
        self.rng.range(low, high) as u16
    }

    /// Start and end of something that lasts so many seconds and ends in the window.
    pub(super) fn moment(&mut self, seconds: f64) -> (i64, i64) {
        let start = self.start + self.rng.below(WINDOW_SECONDS as u64) as i64;
        let last = self.start + WINDOW_SECONDS - 1;
        (start, (start + seconds as i64).min(last))
    }

    pub(super) fn short(&mut self) -> (i64, i64) {
        let seconds = self.rng.lognormal(1.5, 1.3);
        self.moment(seconds)
    }

    /// Packets and bytes of a TCP exchange from its payloads; every second full packet is
    /// acknowledged.
    pub(super) fn volume(request: f64, response: f64) -> ((u64, u64), (u64, u64)) {
        let (request, response) = (request.max(1.0) as u64, response.max(1.0) as u64);
        let full = |payload: u64| payload.div_ceil(FULL);
        let packets = |own: u64, other: u64| 2 + full(own) + full(other) / 2;
        let side = |own, other| (packets(own, other), own + TCP_HEADERS * packets(own, other));
        (side(request, response), side(response, request))
    }

    /// A connection of a pool: with `open` it lasts through the window.
    pub(super) fn phase(&mut self, open: f64) -> Phase {
        if self.rng.chance(open) {
            return Phase::Middle;
        }
        match self.rng.below(4) {
            0 => Phase::Opening,
            1 => Phase::Closing,
            _ => Phase::Whole,
        }
    }

    pub(super) fn span(&mut self, phase: Phase) -> (i64, i64) {
        let last = self.start + WINDOW_SECONDS - 1;
        match phase {
            Phase::Whole => self.short(),
            Phase::Opening => (self.start + self.rng.below(50) as i64, last),
            Phase::Closing => (self.start, self.start + self.rng.range(5, 59) as i64),
            Phase::Middle => {
                let early = self.rng.below(6) as i64;
                let late = self.rng.below(6) as i64;
                (self.start + early, last - late)
            }
        }
    }

    /// Writes both directions, the side that opened first.
    pub(super) fn exchange(&mut self, exchange: &Exchange) {
        let (opened, answered) = match (exchange.protocol, exchange.phase) {
            (6, Phase::Whole) => (3, 19),
            (6, Phase::Opening) => (2, 18),
            (6, Phase::Closing) => (1, 1),
            _ => (0, 0),
        };
        for opener in [true, false] {
            let egress = opener != exchange.from_far;
            let mut record = Record::empty(
                exchange.class,
                Status::Ok,
                exchange.interface,
                exchange.start,
            );
            record.end = exchange.end;
            record.protocol = exchange.protocol;
            record.accepted = true;
            record.egress = egress;
            record.traffic_path = egress.then_some(exchange.traffic_path);
            if egress {
                record.set_addresses(exchange.near, exchange.far);
                record.source_port = exchange.near_port;
                record.destination_port = exchange.far_port;
            } else {
                record.set_addresses(exchange.far, exchange.near);
                record.source_port = exchange.far_port;
                record.destination_port = exchange.near_port;
            }
            (record.packets, record.bytes) = if opener {
                exchange.request
            } else {
                exchange.response
            };
            record.tcp_flags = if opener { opened } else { answered };
            // A deployment cuts what the applications had open.
            let of_apps = matches!(exchange.class, Class::WebApp | Class::AppData);
            if of_apps && self.number == self.plan.deployment {
                record.tcp_flags |= 4;
            }
            self.out.push(record);
        }
    }
}
