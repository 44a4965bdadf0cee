//! Packets in a small notation, one a line: `TIME DIRECTION PROTOCOL SOURCE > DESTINATION WORDS → VERDICT`.
//! Words are TCP flags (`SA`), `data`, `type N`, `id N`, `about SOURCE > DESTINATION`
//! (of UDP), `pinged SOURCE > DESTINATION`.

use super::*;
use crate::document::Document;
use crate::inventory::{Interface, Inventory, Subnet};
use crate::judge::IcmpMessage;
use crate::observation::Tuple;
use crate::rules::Rules;
use flowgauge_format::flow_fields::by_id;

/// SSH, HTTPS, ping and DNS may come in, everything may go out.
const GROUP: &str = r#"
[[SecurityGroups]]
GroupId = "sg-1"
IpPermissions = [
    { IpProtocol = "tcp", FromPort = 22, ToPort = 22, IpRanges = [{ CidrIp = "0.0.0.0/0" }], Ipv6Ranges = [{ CidrIpv6 = "::/0" }] },
    { IpProtocol = "udp", FromPort = 53, ToPort = 53, IpRanges = [{ CidrIp = "0.0.0.0/0" }] },
    { IpProtocol = "icmp", FromPort = 8, ToPort = -1, IpRanges = [{ CidrIp = "0.0.0.0/0" }] },
]
IpPermissionsEgress = [
    { IpProtocol = "-1", IpRanges = [{ CidrIp = "0.0.0.0/0" }] },
]
"#;
/// Everything in, only TCP and what is not to 203.0.113.0/24 out.
const ACL: &str = r#"
[[NetworkAcls]]
NetworkAclId = "acl-1"
Associations = [{ SubnetId = "subnet-1" }]
Entries = [
    { RuleNumber = 50, Egress = false, Protocol = "-1", RuleAction = "deny", CidrBlock = "198.51.100.0/24" },
    { RuleNumber = 100, Egress = false, Protocol = "-1", RuleAction = "allow", CidrBlock = "0.0.0.0/0" },
    { RuleNumber = 90, Egress = true, Protocol = "1", IcmpTypeCode = { Type = 0, Code = -1 }, RuleAction = "deny", CidrBlock = "203.0.113.0/24" },
    { RuleNumber = 100, Egress = true, Protocol = "-1", RuleAction = "allow", CidrBlock = "0.0.0.0/0" },
    { RuleNumber = 110, Egress = true, Protocol = "-1", RuleAction = "deny", CidrBlock = "0.0.0.0/0" },
]
"#;

fn evaluator(rules: &str, unopened: Unopened, connections: usize) -> Evaluator {
    let document = Document::parse("r.toml", rules.to_owned()).expect("TOML");
    let rules = Rules::of(&[document]).expect("rules");
    let mut inventory = Inventory::default();
    inventory.networks.subnets.push(Subnet {
        id: "subnet-1".to_owned(),
        vpc: "vpc-1".to_owned(),
        cidrs: vec!["10.0.0.0/24".parse().expect("a network")],
        az: None,
    });
    inventory.add(Interface {
        fields: [(by_id("subnet-id").expect("a field"), "subnet-1".to_owned())].into(),
        ..Interface::default()
    });
    let policy = Policy::new(&rules, &inventory).expect("a policy");
    Evaluator::with_capacity(policy, unopened, connections)
}

fn socket(text: &str) -> (std::net::IpAddr, u16) {
    match text.parse::<std::net::SocketAddr>() {
        Ok(socket) => (socket.ip(), socket.port()),
        Err(_) => (text.parse().expect("an address"), 0),
    }
}

fn tuple(source: &str, destination: &str, protocol: u8) -> Tuple {
    let (source, source_port) = socket(source);
    let (destination, destination_port) = socket(destination);
    Tuple {
        source,
        destination,
        source_port,
        destination_port,
        protocol,
    }
}

