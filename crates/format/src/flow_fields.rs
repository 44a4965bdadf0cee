//! The schema of flow log records: every field of VPC and transit gateway flow logs, and the
//! names under which users know it (flow log spec 1.2, 1.10 and 2.1; language spec 8.3).

use std::fmt;

use FieldKind::{Int32, Int64, Text};
use Membership::{Both, TransitGateway, Vpc};

/// The format of a VPC flow log that names none: the 14 fields of version 2.
pub const DEFAULT_FORMAT: &str = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} \
     ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}";

/// The format of a transit gateway flow log that names none: all of its fields.
pub const TGW_DEFAULT_FORMAT: &str = "${version} ${resource-type} ${account-id} ${tgw-id} ${tgw-attachment-id} \
     ${tgw-src-vpc-account-id} ${tgw-dst-vpc-account-id} ${tgw-src-vpc-id} ${tgw-dst-vpc-id} \
     ${tgw-src-subnet-id} ${tgw-dst-subnet-id} ${tgw-src-eni} ${tgw-dst-eni} ${tgw-src-az-id} \
     ${tgw-dst-az-id} ${tgw-pair-attachment-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} \
     ${protocol} ${packets} ${bytes} ${start} ${end} ${log-status} ${type} \
     ${packets-lost-no-route} ${packets-lost-blackhole} ${packets-lost-mtu-exceeded} \
     ${packets-lost-ttl-expired} ${tcp-flags} ${region} ${flow-direction} \
     ${pkt-src-aws-service} ${pkt-dst-aws-service}";

/// Type of a field in Parquet copies; in text every value is text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// 32-bit integer.
    Int32,
    /// 64-bit integer.
    Int64,
    /// Text.
    Text,
}

/// Which kind of flow log has the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    /// VPC flow logs only.
    Vpc,
    /// Transit gateway flow logs only.
    TransitGateway,
    /// Both.
    Both,
}

/// One field of a flow log record.
#[derive(Debug, PartialEq, Eq)]
pub struct FlowField {
    /// The id in a log format and in a header line: `pkt-srcaddr`.
    pub id: &'static str,
    /// The name in queries and results: `pktSrcAddr`.
    pub name: &'static str,
    /// First record version that has the field.
    pub version: u8,
    /// Type of the values.
    pub kind: FieldKind,
    /// Kind of flow log.
    pub membership: Membership,
}

impl FlowField {
    /// Whether values are integers or `-`, as a rule; nothing keeps a text file from holding others.
    pub fn integer(&self) -> bool {
        self.kind != Text
    }

    /// Whether VPC flow logs have the field.
    pub fn vpc(&self) -> bool {
        self.membership != TransitGateway
    }

    /// Whether transit gateway flow logs have the field.
    pub fn transit_gateway(&self) -> bool {
        self.membership != Vpc
    }
}

/// A field by its place in [`FIELDS`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldId(u8);

impl FieldId {
    /// The field's row of the schema.
    pub fn field(self) -> &'static FlowField {
        &FIELDS[usize::from(self.0)]
    }
}

impl fmt::Debug for FieldId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.field().id)
    }
}

const fn field(
    id: &'static str,
    name: &'static str,
    version: u8,
    kind: FieldKind,
    membership: Membership,
) -> FlowField {
    FlowField {
        id,
        name,
        version,
        kind,
        membership,
    }
}

