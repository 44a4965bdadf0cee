//! The tree of token sequences, bounded by widening.
//!
//! Below a node stand the different tokens that follow the same beginning. When there are more than
//! the *fan*, they become one node for any token, and what stood below them is united. The tree is
//! therefore a function of the set of lines alone: it does not matter in which order they came, or
//! whether they came through trees that were merged. Only when the whole tree would grow beyond
//! its bounds is the fan halved; which lines were seen by then can make a difference.

use std::collections::HashMap;

use crate::hash::{self, BuildMixer, mix};
use crate::leaf::Leaf;
use crate::token::Kind;

/// Most different tokens behind the same beginning.
pub(crate) const FAN: u32 = 64;
/// Most leaves of the whole tree.
pub(crate) const LEAVES: usize = 16_384;
/// Most nodes of the whole tree.
const NODES: usize = 1_000_000;

/// No node, no leaf.
const NONE: u32 = u32::MAX;

/// A token on the way down.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub kind: Kind,
    /// [`step_hash`] of the kind and the text.
    pub hash: u64,
}

const KIND_HASHES: [u64; 12] = {
    let mut hashes = [0; 12];
    let mut kind = 0;
    while kind < hashes.len() {
        hashes[kind] = mix(kind as u64, 0x5bf0_3635);
        kind += 1;
    }
    hashes
};

/// What tells tokens apart: the text of literals, the kind of others.
#[inline]
pub(crate) fn step_hash(kind: Kind, text: &[u8]) -> u64 {
    if kind.is_literal() {
        hash::bytes(text)
    } else {
        KIND_HASHES[kind as usize]
    }
}

#[derive(Debug)]
struct Node {
    first_child: u32,
    next_sibling: u32,
    children: u32,
    leaf: u32,
    hash: u64,
    text: Box<str>,
    kind: Kind,
    /// Whether the only child stands for any token.
    widened: bool,
}

/// What is called with a leaf: the tokens that lead to it, its number, and its content.
pub(crate) type Visit<'v> = dyn FnMut(&[(Kind, &str)], u32, &Leaf) + 'v;

/// Trees below any number of roots.
#[derive(Debug)]
pub(crate) struct Trie {
    nodes: Vec<Node>,
    free_nodes: Vec<u32>,
    edges: HashMap<(u32, u64), u32, BuildMixer>,
    leaves: Vec<Leaf>,
    free_leaves: Vec<u32>,
    /// Roots, for halving the fan.
    roots: Vec<u32>,
    pub fan: u32,
    /// Counts how often leaves moved, so that nobody keeps their numbers for too long.
    pub moves: u64,
}

impl Default for Trie {
    fn default() -> Trie {
        Trie {
            nodes: Vec::new(),
            free_nodes: Vec::new(),
            edges: HashMap::default(),
            leaves: Vec::new(),
            free_leaves: Vec::new(),
            roots: Vec::new(),
            fan: FAN,
            moves: 0,
        }
    }
}

impl Trie {
    /// Adds a root.
    pub(crate) fn root(&mut self) -> u32 {
        let step = Step {
            kind: Kind::Any,
            hash: 0,
        };
        let root = self.node(step, "");
        self.roots.push(root);
        root
    }

    /// Unites two roots; the second is gone.
    pub(crate) fn unite(&mut self, into: u32, from: u32) {
        self.roots.retain(|root| *root != from);
        self.absorb(into, from, 0);
    }

    pub(crate) fn leaf_mut(&mut self, leaf: u32) -> &mut Leaf {
        &mut self.leaves[leaf as usize]
    }

