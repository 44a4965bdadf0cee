//! The requested field names of a query, compiled for lookup while an event is read.
//!
//! A trie over the flattened names, cut at their dots. A document reaches a node by nesting, by
//! keys that contain dots, or by both; the [`Shape`] of the way tells which (spec 8.4).

use std::cmp::Ordering;

/// Index of a node; the root is [`Paths::ROOT`].
pub type NodeId = u32;

/// A set of requested names.
#[derive(Debug, Default)]
pub struct Paths {
    nodes: Vec<Node>,
}

#[derive(Debug, Default)]
struct Node {
    /// Ascending by [`order`].
    children: Vec<(Box<str>, NodeId)>,
    /// First bytes of the children, so that most keys are refused at a glance.
    firsts: FirstBytes,
    parent: NodeId,
    /// Segments between the root and here.
    depth: u32,
    wanted: bool,
}

/// A set of bytes.
#[derive(Debug, Default)]
struct FirstBytes([u64; 4]);

impl FirstBytes {
    /// The first byte of a key; an empty one counts as the dot that ends its segment.
    fn of(key: &str) -> u8 {
        key.bytes().next().unwrap_or(b'.')
    }

    fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    #[inline]
    fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }
}

/// How a document reached a node: bit `127 - i` is set when a key ends with segment `i`.
/// Segments from the 128th on are not told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shape(u128);

impl Shape {
    /// The way on, when a key that ends with segment number `depth` (from 1) has been followed.
    fn key_end(self, depth: u32) -> Shape {
        Shape(self.0 | (1u128 << 127).checked_shr(depth - 1).unwrap_or(0))
    }

    /// Whether this way begins with the way `other` to a node of depth `depth`.
    fn begins_with(self, other: Shape, depth: u32) -> bool {
        let mask = !u128::MAX.checked_shr(depth).unwrap_or(0);
        self.0 & mask == other.0 & mask
    }

    /// Which of two ways to one name wins: the more deeply nested one, then the one whose first
    /// keys are longer (spec 8.4).
    pub fn preference(self, other: Shape) -> Ordering {
        (self.0.count_ones().cmp(&other.0.count_ones())).then(other.0.cmp(&self.0))
    }
}

impl Paths {
    /// The node of the event itself.
    pub const ROOT: NodeId = 0;

    /// An empty set.
    pub fn new() -> Paths {
        Paths {
            nodes: vec![Node::default()],
        }
    }

    /// Adds a flattened name (`items.0.id`; a key `@x` is written `@@x`) and returns its node.
    pub fn insert(&mut self, name: &str) -> NodeId {
        let mut at = Paths::ROOT;
        for segment in name.split('.') {
            let children = &self.nodes[at as usize].children;
            at = match children.binary_search_by(|(known, _)| order(known, false, segment)) {
                Ok(found) => children[found].1,
                Err(place) => {
                    let id = self.nodes.len() as NodeId;
                    let depth = self.nodes[at as usize].depth + 1;
                    self.nodes.push(Node {
                        parent: at,
                        depth,
                        ..Node::default()
                    });
                    let node = &mut self.nodes[at as usize];
                    node.children.insert(place, (segment.into(), id));
                    node.firsts.insert(FirstBytes::of(segment));
                    id
                }
            };
        }
        self.nodes[at as usize].wanted = true;
        at
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether no name was added.
    pub fn is_empty(&self) -> bool {
        self.nodes.len() == 1
    }

    /// Whether the node is a requested name.
    pub fn wanted(&self, node: NodeId) -> bool {
        self.nodes[node as usize].wanted
    }

    /// Whether requested names lie below the node.
    pub fn has_children(&self, node: NodeId) -> bool {
        !self.nodes[node as usize].children.is_empty()
    }

    /// The node that a member `key` (unescaped) of the object at `node` leads to.
    #[inline]
    pub fn key(&self, node: NodeId, shape: Shape, key: &str) -> Option<(NodeId, Shape)> {
        let firsts = &self.nodes[node as usize].firsts;
        if !firsts.contains(FirstBytes::of(key)) {
            return None;
        }
        let mut at = node;
        let mut doubled = key.starts_with('@');
        let mut rest = key;
        loop {
            let (segment, tail) = match memchr::memchr(b'.', rest.as_bytes()) {
                Some(dot) => (&rest[..dot], Some(&rest[dot + 1..])),
                None => (rest, None),
            };
            at = self.child(at, doubled, segment)?;
            match tail {
                None => return Some((at, shape.key_end(self.nodes[at as usize].depth))),
                Some(tail) => rest = tail,
            }
            doubled = false;
        }
    }

    /// The node that element number `index` of the array at `node` leads to.
    pub fn index(&self, node: NodeId, shape: Shape, index: usize) -> Option<(NodeId, Shape)> {
        let mut digits = [0u8; 20];
        let mut start = digits.len();
        let mut rest = index;
        loop {
            start -= 1;
            digits[start] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        let segment = std::str::from_utf8(&digits[start..]).ok()?;
        let child = self.child(node, false, segment)?;
        Some((child, shape.key_end(self.nodes[child as usize].depth)))
    }

    /// Whether `node`, reached by `shape`, lies at or below `above`, reached by `above_shape`.
    pub fn is_below(&self, node: NodeId, shape: Shape, above: NodeId, above_shape: Shape) -> bool {
        let depth = self.nodes[above as usize].depth;
        let mut at = node;
        while self.nodes[at as usize].depth > depth {
            at = self.nodes[at as usize].parent;
        }
        at == above && shape.begins_with(above_shape, depth)
    }

    #[inline]
    fn child(&self, node: NodeId, doubled: bool, segment: &str) -> Option<NodeId> {
        let children = &self.nodes[node as usize].children;
        let found = children
            .binary_search_by(|(known, _)| order(known, doubled, segment))
            .ok()?;
        Some(children[found].1)
    }
}

/// Order of a known segment against `segment`, which stands for `@segment` when `doubled`.
/// By length first, so that most comparisons touch no text.
#[inline]
fn order(known: &str, doubled: bool, segment: &str) -> Ordering {
    let known = known.as_bytes();
    known
        .len()
        .cmp(&(segment.len() + usize::from(doubled)))
        .then_with(|| {
            if doubled {
                known[..1]
                    .cmp(b"@")
                    .then(known[1..].cmp(segment.as_bytes()))
            } else {
                known.cmp(segment.as_bytes())
            }
        })
}