fn question(line: &str) -> Question {
    let words: Vec<&str> = line.split_whitespace().collect();
    let seconds: f64 = words[0].parse().expect("seconds");
    let protocol = match words[2] {
        "tcp" => 6,
        "udp" => 17,
        "icmp" => 1,
        "icmpv6" => 58,
        other => other.parse().expect("a protocol"),
    };
    let mut question = Question {
        interface: InterfaceKey(0),
        direction: if words[1] == "in" {
            Direction::Ingress
        } else {
            Direction::Egress
        },
        tuple: tuple(words[3], words[5], protocol),
        tcp_flags: 0,
        payload: 0,
        icmp: matches!(protocol, 1 | 58).then(IcmpMessage::default),
        portless: false,
        at: (seconds * 1e6) as i64,
    };
    let mut rest = words[6..].iter();
    while let Some(word) = rest.next() {
        let mut number = || {
            rest.next()
                .expect("a number")
                .parse::<u16>()
                .expect("a number")
        };
        match *word {
            "data" => question.payload = 100,
            "portless" => question.portless = true,
            "type" => {
                let kind = u8::try_from(number()).expect("a type");
                question.icmp.as_mut().expect("icmp").kind = kind;
            }
            "id" => question.icmp.as_mut().expect("icmp").id = number(),
            "about" | "pinged" => {
                let protocol = if *word == "pinged" { 1 } else { 17 };
                let source = rest.next().expect("a source");
                let _ = rest.next();
                let destination = rest.next().expect("a destination");
                question.icmp.as_mut().expect("icmp").about =
                    Some(tuple(source, destination, protocol));
            }
            flags => {
                for flag in flags.chars() {
                    question.tcp_flags |= match flag {
                        'F' => 1,
                        'S' => 2,
                        'R' => 4,
                        'P' => 8,
                        'A' => 16,
                        other => panic!("no flag {other}"),
                    };
                }
            }
        }
    }
    question
}

fn replay(evaluator: &mut Evaluator, script: &str) {
    for line in script
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        let (packet, expected) = line.split_once(" = ").expect("a verdict");
        let accepts = evaluator.judge(&question(packet)).accepts();
        assert_eq!(
            if accepts { "ACCEPT" } else { "REJECT" },
            expected,
            "{packet}"
        );
    }
}

#[test]
fn groups_remember_connections() {
    let mut evaluator = evaluator(GROUP, Unopened::Refuse, 100);
    replay(
        &mut evaluator,
        "
        0 in tcp 172.31.16.139:20641 > 10.0.0.5:22 S = ACCEPT
        0 out tcp 10.0.0.5:22 > 172.31.16.139:20641 SA = ACCEPT
        0 in tcp 172.31.9.69:49761 > 10.0.0.5:3389 S = REJECT
        0 in tcp [2001:db8::1]:34892 > [2001:db8::2]:22 S = ACCEPT
        0 out tcp [2001:db8::2]:22 > [2001:db8::1]:34892 SA = ACCEPT
        1 out tcp [2001:db8::2]:40000 > [2001:db8::1]:80 S = REJECT
        1 out udp 10.0.0.5:5353 > 192.0.2.1:123 = ACCEPT
        2 in udp 192.0.2.1:123 > 10.0.0.5:5353 = ACCEPT
        2 in udp 192.0.2.1:124 > 10.0.0.5:5353 = REJECT
        2 in 47 192.0.2.1 > 10.0.0.5 = REJECT
        2 out 47 10.0.0.5 > 192.0.2.1 = ACCEPT
        2 in 47 192.0.2.1 > 10.0.0.5 = ACCEPT
        ",
    );
}

