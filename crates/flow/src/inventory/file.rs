//! Inventory files: which interface has which ids, tags and services. TOML or JSON.
//!
//! ```toml
//! account-id = "123456789010"          # fields of all interfaces that say nothing else
//! region = "eu-west-1"
//! ip-ranges = "ip-ranges.json"         # service prefixes, relative to this file
//!
//! [[vpcs]]
//! id = "vpc-0a1b2c3d4e5f60718"
//! cidrs = ["10.0.0.0/16"]
//!
//! [[subnets]]
//! id = "subnet-0a1b2c3d4e5f60718"
//! vpc = "vpc-0a1b2c3d4e5f60718"
//! cidrs = ["10.0.1.0/24"]
//! az-id = "euw1-az1"
//!
//! [[interfaces]]
//! id = "eni-0a1b2c3d4e5f60718"
//! namespace = "web"                    # or none: the namespace of the process
//! device = "eth0"
//! addresses = ["10.0.1.5", "2001:db8::5"]   # the first IPv4 address is the primary one
//! security-groups = ["sg-0a1b2c3d4e5f60718"]
//! instance-id = "i-0a1b2c3d4e5f60718"  # any field that packets do not decide, by its id
//! instance-tag = "web 1"
//!
//! [[routes]]
//! cidr = "192.168.0.0/16"
//! path = 3                             # `traffic-path`
//! interface = "eni-0a1b2c3d4e5f60718"  # or none: all interfaces
//! ```
//!
//! Service prefixes have the shape of the provider's `ip-ranges.json`; `prefixes` and `ipv6_prefixes`
//! may also stand in the inventory file itself.

use std::collections::BTreeMap;
use std::path::Path;

use flowgauge_format::flow_fields::{self, FieldId};

use super::{Interface, Inventory, Route, Subnet, Vpc};
use crate::document::{Document, DocumentError, Mistake, Node, Object, Value, address, network};

