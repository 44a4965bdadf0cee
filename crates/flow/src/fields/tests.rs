//! All fields of a record, and of records without a flow.

use flowgauge_format::flow_fields::FIELDS;

use super::*;
use crate::inventory::sample::interface;
use crate::inventory::{InterfaceKey, Vpc};
use crate::observation::{Action, Direction, RejectReason, Tuple};
use crate::record::LogStatus;
use crate::record_format::RecordFormat;

/// Every field that is not computed.
static FIXED: &[&str] = &[
    "version",
    "account-id",
    "interface-id",
    "vpc-id",
    "subnet-id",
    "instance-id",
    "region",
    "az-id",
    "sublocation-type",
    "sublocation-id",
    "ecs-cluster-arn",
    "ecs-cluster-name",
    "ecs-container-instance-arn",
    "ecs-container-instance-id",
    "ecs-container-id",
    "ecs-second-container-id",
    "ecs-service-name",
    "ecs-task-definition-arn",
    "ecs-task-arn",
    "ecs-task-id",
    "resource-id",
    "encryption-status",
    "instance-tag",
    "instance-tag-2",
    "interface-tag",
    "interface-tag-2",
    "asg-tag",
    "asg-tag-2",
    "interface-type",
];

fn record(direction: Direction, source: &str, destination: &str) -> FlowRecord {
    FlowRecord {
        interface: InterfaceKey(0),
        start: 1_616_729_292,
        end: 1_616_729_349,
        status: LogStatus::Ok,
        flow: Some(Flow {
            direction,
            tuple: Tuple {
                source: source.parse().expect("address"),
                destination: destination.parse().expect("address"),
                source_port: 34210,
                destination_port: 80,
                protocol: 6,
            },
            action: Action::Accept,
            reject_reason: None,
            packets: 7,
            bytes: 471,
            tcp_flags: 3,
        }),
    }
}

fn line(format: &str, record: &FlowRecord, inventory: &Inventory) -> String {
    let format = RecordFormat::parse(format).expect("format");
    let mut line = Vec::new();
    format.write_line(record, inventory, &mut line);
    String::from_utf8(line).expect("UTF-8")
}

#[test]
fn every_field_is_computed_or_fixed() {
    for field in FIELDS.iter().filter(|field| field.vpc()) {
        let computed = GROUPS.iter().copied().flatten();
        let times = computed.filter(|(id, _)| *id == field.id).count();
        assert_eq!(
            times,
            usize::from(!FIXED.contains(&field.id)),
            "{}",
            field.id
        );
    }
    let computed: usize = GROUPS.iter().map(|group| group.len()).sum();
    assert_eq!(computed + FIXED.len(), 54);
}

#[test]
fn fixed_fields_print_what_the_inventory_knows() {
    let mut inventory = Inventory::default();
    inventory.add(interface(
        &[
            ("account-id", "123456789012"),
            ("encryption-status", "3"),
            ("instance-tag", "web server/ä-1"),
            ("asg-tag-2", "a_b.c~d"),
            ("sublocation-id", ""),
            ("ecs-service-name", "two words"),
        ],
        &["10.0.0.5"],
    ));
    let format = "${account-id} ${encryption-status} ${instance-tag} ${asg-tag-2} \
         ${sublocation-id} ${ecs-service-name} ${vpc-id} ${account-id} ${version}";
    let fixed = "123456789012 3 web%20server%2F%C3%A4-1 a_b.c~d - two%20words - 123456789012 11";
    let mut record = record(Direction::Egress, "10.0.0.5", "192.0.2.1");
    assert_eq!(line(format, &record, &inventory), fixed);
    record.status = LogStatus::NoData;
    record.flow = None;
    assert_eq!(line(format, &record, &inventory), fixed);
    record.interface = InterfaceKey(9);
    assert_eq!(line(format, &record, &inventory), "- - - - - - - - 11");
}