    /// The leaf at the end of a path, and whether it is new, then without any content. `text` gives
    /// the text of a literal by its place. `kinds` becomes the kinds of the nodes on the way.
    pub(crate) fn leaf<'a>(
        &mut self,
        root: u32,
        path: impl Iterator<Item = Step>,
        text: impl Fn(usize) -> &'a str,
        kinds: &mut Vec<Kind>,
    ) -> (u32, bool) {
        kinds.clear();
        let mut node = root;
        for (depth, step) in path.enumerate() {
            node = match self.known_child(node, step.hash) {
                Some(child) if step.kind != Kind::Any => child,
                _ => self.child(node, depth as u16, step, text(depth)),
            };
            kinds.push(self.nodes[node as usize].kind);
        }
        let leaf = self.nodes[node as usize].leaf;
        if leaf != NONE {
            return (leaf, false);
        }
        let leaf = match self.free_leaves.pop() {
            Some(free) => free,
            None => {
                self.leaves.push(Leaf::default());
                (self.leaves.len() - 1) as u32
            }
        };
        self.nodes[node as usize].leaf = leaf;
        (leaf, true)
    }

    /// The leaf at the end of a path, if it is there.
    pub(crate) fn find(&self, root: u32, path: impl Iterator<Item = u64>) -> Option<u32> {
        let mut node = root;
        for hash in path {
            node = self.known_child(node, hash)?;
        }
        let leaf = self.nodes[node as usize].leaf;
        (leaf != NONE).then_some(leaf)
    }

    /// Whether the tree has outgrown its bounds.
    pub(crate) fn is_overgrown(&self) -> bool {
        self.leaves.len() - self.free_leaves.len() > LEAVES
            || self.nodes.len() - self.free_nodes.len() > NODES
    }

    /// Lowers the fan.
    pub(crate) fn narrow(&mut self, fan: u32) {
        self.fan = fan.max(1);
        for root in self.roots.clone() {
            self.narrow_below(root, 0);
        }
    }

    fn narrow_below(&mut self, node: u32, depth: u16) {
        if self.nodes[node as usize].children > self.fan {
            self.widen(node, depth);
        }
        for child in self.children(node) {
            self.narrow_below(child, depth + 1);
        }
    }

    /// Calls `visit` with every leaf below a root, and the tokens that lead to it.
    pub(crate) fn each_leaf(&self, root: u32, visit: &mut Visit<'_>) {
        self.each_leaf_below(root, &mut Vec::new(), visit);
    }

    fn each_leaf_below<'s>(
        &'s self,
        node: u32,
        path: &mut Vec<(Kind, &'s str)>,
        visit: &mut Visit<'_>,
    ) {
        let at = &self.nodes[node as usize];
        if at.leaf != NONE {
            visit(path, at.leaf, &self.leaves[at.leaf as usize]);
        }
        for child in self.children(node) {
            let below = &self.nodes[child as usize];
            path.push((below.kind, &below.text));
            self.each_leaf_below(child, path, visit);
            path.pop();
        }
    }

    /// Calls `change` with every leaf.
    pub(crate) fn each_leaf_mut(&mut self, change: impl FnMut(&mut Leaf)) {
        // Freed leaves are empty; changing them does no harm.
        self.leaves.iter_mut().for_each(change);
    }

    /// Bytes allocated for nodes, roughly, without leaves' own.
    pub(crate) fn heap(&self) -> usize {
        // Texts are short, and an edge takes its entry and some room.
        self.nodes.capacity() * (size_of::<Node>() + 8)
            + self.edges.capacity() * (size_of::<((u32, u64), u32)>() + 1)
            + self.leaves.capacity() * size_of::<Leaf>()
    }

    fn node(&mut self, step: Step, text: &str) -> u32 {
        let node = Node {
            first_child: NONE,
            next_sibling: NONE,
            children: 0,
            leaf: NONE,
            hash: step.hash,
            text: if step.kind.is_literal() {
                text.into()
            } else {
                Box::default()
            },
            kind: step.kind,
            widened: false,
        };
        match self.free_nodes.pop() {
            Some(free) => {
                self.nodes[free as usize] = node;
                free
            }
            None => {
                self.nodes.push(node);
                (self.nodes.len() - 1) as u32
            }
        }
    }

    fn children(&self, node: u32) -> Vec<u32> {
        let mut children = Vec::new();
        let mut child = self.nodes[node as usize].first_child;
        while child != NONE {
            children.push(child);
            child = self.nodes[child as usize].next_sibling;
        }
        children
    }

    fn attach(&mut self, parent: u32, child: u32) {
        let first = self.nodes[parent as usize].first_child;
        self.nodes[child as usize].next_sibling = first;
        let hash = self.nodes[child as usize].hash;
        let parent_node = &mut self.nodes[parent as usize];
        parent_node.first_child = child;
        parent_node.children += 1;
        self.edges.insert((parent, hash), child);
    }

    /// Takes all children from a node.
    fn detach_all(&mut self, node: u32) -> Vec<u32> {
        let children = self.children(node);
        for child in &children {
            let hash = self.nodes[*child as usize].hash;
            self.edges.remove(&(node, hash));
        }
        let parent = &mut self.nodes[node as usize];
        parent.first_child = NONE;
        parent.children = 0;
        children
    }

    /// The child for a token, if there is one.
    #[inline]
    fn known_child(&self, node: u32, hash: u64) -> Option<u32> {
        let at = &self.nodes[node as usize];
        let first = at.first_child;
        if at.widened {
            return Some(first);
        }
        // Most nodes have one child.
        if self.nodes.get(first as usize)?.hash == hash {
            return Some(first);
        }
        if at.children == 1 {
            return None;
        }
        self.edges.get(&(node, hash)).copied()
    }

    /// The child for a token, made if there is none.
    fn child(&mut self, node: u32, depth: u16, step: Step, text: &str) -> u32 {
        if step.kind == Kind::Any {
            self.widen(node, depth);
        }
        if let Some(child) = self.known_child(node, step.hash) {
            return child;
        }
        let child = self.node(step, text);
        self.attach(node, child);
        if self.nodes[node as usize].children > self.fan {
            self.widen(node, depth);
            return self.nodes[node as usize].first_child;
        }
        child
    }

    /// Replaces the children of a node at `depth` by one that stands for any token.
    fn widen(&mut self, node: u32, depth: u16) {
        if self.nodes[node as usize].widened {
            return;
        }
        self.moves += 1;
        let children = self.detach_all(node);
        let step = Step {
            kind: Kind::Any,
            hash: step_hash(Kind::Any, b""),
        };
        let any = self.node(step, "");
        self.attach(node, any);
        self.nodes[node as usize].widened = true;
        for child in children {
            self.absorb_as_any(any, child, depth);
        }
    }

    /// Unites a node with the one for any token at the same place; `depth` is that of the token.
    fn absorb_as_any(&mut self, any: u32, node: u32, depth: u16) {
        let kind = self.nodes[node as usize].kind;
        if kind != Kind::Any {
            let text = std::mem::take(&mut self.nodes[node as usize].text);
            self.widen_leaves(node, depth, kind.is_literal().then_some(&*text));
        }
        self.absorb(any, node, depth + 1);
    }

    fn widen_leaves(&mut self, node: u32, position: u16, literal: Option<&str>) {
        let leaf = self.nodes[node as usize].leaf;
        if leaf != NONE {
            self.leaves[leaf as usize].widen(position, literal);
        }
        for child in self.children(node) {
            self.widen_leaves(child, position, literal);
        }
    }

    /// Moves what is below `from` below `into`, whose children stand at `depth`; `from` is gone.
    fn absorb(&mut self, into: u32, from: u32, depth: u16) {
        self.moves += 1;
        let leaf = self.nodes[from as usize].leaf;
        if leaf != NONE {
            let known = self.nodes[into as usize].leaf;
            if known == NONE {
                self.nodes[into as usize].leaf = leaf;
            } else {
                let moved = std::mem::take(&mut self.leaves[leaf as usize]);
                self.leaves[known as usize].merge(moved);
                self.free_leaves.push(leaf);
            }
        }
        if self.nodes[from as usize].widened {
            self.widen(into, depth);
        }
        for child in self.detach_all(from) {
            let target = &self.nodes[into as usize];
            if target.widened {
                let any = target.first_child;
                self.absorb_as_any(any, child, depth);
                continue;
            }
            let hash = self.nodes[child as usize].hash;
            match self.edges.get(&(into, hash)) {
                Some(same) => self.absorb(*same, child, depth + 1),
                None => {
                    self.attach(into, child);
                    if self.nodes[into as usize].children > self.fan {
                        self.widen(into, depth);
                    }
                }
            }
        }
        self.nodes[from as usize].text = Box::default();
        self.free_nodes.push(from);
    }
}
