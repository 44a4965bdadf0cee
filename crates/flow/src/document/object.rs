//! Reading the members of an object so that none is overlooked.

use std::cell::Cell;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

use super::{Member, Mistake, Node, Value};

/// An object whose members are asked for by name. What was neither asked for nor said to be without
/// meaning is a mistake, which [`Object::finish`] reports.
pub struct Object<'a> {
    /// What the object is, for messages: `security group`.
    what: &'static str,
    at: usize,
    members: &'a [Member],
    read: Vec<Cell<bool>>,
    known: std::cell::RefCell<Vec<&'static str>>,
}

/// A value with its position.
#[derive(Debug, Clone, Copy)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Byte offset.
    pub at: usize,
}

impl<'a> Object<'a> {
    /// The object that a node is.
    ///
    /// # Errors
    ///
    /// When it is something else.
    pub fn of(node: &'a Node, what: &'static str) -> Result<Self, Mistake> {
        match &node.value {
            Value::Members(members) => Ok(Self {
                what,
                at: node.at,
                members,
                read: vec![Cell::new(false); members.len()],
                known: std::cell::RefCell::new(Vec::new()),
            }),
            _ => Err(Mistake::new(
                node.at,
                format!("this {what} must be an object"),
            )),
        }
    }

    /// Where it begins.
    pub fn at(&self) -> usize {
        self.at
    }

    /// A member; `null` counts as absent.
    pub fn get(&self, name: &'static str) -> Option<&'a Node> {
        self.known.borrow_mut().push(name);
        let place = self.members.iter().position(|member| member.name == name)?;
        self.read[place].set(true);
        let node = &self.members[place].node;
        (node.value != Value::Null).then_some(node)
    }

    /// Says that members do not matter here.
    pub fn ignore(&self, names: &[&'static str]) {
        for name in names {
            self.get(name);
        }
    }

    /// A mistake of the object as a whole: a member is missing.
    ///
    /// # Errors
    ///
    /// When `value` is `None`.
    pub fn require<T>(&self, name: &str, value: Option<T>) -> Result<T, Mistake> {
        value.ok_or_else(|| Mistake::new(self.at, format!("this {} needs `{name}`", self.what)))
    }

    /// A member that is text.
    ///
    /// # Errors
    ///
    /// When it is something else.
    pub fn text(&self, name: &'static str) -> Result<Option<Placed<&'a str>>, Mistake> {
        self.get(name).map(|node| text(node, name)).transpose()
    }

    /// A member that is `true` or `false`.
    ///
    /// # Errors
    ///
    /// When it is something else.
    pub fn bool(&self, name: &'static str) -> Result<Option<bool>, Mistake> {
        match self.get(name) {
            None => Ok(None),
            Some(Node {
                value: Value::Bool(value),
                ..
            }) => Ok(Some(*value)),
            Some(node) => Err(Mistake::new(
                node.at,
                format!("`{name}` must be `true` or `false`"),
            )),
        }
    }

    /// A member that is an integer, in its limits.
    ///
    /// # Errors
    ///
    /// When it is something else or outside the limits.
    pub fn integer(
        &self,
        name: &'static str,
        limits: std::ops::RangeInclusive<i64>,
    ) -> Result<Option<Placed<i64>>, Mistake> {
        let Some(node) = self.get(name) else {
            return Ok(None);
        };
        let value = match &node.value {
            Value::Number(number) => number.parse().ok(),
            _ => None,
        };
        match value.filter(|value| limits.contains(value)) {
            Some(value) => Ok(Some(Placed { value, at: node.at })),
            None => Err(Mistake::new(
                node.at,
                format!(
                    "`{name}` must be an integer from {} to {}",
                    limits.start(),
                    limits.end()
                ),
            )),
        }
    }

    /// A member that is a list; absent, it is empty.
    ///
    /// # Errors
    ///
    /// When it is something else.
    pub fn list(&self, name: &'static str) -> Result<&'a [Node], Mistake> {
        match self.get(name) {
            None => Ok(&[]),
            Some(Node {
                value: Value::List(items),
                ..
            }) => Ok(items),
            Some(node) => Err(Mistake::new(node.at, format!("`{name}` must be a list"))),
        }
    }

    /// A member that is a list of texts.
    ///
    /// # Errors
    ///
    /// When it is something else.
    pub fn texts(&self, name: &'static str) -> Result<Vec<Placed<&'a str>>, Mistake> {
        let items = self.list(name)?;
        items.iter().map(|item| text(item, name)).collect()
    }

    /// A member that is a list of networks.
    ///
    /// # Errors
    ///
    /// When it is something else, or one is no network.
    pub fn networks(&self, name: &'static str) -> Result<Vec<IpNet>, Mistake> {
        self.texts(name)?.into_iter().map(network).collect()
    }

    /// Reports the first member that was not read.
    ///
    /// # Errors
    ///
    /// When there is one.
    pub fn finish(self) -> Result<(), Mistake> {
        self.unread()
    }

    /// As [`Object::finish`], for who is not the last to read.
    ///
    /// # Errors
    ///
    /// When there is one.
    pub fn unread(&self) -> Result<(), Mistake> {
        let unread = self.members.iter().zip(&self.read);
        let mut unread = unread.filter(|(_, read)| !read.get());
        let Some((member, _)) = unread.next() else {
            return Ok(());
        };
        let known = self.known.borrow();
        let near = known
            .iter()
            .find(|known| known.eq_ignore_ascii_case(&member.name))
            .or_else(|| known.iter().find(|known| plural(known, &member.name)));
        let hint = near.map_or_else(
            || format!("; known are {}", known.join(", ")),
            |near| format!(": did you mean `{near}`"),
        );
        Err(Mistake::new(
            member.at,
            format!("`{}` is no member of this {}{hint}", member.name, self.what),
        ))
    }
}

fn plural(known: &str, name: &str) -> bool {
    known.strip_suffix('s') == Some(name) || name.strip_suffix('s') == Some(known)
}

fn text<'a>(node: &'a Node, name: &str) -> Result<Placed<&'a str>, Mistake> {
    match &node.value {
        Value::Text(value) => Ok(Placed { value, at: node.at }),
        _ => Err(Mistake::new(node.at, format!("`{name}` must be text"))),
    }
}

/// A network in CIDR notation, without bits beyond its prefix; a bare address is a network of one.
///
/// # Errors
///
/// When the text is none.
pub fn network(text: Placed<&str>) -> Result<IpNet, Mistake> {
    let value = text.value;
    let parsed = IpNet::from_str(value)
        .or_else(|_| IpAddr::from_str(value).map(IpNet::from))
        .map_err(|_| {
            let example = "`10.0.0.0/16` or `2001:db8::/32`";
            Mistake::new(
                text.at,
                format!("`{value}` is no network; write it as {example}"),
            )
        })?;
    if parsed.trunc() != parsed {
        let problem = format!(
            "`{value}` has bits beyond its prefix; the network is `{}`",
            parsed.trunc()
        );
        return Err(Mistake::new(text.at, problem));
    }
    Ok(parsed)
}

/// An IP address.
///
/// # Errors
///
/// When the text is none.
pub fn address(text: Placed<&str>) -> Result<IpAddr, Mistake> {
    IpAddr::from_str(text.value)
        .map_err(|_| Mistake::new(text.at, format!("`{}` is no IP address", text.value)))
}