#[test]
fn records_without_a_flow_keep_times_and_status() {
    let mut inventory = Inventory::default();
    inventory.add(interface(&[("interface-id", "eni-1")], &["10.0.0.5"]));
    let ids: Vec<String> = FIELDS
        .iter()
        .filter(|field| field.vpc())
        .map(|field| format!("${{{}}}", field.id))
        .collect();
    let mut record = record(Direction::Egress, "10.0.0.5", "192.0.2.1");
    for (status, word) in [
        (LogStatus::NoData, "NODATA"),
        (LogStatus::SkipData, "SKIPDATA"),
    ] {
        record.flow = None;
        record.status = status;
        let line = line(&ids.join(" "), &record, &inventory);
        let words: Vec<&str> = line.split(' ').filter(|word| *word != "-").collect();
        assert_eq!(words, ["11", "eni-1", "1616729292", "1616729349", word]);
        assert_eq!(line.split(' ').count(), 54);
    }
}

#[test]
fn only_the_interfaces_side_is_replaced() {
    let format = "${srcaddr} ${dstaddr} ${pkt-srcaddr} ${pkt-dstaddr} ${type}";
    let addresses = ["10.0.0.5", "10.0.0.6", "2001:db8::5"];
    let shown = |fields: &[(&str, &str)], direction, source, destination| {
        let mut inventory = Inventory::default();
        inventory.add(interface(fields, &addresses));
        line(format, &record(direction, source, destination), &inventory)
    };
    for (direction, source, destination, expected) in [
        // The primary address, a secondary one, and forwarded traffic.
        (
            Direction::Ingress,
            "192.0.2.1",
            "10.0.0.5",
            "192.0.2.1 10.0.0.5",
        ),
        (
            Direction::Ingress,
            "192.0.2.1",
            "10.0.0.6",
            "192.0.2.1 10.0.0.5",
        ),
        (
            Direction::Ingress,
            "192.0.2.1",
            "172.16.0.9",
            "192.0.2.1 10.0.0.5",
        ),
        (
            Direction::Egress,
            "10.0.0.5",
            "192.0.2.1",
            "10.0.0.5 192.0.2.1",
        ),
        (
            Direction::Egress,
            "10.0.0.6",
            "192.0.2.1",
            "10.0.0.5 192.0.2.1",
        ),
        (
            Direction::Egress,
            "172.16.0.9",
            "192.0.2.1",
            "10.0.0.5 192.0.2.1",
        ),
    ] {
        let expected = format!("{expected} {source} {destination} IPv4");
        assert_eq!(shown(&[], direction, source, destination), expected);
        let whole = format!("{source} {destination} {source} {destination} IPv4");
        let nat = [("resource-id", "nat-1")];
        assert_eq!(shown(&nat, direction, source, destination), whole);
    }
    for direction in [Direction::Ingress, Direction::Egress] {
        assert_eq!(
            shown(&[], direction, "2001:db8::9", "2001:db8::A:0:0:1"),
            "2001:db8::9 2001:db8::a:0:0:1 2001:db8::9 2001:db8::a:0:0:1 IPv6"
        );
    }
}

#[test]
fn words_and_numbers_of_a_flow() {
    let inventory = Inventory::default();
    let format = "${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} \
         ${tcp-flags} ${action} ${reject-reason} ${flow-direction} ${log-status} ${version}";
    let mut record = record(Direction::Egress, "10.0.0.5", "192.0.2.1");
    assert_eq!(
        line(format, &record, &inventory),
        "34210 80 6 7 471 1616729292 1616729349 3 ACCEPT - egress OK 8"
    );
    let flow = record.flow.as_mut().expect("flow");
    flow.action = Action::Reject;
    flow.direction = Direction::Ingress;
    flow.reject_reason = Some(RejectReason::BlockPublicAccess);
    assert_eq!(
        line(format, &record, &inventory),
        "34210 80 6 7 - 1616729292 1616729349 3 REJECT BPA ingress OK 8"
    );
    let flow = record.flow.as_mut().expect("flow");
    flow.reject_reason = Some(RejectReason::EncryptionControl);
    flow.bytes = u64::MAX;
    assert_eq!(
        line("${reject-reason} ${bytes}", &record, &inventory),
        "EC 9223372036854775807"
    );
}

