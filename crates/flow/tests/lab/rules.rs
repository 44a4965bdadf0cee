//! The rules of the lab, and whether the firewall understands all that can be made of rules.

use flowgauge_flow::document::Document;
use flowgauge_flow::inventory::{Interface, Inventory, Subnet};
use flowgauge_flow::rules::{Policy, Rules};
use flowgauge_flow::tap::discovery;
use flowgauge_flow::tap::nft::{self, Logging};
use flowgauge_format::flow_fields::by_id;

use crate::network::{Lab, in_namespace};

/// SSH, iperf3, UDP and ping may come in; the network ACL refuses replies to ping over IPv4.
pub const RULES: &str = r#"
[[SecurityGroups]]
GroupId = "sg-lab"
IpPermissions = [
    { IpProtocol = "tcp", FromPort = 22, ToPort = 22, IpRanges = [{ CidrIp = "0.0.0.0/0" }], Ipv6Ranges = [{ CidrIpv6 = "::/0" }] },
    { IpProtocol = "tcp", FromPort = 5201, ToPort = 5201, IpRanges = [{ CidrIp = "10.0.0.0/8" }] },
    { IpProtocol = "udp", FromPort = 5000, ToPort = 5999, IpRanges = [{ CidrIp = "10.0.0.0/8" }, { CidrIp = "10.1.0.0/16" }] },
    { IpProtocol = "icmp", FromPort = 8, ToPort = 0, IpRanges = [{ CidrIp = "0.0.0.0/0" }] },
    { IpProtocol = "icmpv6", FromPort = -1, ToPort = -1, Ipv6Ranges = [{ CidrIpv6 = "::/0" }] },
    { IpProtocol = "50", IpRanges = [{ CidrIp = "0.0.0.0/0" }] },
    { IpProtocol = "-1", UserIdGroupPairs = [{ GroupId = "sg-lab" }] },
]
IpPermissionsEgress = [{ IpProtocol = "-1", IpRanges = [{ CidrIp = "0.0.0.0/0" }], Ipv6Ranges = [{ CidrIpv6 = "::/0" }] }]

[[NetworkAcls]]
NetworkAclId = "acl-lab"
Associations = [{ SubnetId = "subnet-lab" }]
Entries = [
    { RuleNumber = 100, Egress = false, Protocol = "-1", RuleAction = "allow", CidrBlock = "0.0.0.0/0" },
    { RuleNumber = 101, Egress = false, Protocol = "-1", RuleAction = "allow", Ipv6CidrBlock = "::/0" },
    { RuleNumber = 90, Egress = true, Protocol = "1", IcmpTypeCode = { Type = 0, Code = -1 }, RuleAction = "deny", CidrBlock = "10.1.0.0/16" },
    { RuleNumber = 91, Egress = true, Protocol = "58", IcmpTypeCode = { Type = 1, Code = 4 }, RuleAction = "deny", Ipv6CidrBlock = "fd09::/64" },
    { RuleNumber = 100, Egress = true, Protocol = "-1", RuleAction = "allow", CidrBlock = "0.0.0.0/0" },
    { RuleNumber = 101, Egress = true, Protocol = "-1", RuleAction = "allow", Ipv6CidrBlock = "::/0" },
]
"#;

/// An inventory of devices in a namespace, with the networks that their addresses are in.
pub fn inventory(space: &str, devices: &[(&str, &[&str])]) -> Inventory {
    let mut inventory = Inventory::default();
    inventory.networks.subnets.push(Subnet {
        id: "subnet-lab".to_owned(),
        vpc: "vpc-lab".to_owned(),
        cidrs: ["10.2.0.0/24", "fd02::/64"]
            .map(|cidr| cidr.parse().expect("a network"))
            .into(),
        az: None,
    });
    for (device, addresses) in devices {
        inventory.add(Interface {
            device: (*device).to_owned(),
            namespace: Some(space.to_owned()),
            addresses: addresses
                .iter()
                .map(|one| one.parse().expect("an address"))
                .collect(),
            fields: [(
                by_id("subnet-id").expect("a field"),
                "subnet-lab".to_owned(),
            )]
            .into(),
            ..Interface::default()
        });
    }
    inventory
}

/// The inventory of the server.
pub fn server(lab: &Lab) -> Inventory {
    inventory(lab.server(), &[("s0", &["10.2.0.2", "fd02::2"])])
}

pub fn policy(text: &str, inventory: &Inventory) -> Policy {
    let document = Document::parse("lab.toml", text.to_owned()).expect("TOML");
    let rules = Rules::of(&[document]).expect("rules");
    Policy::new(&rules, inventory).expect("a policy")
}

pub fn accepted_by_nft() {
    let lab = Lab::build();
    let inventory = server(&lab);
    let policy = policy(RULES, &inventory);
    let (key, _) = inventory.iter().next().expect("an interface");
    let own = policy.get(key).expect("its rules");
    let empty = flowgauge_flow::rules::InterfacePolicy::default();
    for logging in [Logging::All, Logging::Refusals] {
        let table = nft::table(&[("s0", own), ("s1", &empty)], logging).expect("a table");
        in_namespace(lab.server(), || {
            let mut nft = std::process::Command::new("nft")
                .args(["-c", "-f", "-"])
                .stdin(std::process::Stdio::piped())
                .spawn()
                .expect("nft runs");
            let mut input = nft.stdin.take().expect("its input");
            std::io::Write::write_all(&mut input, table.as_bytes()).expect("written");
            drop(input);
            assert!(nft.wait().expect("nft ends").success(), "{table}");
        });
    }
}

/// Devices that are made anew have the same ids, although their hardware addresses are others.
pub fn discovery() {
    let lab = Lab::build();
    let ids = discovery::ids().expect("this machine has an id");
    let found = || {
        let mut inventory = Inventory::default();
        let devices = discovery::devices(Some(lab.server())).expect("devices");
        inventory.complete(&devices, &ids);
        let (_, interface) = inventory.iter().next().expect("an interface");
        interface.clone()
    };
    let first = found();
    assert_eq!(
        (first.device.as_str(), first.primary),
        ("s0", Some([10, 2, 0, 2].into()))
    );
    assert!(
        first
            .addresses
            .contains(&"fd02::2".parse().expect("an address"))
    );
    crate::network::ip(&["-n", lab.server(), "link", "delete", "s0"]);
    lab.connect(lab.router(), "r1", lab.server(), "s0");
    lab.address(lab.server(), "s0", ["10.2.0.2/24", "fd02::2/64"]);
    assert_eq!(found().fields, first.fields);
    let all = discovery::all_devices(&mut Vec::new()).expect("devices");
    assert!(
        all.iter()
            .any(|device| device.namespace.as_deref() == Some(lab.client()))
    );
}