/// Fields that packets do not decide, so that an inventory may set them.
const STATIC: &[&str] = &[
    "account-id",
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
/// Fields whose values are encoded when they are written, and may have blanks.
const TAGS: &str = "-tag";

impl Inventory {
    /// Reads an inventory file, and the file of service prefixes that it may name.
    ///
    /// # Errors
    ///
    /// The first mistake, with line and column.
    pub fn read(path: &Path) -> Result<Self, DocumentError> {
        let document = Document::read(path)?;
        let (mut inventory, ranges) =
            parse(&document).map_err(|mistake| document.wrong(mistake))?;
        if let Some(ranges) = ranges {
            let folder = path.parent().unwrap_or(Path::new(""));
            inventory.read_services(&folder.join(ranges))?;
        }
        Ok(inventory)
    }

    /// Understands a document that names no further files.
    ///
    /// # Errors
    ///
    /// The first mistake, with line and column.
    pub fn of(document: &Document) -> Result<Self, DocumentError> {
        let (inventory, _) = parse(document).map_err(|mistake| document.wrong(mistake))?;
        Ok(inventory)
    }

    /// Adds service prefixes from a file of the shape of the provider's `ip-ranges.json`.
    ///
    /// # Errors
    ///
    /// The first mistake, with line and column.
    pub fn read_services(&mut self, path: &Path) -> Result<(), DocumentError> {
        let document = Document::read(path)?;
        service_file(&document, self).map_err(|mistake| document.wrong(mistake))
    }
}

fn service_file(document: &Document, inventory: &mut Inventory) -> Result<(), Mistake> {
    let root = Object::of(&document.root, "file of service prefixes")?;
    services(&root, inventory)?;
    root.ignore(&["syncToken", "createDate"]);
    root.finish()
}

fn parse(document: &Document) -> Result<(Inventory, Option<String>), Mistake> {
    let root = Object::of(&document.root, "inventory")?;
    let mut inventory = Inventory::default();
    services(&root, &mut inventory)?;
    for node in root.list("vpcs")? {
        let vpc = vpc(node)?;
        inventory.networks.vpcs.push(vpc);
    }
    let mut subnet_fields = BTreeMap::new();
    for node in root.list("subnets")? {
        let (subnet, fields) = subnet(node)?;
        subnet_fields.insert(subnet.id.clone(), fields);
        inventory.networks.subnets.push(subnet);
    }
    let ranges = root.text("ip-ranges")?.map(|path| path.value.to_owned());
    let interfaces = root.list("interfaces")?;
    for node in root.list("routes")? {
        let route = route(node)?;
        if !inventory.networks.add_route(route) {
            return Err(Mistake::new(node.at, "this network has a route already"));
        }
    }
    // What is left are fields of all interfaces.
    let defaults = fields(&root)?;
    for node in interfaces {
        let interface = interface(node, &inventory, &subnet_fields, &defaults)?;
        let same = |known: &Interface| {
            let id = known.field("interface-id");
            id.is_some() && id == interface.field("interface-id")
        };
        if inventory.iter().any(|(_, known)| same(known)) {
            let problem = format!("the interface `{}` stands twice", interface.name());
            return Err(Mistake::new(node.at, problem));
        }
        inventory.add(interface);
    }
    Ok((inventory, ranges))
}

fn services(root: &Object<'_>, inventory: &mut Inventory) -> Result<(), Mistake> {
    for (list, member) in [("prefixes", "ip_prefix"), ("ipv6_prefixes", "ipv6_prefix")] {
        for node in root.list(list)? {
            let prefix = Object::of(node, "service prefix")?;
            let cidr = network(prefix.require(member, prefix.text(member)?)?)?;
            let service = prefix.require("service", prefix.text("service")?)?;
            prefix.ignore(&["region", "network_border_group"]);
            prefix.finish()?;
            inventory.networks.add_service(cidr, service.value);
        }
    }
    Ok(())
}

fn vpc(node: &Node) -> Result<Vpc, Mistake> {
    let object = Object::of(node, "VPC")?;
    let id = object.require("id", object.text("id")?)?;
    let cidrs = object.networks("cidrs")?;
    object.finish()?;
    Ok(Vpc {
        id: id.value.to_owned(),
        cidrs,
    })
}

fn subnet(node: &Node) -> Result<(Subnet, BTreeMap<FieldId, String>), Mistake> {
    let object = Object::of(node, "subnet")?;
    let id = object.require("id", object.text("id")?)?.value.to_owned();
    let vpc = object.text("vpc")?.map(|vpc| vpc.value.to_owned());
    let cidrs = object.networks("cidrs")?;
    let mut fields = fields(&object)?;
    set(&mut fields, "subnet-id", &id);
    if let Some(vpc) = &vpc {
        set(&mut fields, "vpc-id", vpc);
    }
    let az = flow_fields::by_id("az-id").and_then(|az| fields.get(&az).cloned());
    let subnet = Subnet {
        id,
        vpc: vpc.unwrap_or_default(),
        cidrs,
        az,
    };
    Ok((subnet, fields))
}

fn route(node: &Node) -> Result<Route, Mistake> {
    let object = Object::of(node, "route")?;
    let cidr = network(object.require("cidr", object.text("cidr")?)?)?;
    let path = object.require("path", object.integer("path", 1..=8)?)?;
    let interface = object.text("interface")?;
    object.finish()?;
    Ok(Route {
        cidr,
        // The limits of the integer fit.
        path: u8::try_from(path.value).unwrap_or_default(),
        interface: interface.map(|interface| interface.value.to_owned()),
    })
}

fn interface(
    node: &Node,
    inventory: &Inventory,
    subnets: &BTreeMap<String, BTreeMap<FieldId, String>>,
    defaults: &BTreeMap<FieldId, String>,
) -> Result<Interface, Mistake> {
    let object = Object::of(node, "interface")?;
    let text = |name| {
        object
            .text(name)
            .map(|text| text.map(|text| text.value.to_owned()))
    };
    let id = text("id")?;
    let mut interface = Interface {
        device: text("device")?.unwrap_or_default(),
        namespace: text("namespace")?,
        ..Interface::default()
    };
    for text in object.texts("addresses")? {
        interface.addresses.push(address(text)?);
    }
    interface.primary = interface
        .addresses
        .iter()
        .find_map(|address| match address {
            std::net::IpAddr::V4(address) => Some(*address),
            std::net::IpAddr::V6(_) => None,
        });
    let groups = object.texts("security-groups")?.into_iter();
    interface.groups = groups.map(|group| group.value.to_owned()).collect();
    let named = object.text("subnet")?;
    let subnet = match named {
        Some(name) => Some(inventory.networks.subnet(name.value).ok_or_else(|| {
            let problem = format!("the subnet `{}` is not among `subnets`", name.value);
            Mistake::new(name.at, problem)
        })?),
        None => interface
            .addresses
            .iter()
            .find_map(|address| inventory.networks.subnet_of(*address)),
    };
    if interface.device.is_empty() && interface.addresses.is_empty() {
        let problem = "an interface needs a `device` or `addresses`, so that its packets are known";
        return Err(Mistake::new(node.at, problem));
    }
    let own = fields(&object)?;
    interface.fields = defaults.clone();
    if let Some(fields) = subnet.and_then(|subnet| subnets.get(&subnet.id)) {
        interface.fields.extend(fields.clone());
    }
    interface.fields.extend(own);
    if let Some(id) = id {
        set(&mut interface.fields, "interface-id", &id);
    }
    Ok(interface)
}

/// The members that are left, as static fields; any other member is a mistake.
fn fields(object: &Object<'_>) -> Result<BTreeMap<FieldId, String>, Mistake> {
    let mut fields = BTreeMap::new();
    for id in STATIC {
        let Some(node) = object.get(id) else {
            continue;
        };
        set(&mut fields, id, &field(id, node)?);
    }
    object.unread()?;
    Ok(fields)
}

fn field(id: &str, node: &Node) -> Result<String, Mistake> {
    let mistake = |problem: String| Err(Mistake::new(node.at, problem));
    match &node.value {
        Value::Number(number) if id == "encryption-status" => match number.as_str() {
            "0" | "1" | "2" | "3" => Ok(number.clone()),
            _ => mistake(format!("`{id}` must be 0, 1, 2 or 3")),
        },
        Value::Text(text) if id != "encryption-status" => {
            let blank = text.is_empty() || text.contains(char::is_whitespace);
            if blank && !id.contains(TAGS) {
                return mistake(format!("`{id}` must not be empty or have blanks"));
            }
            Ok(text.clone())
        }
        _ if id == "encryption-status" => mistake(format!("`{id}` must be 0, 1, 2 or 3")),
        _ => mistake(format!("`{id}` must be text")),
    }
}

fn set(fields: &mut BTreeMap<FieldId, String>, id: &str, value: &str) {
    if let Some(field) = flow_fields::by_id(id) {
        fields.insert(field, value.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
account-id = "123456789010"
region = "eu-west-1"
prefixes = [{ ip_prefix = "52.95.128.0/21", region = "ap-southeast-2", service = "S3" }]
ipv6_prefixes = [{ ipv6_prefix = "2600:1fa0::/32", service = "S3" }]

[[vpcs]]
id = "vpc-a"
cidrs = ["10.0.0.0/16"]

[[subnets]]
id = "subnet-a"
vpc = "vpc-a"
cidrs = ["10.0.1.0/24", "2001:db8:1::/64"]
az-id = "euw1-az1"

[[interfaces]]
id = "eni-web"
namespace = "web"
device = "eth0"
addresses = ["2001:db8:1::5", "10.0.1.5", "10.0.1.6"]
security-groups = ["sg-1"]
instance-id = "i-web"
instance-tag = "web 1"
encryption-status = 1

[[interfaces]]
id = "eni-db"
addresses = ["10.9.0.1"]
subnet = "subnet-a"
account-id = "210987654321"

[[routes]]
cidr = "192.168.0.0/16"
path = 3
interface = "eni-web"
"#;

    fn read(text: &str) -> Result<Inventory, String> {
        Document::parse("i.toml", text.to_owned())
            .and_then(|document| Inventory::of(&document))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn interfaces_have_what_their_networks_have() {
        let inventory = read(FILE).expect("an inventory");
        let [(web, first), (_, second)] = inventory.iter().collect::<Vec<_>>()[..] else {
            panic!("two interfaces");
        };
        assert_eq!(first.primary, Some([10, 0, 1, 5].into()));
        assert_eq!(first.groups, ["sg-1"]);
        for (field, of_first, of_second) in [
            ("interface-id", Some("eni-web"), Some("eni-db")),
            ("account-id", Some("123456789010"), Some("210987654321")),
            ("region", Some("eu-west-1"), Some("eu-west-1")),
            ("vpc-id", Some("vpc-a"), Some("vpc-a")),
            ("subnet-id", Some("subnet-a"), Some("subnet-a")),
            ("az-id", Some("euw1-az1"), Some("euw1-az1")),
            ("instance-tag", Some("web 1"), None),
            ("encryption-status", Some("1"), None),
        ] {
            assert_eq!(first.field(field), of_first, "{field}");
            assert_eq!(second.field(field), of_second, "{field}");
        }
        assert_eq!(inventory.device(Some("web"), "eth0"), Some(web));
        let route = "192.168.1.1".parse().expect("an address");
        assert_eq!(inventory.traffic_path(web, route), Some(3));
        let service = "2600:1fa0::1".parse().expect("an address");
        assert_eq!(inventory.service(service), Some("S3"));
    }

    #[test]
    fn mistakes_have_a_place() {
        for (text, expected) in [
            ("zone = 1", "1:1: `zone` is no member of this inventory"),
            (
                "[[subnets]]\nid = \"s\"\ncidrs = [\"10.0.0.0/33\"]",
                "3:10: `10.0.0.0/33` is no network",
            ),
            (
                "[[interfaces]]\nid = \"e\"",
                "1:1: an interface needs a `device` or `addresses`",
            ),
            (
                "[[interfaces]]\ndevice = \"e\"\nsubnet = \"s\"",
                "3:10: the subnet `s` is not among `subnets`",
            ),
            (
                "[[interfaces]]\ndevice = \"e\"\ninstance-id = \"a b\"",
                "3:15: `instance-id` must not be empty or have blanks",
            ),
            (
                "[[interfaces]]\ndevice = \"e\"\nencryption-status = 4",
                "3:21: `encryption-status` must be 0, 1, 2 or 3",
            ),
            (
                "[[interfaces]]\ndevice = \"e\"\naccount-id = 1",
                "3:14: `account-id` must be text",
            ),
            (
                "[[interfaces]]\ndevice = \"e\"\nbytes = \"1\"",
                "3:1: `bytes` is no member of this interface",
            ),
            (
                "[[routes]]\ncidr = \"10.0.0.0/8\"\npath = 9",
                "3:8: `path` must be an integer from 1 to 8",
            ),
            (
                "[[routes]]\ncidr = \"10.0.0.0/8\"\npath = 1\n[[routes]]\ncidr = \"10.0.0.0/8\"\npath = 2",
                "4:1: this network has a route already",
            ),
            (
                "[[interfaces]]\nid = \"e\"\ndevice = \"a\"\n[[interfaces]]\nid = \"e\"\ndevice = \"b\"",
                "4:1: the interface `e` stands twice",
            ),
        ] {
            let error = read(text).expect_err(expected);
            assert!(error.starts_with(&format!("i.toml:{expected}")), "{error}");
        }
    }

    #[test]
    fn service_prefixes_come_from_a_file_beside() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("inventory.toml"), "ip-ranges = \"ranges.json\"").expect("written");
        let error = Inventory::read(&path("inventory.toml")).expect_err("no file");
        assert!(error.to_string().contains("ranges.json"), "{error}");
        let ranges = r#"{"syncToken": "1", "createDate": "2026-01-01-00-00-00",
            "prefixes": [{"ip_prefix": "3.0.0.0/15", "region": "x", "service": "EC2", "network_border_group": "x"}]}"#;
        std::fs::write(path("ranges.json"), ranges).expect("written");
        let inventory = Inventory::read(&path("inventory.toml")).expect("an inventory");
        assert_eq!(inventory.service([3, 1, 2, 3].into()), Some("EC2"));
    }
}
