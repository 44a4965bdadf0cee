//! The Logs Insights language and the filter patterns.
//!
//! Text goes in; a tree, a typed pipeline and diagnostics come out. The stages have names and can
//! each be printed: tokens ([`lexer`]), syntax ([`syntax`], [`parser`]), pipeline ([`pipeline`],
//! `bind`). Nothing here knows Arrow, a file or a network, so the crate also builds for the
//! browser.
//!
//! Parsing and binding never fail: they return what could be understood and a list of
//! [`Diagnostic`]s.

mod bind;
pub mod codes;
pub mod commands;
pub mod compile;
pub mod diagnostic;
pub mod docs;
pub mod environment;
pub mod filter_pattern;
pub mod functions;
pub mod lexer;
pub mod parser;
pub mod pipeline;
pub mod print;
pub mod regexes;
mod saved;
pub mod span;
pub mod suggest;
pub mod syntax;
pub mod token;

pub use compile::{Compiled, Options, compile, unknown_field};
pub use diagnostic::{Diagnostic, Severity};
pub use environment::{Environment, SavedParameter, SavedQuery, TableHeader};
pub use filter_pattern::FilterPattern;
pub use parser::{Parsed, parse};
pub use pipeline::Pipeline;
pub use span::Span;
