//! What a block goes through on its way from text to rows, and which way suits a decoder.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use flowgauge_format::{Condition, Decoder, Facet, Request};

use super::program::{Program, Wishes};
use super::rows::{self, Wanted};
use super::{decodable, pieces};

/// The ways that a block may go, by what its decoder can do.
#[derive(Clone)]
pub(super) struct Stages {
    /// Those that leave work to the decoder, the one that leaves most first.
    lean: Vec<Arc<Stage>>,
    /// For every decoder.
    pub(super) full: Arc<Stage>,
}

impl Stages {
    pub(super) fn new(wishes: &Wishes) -> Result<Stages> {
        let divided = pieces::divided(wishes)?;
        let mut lean = Vec::new();
        for wishes in divided.iter().chain([wishes]) {
            let (conditions, rest) = decodable::split(wishes)?;
            lean.push(Arc::new(Stage::new(&rest, conditions)?));
        }
        Ok(Stages {
            lean,
            full: Arc::new(Stage::new(wishes, Vec::new())?),
        })
    }

    /// The way for a decoder.
    pub(super) fn of(&self, decoder: &dyn Decoder) -> &Stage {
        let lean = self.lean.iter().find(|stage| stage.suits(decoder));
        lean.unwrap_or(&self.full)
    }
}

/// What a block goes through.
pub(super) struct Stage {
    /// The columns that are decoded.
    pub(super) decoded: SchemaRef,
    pub(super) requests: Vec<Request>,
    pub(super) wanted: Vec<Wanted>,
    /// Conditions that the decoder applies.
    pub(super) conditions: Vec<Condition>,
    pub(super) program: Program,
}

impl Stage {
    fn new(wishes: &Wishes, conditions: Vec<Condition>) -> Result<Stage> {
        let (requests, wanted) = rows::requests(&wishes.decoded);
        Ok(Stage {
            decoded: Arc::clone(&wishes.decoded),
            requests,
            wanted,
            conditions,
            program: Program::new(wishes)?,
        })
    }

    /// Whether a decoder can do what is left to it.
    fn suits(&self, decoder: &dyn Decoder) -> bool {
        let conditions = &self.conditions;
        let asked = conditions.iter().map(|condition| &condition.of);
        conditions
            .iter()
            .all(|condition| decoder.applies(condition))
            && self
                .requests
                .iter()
                .chain(asked)
                .all(|request| match request.facet {
                    Facet::Piece { of, .. } => decoder.divides(&request.name, of),
                    _ => true,
                })
    }
}
