//! One flow log record before it is written.

use std::net::{IpAddr, Ipv4Addr};

use crate::class::Class;

/// The log status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Data was logged.
    Ok,
    /// No traffic in the window.
    NoData,
    /// Records of the window were lost.
    SkipData,
}

/// A record. For [`Status::NoData`] and [`Status::SkipData`] only the interface and the times,
/// which are the bounds of the window, mean anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Why the record exists.
    pub class: Class,
    /// Its log status.
    pub status: Status,
    /// Index into [`crate::site::Site::interfaces`].
    pub interface: u16,
    /// Source as the interface sees it.
    pub source: IpAddr,
    /// Destination as the interface sees it.
    pub destination: IpAddr,
    /// Source in the packet.
    pub packet_source: IpAddr,
    /// Destination in the packet.
    pub packet_destination: IpAddr,
    /// Source port; 0 for ICMP.
    pub source_port: u16,
    /// Destination port; 0 for ICMP.
    pub destination_port: u16,
    /// IANA protocol number.
    pub protocol: u8,
    /// Packets.
    pub packets: u64,
    /// Bytes, IP headers included.
    pub bytes: u64,
    /// First packet, seconds since the epoch.
    pub start: i64,
    /// Last packet, seconds since the epoch.
    pub end: i64,
    /// Whether the traffic was accepted.
    pub accepted: bool,
    /// TCP flags as flow logs reduce them (spec 1.4).
    pub tcp_flags: u8,
    /// Whether the interface sent the packets.
    pub egress: bool,
    /// Code of spec 1.5, for egress.
    pub traffic_path: Option<u8>,
    /// Whether the far side is S3.
    pub s3: bool,
}

impl Record {
    /// A line without data for the window that starts at `start`.
    pub(crate) fn empty(class: Class, status: Status, interface: u16, start: i64) -> Record {
        let nobody = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        Record {
            class,
            status,
            interface,
            source: nobody,
            destination: nobody,
            packet_source: nobody,
            packet_destination: nobody,
            source_port: 0,
            destination_port: 0,
            protocol: 0,
            packets: 0,
            bytes: 0,
            start,
            end: start + crate::WINDOW_SECONDS - 1,
            accepted: false,
            tcp_flags: 0,
            egress: false,
            traffic_path: None,
            s3: false,
        }
    }
}
