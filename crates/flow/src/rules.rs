//! Rule files: security groups and network ACLs as `aws ec2 describe-security-groups` and
//! `describe-network-acls` print them, or the same members in TOML.
//!
//! [`Rules`] is what the files say. [`Policy`] is what that means for each interface of an inventory;
//! the evaluator replays it over packets, and the nftables generator hands it to the kernel.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ipnet::IpNet;
use thiserror::Error;

use crate::document::{Document, DocumentError, Mistake, Object};

mod network_acl;
mod policy;
mod security_group;
mod service;

pub use network_acl::{Entry, NetworkAcl};
pub use policy::{AclRule, GroupRule, InterfacePolicy, Layers, Policy};
pub use security_group::{Peer, Permission, SecurityGroup};
pub use service::{PortRange, Service};

/// Everything that the rule files say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// Security groups, in the order of the files.
    pub groups: Vec<SecurityGroup>,
    /// Network ACLs, in the order of the files.
    pub acls: Vec<NetworkAcl>,
}

/// Why rules cannot be used.
#[derive(Debug, Error)]
pub enum RulesError {
    /// A file is wrong.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The files describe no rules at all.
    #[error(
        "{0}: no `SecurityGroups` and no `NetworkAcls` in it, so that nothing would be refused"
    )]
    Empty(String),
    /// An interface is in a group that the files do not describe.
    #[error(
        "interface {interface} is in the security group `{group}`, which the rule files do not describe"
    )]
    UnknownGroup {
        /// The interface.
        interface: String,
        /// The group.
        group: String,
    },
    /// It is not clear which rules an interface has.
    #[error(
        "interface {interface}: the rule files describe {count} {what}, and it is not clear which applies; {help}"
    )]
    Ambiguous {
        /// The interface.
        interface: String,
        /// How many there are.
        count: usize,
        /// Of what.
        what: &'static str,
        /// What to do.
        help: &'static str,
    },
}

/// Prefix lists by id.
type PrefixLists = BTreeMap<String, Vec<IpNet>>;

impl Rules {
    /// Reads rule files. Each holds security groups, network ACLs, prefix lists, or several of them.
    ///
    /// # Errors
    ///
    /// The first mistake of the files, with line and column.
    pub fn read(paths: &[PathBuf]) -> Result<Self, RulesError> {
        let documents = paths.iter().map(|path| Document::read(path));
        Self::of(&documents.collect::<Result<Vec<_>, _>>()?)
    }

    /// Understands documents; see [`Rules::read`].
    ///
    /// # Errors
    ///
    /// As [`Rules::read`].
    pub fn of(documents: &[Document]) -> Result<Self, RulesError> {
        let mut lists = PrefixLists::new();
        for document in documents {
            add_prefix_lists(document, &mut lists).map_err(|mistake| document.wrong(mistake))?;
        }
        let mut rules = Self::default();
        for document in documents {
            rules
                .add(document, &lists)
                .map_err(|mistake| document.wrong(mistake))?;
        }
        if rules.groups.is_empty() && rules.acls.is_empty() {
            let paths: Vec<&str> = documents.iter().map(|one| one.path.as_str()).collect();
            return Err(RulesError::Empty(paths.join(", ")));
        }
        Ok(rules)
    }

    fn add(&mut self, document: &Document, lists: &PrefixLists) -> Result<(), Mistake> {
        let root = Object::of(&document.root, "rule file")?;
        for node in root.list("SecurityGroups")? {
            let group = SecurityGroup::of(node, lists)?;
            if self.groups.iter().any(|known| known.id == group.id) {
                let problem = format!("the security group `{}` is described twice", group.id);
                return Err(Mistake::new(node.at, problem));
            }
            self.groups.push(group);
        }
        for node in root.list("NetworkAcls")? {
            let acl = NetworkAcl::of(node)?;
            if self.acls.iter().any(|known| known.id == acl.id) {
                let problem = format!("the network ACL `{}` is described twice", acl.id);
                return Err(Mistake::new(node.at, problem));
            }
            self.acls.push(acl);
        }
        if let Some(token) = root.get("NextToken") {
            let problem =
                "`NextToken` says that the list goes on; let `aws` print all pages into the file";
            return Err(Mistake::new(token.at, problem));
        }
        root.ignore(&["PrefixLists", "ResponseMetadata"]);
        root.finish()
    }
}

/// `aws ec2 describe-prefix-lists` prints what rules name by `PrefixListId`.
fn add_prefix_lists(document: &Document, lists: &mut PrefixLists) -> Result<(), Mistake> {
    let root = Object::of(&document.root, "rule file")?;
    for node in root.list("PrefixLists")? {
        let list = Object::of(node, "prefix list")?;
        let id = list.require("PrefixListId", list.text("PrefixListId")?)?;
        let cidrs = list.networks("Cidrs")?;
        list.ignore(&["PrefixListName"]);
        list.finish()?;
        if lists.insert(id.value.to_owned(), cidrs).is_some() {
            let problem = format!("the prefix list `{}` is described twice", id.value);
            return Err(Mistake::new(id.at, problem));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
