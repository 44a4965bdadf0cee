//! Connections with hosts outside the site.

use std::net::IpAddr;

use super::Window;
use super::exchange::{Exchange, Phase};
use crate::class::Class;
use crate::site::Tier;

impl Window<'_> {
    pub(super) fn client_web(&mut self) {
        let interface = self.plan.site.draw(Tier::Web, &mut self.rng, self.night);
        let (client, client6) = self.plan.site.draw_client(&mut self.rng);
        let (near, far) = if self.rng.chance(0.08) {
            let near = self.plan.site.interface(interface).address6;
            (IpAddr::V6(near), IpAddr::V6(client6))
        } else {
            (self.address(interface), IpAddr::V4(client))
        };
        let (protocol, near_port) = match self.rng.unit() {
            part if part < 0.05 => (17, 443),
            part if part < 0.9 => (6, 443),
            _ => (6, 80),
        };
        let (start, end) = self.short();
        let (request, response) =
            Self::volume(self.rng.lognormal(6.2, 1.0), self.rng.lognormal(8.2, 1.9));
        let far_port = self.ephemeral();
        self.exchange(&Exchange {
            class: Class::ClientWeb,
            interface,
            near,
            far,
            near_port,
            far_port,
            protocol,
            start,
            end,
            from_far: true,
            request,
            response,
            phase: Phase::Whole,
            traffic_path: 8,
        });
    }

    /// Stands in the log of the instance and, with the addresses rewritten on the way, four times
    /// in the log of the NAT gateway (flow log spec 6).
    pub(super) fn outbound(&mut self) {
        let from = self.instance(0.8, Tier::App, Tier::Batch);
        let gateway = self.plan.site.draw(Tier::Nat, &mut self.rng, self.night);
        let host = IpAddr::V4(self.plan.site.draw_host(&mut self.rng));
        let (start, end) = self.short();
        let (request, response) =
            Self::volume(self.rng.lognormal(6.5, 1.0), self.rng.lognormal(8.0, 1.6));
        let near_port = self.ephemeral();
        let gateway_port = self.rng.range(1_024, 65_535) as u16;
        let (instance, nat) = (self.address(from), self.address(gateway));
        let mut exchange = Exchange {
            class: Class::Outbound,
            near_port,
            request,
            response,
            traffic_path: 1,
            ..https((from, instance), host, (start, end))
        };
        self.exchange(&exchange);
        // The inner side of the gateway: srcaddr and dstaddr show the gateway, pkt-* the host.
        exchange.interface = gateway;
        (exchange.near, exchange.far) = (nat, instance);
        (exchange.near_port, exchange.far_port) = (443, near_port);
        exchange.from_far = true;
        let inner = self.out.len();
        self.exchange(&exchange);
        self.out[inner].packet_destination = host;
        self.out[inner + 1].packet_source = host;
        // The outer side.
        (exchange.near, exchange.far) = (nat, host);
        (exchange.near_port, exchange.far_port) = (gateway_port, 443);
        exchange.from_far = false;
        exchange.traffic_path = 8;
        self.exchange(&exchange);
    }

    pub(super) fn s3(&mut self) {
        let from = self.plan.site.draw(Tier::App, &mut self.rng, self.night);
        let address = IpAddr::V4(self.plan.site.draw_s3(&mut self.rng));
        let bulk = if self.rng.chance(0.01) {
            self.rng.pareto(1.15, 2e6, 2e9)
        } else {
            self.rng.lognormal(9.0, 1.8)
        };
        let small = self.rng.lognormal(6.5, 0.8);
        let upload = self.rng.chance(0.5);
        let (request, response) = if upload {
            Self::volume(bulk, small)
        } else {
            Self::volume(small, bulk)
        };
        let (start, end) = self.short();
        let near_port = self.ephemeral();
        let first = self.out.len();
        let exchange = Exchange {
            class: Class::S3,
            near_port,
            request,
            response,
            traffic_path: 7,
            ..https((from, self.address(from)), address, (start, end))
        };
        self.exchange(&exchange);
        for record in &mut self.out[first..] {
            record.s3 = true;
        }
    }
}

/// A connection that an interface opens to port 443 of a host, without its own port and its volume.
fn https((interface, near): (u16, IpAddr), far: IpAddr, (start, end): (i64, i64)) -> Exchange {
    Exchange {
        class: Class::Outbound,
        interface,
        near,
        far,
        near_port: 0,
        far_port: 443,
        protocol: 6,
        start,
        end,
        from_far: false,
        request: (0, 0),
        response: (0, 0),
        phase: Phase::Whole,
        traffic_path: 8,
    }
}
