//! The made-up site: an account with two VPCs, and whom it talks to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::rng::{Rng, Weighted};

/// What an interface belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// Application servers.
    App,
    /// Web servers.
    Web,
    /// Data stores.
    Data,
    /// Caches.
    Cache,
    /// Load balancers.
    Balancer,
    /// NAT gateways.
    Nat,
    /// Batch workers.
    Batch,
}

/// Every tier with its share of the interfaces in percent and the first of its three subnets.
const TIERS: [(Tier, usize, u8); 7] = [
    (Tier::App, 55, 3),
    (Tier::Web, 15, 0),
    (Tier::Data, 8, 6),
    (Tier::Cache, 6, 6),
    (Tier::Balancer, 5, 0),
    (Tier::Nat, 3, 0),
    (Tier::Batch, 8, 3),
];

impl Tier {
    /// Name, as the `instance-tag` field shows it.
    pub fn name(self) -> &'static str {
        match self {
            Tier::App => "app",
            Tier::Web => "web",
            Tier::Data => "data",
            Tier::Cache => "cache",
            Tier::Balancer => "balancer",
            Tier::Nat => "nat",
            Tier::Batch => "batch",
        }
    }
}

/// A network interface.
#[derive(Debug, Clone)]
pub struct Interface {
    /// `eni-…`.
    pub id: String,
    /// Primary private address.
    pub address: Ipv4Addr,
    /// IPv6 address.
    pub address6: Ipv6Addr,
    /// What it belongs to.
    pub tier: Tier,
    /// `vpc-…`.
    pub vpc: String,
    /// `subnet-…`.
    pub subnet: String,
    /// Availability zone id.
    pub zone: &'static str,
    /// `i-…`; load balancers and NAT gateways have none.
    pub instance: Option<String>,
    /// Without traffic from 22:00 to 06:00.
    pub quiet: bool,
}

/// The site and its peers.
pub struct Site {
    /// Account id.
    pub account: &'static str,
    /// Region.
    pub region: &'static str,
    /// `fl-…`.
    pub flow_log: String,
    /// Its interfaces; records name them by index.
    pub interfaces: Vec<Interface>,
    tiers: Vec<TierPick>,
    public: TierPick,
    clients: Weighted,
    scanners: Weighted,
    hosts: Weighted,
    outsiders: [Ipv4Addr; 3],
}

/// Interfaces of a tier, most active first, with and without the ones that sleep at night.
struct TierPick {
    members: Vec<u16>,
    day: Weighted,
    awake: Vec<u16>,
    night: Weighted,
}

impl TierPick {
    fn new(members: Vec<u16>, interfaces: &[Interface]) -> TierPick {
        // Quiet interfaces are the last of a tier, so the rest keeps its ranks.
        let awake: Vec<u16> = members
            .iter()
            .copied()
            .filter(|&index| !interfaces[usize::from(index)].quiet)
            .collect();
        TierPick {
            day: Weighted::zipf(members.len(), 0.9),
            night: Weighted::zipf(awake.len(), 0.9),
            members,
            awake,
        }
    }

    fn draw(&self, rng: &mut Rng, night: bool) -> u16 {
        if night {
            self.awake[self.night.draw(rng)]
        } else {
            self.members[self.day.draw(rng)]
        }
    }
}

const ZONES: [&str; 3] = ["euc1-az1", "euc1-az2", "euc1-az3"];
const CLIENTS: usize = 20_000;
const HOSTS: usize = 200;
const SITE: u64 = 1;

/// An id as EC2 makes them: 17 hexadecimal digits.
fn id(rng: &mut Rng, prefix: &str) -> String {
    format!("{prefix}-0{:016x}", rng.next())
}

