use super::*;
use crate::inventory::{Interface, Inventory, Subnet};
use flowgauge_format::flow_fields::by_id;

const GROUPS: &str = r#"{
    "SecurityGroups": [{
        "Description": "web servers", "GroupName": "web", "OwnerId": "123456789010",
        "GroupId": "sg-web", "VpcId": "vpc-a", "Tags": [{"Key": "Name", "Value": "web"}],
        "SecurityGroupArn": "arn:aws:ec2:eu-west-1:123456789010:security-group/sg-web",
        "IpPermissions": [
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
             "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "all"}],
             "Ipv6Ranges": [{"CidrIpv6": "::/0"}], "PrefixListIds": [], "UserIdGroupPairs": []},
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [],
             "PrefixListIds": [{"PrefixListId": "pl-admin"}]},
            {"IpProtocol": "-1",
             "UserIdGroupPairs": [{"GroupId": "sg-web", "UserId": "123456789010"}]},
            {"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        ],
        "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    }],
    "PrefixLists": [{"PrefixListId": "pl-admin", "PrefixListName": "admin", "Cidrs": ["192.0.2.0/24"]}]
}"#;
const GROUPS_TOML: &str = r#"
[[SecurityGroups]]
GroupId = "sg-web"
GroupName = "web"
VpcId = "vpc-a"
IpPermissionsEgress = [{ IpProtocol = "-1", IpRanges = [{ CidrIp = "0.0.0.0/0" }] }]

[[SecurityGroups.IpPermissions]]
IpProtocol = "tcp"
FromPort = 443
ToPort = 443
IpRanges = [{ CidrIp = "0.0.0.0/0" }]
Ipv6Ranges = [{ CidrIpv6 = "::/0" }]

[[SecurityGroups.IpPermissions]]
IpProtocol = "tcp"
FromPort = 22
ToPort = 22
PrefixListIds = [{ PrefixListId = "pl-admin" }]

[[SecurityGroups.IpPermissions]]
IpProtocol = "-1"
UserIdGroupPairs = [{ GroupId = "sg-web" }]

[[SecurityGroups.IpPermissions]]
IpProtocol = "icmp"
FromPort = 8
ToPort = -1
IpRanges = [{ CidrIp = "10.0.0.0/8" }]

[[PrefixLists]]
PrefixListId = "pl-admin"
Cidrs = ["192.0.2.0/24"]
"#;
const ACLS: &str = r#"{"NetworkAcls": [{
    "Associations": [{"NetworkAclAssociationId": "aclassoc-1", "NetworkAclId": "acl-a", "SubnetId": "subnet-a"}],
    "Entries": [
        {"CidrBlock": "0.0.0.0/0", "Egress": false, "Protocol": "-1", "RuleAction": "deny", "RuleNumber": 32767},
        {"CidrBlock": "0.0.0.0/0", "Egress": true, "Protocol": "6", "PortRange": {"From": 1024, "To": 65535},
         "RuleAction": "allow", "RuleNumber": 100},
        {"CidrBlock": "0.0.0.0/0", "Egress": false, "Protocol": "1", "IcmpTypeCode": {"Code": -1, "Type": 8},
         "RuleAction": "allow", "RuleNumber": 90},
        {"Ipv6CidrBlock": "::/0", "Egress": false, "Protocol": "-1", "RuleAction": "allow", "RuleNumber": 101}
    ],
    "IsDefault": false, "NetworkAclId": "acl-a", "Tags": [], "VpcId": "vpc-a", "OwnerId": "123456789010"
}]}"#;

fn document(path: &str, text: &str) -> Document {
    Document::parse(path, text.to_owned()).expect("a document")
}

fn rules(files: &[(&str, &str)]) -> Result<Rules, RulesError> {
    let documents = files.iter().map(|(path, text)| document(path, text));
    Rules::of(&documents.collect::<Vec<_>>())
}

fn interface(id: &str, address: &str, groups: &[&str], fields: &[(&str, &str)]) -> Interface {
    let all = [("interface-id", id)]
        .into_iter()
        .chain(fields.iter().copied());
    Interface {
        addresses: vec![address.parse().expect("an address")],
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        fields: all
            .map(|(name, value)| (by_id(name).expect("a field"), value.to_owned()))
            .collect(),
        ..Interface::default()
    }
}

