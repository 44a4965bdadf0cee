//! One pass over an event that collects its requested fields.

use std::borrow::Cow;

use flowgauge_event::limits;

use super::paths::{NodeId, Paths, Shape};
use super::text::unescape;
use super::{Cursor, Kind, Malformed, Span};

/// Collects fields from one event after the other; create it once per block.
#[derive(Debug)]
pub struct Walker<'p> {
    paths: &'p Paths,
    captures: Vec<Capture>,
    /// Per node: the event that last reached it.
    reached: Vec<u64>,
    /// Per node: the event and the capture that won it.
    winners: Vec<(u64, u32)>,
    event: u64,
}

#[derive(Debug, Clone, Copy)]
struct Capture {
    node: NodeId,
    shape: Shape,
    span: Span,
    /// Number of the leaf in document order, from 1; 0 for containers.
    leaf: usize,
}

impl<'p> Walker<'p> {
    /// A walker for the names of `paths`.
    pub fn new(paths: &'p Paths) -> Walker<'p> {
        Walker {
            paths,
            captures: Vec::new(),
            reached: vec![0; paths.len()],
            winners: vec![(0, 0); paths.len()],
            event: 0,
        }
    }

    /// Reads the object whose `{` stands at byte `start` of `text` and returns the offset behind
    /// it. After an error no field is known.
    pub fn read(&mut self, text: &str, start: usize) -> Result<usize, Malformed> {
        self.event += 1;
        self.captures.clear();
        let mut pass = Pass {
            walker: self,
            text,
            cursor: Cursor::new(text, start),
        };
        let result = if pass.cursor.peek() != Some(b'{') {
            Err(pass.cursor.malformed())
        } else if pass.walker.paths.is_empty() {
            // Nothing is wanted, but the grammar still decides whether the line is an event.
            pass.cursor.value(0).map(|_| ())
        } else {
            pass.object(Paths::ROOT, Shape::default(), 1)
        };
        match result {
            Ok(()) => {
                let end = pass.cursor.pos;
                self.choose();
                Ok(end)
            }
            Err(error) => {
                self.captures.clear();
                Err(error)
            }
        }
    }

    /// Reads the object that is all of `text`, white space around it aside.
    pub fn read_all(&mut self, text: &str) -> Result<(), Malformed> {
        let mut cursor = Cursor::new(text, 0);
        cursor.blanks();
        let end = self.read(text, cursor.pos)?;
        cursor.pos = end;
        if cursor.at_end() {
            Ok(())
        } else {
            self.captures.clear();
            self.event += 1;
            Err(cursor.malformed())
        }
    }

    /// The value of a requested name in the event read last; `null` reads as no value, and so
    /// does a scalar past the first [`limits::JSON_FIELDS`] of the event.
    pub fn field(&self, node: NodeId) -> Option<Span> {
        let capture = self.winner(node)?;
        (capture.leaf <= limits::JSON_FIELDS).then_some(capture.span)
    }

    /// [`Walker::field`] for names that count wherever they stand, such as the event's time.
    pub fn anywhere(&self, node: NodeId) -> Option<Span> {
        self.winner(node).map(|capture| capture.span)
    }

    fn winner(&self, node: NodeId) -> Option<&Capture> {
        let (event, capture) = self.winners[node as usize];
        if event != self.event {
            return None;
        }
        let capture = self.captures.get(capture as usize)?;
        (capture.span.kind != Kind::Null).then_some(capture)
    }

    fn choose(&mut self) {
        for (number, capture) in self.captures.iter().enumerate() {
            let winner = &mut self.winners[capture.node as usize];
            let better = winner.0 != self.event
                || capture
                    .shape
                    .preference(self.captures[winner.1 as usize].shape)
                    .is_ge();
            if better {
                *winner = (self.event, number as u32);
            }
        }
    }
}

struct Pass<'w, 'p, 't> {
    walker: &'w mut Walker<'p>,
    text: &'t str,
    cursor: Cursor<'t>,
}

impl Pass<'_, '_, '_> {
    /// Reads the members of the object at the cursor, which lies at nesting level `level`.
    fn object(&mut self, node: NodeId, shape: Shape, level: usize) -> Result<(), Malformed> {
        self.cursor.pos += 1;
        if self.cursor.next_token() == Some(b'}') {
            self.cursor.pos += 1;
            return Ok(());
        }
        loop {
            let key = self.cursor.key()?;
            let name = match key.kind {
                Kind::String { escaped: true } => unescape(key.of(self.text)),
                _ => Cow::Borrowed(key.of(self.text)),
            };
            let next = self.walker.paths.key(node, shape, &name);
            self.member(next, level)?;
            match self.cursor.next_token() {
                Some(b',') => self.cursor.pos += 1,
                Some(b'}') => break,
                _ => return Err(self.cursor.malformed()),
            }
        }
        self.cursor.pos += 1;
        Ok(())
    }

    fn array(&mut self, node: NodeId, shape: Shape, level: usize) -> Result<(), Malformed> {
        self.cursor.pos += 1;
        if self.cursor.next_token() == Some(b']') {
            self.cursor.pos += 1;
            return Ok(());
        }
        let mut index = 0;
        loop {
            let next = self.walker.paths.index(node, shape, index);
            index += 1;
            self.member(next, level)?;
            match self.cursor.next_token() {
                Some(b',') => self.cursor.pos += 1,
                Some(b']') => break,
                _ => return Err(self.cursor.malformed()),
            }
        }
        self.cursor.pos += 1;
        Ok(())
    }

    /// Reads a value inside a container of level `level`.
    #[inline]
    fn member(&mut self, next: Option<(NodeId, Shape)>, level: usize) -> Result<(), Malformed> {
        let Some((node, shape)) = next else {
            self.cursor.value(level)?;
            return Ok(());
        };
        self.forget_earlier(node, shape);
        let first = self.cursor.next_token();
        let start = self.cursor.pos;
        let paths = self.walker.paths;
        let follow = level < limits::JSON_DEPTH && paths.has_children(node);
        let span = match first {
            Some(b'{') if follow => {
                self.object(node, shape, level + 1)?;
                self.since(Kind::Object, start)
            }
            Some(b'[') if follow => {
                self.array(node, shape, level + 1)?;
                self.since(Kind::Array, start)
            }
            _ => self.cursor.value(level)?,
        };
        if paths.wanted(node) {
            let leaf = match span.kind {
                Kind::Object | Kind::Array => 0,
                _ => self.cursor.leaves,
            };
            self.walker.captures.push(Capture {
                node,
                shape,
                span,
                leaf,
            });
        }
        Ok(())
    }

    fn since(&self, kind: Kind, start: usize) -> Span {
        Span {
            kind,
            start,
            end: self.cursor.pos,
        }
    }

    /// The last of equal keys counts: drops what an earlier one at the same place had given.
    fn forget_earlier(&mut self, node: NodeId, shape: Shape) {
        let Walker {
            paths,
            captures,
            reached,
            event,
            ..
        } = &mut *self.walker;
        if reached[node as usize] == *event {
            captures.retain(|capture| !paths.is_below(capture.node, capture.shape, node, shape));
        }
        reached[node as usize] = *event;
    }
}