/// Every field: VPC flow logs in the order of their versions, then what only transit gateways have.
#[rustfmt::skip]
pub static FIELDS: &[FlowField] = &[
    field("version", "version", 2, Int32, Both),
    field("account-id", "accountId", 2, Text, Both),
    field("interface-id", "interfaceId", 2, Text, Vpc),
    field("srcaddr", "srcAddr", 2, Text, Both),
    field("dstaddr", "dstAddr", 2, Text, Both),
    field("srcport", "srcPort", 2, Int32, Both),
    field("dstport", "dstPort", 2, Int32, Both),
    field("protocol", "protocol", 2, Int32, Both),
    field("packets", "packets", 2, Int64, Both),
    field("bytes", "bytes", 2, Int64, Both),
    field("start", "start", 2, Int64, Both),
    field("end", "end", 2, Int64, Both),
    field("action", "action", 2, Text, Vpc),
    field("log-status", "logStatus", 2, Text, Both),
    field("vpc-id", "vpcId", 3, Text, Vpc),
    field("subnet-id", "subnetId", 3, Text, Vpc),
    field("instance-id", "instanceId", 3, Text, Vpc),
    field("tcp-flags", "tcpFlags", 3, Int32, Both),
    field("type", "type", 3, Text, Both),
    field("pkt-srcaddr", "pktSrcAddr", 3, Text, Vpc),
    field("pkt-dstaddr", "pktDstAddr", 3, Text, Vpc),
    field("region", "region", 4, Text, Both),
    field("az-id", "azId", 4, Text, Vpc),
    field("sublocation-type", "sublocationType", 4, Text, Vpc),
    field("sublocation-id", "sublocationId", 4, Text, Vpc),
    field("pkt-src-aws-service", "pktSrcAwsService", 5, Text, Both),
    field("pkt-dst-aws-service", "pktDstAwsService", 5, Text, Both),
    field("flow-direction", "flowDirection", 5, Text, Both),
    field("traffic-path", "trafficPath", 5, Int32, Vpc),
    field("ecs-cluster-arn", "ecsClusterArn", 7, Text, Vpc),
    field("ecs-cluster-name", "ecsClusterName", 7, Text, Vpc),
    field("ecs-container-instance-arn", "ecsContainerInstanceArn", 7, Text, Vpc),
    field("ecs-container-instance-id", "ecsContainerInstanceId", 7, Text, Vpc),
    field("ecs-container-id", "ecsContainerId", 7, Text, Vpc),
    field("ecs-second-container-id", "ecsSecondContainerId", 7, Text, Vpc),
    field("ecs-service-name", "ecsServiceName", 7, Text, Vpc),
    field("ecs-task-definition-arn", "ecsTaskDefinitionArn", 7, Text, Vpc),
    field("ecs-task-arn", "ecsTaskArn", 7, Text, Vpc),
    field("ecs-task-id", "ecsTaskId", 7, Text, Vpc),
    field("reject-reason", "rejectReason", 8, Text, Vpc),
    field("resource-id", "resourceId", 9, Text, Vpc),
    field("encryption-status", "encryptionStatus", 10, Int32, Vpc),
    field("instance-tag", "instanceTag", 11, Text, Vpc),
    field("instance-tag-2", "instanceTag2", 11, Text, Vpc),
    field("interface-tag", "interfaceTag", 11, Text, Vpc),
    field("interface-tag-2", "interfaceTag2", 11, Text, Vpc),
    field("asg-tag", "asgTag", 11, Text, Vpc),
    field("asg-tag-2", "asgTag2", 11, Text, Vpc),
    field("interface-type", "interfaceType", 11, Text, Vpc),
    field("next-hop-interface-id", "nextHopInterfaceId", 11, Text, Vpc),
    field("next-hop-subnet-id", "nextHopSubnetId", 11, Text, Vpc),
    field("next-hop-az-id", "nextHopAzId", 11, Text, Vpc),
    field("next-hop-vpc-id", "nextHopVpcId", 11, Text, Vpc),
    field("next-hop-interface-type", "nextHopInterfaceType", 11, Text, Vpc),
    field("resource-type", "resourceType", 6, Text, TransitGateway),
    field("tgw-id", "tgwId", 6, Text, TransitGateway),
    field("tgw-attachment-id", "tgwAttachmentId", 6, Text, TransitGateway),
    field("tgw-src-vpc-account-id", "tgwSrcVpcAccountId", 6, Text, TransitGateway),
    field("tgw-dst-vpc-account-id", "tgwDstVpcAccountId", 6, Text, TransitGateway),
    field("tgw-src-vpc-id", "tgwSrcVpcId", 6, Text, TransitGateway),
    field("tgw-dst-vpc-id", "tgwDstVpcId", 6, Text, TransitGateway),
    field("tgw-src-subnet-id", "tgwSrcSubnetId", 6, Text, TransitGateway),
    field("tgw-dst-subnet-id", "tgwDstSubnetId", 6, Text, TransitGateway),
    field("tgw-src-eni", "tgwSrcEni", 6, Text, TransitGateway),
    field("tgw-dst-eni", "tgwDstEni", 6, Text, TransitGateway),
    field("tgw-src-az-id", "tgwSrcAzId", 6, Text, TransitGateway),
    field("tgw-dst-az-id", "tgwDstAzId", 6, Text, TransitGateway),
    field("tgw-pair-attachment-id", "tgwPairAttachmentId", 6, Text, TransitGateway),
    field("packets-lost-no-route", "packetsLostNoRoute", 6, Int64, TransitGateway),
    field("packets-lost-blackhole", "packetsLostBlackhole", 6, Int64, TransitGateway),
    field("packets-lost-mtu-exceeded", "packetsLostMtuExceeded", 6, Int64, TransitGateway),
    field("packets-lost-ttl-expired", "packetsLostTtlExpired", 6, Int64, TransitGateway),
];