#[test]
fn toml_says_the_same_as_json() {
    let json = rules(&[("sg.json", GROUPS)]).expect("rules");
    let toml = rules(&[("sg.toml", GROUPS_TOML)]).expect("rules");
    assert_eq!(json, toml);
    let group = &json.groups[0];
    assert_eq!(group.inbound.len(), 4);
    assert_eq!(group.inbound[0].peers.len(), 2);
    let ping = Service::Icmp {
        protocol: 1,
        kind: Some(8),
        code: None,
    };
    assert_eq!(group.inbound[3].service, ping);
}

#[test]
fn entries_come_by_number() {
    let rules = rules(&[("acl.json", ACLS)]).expect("rules");
    let acl = &rules.acls[0];
    let numbers = |entries: &[Entry]| entries.iter().map(|entry| entry.number).collect::<Vec<_>>();
    assert_eq!(numbers(&acl.inbound), [90, 101, 32767]);
    assert_eq!(numbers(&acl.outbound), [100]);
}

#[test]
fn interfaces_find_their_rules() {
    let rules = rules(&[("sg.json", GROUPS), ("acl.json", ACLS)]).expect("rules");
    let mut inventory = Inventory::default();
    inventory.networks.subnets.push(Subnet {
        id: "subnet-a".to_owned(),
        vpc: "vpc-a".to_owned(),
        cidrs: vec!["10.0.0.0/24".parse().expect("a network")],
        az: None,
    });
    let vpc = ("vpc-id", "vpc-a");
    let web = inventory.add(interface(
        "eni-web",
        "10.0.0.5",
        &["sg-web"],
        &[vpc, ("subnet-id", "subnet-a")],
    ));
    let other = inventory.add(interface("eni-app", "10.0.1.6", &[], &[vpc]));
    let policy = Policy::new(&rules, &inventory).expect("a policy");
    let of_web = policy.get(web).expect("its rules");
    assert!(of_web.same_subnet("10.0.0.77".parse().expect("an address")));
    let acl = of_web.inbound.acl.as_ref().expect("an ACL");
    assert_eq!(acl[0].id, "acl-a/90");
    let groups = of_web.inbound.groups.as_ref().expect("groups");
    // The only group of the VPC is that of the interface without one, and so both are its members.
    let members: Vec<String> = groups[2].peers.iter().map(ToString::to_string).collect();
    assert_eq!(members, ["10.0.0.5/32", "10.0.1.6/32"]);
    assert_eq!(groups[1].id, "sg-web/2");
    assert!(policy.get(other).expect("its rules").inbound.acl.is_none());
}

