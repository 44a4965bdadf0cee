//! What is excluded, and what is not although it looks like it.

use flowgauge_format::flow_fields::by_id;

use super::*;
use crate::inventory::{Subnet, Vpc};

fn inventory(kind: &str) -> (Inventory, InterfaceKey) {
    let mut inventory = Inventory::default();
    inventory.networks.vpcs.push(Vpc {
        id: "vpc-1".to_owned(),
        cidrs: vec!["10.0.0.0/16".parse().expect("network")],
    });
    inventory.networks.subnets.push(Subnet {
        id: "subnet-1".to_owned(),
        vpc: "vpc-1".to_owned(),
        cidrs: vec!["10.0.8.0/24".parse().expect("network")],
        az: None,
    });
    let mut add = |kind: &str, address: &str| {
        let field = (by_id("interface-type").expect("field"), kind.to_owned());
        inventory.add(Interface {
            primary: address.parse().ok(),
            addresses: vec![address.parse().expect("address")],
            fields: [field].into(),
            ..Interface::default()
        })
    };
    let key = add(kind, "10.0.8.9");
    add("network_load_balancer", "10.0.8.20");
    (inventory, key)
}

fn tuple(protocol: u8, source: &str, destination: &str) -> Tuple {
    let end = |text: &str| -> (IpAddr, u16) {
        match text.parse::<std::net::SocketAddr>() {
            Ok(socket) => (socket.ip(), socket.port()),
            Err(_) => (text.parse().expect("address"), 0),
        }
    };
    let ((source, source_port), (destination, destination_port)) = (end(source), end(destination));
    Tuple {
        source,
        destination,
        source_port,
        destination_port,
        protocol,
    }
}

#[test]
fn each_kind_excludes_its_traffic_and_no_other() {
    let (inventory, key) = inventory("vpc_endpoint");
    let surroundings = Surroundings::of(key, &inventory);
    let own = "10.0.8.9:40000";
    for (name, protocol, peer) in [
        ("dns", 17, "10.0.8.2:53"),
        ("dns", 6, "10.0.0.2:53"),
        ("dns", 17, "169.254.169.253:53"),
        ("dns", 17, "[fd00:ec2::253]:53"),
        ("metadata", 6, "169.254.169.254:80"),
        ("metadata", 6, "[fd00:ec2::254]:80"),
        ("time-sync", 17, "169.254.169.123:123"),
        ("router", 1, "10.0.8.1"),
        ("windows-licence", 6, "169.254.169.250:1688"),
        ("windows-licence", 6, "169.254.169.251:1688"),
        ("endpoint-nlb", 6, "10.0.8.20:443"),
        // Own DNS servers, other services of the resolver's address, other subnets' routers.
        ("", 17, "10.0.8.53:53"),
        ("", 17, "192.0.2.2:53"),
        ("", 1, "10.0.8.2"),
        ("", 6, "10.0.8.2:443"),
        ("", 1, "10.0.0.1"),
        ("", 6, "169.254.169.250:80"),
        ("", 17, "169.254.1.1:5353"),
        ("", 6, "10.0.8.21:443"),
    ] {
        let there = tuple(protocol, own, peer);
        let back = tuple(protocol, peer, own);
        let mut without = Exclusions::default();
        for tuple in [there, back] {
            let excluded = without.exclude(&surroundings, &tuple);
            assert_eq!(excluded, !name.is_empty(), "{name} {tuple:?}");
        }
        if !name.is_empty() {
            without.record(name).expect("a name");
            assert!(!without.exclude(&surroundings, &there), "{name} {peer}");
            assert!(!without.exclude(&surroundings, &back), "{name} {peer}");
        }
    }
}

#[test]
fn dhcp_is_known_by_both_ports() {
    let exclusions = Exclusions::default();
    let surroundings = Surroundings::default();
    for (source, destination, excluded) in [
        ("0.0.0.0:68", "255.255.255.255:67", true),
        ("10.0.8.1:67", "10.0.8.9:68", true),
        ("10.0.8.1:67", "10.0.9.1:67", true),
        ("[fe80::1]:546", "[ff02::1:2]:547", true),
        ("10.0.8.9:40000", "10.0.8.1:67", false),
        ("10.0.8.9:68", "10.0.8.1:547", false),
    ] {
        let tuple = tuple(17, source, destination);
        assert_eq!(
            exclusions.exclude(&surroundings, &tuple),
            excluded,
            "{source}"
        );
        assert!(!Exclusions::none().exclude(&surroundings, &tuple));
    }
    assert!(!exclusions.exclude(&surroundings, &tuple(6, "10.0.8.1:67", "10.0.8.9:68")));
}

#[test]
fn without_a_subnet_nothing_is_guessed() {
    let (inventory, _) = inventory("");
    let surroundings = Surroundings::of(InterfaceKey(99), &inventory);
    let exclusions = Exclusions::default();
    assert!(!exclusions.exclude(&surroundings, &tuple(1, "10.0.8.9", "10.0.8.1")));
    let problem = Exclusions::default().record("ntp").expect_err("no name");
    assert!(
        problem.contains("`ntp`") && problem.contains("time-sync"),
        "{problem}"
    );
}

/// The bridge of a container network has the first address of it, and often answers DNS there or at the second.
#[test]
fn own_addresses_are_neither_router_nor_resolver() {
    let (mut inventory, _) = inventory("");
    let bridge = inventory.add(Interface {
        primary: "10.0.8.1".parse().ok(),
        addresses: ["10.0.8.1", "10.0.8.2"]
            .map(|one| one.parse().expect("address"))
            .into(),
        ..Interface::default()
    });
    let guest = inventory.add(Interface {
        primary: "10.0.8.77".parse().ok(),
        ..Interface::default()
    });
    let exclusions = Exclusions::default();
    for destination in ["10.0.8.1:80", "10.0.8.2:53"] {
        let tuple = tuple(6, "10.0.8.77:40000", destination);
        let excluded = |key| exclusions.exclude(&Surroundings::of(key, &inventory), &tuple);
        assert!(!excluded(bridge) && excluded(guest), "{destination}");
    }
    // The resolver of the VPC is somebody else's.
    let tuple = tuple(17, "10.0.8.1:40000", "10.0.0.2:53");
    assert!(exclusions.exclude(&Surroundings::of(bridge, &inventory), &tuple));
}