/// Names that are no spelling of the field's own id (language spec 8.3).
static ALIASES: &[(&str, &str)] = &[
    ("starttime", "start"),
    ("endtime", "end"),
    ("sourceaddr", "srcaddr"),
];

/// The field that a query means by `name`: in any case, with words joined as in `pktSrcAddr`,
/// `pkt-srcaddr`, `pkt_src_addr` or `pktsrcaddr`, or under an alias such as `startTime`.
pub fn resolve(name: &str) -> Option<&'static FlowField> {
    let id = match ALIASES.iter().find(|(alias, _)| same_letters(name, alias)) {
        Some((_, id)) => id,
        None => name,
    };
    FIELDS.iter().find(|field| same_letters(id, field.id))
}

/// Whether two names have the same letters and digits in any case. Single hyphens and underscores
/// between them are skipped.
pub(crate) fn same_letters(name: &str, id: &str) -> bool {
    let mut name = name.bytes().peekable();
    let mut id = id.bytes().filter(|byte| *byte != b'-');
    let mut between = false;
    loop {
        match name.next() {
            Some(b'-' | b'_') if between && name.peek().is_some() => between = false,
            Some(byte) => {
                if id.next() != Some(byte.to_ascii_lowercase()) {
                    return false;
                }
                between = true;
            }
            None => return id.next().is_none(),
        }
    }
}

/// The field with exactly this id, as header lines and log formats write it.
pub fn by_id(id: &str) -> Option<FieldId> {
    let place = FIELDS.iter().position(|field| field.id == id)?;
    u8::try_from(place).ok().map(FieldId)
}

/// The field whose Parquet column has this name: the id with underscores (flow log spec 2.4).
/// Conversions of text files keep hyphens, and some programs write capitals.
pub fn by_parquet_name(column: &str) -> Option<&'static FlowField> {
    FIELDS.iter().find(|field| same_letters(column, field.id))
}

/// The name in queries of a field that the schema does not list: `next-hop-id` is `nextHopId`.
pub(crate) fn camel_case(id: &str) -> String {
    let mut upper = false;
    let mut name = String::with_capacity(id.len());
    for c in id.chars() {
        if c == '-' {
            upper = true;
        } else {
            name.push(if upper { c.to_ascii_uppercase() } else { c });
            upper = false;
        }
    }
    name
}

/// Reads a log format, `${version} ${account-id} …`, as CreateFlowLogs takes it: field ids in
/// `${}`, one blank between them (flow log spec 2.1). One pair of enclosing single quotes is
/// tolerated. A field may stand twice.
///
/// # Errors
///
/// A text for the user that names the item which is no field.
pub fn parse_log_format(format: &str) -> Result<Vec<FieldId>, String> {
    let unquoted = format
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''))
        .unwrap_or(format);
    if unquoted.is_empty() {
        return Err("the flow log format is empty: write `${version} ${account-id} …`".to_owned());
    }
    unquoted.split(' ').map(parse_item).collect()
}

fn parse_item(item: &str) -> Result<FieldId, String> {
    if item.is_empty() {
        return Err(
            "the flow log format has a blank too many: write one blank between two fields and none at the ends"
                .to_owned(),
        );
    }
    let id = item
        .strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'))
        .ok_or_else(|| {
            let bare = item.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            format!(
                "`{item}` in the flow log format is not of the form `${{field-id}}`{}",
                hint(bare)
            )
        })?;
    by_id(id).ok_or_else(|| format!("flow logs have no field `{id}`{}", hint(id)))
}

/// `: did you mean …` when a field is near.
fn hint(name: &str) -> String {
    let nearest = match resolve(name) {
        Some(field) => Some(field),
        None => FIELDS
            .iter()
            .map(|field| (distance(name, field.id), field))
            .filter(|(distance, field)| *distance <= field.id.len().div_ceil(3).min(3))
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, field)| field),
    };
    nearest.map_or_else(String::new, |field| {
        format!(": did you mean `${{{}}}`", field.id)
    })
}

