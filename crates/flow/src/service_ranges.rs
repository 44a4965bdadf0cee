//! Which public service an address belongs to: `pkt-src-aws-service` and `pkt-dst-aws-service`.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use crate::prefix_table::PrefixTable;

/// The code that covers every range and says least.
const GENERAL: &str = "AMAZON";

/// Address ranges of services. An address has the code of the longest range around it; any other
/// code is preferred to `AMAZON`, which the published file gives to all ranges once more (flow log
/// spec 1.2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceRanges {
    specific: PrefixTable<Arc<str>>,
    general: PrefixTable<()>,
}

impl ServiceRanges {
    /// Adds a range. Of two specific codes for the same range, the first one counts.
    pub fn add(&mut self, network: IpNet, code: &str) {
        if code == GENERAL {
            self.general.insert(network, ());
        } else if let Some(earlier) = self.specific.insert(network, code.into()) {
            self.specific.insert(network, earlier);
        }
    }

    /// The service code of an address.
    pub fn code(&self, address: IpAddr) -> Option<&str> {
        match self.specific.longest(address) {
            Some(code) => Some(code),
            None => self.general.longest(address).map(|()| GENERAL),
        }
    }

    /// Whether there are no ranges.
    pub fn is_empty(&self) -> bool {
        self.specific.is_empty() && self.general.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_specific_code_is_preferred() {
        let mut ranges = ServiceRanges::default();
        for (network, code) in [
            ("52.95.128.0/21", "S3"),
            ("52.95.128.0/24", "AMAZON"),
            ("52.95.128.0/21", "AMAZON"),
            ("52.95.0.0/16", "EC2"),
            ("52.95.0.0/16", "EBS"),
            ("54.0.0.0/8", "AMAZON"),
        ] {
            ranges.add(network.parse().expect("network"), code);
        }
        for (address, code) in [
            ("52.95.128.179", Some("S3")),
            ("52.95.1.1", Some("EC2")),
            ("54.1.1.1", Some("AMAZON")),
            ("10.0.0.1", None),
        ] {
            assert_eq!(ranges.code(address.parse().expect("address")), code);
        }
    }
}
