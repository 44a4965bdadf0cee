use super::*;
use crate::rules::Layers;

fn policy() -> InterfacePolicy {
    let network = |text: &str| text.parse::<IpNet>().expect("a network");
    let group = |id: &str, service, peers: &[&str]| GroupRule {
        id: id.to_owned(),
        service,
        peers: peers.iter().map(|peer| network(peer)).collect(),
    };
    let entry = |number: u16, allow, service, cidr| AclRule {
        id: format!("acl-1/{number}"),
        allow,
        service,
        network: network(cidr),
    };
    let ssh = Service::Ports(6, PortRange { from: 22, to: 22 });
    let reply = Service::Icmp {
        protocol: 1,
        kind: Some(0),
        code: None,
    };
    InterfacePolicy {
        inbound: Layers {
            groups: Some(vec![
                group("sg-1/1", ssh, &["0.0.0.0/0", "2001:db8::/32"]),
                // The second lies inside the first, which a set of the firewall would refuse.
                group("sg-1/2", Service::Any, &["10.0.0.0/24", "10.0.0.5/32"]),
                group("sg-1/3", Service::Any, &[]),
            ]),
            acl: Some(vec![entry(100, true, Service::Any, "0.0.0.0/0")]),
        },
        outbound: Layers {
            groups: None,
            acl: Some(vec![
                entry(90, false, reply, "203.0.113.0/24"),
                entry(100, true, Service::Any, "0.0.0.0/0"),
            ]),
        },
        subnet: vec![network("10.0.0.0/24")],
    }
}

/// The rules of a chain, without what all log statements share.
fn chain(text: &str, name: &str) -> Vec<String> {
    let start = text.find(&format!("chain {name} {{")).expect("the chain");
    let body = text[start..].split('}').collect::<Vec<_>>().join("}");
    let lines = body.lines().skip(1).take_while(|line| line.trim() != "}");
    let shared = format!(" snaplen {SNAP} queue-threshold {THRESHOLD}");
    lines.map(|line| line.trim().replace(&shared, "")).collect()
}

#[test]
fn chains_say_what_the_policy_says() {
    let policy = policy();
    let text = table(&[("eth0", &policy)], Logging::All).expect("a table");
    let nd = NEIGHBOURHOOD;
    let refuse = |rule: &str| format!("log prefix \"{rule}\" group 18029 drop");
    let pass = |rule: &str| format!("log prefix \"{rule}\" group 18028 accept");
    let late = "meta l4proto tcp ct state established ct expiration <= 10s tcp flags & rst == 0";
    assert_eq!(
        chain(&text, "acl_in_0"),
        [
            format!("{nd} return"),
            "ip saddr { 10.0.0.0/24 } return".to_owned(),
            "meta nfproto ipv4 return".to_owned(),
            refuse("network ACL"),
        ]
    );
    assert_eq!(
        chain(&text, "groups_in_0"),
        [
            format!("{nd} {}", pass("neighbourhood")),
            format!("{late} {}", refuse("closed")),
            format!("ct state established,related {}", pass("connection")),
            format!("meta l4proto tcp ct state invalid {}", refuse("closed")),
            format!("meta nfproto ipv4 tcp dport 22-22 {}", pass("sg-1/1")),
            format!(
                "ip6 saddr {{ 2001:db8::/32 }} tcp dport 22-22 {}",
                pass("sg-1/1")
            ),
            format!("ip saddr {{ 10.0.0.0/24 }} {}", pass("sg-1/2")),
            refuse("security groups"),
        ]
    );
    assert_eq!(
        chain(&text, "groups_out_0").last().map(String::as_str),
        Some("return")
    );
    assert_eq!(
        chain(&text, "acl_out_0"),
        [
            format!("{nd} {}", pass("passed")),
            format!("ip daddr {{ 10.0.0.0/24 }} {}", pass("passed")),
            format!(
                "ip daddr {{ 203.0.113.0/24 }} icmp type 0 {}",
                refuse("acl-1/90")
            ),
            format!("meta nfproto ipv4 {}", pass("passed")),
            refuse("network ACL"),
        ]
    );
    assert_eq!(
        chain(&text, "groups_out"),
        [
            "type filter hook postrouting priority 305; policy accept;",
            "oifname \"eth0\" jump groups_out_0"
        ]
    );
}

#[test]
fn a_ring_needs_only_refusals() {
    let policy = policy();
    let text = table(&[("eth0", &policy)], Logging::Refusals).expect("a table");
    assert!(!text.contains("18028"));
    assert!(text.contains("18029"));
}

#[test]
fn what_has_no_rules_costs_nothing() {
    let policy = InterfacePolicy {
        inbound: Layers {
            acl: None,
            ..policy().inbound
        },
        ..policy()
    };
    let text = table(&[("eth0", &policy)], Logging::All).expect("a table");
    assert!(!text.contains("acl_in"), "{text}");
    assert!(text.contains("chain groups_in {"), "{text}");
}

#[test]
fn names_cannot_smuggle_rules() {
    let policy = policy();
    let name = "e\" drop; #";
    assert_eq!(
        table(&[(name, &policy)], Logging::All),
        Err(BadName(name.to_owned()))
    );
    assert!(!log(1, "a\" accept; \"").contains("a\""));
}

#[test]
fn settings_are_remembered_in_the_table() {
    let settings = [("nf_conntrack_tcp_loose", "1"), ("timeout", "20")];
    let text = memory(&settings);
    assert!(text.starts_with("table inet flowgauge {\n  chain before {\n"));
    // As `nft list` shows it.
    let listing = text.replace("  ", "\t");
    assert_eq!(remembered(&listing).collect::<Vec<_>>(), settings);
    assert_eq!(remembered("").count(), 0);
}