#[test]
fn closed_connections_stay_closed() {
    let mut evaluator = evaluator(GROUP, Unopened::Refuse, 100);
    replay(
        &mut evaluator,
        "
        0 in tcp 192.0.2.1:1000 > 10.0.0.5:22 A = REJECT
        0 in tcp 192.0.2.1:1000 > 10.0.0.5:22 S = ACCEPT
        0 out tcp 10.0.0.5:22 > 192.0.2.1:1000 SA = ACCEPT
        0 in tcp 192.0.2.1:1000 > 10.0.0.5:22 FA = ACCEPT
        0 out tcp 10.0.0.5:22 > 192.0.2.1:1000 PA data = ACCEPT
        0 out tcp 10.0.0.5:22 > 192.0.2.1:1000 FA = ACCEPT
        0 in tcp 192.0.2.1:1000 > 10.0.0.5:22 A = ACCEPT
        1 out tcp 10.0.0.5:22 > 192.0.2.1:1000 FA = ACCEPT
        2 in tcp 192.0.2.1:1000 > 10.0.0.5:22 PA data = REJECT
        3 in tcp 192.0.2.1:1000 > 10.0.0.5:22 S = ACCEPT
        3 out tcp 10.0.0.5:22 > 192.0.2.1:1000 RA = ACCEPT
        4 in tcp 192.0.2.1:1000 > 10.0.0.5:22 A = REJECT
        4 in tcp 192.0.2.1:1000 > 10.0.0.5:22 R = ACCEPT
        5 out tcp 10.0.0.5:22 > 192.0.2.1:1000 PA data = REJECT
        200 in tcp 192.0.2.1:1000 > 10.0.0.5:22 FA = REJECT
        ",
    );
}

#[test]
fn connections_time_out() {
    let mut evaluator = evaluator(GROUP, Unopened::Refuse, 100);
    replay(
        &mut evaluator,
        "
        0 out udp 10.0.0.5:5353 > 192.0.2.1:123 = ACCEPT
        30 in udp 192.0.2.1:123 > 10.0.0.5:5353 = REJECT
        40 out udp 10.0.0.5:5353 > 192.0.2.1:123 = ACCEPT
        69 in udp 192.0.2.1:123 > 10.0.0.5:5353 = ACCEPT
        248 in udp 192.0.2.1:123 > 10.0.0.5:5353 = ACCEPT
        428 in udp 192.0.2.1:123 > 10.0.0.5:5353 = REJECT
        500 out tcp 10.0.0.5:4000 > 192.0.2.1:80 S = ACCEPT
        620 in tcp 192.0.2.1:80 > 10.0.0.5:4000 SA = REJECT
        700 out tcp 10.0.0.5:4001 > 192.0.2.1:80 S = ACCEPT
        701 in tcp 192.0.2.1:80 > 10.0.0.5:4001 SA = ACCEPT
        432700 in tcp 192.0.2.1:80 > 10.0.0.5:4001 A = ACCEPT
        ",
    );
}

#[test]
fn messages_pass_with_what_they_are_about() {
    let mut evaluator = evaluator(GROUP, Unopened::Refuse, 100);
    replay(
        &mut evaluator,
        "
        0 in icmp 192.0.2.1 > 10.0.0.5 type 8 id 7 = ACCEPT
        0 out icmp 10.0.0.5 > 192.0.2.1 type 0 id 7 = ACCEPT
        0 in icmp 192.0.2.1 > 10.0.0.5 type 0 id 9 = REJECT
        0 out icmp 10.0.0.5 > 192.0.2.1 type 8 id 9 = ACCEPT
        0 in icmp 192.0.2.1 > 10.0.0.5 type 0 id 9 = ACCEPT
        0 in icmp 192.0.2.1 > 10.0.0.5 type 3 about 10.0.0.5:5000 > 192.0.2.1:33434 = REJECT
        0 out udp 10.0.0.5:5000 > 192.0.2.1:33434 = ACCEPT
        0 in icmp 192.0.2.9 > 10.0.0.5 type 11 about 10.0.0.5:5000 > 192.0.2.1:33434 = ACCEPT
        0 in icmp 192.0.2.9 > 10.0.0.5 type 11 id 9 pinged 10.0.0.5 > 192.0.2.1 = ACCEPT
        0 in icmp 192.0.2.9 > 10.0.0.5 type 11 id 6 pinged 10.0.0.5 > 192.0.2.1 = REJECT
        0 in icmpv6 fe80::1 > ff02::1 type 135 = ACCEPT
        0 in icmpv6 2001:db8::1 > 2001:db8::2 type 128 id 1 = REJECT
        ",
    );
}

