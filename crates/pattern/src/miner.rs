//! The state that lines go into: mergeable, bounded, and written down with a version.

use std::collections::{BTreeMap, HashMap};

use crate::codec::{self, Corrupt, Reader};
use crate::hash::{BuildMixer, mix};
use crate::leaf::{Detail, Leaf, Line, token_text};
use crate::scan::{self, Scanner};
use crate::timeline::width_for;
use crate::token::{Kind, Token};
use crate::trie::{Step, Trie, step_hash};

/// Version of [`Miner::encode`].
const VERSION: u8 = 1;
/// Most skeletons that are told apart; beyond, only the number of tokens counts.
const SKELETONS: usize = 4_096;
/// Places for lines seen before whose leaf is remembered.
const REMEMBERED: usize = 1 << 12;

/// Which window a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The window of the query.
    Current,
    /// The one it is compared with.
    Earlier,
}

/// What to keep of the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settings {
    /// How much beside counts.
    pub detail: Detail,
    /// First and last millisecond of the window, if it has both.
    pub window: Option<(i64, i64)>,
}

/// A skeleton and the tree of its lines.
#[derive(Debug)]
pub(crate) struct Root {
    pub node: u32,
    /// Separators before, between and behind the tokens, joined by zeros.
    pub separators: Box<str>,
}

/// Mines patterns from lines. The result is the same whatever the order of the lines, and however
/// they were divided over miners that were merged, as long as the bounds of the tree hold.
#[derive(Debug)]
pub struct Miner {
    settings: Settings,
    scanner: Scanner,
    /// Trees by skeleton, or by number of tokens once there were too many skeletons.
    pub(crate) roots: HashMap<u64, Root, BuildMixer>,
    by_length: bool,
    pub(crate) trie: Trie,
    /// Lines seen before: the hash of their path, what [`Trie::moves`] was, and their leaf. A line
    /// displaces another one in its place.
    remembered: Vec<(u64, u64, u32)>,
    /// Hashes of the tokens of the last line, kept for their room.
    hashes: Vec<u64>,
    /// Earliest and latest time of the window's lines.
    pub(crate) span: Option<(i64, i64)>,
    pub(crate) width: i64,
    totals: [u64; 2],
    /// Kinds of the last path, kept for its room.
    kinds: Vec<Kind>,
    /// Bytes of leaves' own allocations, counted anew now and then.
    leaf_heap: usize,
    next_count: u64,
}

impl Miner {
    /// A miner without lines.
    pub fn new(settings: Settings) -> Miner {
        let width = settings
            .window
            .map_or(1, |(start, end)| width_for(end.saturating_sub(start)));
        Miner {
            settings,
            scanner: Scanner::default(),
            roots: HashMap::default(),
            by_length: false,
            trie: Trie::default(),
            remembered: vec![(0, u64::MAX, 0); REMEMBERED],
            hashes: Vec::new(),
            span: None,
            width: width.max(width_for(0)),
            totals: [0; 2],
            kinds: Vec::new(),
            leaf_heap: 0,
            next_count: 1_024,
        }
    }

    /// What is kept.
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// Lines so far, of the window and of the one it is compared with.
    pub fn totals(&self) -> [u64; 2] {
        self.totals
    }

    /// Adds a line; `time` is in milliseconds since the epoch.
    pub fn add(&mut self, text: &str, time: Option<i64>, side: Side) {
        let mut scanner = std::mem::take(&mut self.scanner);
        scanner.scan(text.as_bytes());
        let line = Line {
            text,
            tokens: scanner.tokens(),
            time,
            side: side as usize,
        };
        self.add_line(&line, scanner.skeleton());
        self.scanner = scanner;
    }

    fn add_line(&mut self, line: &Line<'_>, skeleton: u64) {
        self.totals[line.side] += 1;
        if self.settings.detail > Detail::Counts
            && line.side == 0
            && let Some(time) = line.time
        {
            self.see(time, time);
        }
        let bytes = line.text.as_bytes();
        self.hashes.clear();
        let hashes = line
            .tokens
            .iter()
            .map(|token| step_hash(token.kind, token.text(bytes)));
        self.hashes.extend(hashes);
        let path = self
            .hashes
            .iter()
            .fold(skeleton, |path, hash| mix(path, *hash));
        let place = path as usize % REMEMBERED;
        let leaf = match self.remembered[place] {
            (known, moves, leaf) if known == path && moves == self.trie.moves => leaf,
            _ => {
                let leaf = self.leaf_of(line, skeleton);
                self.remembered[place] = (path, self.trie.moves, leaf);
                leaf
            }
        };
        self.trie
            .leaf_mut(leaf)
            .add(line, self.settings.detail, self.width);
        self.count_heap();
    }

