//! What a source saw: packets on an interface, with the verdict on them.

use std::net::IpAddr;

use crate::inventory::InterfaceKey;

/// Which way packets went, seen from the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// Towards the host or instance behind the interface.
    Ingress,
    /// Away from it.
    Egress,
}

/// The verdict of security groups and network ACLs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Both layers let the packets pass.
    Accept,
    /// One of them refused, or the packets came after their connection was closed.
    Reject,
}

/// Why packets were refused, where the record has a word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RejectReason {
    /// `BPA`: VPC block public access.
    BlockPublicAccess,
    /// `EC`: encryption controls.
    EncryptionControl,
}

/// The 5-tuple as the packets carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tuple {
    /// Source address.
    pub source: IpAddr,
    /// Destination address; of the same family.
    pub destination: IpAddr,
    /// Source port; 0 where the protocol has none, and for later fragments.
    pub source_port: u16,
    /// Destination port; 0 likewise.
    pub destination_port: u16,
    /// IANA protocol number of the outermost transport.
    pub protocol: u8,
}

/// One packet, or a sum of packets of one flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observation {
    /// The interface.
    pub interface: InterfaceKey,
    /// Which way the packets went.
    pub direction: Direction,
    /// Whose packets they are.
    pub tuple: Tuple,
    /// The verdict on them.
    pub action: Action,
    /// Why they were refused.
    pub reject_reason: Option<RejectReason>,
    /// TCP flags of the packets as on the wire, OR-ed; SYN together with ACK only where one packet
    /// had both (see [`crate::record::Flow::tcp_flags`]). 0 for other protocols.
    pub tcp_flags: u8,
    /// Packets on the wire; a segmentation-offload frame counts as what it becomes.
    pub packets: u64,
    /// Sum of the IP total lengths, headers of offloaded segments included. No link layer.
    pub bytes: u64,
    /// Time of the first packet, microseconds since the epoch.
    pub first: i64,
    /// Time of the last packet, microseconds since the epoch; the same for a single packet.
    pub last: i64,
}