impl Site {
    /// The site of a seed with so many interfaces (24 or more) and scanners.
    pub(crate) fn new(seed: u64, interface_count: usize, scanner_count: usize) -> Site {
        let mut rng = Rng::keyed(seed, SITE, 0);
        let vpcs = [id(&mut rng, "vpc"), id(&mut rng, "vpc")];
        let subnets: Vec<String> = (0..18).map(|_| id(&mut rng, "subnet")).collect();
        let mut interfaces = Vec::with_capacity(interface_count);
        let mut left = interface_count;
        for (position, &(tier, percent, subnet)) in TIERS.iter().enumerate().rev() {
            // The first tier of the table takes what rounding leaves.
            let count = match position {
                0 => left,
                _ => (interface_count * percent / 100).max(1),
            };
            left -= count;
            let quiet = match tier {
                Tier::App => (count / 5).max(1),
                Tier::Web | Tier::Batch => count / 5,
                _ => 0,
            };
            for rank in 0..count {
                let vpc = rank % 2;
                let zone = rank / 2 % 3;
                let subnet = usize::from(subnet) + zone;
                let host = 16 + interfaces.len() as u16;
                interfaces.push(Interface {
                    id: id(&mut rng, "eni"),
                    address: Ipv4Addr::new(
                        10,
                        vpc as u8,
                        (subnet * 16) as u8 + (host >> 8) as u8,
                        host as u8,
                    ),
                    address6: Ipv6Addr::new(
                        0x2001,
                        0xdb8,
                        0x1000 + vpc as u16,
                        subnet as u16,
                        0,
                        0,
                        0,
                        host,
                    ),
                    tier,
                    vpc: vpcs[vpc].clone(),
                    subnet: subnets[vpc * 9 + subnet].clone(),
                    zone: ZONES[zone],
                    instance: match tier {
                        Tier::Balancer | Tier::Nat => None,
                        _ => Some(id(&mut rng, "i")),
                    },
                    quiet: rank >= count - quiet,
                });
            }
        }
        let members = |wanted: &[Tier]| {
            let members = (0..interfaces.len() as u16)
                .filter(|&index| wanted.contains(&interfaces[usize::from(index)].tier))
                .collect();
            TierPick::new(members, &interfaces)
        };
        let first = rng.range(1, 80) as u8;
        let outsider = |step: u8| Ipv4Addr::new(203, 0, 113, first + step * 80);
        Site {
            account: "123456789012",
            region: "eu-central-1",
            flow_log: id(&mut rng, "fl"),
            tiers: TIERS.iter().map(|&(tier, ..)| members(&[tier])).collect(),
            public: members(&[Tier::Web, Tier::Balancer, Tier::Nat]),
            clients: Weighted::zipf(CLIENTS, 1.1),
            scanners: Weighted::zipf(scanner_count, 1.0),
            hosts: Weighted::zipf(HOSTS, 1.0),
            outsiders: [outsider(0), outsider(1), outsider(2)],
            interfaces,
        }
    }

    /// The interface of a record.
    pub fn interface(&self, index: u16) -> &Interface {
        &self.interfaces[usize::from(index)]
    }

    /// An interface of a tier, the active ones more often.
    pub(crate) fn draw(&self, tier: Tier, rng: &mut Rng, night: bool) -> u16 {
        self.tiers[tier as usize].draw(rng, night)
    }

    /// An interface that the internet reaches.
    pub(crate) fn draw_public(&self, rng: &mut Rng, night: bool) -> u16 {
        self.public.draw(rng, night)
    }

    /// The member of a tier at a rank, counted around; never one that sleeps.
    pub(crate) fn member(&self, tier: Tier, rank: usize) -> u16 {
        let awake = &self.tiers[tier as usize].awake;
        awake[rank % awake.len()]
    }

    /// A client of the web servers: 20,000 of 198.18.0.0/16, some of them far more often.
    pub(crate) fn draw_client(&self, rng: &mut Rng) -> (Ipv4Addr, Ipv6Addr) {
        let rank = self.clients.draw(rng) as u32;
        // An odd factor permutes the 16-bit numbers, so clients are distinct and scattered.
        let host = (rank.wrapping_mul(40_503) & 0xffff) as u16;
        let [high, low] = host.to_be_bytes();
        (
            Ipv4Addr::new(198, 18, high, low),
            Ipv6Addr::new(0x2001, 0xdb8, 0xc000, host, 0, 0, 0, 1),
        )
    }

    /// A scanner: three in five sit in twelve /24 networks, the others are scattered.
    pub(crate) fn draw_scanner(&self, rng: &mut Rng) -> Ipv4Addr {
        let rank = self.scanners.draw(rng);
        // Every fifth pair of ranks is scattered, so both kinds have busy members.
        if rank % 5 < 3 {
            let member = rank / 5 * 3 + rank % 5;
            let host = (1 + member / 12) as u8;
            match member % 12 {
                0 => Ipv4Addr::new(198, 51, 100, host),
                net => Ipv4Addr::new(198, 19, net as u8, host),
            }
        } else {
            let member = (rank / 5 * 2 + rank % 5 - 3) as u32;
            let host = member.wrapping_mul(25_173) & 0x7fff;
            Ipv4Addr::new(198, 19, 32 + (host >> 8) as u8, host as u8)
        }
    }

    /// A server of the internet that applications call.
    pub(crate) fn draw_host(&self, rng: &mut Rng) -> Ipv4Addr {
        Ipv4Addr::new(192, 0, 2, 1 + self.hosts.draw(rng) as u8)
    }

    /// An address of S3.
    pub(crate) fn draw_s3(&self, rng: &mut Rng) -> Ipv4Addr {
        Ipv4Addr::new(198, 19, 240, rng.range(1, 8) as u8)
    }

    /// The source of the sweep.
    pub(crate) fn sweeper(&self) -> Ipv4Addr {
        self.outsiders[0]
    }

    /// The source of the port scan.
    pub(crate) fn port_scanner(&self) -> Ipv4Addr {
        self.outsiders[1]
    }

    /// Where the exfiltrated data goes.
    pub(crate) fn receiver(&self) -> Ipv4Addr {
        self.outsiders[2]
    }

    /// The own resolver of an interface's VPC.
    pub(crate) fn resolver(&self, interface: u16) -> IpAddr {
        let [_, vpc, ..] = self.interface(interface).address.octets();
        IpAddr::V4(Ipv4Addr::new(10, vpc, 111, 53))
    }
}