#[test]
fn unclear_rules_are_errors() {
    let two = r#"{"SecurityGroups": [{"GroupId": "sg-1"}, {"GroupId": "sg-2", "VpcId": "vpc-b"}]}"#;
    let rules = rules(&[("sg.json", two)]).expect("rules");
    let error = |interface| {
        let mut inventory = Inventory::default();
        inventory.add(interface);
        Policy::new(&rules, &inventory)
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    assert_eq!(
        error(interface("eni-1", "10.0.0.1", &["sg-3"], &[])),
        Err(
            "interface eni-1 is in the security group `sg-3`, which the rule files do not describe"
                .to_owned()
        )
    );
    assert_eq!(
        error(interface("eni-1", "10.0.0.1", &[], &[])),
        Err("interface eni-1: the rule files describe 2 security groups for its VPC, and it is not clear which applies; \
             name those of the interface as `security-groups` in the inventory".to_owned())
    );
    assert_eq!(
        error(interface("eni-1", "10.0.0.1", &[], &[("vpc-id", "vpc-a")])),
        Ok(())
    );
}

/// The text without its mark `¦`, and the line and column of the mark.
fn marked(text: &str) -> (String, usize, usize) {
    let (before, after) = text.split_once('¦').expect("a mark");
    let line = before.lines().count();
    let column = before.lines().last().map_or(0, |last| last.chars().count()) + 1;
    (format!("{before}{after}"), line, column)
}

#[test]
fn mistakes_have_a_place() {
    let permission = |text: &str| {
        format!("{{\"SecurityGroups\": [{{\"GroupId\": \"sg-1\",\n\"IpPermissions\": [{text}]}}]}}")
    };
    let entry = |text: &str| {
        format!(
            "{{\"NetworkAcls\": [{{\"NetworkAclId\": \"a\",\n\"Entries\": [{text} \"Egress\": false, \"RuleNumber\": 1}}]}}]}}"
        )
    };
    for (text, expected) in [
        (
            permission(r#"{"IpProtocol": ¦"tpc"}"#),
            "`tpc` is no protocol; write `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all",
        ),
        (
            permission(r#"¦{"IpProtocol": "tcp"}"#),
            "a rule for TCP or UDP needs its ports; 0 to 65535 are all",
        ),
        (
            permission(r#"{"IpProtocol": "tcp", "FromPort": ¦22}"#),
            "one end of the port range is missing",
        ),
        (
            permission(r#"{"IpProtocol": "tcp", "FromPort": 25, "ToPort": ¦22}"#),
            "the port range ends before it begins: 25 to 22",
        ),
        (
            permission(r#"{"IpProtocol": "tcp", "FromPort": ¦70000, "ToPort": 22}"#),
            "`FromPort` must be an integer from -1 to 65535",
        ),
        (
            permission(r#"{"IpProtocol": "50", "FromPort": ¦22, "ToPort": 22}"#),
            "ports are looked at only for TCP and UDP; name one of these as the protocol",
        ),
        (
            permission(r#"{"IpProtocol": "icmp", "FromPort": ¦300, "ToPort": -1}"#),
            "`300` is not an ICMP type; write 0 to 255, or -1 for all",
        ),
        (
            permission(r#"{"IpProtocol": "icmp", "FromPort": -1, "ToPort": ¦4}"#),
            "a code without a type has no meaning; write -1 for both, or name the type",
        ),
        (
            permission(r#"{"IpProtocol": "-1", "IpRanges": [{"CidrIp": ¦"10.0.0.1/8"}]}"#),
            "`10.0.0.1/8` has bits beyond its prefix; the network is `10.0.0.0/8`",
        ),
        (
            permission(r#"{"IpProtocol": "-1", "IpRanges": [{"CidrIp": ¦"::/0"}]}"#),
            "`::/0` is of the other address family than `CidrIp`",
        ),
        (
            permission(r#"{"IpProtocol": "-1", ¦"IpRange": []}"#),
            "`IpRange` is no member of this permission: did you mean `IpRanges`",
        ),
        (
            permission(r#"{"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": ¦"pl-1"}]}"#),
            "the prefix list `pl-1` is not described; add what `aws ec2 describe-prefix-lists` prints to the rule files",
        ),
        (
            entry(r#"{"Protocol": "-1", "RuleAction": ¦"permit", "CidrBlock": "0.0.0.0/0","#),
            "`permit` is no action; write `allow` or `deny`",
        ),
        (
            entry(r#"¦{"Protocol": "-1", "RuleAction": "deny","#),
            "a network ACL rule needs either `CidrBlock` or `Ipv6CidrBlock`",
        ),
        (
            entry(r#"¦{"Protocol": "-1", "CidrBlock": "0.0.0.0/0","#),
            "this network ACL rule needs `RuleAction`",
        ),
        (
            r#"{"NetworkAcls": [{"NetworkAclId": "a"}, ¦{"NetworkAclId": "a"}]}"#.to_owned(),
            "the network ACL `a` is described twice",
        ),
        (
            r#"{"NextToken": ¦"x"}"#.to_owned(),
            "`NextToken` says that the list goes on; let `aws` print all pages into the file",
        ),
        (
            r#"{"SecurityGroups": [¦{"GroupName": "x"}]}"#.to_owned(),
            "this security group needs `GroupId`",
        ),
    ] {
        let (text, line, column) = marked(&text);
        let error = rules(&[("r.json", &text)]).expect_err(expected).to_string();
        assert_eq!(
            error,
            format!("r.json:{line}:{column}: {expected}"),
            "{text}"
        );
    }
    let error = rules(&[("r.json", "{}"), ("s.json", "{}")])
        .expect_err("empty")
        .to_string();
    assert!(
        error.starts_with("r.json, s.json: no `SecurityGroups`"),
        "{error}"
    );
}