/// Least number of letters to insert, remove or replace.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.bytes().enumerate() {
            let replaced = diagonal + usize::from(!a.eq_ignore_ascii_case(&b));
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_has_the_published_counts() {
        let up_to = |version| {
            FIELDS
                .iter()
                .filter(|field| field.vpc() && field.version <= version)
                .count()
        };
        let counts = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map(up_to);
        assert_eq!(counts, [14, 21, 25, 29, 29, 39, 40, 41, 42, 54]);
        let tgw = FIELDS.iter().filter(|field| field.transit_gateway());
        assert_eq!(tgw.count(), 36);
        let integers = FIELDS.iter().filter(|field| field.integer());
        assert_eq!(integers.count(), 15);
    }

    #[test]
    fn the_default_formats_are_the_published_ones() {
        let ids = parse_log_format(DEFAULT_FORMAT).expect("default format");
        assert_eq!(ids.len(), 14);
        assert!(ids.iter().all(|id| id.field().version == 2));
        let ids = parse_log_format(TGW_DEFAULT_FORMAT).expect("default format");
        assert_eq!(ids.len(), 36);
        assert!(ids.iter().all(|id| id.field().transit_gateway()));
    }

    #[test]
    fn every_spelling_finds_its_field_and_no_other() {
        for field in FIELDS {
            let id = by_id(field.id).expect("own id");
            assert_eq!(id.field(), field);
            let underscored = field.id.replace('-', "_");
            for column in [
                &underscored,
                field.id,
                &underscored.to_ascii_uppercase(),
                field.name,
            ] {
                assert_eq!(by_parquet_name(column), Some(field), "{column}");
            }
            for name in [
                field.id.to_owned(),
                field.name.to_owned(),
                underscored,
                field.id.replace('-', ""),
                field.name.to_uppercase(),
            ] {
                assert_eq!(resolve(&name), Some(field), "{name}");
            }
        }
    }

    #[test]
    fn spellings_from_published_queries() {
        for (name, canonical) in [
            ("srcaddr", "srcAddr"),
            ("SRC_ADDR", "srcAddr"),
            ("source_addr", "srcAddr"),
            ("pktSrcaddr", "pktSrcAddr"),
            ("pkt_src_addr", "pktSrcAddr"),
            ("pkt-src-aws-service", "pktSrcAwsService"),
            ("startTime", "start"),
            ("end_time", "end"),
            ("dstport", "dstPort"),
            ("instanceTag2", "instanceTag2"),
            ("nextHopAzId", "nextHopAzId"),
            ("tgw_src_eni", "tgwSrcEni"),
        ] {
            assert_eq!(
                resolve(name).map(|field| field.name),
                Some(canonical),
                "{name}"
            );
        }
        for name in [
            "",
            "-",
            "src",
            "srcaddr_",
            "_srcaddr",
            "src__addr",
            "srcAddrs",
            "@start",
        ] {
            assert_eq!(resolve(name), None, "{name}");
        }
    }

    #[test]
    fn log_formats() {
        let ids = |format: &str| parse_log_format(format).map(|ids| format!("{ids:?}"));
        assert_eq!(
            ids("'${account-id} ${srcaddr} ${account-id}'").as_deref(),
            Ok("[account-id, srcaddr, account-id]")
        );
        for (format, error) in [
            (
                "",
                "the flow log format is empty: write `${version} ${account-id} …`",
            ),
            (
                "${srcadr}",
                "flow logs have no field `srcadr`: did you mean `${srcaddr}`",
            ),
            (
                "${srcAddr}",
                "flow logs have no field `srcAddr`: did you mean `${srcaddr}`",
            ),
            ("${nonsense}", "flow logs have no field `nonsense`"),
            (
                "$${version}",
                "`$${version}` in the flow log format is not of the form `${field-id}`: did you mean `${version}`",
            ),
            (
                "version",
                "`version` in the flow log format is not of the form `${field-id}`: did you mean `${version}`",
            ),
            (
                "${version} ",
                "the flow log format has a blank too many: write one blank between two fields and none at the ends",
            ),
        ] {
            assert_eq!(ids(format).expect_err(format), error);
        }
    }
}
