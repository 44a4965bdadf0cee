use super::*;

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn interface(id: &str, vpc: Option<&str>, addresses: &[&str]) -> Interface {
    let mut fields = vec![("interface-id", id)];
    fields.extend(vpc.map(|vpc| ("vpc-id", vpc)));
    sample::interface(&fields, addresses)
}

#[test]
fn the_next_hop_is_in_the_same_vpc() {
    let mut inventory = Inventory::default();
    let web = inventory.add(interface("eni-web", Some("vpc-a"), &["10.0.0.5"]));
    let other = inventory.add(interface("eni-other", Some("vpc-b"), &["10.0.0.9"]));
    let app = inventory.add(interface(
        "eni-app",
        Some("vpc-a"),
        &["10.0.0.9", "fd00::9"],
    ));
    let unknown = inventory.add(interface("eni-unknown", None, &["10.0.0.7"]));
    for (from, to, expected) in [
        (web, "10.0.0.9", Some(app)),
        (web, "fd00::9", Some(app)),
        (web, "10.0.0.7", Some(unknown)),
        (web, "10.0.0.8", None),
        (web, "10.0.0.5", None),
        (other, "10.0.0.5", None),
        (unknown, "10.0.0.5", Some(web)),
    ] {
        assert_eq!(inventory.next_hop(from, address(to)), expected, "{to}");
    }
}

#[test]
fn paths_follow_routes_then_vpcs() {
    let mut inventory = Inventory::default();
    let vpc = |id: &str, cidr: &str| Vpc {
        id: id.to_owned(),
        cidrs: vec![cidr.parse().expect("a network")],
    };
    inventory.networks.vpcs = vec![vpc("vpc-a", "10.0.0.0/16"), vpc("vpc-b", "10.1.0.0/16")];
    for (cidr, path, interface) in [
        ("192.168.0.0/16", 3, None),
        ("198.51.100.0/24", 7, Some("eni-web".to_owned())),
    ] {
        let cidr = cidr.parse().expect("a network");
        assert!(inventory.networks.add_route(Route {
            cidr,
            path,
            interface
        }));
    }
    let web = inventory.add(interface("eni-web", Some("vpc-a"), &["10.0.0.5"]));
    let app = inventory.add(interface("eni-app", Some("vpc-a"), &["10.0.0.6"]));
    for (from, to, expected) in [
        (web, "10.0.0.6", 1),
        (web, "10.1.0.6", 4),
        (web, "192.168.3.4", 3),
        (web, "198.51.100.7", 7),
        (app, "198.51.100.7", 8),
        (web, "2001:db8::1", 8),
    ] {
        let path = inventory.traffic_path(from, address(to));
        assert_eq!(path, Some(expected), "{to}");
    }
}

#[test]
fn a_particular_service_counts_before_the_general_one() {
    let mut networks = Networks::default();
    for (cidr, code) in [
        ("52.95.128.0/21", "AMAZON"),
        ("52.95.128.0/21", "S3"),
        ("52.95.0.0/16", "EC2"),
        ("3.0.0.0/9", "AMAZON"),
    ] {
        networks.add_service(cidr.parse().expect("a network"), code);
    }
    for (to, expected) in [
        ("52.95.128.179", Some("S3")),
        ("52.95.1.1", Some("EC2")),
        ("3.1.1.1", Some("AMAZON")),
        ("192.0.2.1", None),
    ] {
        assert_eq!(networks.service(address(to)), expected, "{to}");
    }
}