#[test]
fn paths_and_services_are_looked_up() {
    let mut inventory = Inventory::default();
    inventory.add(interface(&[("vpc-id", "vpc-1")], &["10.0.0.5"]));
    inventory.networks.vpcs.push(Vpc {
        id: "vpc-1".to_owned(),
        cidrs: vec!["10.0.0.0/16".parse().expect("network")],
    });
    inventory
        .networks
        .add_service("52.95.128.0/21".parse().expect("network"), "S3");
    let format = "${traffic-path} ${pkt-src-aws-service} ${pkt-dst-aws-service}";
    for (direction, source, destination, expected) in [
        (Direction::Egress, "10.0.0.5", "52.95.128.179", "8 - S3"),
        (Direction::Ingress, "52.95.128.179", "10.0.0.5", "- S3 -"),
        (Direction::Egress, "10.0.0.5", "10.0.9.9", "1 - -"),
    ] {
        let record = record(direction, source, destination);
        assert_eq!(line(format, &record, &inventory), expected);
    }
}

#[test]
fn next_hops_are_interfaces_of_the_inventory() {
    let own = [("account-id", "1"), ("region", "r"), ("vpc-id", "vpc-1")];
    let mut inventory = Inventory::default();
    inventory.add(interface(&own, &["10.0.0.5"]));
    let mut hop = |address: &'static str, fields: &[(&str, &str)]| {
        let mut all = vec![
            ("interface-id", "eni-2"),
            ("subnet-id", "subnet-2"),
            ("az-id", "az2"),
            ("vpc-id", "vpc-1"),
        ];
        all.extend_from_slice(fields);
        inventory.add(interface(&all, &[address]));
    };
    hop("10.0.0.6", &[("account-id", "1"), ("region", "r")]);
    hop("10.0.0.7", &[("account-id", "2"), ("region", "r")]);
    hop("10.0.0.8", &[("account-id", "1"), ("region", "other")]);
    let gateway = [
        ("account-id", "1"),
        ("region", "r"),
        ("interface-type", "transit_gateway"),
    ];
    hop("10.0.0.9", &gateway);
    let format = "${next-hop-interface-id} ${next-hop-subnet-id} ${next-hop-az-id} \
         ${next-hop-vpc-id} ${next-hop-interface-type}";
    let all = "eni-2 subnet-2 az2 vpc-1";
    for (direction, peer, expected) in [
        (Direction::Egress, "10.0.0.6", format!("{all} -")),
        (Direction::Ingress, "10.0.0.6", format!("{all} -")),
        (Direction::Egress, "10.0.0.7", "- - az2 - -".to_owned()),
        (Direction::Egress, "10.0.0.8", "- - - - -".to_owned()),
        (
            Direction::Egress,
            "10.0.0.9",
            format!("{all} transit_gateway"),
        ),
        (Direction::Ingress, "10.0.0.9", "- - - - -".to_owned()),
        (Direction::Egress, "192.0.2.1", "- - - - -".to_owned()),
    ] {
        let (source, destination) = match direction {
            Direction::Egress => ("10.0.0.5", peer),
            Direction::Ingress => (peer, "10.0.0.5"),
        };
        let record = record(direction, source, destination);
        assert_eq!(
            line(format, &record, &inventory),
            expected,
            "{direction:?} {peer}"
        );
    }
}

#[test]
fn formats_are_checked() {
    let problem = |format: &str| RecordFormat::parse(format).expect_err("no format");
    assert!(problem("${tgw-id}").contains("`${tgw-id}` is a field of transit gateway"));
    assert!(problem("${srcadr}").contains("srcaddr"));
    let format = RecordFormat::parse("${srcaddr} ${pkt-dst-aws-service}").expect("format");
    assert!(format.selects_packet_addresses() && !format.selects("reject-reason"));
    assert_eq!(format.version(), 5);
    assert_eq!(format.header(), "srcaddr pkt-dst-aws-service");
    let format = RecordFormat::default();
    assert!(!format.selects_packet_addresses() && format.selects("bytes"));
    assert_eq!((format.version(), format.fields().len()), (2, 14));
}
