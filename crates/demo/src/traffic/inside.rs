//! Connections between interfaces of the site.

use std::net::IpAddr;

use super::Window;
use super::exchange::{Exchange, Phase};
use crate::class::Class;
use crate::site::Tier;

impl Window<'_> {
    /// A TCP connection that the interface opens to another of the site.
    fn inside(
        &mut self,
        class: Class,
        from: u16,
        (to, port): (u16, u16),
        open: f64,
        payload: (f64, f64),
    ) {
        let phase = self.phase(open);
        let (start, end) = self.span(phase);
        let (request, response) = Self::volume(payload.0, payload.1);
        let near_port = self.ephemeral();
        let exchange = Exchange {
            class,
            interface: from,
            near: self.address(from),
            far: self.address(to),
            near_port,
            far_port: port,
            protocol: 6,
            start,
            end,
            from_far: false,
            request,
            response,
            phase,
            traffic_path: 1,
        };
        self.exchange(&exchange);
    }

    pub(super) fn web_app(&mut self) {
        let from = self.plan.site.draw(Tier::Web, &mut self.rng, self.night);
        let to = self.plan.site.draw(Tier::App, &mut self.rng, self.night);
        let payload = (self.rng.lognormal(7.0, 1.2), self.rng.lognormal(8.5, 1.5));
        self.inside(Class::WebApp, from, (to, 8080), 0.7, payload);
    }

    pub(super) fn app_data(&mut self) {
        let from = self.plan.site.draw(Tier::App, &mut self.rng, self.night);
        let (tier, port) = match self.rng.below(10) {
            0..4 => (Tier::Data, 5432),
            4..6 => (Tier::Data, 3306),
            6..9 => (Tier::Cache, 6379),
            _ => (Tier::Data, 27017),
        };
        let to = self.plan.site.draw(tier, &mut self.rng, self.night);
        let packets = self.rng.range(20, 4_000) as f64;
        let payload = (packets * 120.0, packets * 420.0);
        self.inside(Class::AppData, from, (to, port), 0.85, payload);
    }

    /// One packet each way without a connection; `sizes` are those of the question and the answer.
    fn datagrams(
        &mut self,
        class: Class,
        from: u16,
        far: (IpAddr, u16),
        protocol: u8,
        sizes: (u64, u64),
    ) {
        let (start, end) = self.moment(0.0);
        // A question comes from an ephemeral port, except of time servers and of pings.
        let near_port = match far.1 {
            53 => self.ephemeral(),
            same => same,
        };
        let exchange = Exchange {
            class,
            interface: from,
            near: self.address(from),
            far: far.0,
            near_port,
            far_port: far.1,
            protocol,
            start,
            end,
            from_far: false,
            request: (1, sizes.0),
            response: (1, sizes.1),
            phase: Phase::Whole,
            traffic_path: 1,
        };
        self.exchange(&exchange);
    }

    pub(super) fn dns(&mut self) {
        let from = self.instance(0.7, Tier::App, Tier::Web);
        let sizes = (self.rng.range(56, 90), self.rng.range(90, 260));
        let resolver = self.plan.site.resolver(from);
        self.datagrams(Class::Dns, from, (resolver, 53), 17, sizes);
    }

    pub(super) fn services(&mut self) {
        let from = self.plan.site.draw(Tier::App, &mut self.rng, self.night);
        // Time server, monitoring and the three hosts of the administrators.
        let host = |last: u64| IpAddr::from([10, 0, 111, last as u8]);
        match self.rng.below(10) {
            0..3 => self.datagrams(Class::Services, from, (host(123), 123), 17, (76, 76)),
            3..6 => self.datagrams(Class::Services, from, (host(90), 0), 1, (84, 84)),
            kind => {
                let admin = kind == 9;
                let far = if admin {
                    host(self.rng.range(10, 12))
                } else {
                    host(90)
                };
                let (start, end) = self.short();
                let (request, response) =
                    Self::volume(self.rng.lognormal(7.0, 1.0), self.rng.lognormal(8.5, 1.2));
                let far_port = self.ephemeral();
                let exchange = Exchange {
                    class: Class::Services,
                    interface: from,
                    near: self.address(from),
                    far,
                    near_port: if admin { 22 } else { 9100 },
                    far_port,
                    protocol: 6,
                    start,
                    end,
                    from_far: true,
                    request,
                    response,
                    phase: Phase::Whole,
                    traffic_path: 1,
                };
                self.exchange(&exchange);
            }
        }
    }

    pub(super) fn backup(&mut self) {
        let from = self.plan.site.draw(Tier::Data, &mut self.rng, self.night);
        let to = self.plan.site.member(Tier::Batch, 0);
        let payload = (self.rng.pareto(1.05, 1e9, 50e9), 1_000.0);
        self.inside(Class::Backup, from, (to, 873), 1.0, payload);
    }
}