    /// The leaf of a line, made if there is none.
    fn leaf_of(&mut self, line: &Line<'_>, skeleton: u64) -> u32 {
        let tokens = line.tokens.len();
        let root = self.root(skeleton, || separators(line.text, line.tokens), tokens);
        let hashes = std::mem::take(&mut self.hashes);
        let steps = line.tokens.iter().zip(&hashes).map(|(token, hash)| Step {
            kind: token.kind,
            hash: *hash,
        });
        let text = |at: usize| token_text(line.text, &line.tokens[at]);
        let (mut leaf, fresh) = self.trie.leaf(root, steps.clone(), text, &mut self.kinds);
        if fresh {
            let mut made = Leaf::new(self.settings.detail, &self.kinds);
            made.note_constants(line, &self.kinds);
            *self.trie.leaf_mut(leaf) = made;
            if self.trie.is_overgrown() {
                self.bound();
                leaf = self.trie.leaf(root, steps, text, &mut self.kinds).0;
            }
        }
        self.hashes = hashes;
        leaf
    }

    /// The leaf of a line that was added before.
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        let mut scanner = Scanner::default();
        scanner.scan(text.as_bytes());
        let root = self
            .roots
            .get(&self.key(scanner.skeleton(), scanner.tokens().len()))?;
        let bytes = text.as_bytes();
        let path = scanner
            .tokens()
            .iter()
            .map(|token| step_hash(token.kind, token.text(bytes)));
        self.trie.find(root.node, path)
    }

    /// Counts the leaves' own allocations, which takes a while, each time that there are a
    /// quarter more lines.
    fn count_heap(&mut self) {
        let total = self.totals[0] + self.totals[1];
        if total >= self.next_count && self.settings.detail > Detail::Counts {
            self.next_count = total + total / 4;
            let mut bytes = 0;
            self.trie.each_leaf_mut(|leaf| bytes += leaf.heap());
            self.leaf_heap = bytes;
        }
    }

    /// Lowers the fan until the tree is within its bounds; one node a token and skeleton is.
    fn bound(&mut self) {
        while self.trie.is_overgrown() && self.trie.fan > 1 {
            self.trie.narrow(self.trie.fan / 2);
        }
    }

    /// Takes times of the window into account for the width of time steps.
    fn see(&mut self, first: i64, last: i64) {
        let (from, to) = match self.span {
            Some((from, to)) if from <= first && last <= to => return,
            Some((from, to)) => (from.min(first), to.max(last)),
            None => (first, last),
        };
        self.span = Some((from, to));
        let width = width_for(to.saturating_sub(from));
        self.set_width(width);
    }

    fn set_width(&mut self, width: i64) {
        if width > self.width {
            let factor = width / self.width;
            self.width = width;
            self.trie.each_leaf_mut(|leaf| {
                if let Some(details) = &mut leaf.details {
                    details.coarsen(factor);
                }
            });
        }
    }

    fn key(&self, skeleton: u64, tokens: usize) -> u64 {
        if self.by_length {
            tokens as u64
        } else {
            skeleton
        }
    }

    fn root(&mut self, skeleton: u64, separators: impl FnOnce() -> Box<str>, tokens: usize) -> u32 {
        let key = self.key(skeleton, tokens);
        if let Some(root) = self.roots.get_mut(&key) {
            if self.by_length {
                let separators = separators();
                if separators < root.separators {
                    root.separators = separators;
                }
            }
            return root.node;
        }
        let node = self.trie.root();
        let separators = separators();
        self.roots.insert(key, Root { node, separators });
        if !self.by_length && self.roots.len() > SKELETONS {
            self.forget_skeletons();
            // The new tree has been united with those of the same length.
            if let Some(root) = self.roots.get(&(tokens as u64)) {
                return root.node;
            }
        }
        node
    }

    /// Unites the trees of lines with the same number of tokens. Of their separators the first in
    /// order stay, which are the same whatever came first.
    fn forget_skeletons(&mut self) {
        self.by_length = true;
        let mut by_length: BTreeMap<u64, Root> = BTreeMap::new();
        for (_, root) in self.roots.drain() {
            // One zero a token.
            let tokens = root.separators.bytes().filter(|byte| *byte == 0).count();
            match by_length.entry(tokens as u64) {
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert(root);
                }
                std::collections::btree_map::Entry::Occupied(mut place) => {
                    let known = place.get_mut();
                    self.trie.unite(known.node, root.node);
                    if root.separators < known.separators {
                        known.separators = root.separators;
                    }
                }
            }
        }
        self.roots.extend(by_length);
    }

    fn add_leaf(&mut self, root: u32, path: &[(Kind, Box<str>)], mut leaf: Leaf, factor: i64) {
        if factor > 1
            && let Some(details) = &mut leaf.details
        {
            details.coarsen(factor);
        }
        let steps = path.iter().map(|(kind, text)| Step {
            kind: *kind,
            hash: step_hash(*kind, text.as_bytes()),
        });
        let text = |at: usize| &*path[at].1;
        let (target, fresh) = self.trie.leaf(root, steps, text, &mut self.kinds);
        // Where this tree stands for any token, the leaf has to do so, too.
        for (position, ((kind, text), reached)) in (0u16..).zip(path.iter().zip(&self.kinds)) {
            if *reached == Kind::Any && *kind != Kind::Any {
                leaf.widen(position, kind.is_literal().then_some(&**text));
            }
        }
        if fresh {
            *self.trie.leaf_mut(target) = leaf;
        } else {
            self.trie.leaf_mut(target).merge(leaf);
        }
        if self.trie.is_overgrown() {
            self.bound();
        }
    }

    /// Bytes allocated, roughly.
    pub fn heap(&self) -> usize {
        self.trie.heap() + self.leaf_heap + REMEMBERED * size_of::<(u64, u64, u32)>()
    }

    /// Appends the state for [`Miner::merge_encoded`]. Other versions refuse it.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.push(VERSION);
        out.push(u8::from(self.by_length));
        codec::put_u32(self.trie.fan, out);
        codec::put_i64(self.width, out);
        codec::put_u64(self.totals[0], out);
        codec::put_u64(self.totals[1], out);
        out.push(u8::from(self.span.is_some()));
        let (first, last) = self.span.unwrap_or_default();
        codec::put_i64(first, out);
        codec::put_i64(last, out);
        for (skeleton, root) in &self.roots {
            codec::put_u64(*skeleton, out);
            codec::put_text(&root.separators, out);
            let mut leaves = 0;
            self.trie.each_leaf(root.node, &mut |_, _, _| leaves += 1);
            codec::put_u32(leaves, out);
            self.trie.each_leaf(root.node, &mut |path, _, leaf| {
                for (kind, text) in path {
                    out.push(*kind as u8);
                    if kind.is_literal() {
                        codec::put_text(text, out);
                    }
                }
                leaf.encode(out);
            });
        }
    }

    /// Adds the lines of another miner with the same settings, by its encoded state.
    pub fn merge_encoded(&mut self, state: &[u8]) -> Result<(), Corrupt> {
        let mut reader = Reader(state);
        match reader.u8()? {
            VERSION => {}
            other => return Err(Corrupt::Version(other)),
        }
        let by_length = reader.u8()? == 1;
        if by_length && !self.by_length {
            self.forget_skeletons();
        }
        let fan = reader.u32()?;
        if fan < self.trie.fan {
            self.trie.narrow(fan);
        }
        let width = reader.i64()?;
        if width < 1 {
            return Err(Corrupt::Damaged);
        }
        self.totals[0] += reader.count()?;
        self.totals[1] += reader.count()?;
        let spans = reader.u8()? == 1;
        let (first, last) = (reader.i64()?, reader.i64()?);
        if spans {
            self.see(first, last);
        }
        self.set_width(width);
        let factor = self.width / width;
        while !reader.is_done() {
            let skeleton = reader.u64()?;
            let separators = reader.text()?;
            let tokens = separators.bytes().filter(|byte| *byte == 0).count();
            for _ in 0..reader.u32()? {
                let mut path: Vec<(Kind, Box<str>)> = Vec::with_capacity(tokens);
                for _ in 0..tokens {
                    let kind = Kind::from_code(reader.u8()?).ok_or(Corrupt::Damaged)?;
                    let text = if kind.is_literal() {
                        reader.text()?
                    } else {
                        ""
                    };
                    path.push((kind, text.into()));
                }
                let leaf = Leaf::decode(&mut reader)?;
                let root = self.root(skeleton, || separators.into(), tokens);
                self.add_leaf(root, &path, leaf, factor);
            }
        }
        self.count_heap();
        Ok(())
    }
}

/// What stands before, between and behind the tokens, a run of white space as one blank, joined by
/// zeros.
fn separators(text: &str, tokens: &[Token]) -> Box<str> {
    let (mut at, end) = scan::ends(text.as_bytes());
    let mut out = String::new();
    let put = |piece: &str, out: &mut String| {
        let mut blank = false;
        for character in piece.chars() {
            let space = u8::try_from(character).is_ok_and(scan::is_blank);
            if !space {
                out.push(character);
            } else if !blank {
                out.push(' ');
            }
            blank = space;
        }
    };
    for token in tokens {
        // Tokens begin and end between characters.
        put(text.get(at..token.start as usize).unwrap_or(" "), &mut out);
        out.push('\0');
        at = token.end as usize;
    }
    put(text.get(at..end).unwrap_or(""), &mut out);
    out.into()
}
