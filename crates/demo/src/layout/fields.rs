//! The fields of VPC flow logs, versions 2 to 11, in their documented order (flow log spec 1.2).

use super::Cell;
use crate::record::Status;

/// A field and how it prints.
pub(super) struct Field {
    pub(super) name: &'static str,
    /// Version that introduced it.
    pub(super) version: u8,
    /// Whether it describes packets, and is therefore `-` in windows without data.
    pub(super) of_packets: bool,
    pub(super) write: fn(&mut Cell<'_>),
}

/// A field of the interface or the window.
const fn known(name: &'static str, version: u8, write: fn(&mut Cell<'_>)) -> Field {
    Field {
        name,
        version,
        of_packets: false,
        write,
    }
}

/// A field of the packets.
const fn seen(name: &'static str, version: u8, write: fn(&mut Cell<'_>)) -> Field {
    Field {
        name,
        version,
        of_packets: true,
        write,
    }
}

/// A field that nothing on this site has.
const fn absent(name: &'static str, version: u8) -> Field {
    known(name, version, |cell| cell.text("-"))
}

/// Every field.
pub(super) const FIELDS: &[Field] = &[
    known("version", 2, |cell| cell.number(cell.version)),
    known("account-id", 2, |cell| cell.text(cell.site.account)),
    known("interface-id", 2, |cell| cell.text(&cell.interface.id)),
    seen("srcaddr", 2, |cell| cell.address(cell.record.source)),
    seen("dstaddr", 2, |cell| cell.address(cell.record.destination)),
    seen("srcport", 2, |cell| cell.number(cell.record.source_port)),
    seen("dstport", 2, |cell| {
        cell.number(cell.record.destination_port)
    }),
    seen("protocol", 2, |cell| cell.number(cell.record.protocol)),
    seen("packets", 2, |cell| cell.number(cell.record.packets)),
    seen("bytes", 2, |cell| cell.number(cell.record.bytes)),
    known("start", 2, |cell| cell.number(cell.record.start)),
    known("end", 2, |cell| cell.number(cell.record.end)),
    seen("action", 2, |cell| {
        cell.text(if cell.record.accepted {
            "ACCEPT"
        } else {
            "REJECT"
        });
    }),
    known("log-status", 2, |cell| {
        cell.text(match cell.record.status {
            Status::Ok => "OK",
            Status::NoData => "NODATA",
            Status::SkipData => "SKIPDATA",
        });
    }),
    known("vpc-id", 3, |cell| cell.text(&cell.interface.vpc)),
    known("subnet-id", 3, |cell| cell.text(&cell.interface.subnet)),
    known("instance-id", 3, |cell| {
        cell.optional(cell.interface.instance.as_deref());
    }),
    seen("tcp-flags", 3, |cell| cell.number(cell.record.tcp_flags)),
    seen("type", 3, |cell| {
        cell.text(if cell.record.source.is_ipv4() {
            "IPv4"
        } else {
            "IPv6"
        });
    }),
    seen("pkt-srcaddr", 3, |cell| {
        cell.address(cell.record.packet_source)
    }),
    seen("pkt-dstaddr", 3, |cell| {
        cell.address(cell.record.packet_destination);
    }),
    known("region", 4, |cell| cell.text(cell.site.region)),
    known("az-id", 4, |cell| cell.text(cell.interface.zone)),
    absent("sublocation-type", 4),
    absent("sublocation-id", 4),
    seen("pkt-src-aws-service", 5, |cell| {
        cell.text(if cell.record.s3 && !cell.record.egress {
            "S3"
        } else {
            "-"
        });
    }),
    seen("pkt-dst-aws-service", 5, |cell| {
        cell.text(if cell.record.s3 && cell.record.egress {
            "S3"
        } else {
            "-"
        });
    }),
    seen("flow-direction", 5, |cell| {
        cell.text(if cell.record.egress {
            "egress"
        } else {
            "ingress"
        });
    }),
    seen("traffic-path", 5, |cell| match cell.record.traffic_path {
        Some(path) => cell.number(path),
        None => cell.text("-"),
    }),
    absent("ecs-cluster-arn", 7),
    absent("ecs-cluster-name", 7),
    absent("ecs-container-instance-arn", 7),
    absent("ecs-container-instance-id", 7),
    absent("ecs-container-id", 7),
    absent("ecs-second-container-id", 7),
    absent("ecs-service-name", 7),
    absent("ecs-task-definition-arn", 7),
    absent("ecs-task-arn", 7),
    absent("ecs-task-id", 7),
    absent("reject-reason", 8),
    absent("resource-id", 9),
    absent("encryption-status", 10),
    known("instance-tag", 11, |cell| {
        let tier = cell.interface.tier.name();
        cell.optional(cell.interface.instance.as_ref().map(|_| tier));
    }),
    absent("instance-tag-2", 11),
    known("interface-tag", 11, |cell| {
        cell.text(cell.interface.tier.name());
    }),
    absent("interface-tag-2", 11),
    absent("asg-tag", 11),
    absent("asg-tag-2", 11),
    known("interface-type", 11, |cell| {
        cell.optional(cell.interface_type());
    }),
    absent("next-hop-interface-id", 11),
    absent("next-hop-subnet-id", 11),
    absent("next-hop-az-id", 11),
    absent("next-hop-vpc-id", 11),
    absent("next-hop-interface-type", 11),
];
