//! The engine against the reference evaluator, the case files, the registries' examples and
//! published queries.

mod combine;
mod corpus;
mod examples;
mod golden;
mod harness;
mod limits;
mod machine;
mod mixed;
mod patterns;
mod properties;
mod relevance;
