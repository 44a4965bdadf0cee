//! The classes of traffic and their shares (flow log spec 10.2).

use serde::Serialize;

/// Why a record was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Class {
    /// A scanner of the internet that a security group refused.
    Scan,
    /// A scanner that reached a host and was reset.
    ScanAnswered,
    /// Clients of the web servers.
    ClientWeb,
    /// Web servers calling applications.
    WebApp,
    /// Applications using data stores and caches.
    AppData,
    /// Applications calling the internet through a NAT gateway.
    Outbound,
    /// Applications using S3.
    S3,
    /// Questions to the site's own resolvers.
    Dns,
    /// Time, monitoring, administration and pings.
    Services,
    /// The nightly backup.
    Backup,
    /// Misconfigured clients that a security group refuses.
    Refused,
    /// Planted: one source tries one port on every interface.
    Sweep,
    /// Planted: one source tries many ports of one interface.
    PortScan,
    /// Planted: one instance sends 40 GB to one foreign host.
    Exfiltration,
    /// Planted: requests pass, a network ACL refuses the replies.
    Asymmetric,
    /// Windows without traffic.
    NoData,
    /// Windows with lost records.
    SkipData,
}

/// What the plan has to know about a class.
pub(crate) struct ClassInfo {
    pub(crate) class: Class,
    /// Share of the ordinary connections; zero for what is planted.
    pub(crate) share: f64,
    /// Records of one connection.
    pub(crate) records: u64,
    /// When the connections happen.
    pub(crate) rhythm: Rhythm,
}

/// How connections spread over the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rhythm {
    /// All day alike.
    Flat,
    /// With the load of the site.
    Daily,
    /// With the load, and in bursts.
    Bursts,
    /// From 02:00 to 04:00.
    Night,
    /// By the plan of the incident.
    Planted,
}

const fn info(class: Class, share: f64, records: u64, rhythm: Rhythm) -> ClassInfo {
    ClassInfo {
        class,
        share,
        records,
        rhythm,
    }
}

/// Every class, in the order of [`Class`]. Outbound connections stand in the log of the instance
/// (2 records) and of the NAT gateway (4).
pub(crate) const CLASSES: [ClassInfo; 17] = [
    info(Class::Scan, 0.19 * 0.93, 1, Rhythm::Flat),
    info(Class::ScanAnswered, 0.19 * 0.07, 2, Rhythm::Flat),
    info(Class::ClientWeb, 0.24, 2, Rhythm::Bursts),
    info(Class::WebApp, 0.16, 2, Rhythm::Daily),
    info(Class::AppData, 0.16, 2, Rhythm::Daily),
    info(Class::Outbound, 0.09, 6, Rhythm::Daily),
    info(Class::S3, 0.05, 2, Rhythm::Daily),
    info(Class::Dns, 0.06, 2, Rhythm::Daily),
    info(Class::Services, 0.03, 2, Rhythm::Flat),
    info(Class::Backup, 0.001, 2, Rhythm::Night),
    info(Class::Refused, 0.019, 1, Rhythm::Flat),
    info(Class::Sweep, 0.0, 1, Rhythm::Planted),
    info(Class::PortScan, 0.0, 1, Rhythm::Planted),
    info(Class::Exfiltration, 0.0, 2, Rhythm::Planted),
    info(Class::Asymmetric, 0.0, 2, Rhythm::Planted),
    info(Class::NoData, 0.0, 1, Rhythm::Planted),
    info(Class::SkipData, 0.0, 1, Rhythm::Planted),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_its_shares_are_whole() {
        for (index, info) in CLASSES.iter().enumerate() {
            assert_eq!(info.class as usize, index);
        }
        let total: f64 = CLASSES.iter().map(|info| info.share).sum();
        assert!((total - 1.0).abs() < 1e-9, "{total}");
    }
}