#[test]
fn acls_have_no_memory_and_do_not_see_the_subnet() {
    let mut evaluator = evaluator(&format!("{GROUP}{ACL}"), Unopened::Refuse, 100);
    replay(
        &mut evaluator,
        "
        0 in icmp 203.0.113.12 > 10.0.0.5 type 8 id 7 = ACCEPT
        0 out icmp 10.0.0.5 > 203.0.113.12 type 0 id 7 = REJECT
        0 in icmp 192.0.2.12 > 10.0.0.5 type 8 id 7 = ACCEPT
        0 out icmp 10.0.0.5 > 192.0.2.12 type 0 id 7 = ACCEPT
        0 in tcp 198.51.100.1:999 > 10.0.0.5:22 S = REJECT
        0 out tcp 10.0.0.5:999 > 198.51.100.1:22 S = ACCEPT
        0 in tcp 198.51.100.1:22 > 10.0.0.5:999 SA = REJECT
        0 in tcp [2001:db8::1]:999 > [2001:db8::2]:22 S = REJECT
        0 in tcp 10.0.0.9:999 > 10.0.0.5:22 S = ACCEPT
        0 in tcp 10.0.0.9:999 > 10.0.0.5:23 S = REJECT
        ",
    );
}

#[test]
fn open_connections_of_a_late_capture_are_judged_by_either_direction() {
    let mut evaluator = evaluator(GROUP, Unopened::Judge, 100);
    replay(
        &mut evaluator,
        "
        0 in tcp 192.0.2.1:443 > 10.0.0.5:5000 A data = ACCEPT
        0 in tcp 192.0.2.1:443 > 10.0.0.5:5000 FA = ACCEPT
        0 out tcp 10.0.0.5:5000 > 192.0.2.1:443 RA = ACCEPT
        1 in tcp 192.0.2.1:443 > 10.0.0.5:5000 A data = REJECT
        1 in tcp 192.0.2.1:4430 > 10.0.0.5:3389 S = REJECT
        ",
    );
}

#[test]
fn fragments_without_ports_match_only_rules_without_ports() {
    let mut evaluator = evaluator(GROUP, Unopened::Refuse, 100);
    replay(
        &mut evaluator,
        "
        0 in udp 192.0.2.1 > 10.0.0.5 portless = REJECT
        0 out udp 10.0.0.5 > 192.0.2.1 portless = ACCEPT
        ",
    );
}

#[test]
fn a_flood_is_reported_as_a_loss() {
    let mut evaluator = evaluator(GROUP, Unopened::Refuse, 2);
    let mut losses = Vec::new();
    replay(
        &mut evaluator,
        "
        0 in tcp 192.0.2.1:1 > 10.0.0.5:22 S = ACCEPT
        0 in tcp 192.0.2.1:2 > 10.0.0.5:22 S = ACCEPT
        ",
    );
    evaluator.take_losses(&mut losses);
    assert!(losses.is_empty());
    replay(
        &mut evaluator,
        "
        1 in tcp 192.0.2.1:3 > 10.0.0.5:22 S = ACCEPT
        1 in tcp 192.0.2.1:3 > 10.0.0.5:22 A = REJECT
        ",
    );
    evaluator.take_losses(&mut losses);
    assert_eq!(losses.len(), 1);
    assert_eq!(losses[0].packets, Some(2));
    assert_eq!(losses[0].at, 1_000_000);
    losses.clear();
    // Once the old ones have timed out there is room again.
    replay(
        &mut evaluator,
        "130 in tcp 192.0.2.1:4 > 10.0.0.5:22 S = ACCEPT",
    );
    evaluator.take_losses(&mut losses);
    assert!(losses.is_empty());
}
