//! `flowgauge check`: finds mistakes in a query without running it.

use clap::Args;
use clap::builder::ArgPredicate;
use flowgauge_ql::{Options, compile};
use flowgauge_render::diagnostics;

use super::{Command, Run, command};
use crate::failure::Failure;
use crate::inputs::query_text;
use crate::surroundings::SurroundingArgs;
use crate::terminal;

pub(super) const COMMAND: Command =
    command::<Check>("check", "Find mistakes in a query without running it");

#[derive(Debug, Args)]
struct Check {
    /// The query; `-` reads it from standard input
    // `--limit help` needs none; with another limit, an empty query says what is missing.
    #[arg(
        required = false,
        required_unless_present = "limits",
        default_value_if("limits", ArgPredicate::IsPresent, "")
    )]
    query: String,
    #[command(flatten)]
    surroundings: SurroundingArgs,
    /// Treat what AWS only tolerates (W1xx) as errors; hints (W2xx) stay warnings
    #[arg(long)]
    strict: bool,
    /// How findings are printed: text on standard error, or a JSON array on standard output
    #[arg(short, long, value_name = "OUTPUT", default_value = "text", value_parser = ["text", "json"])]
    output: String,
}

impl Run for Check {
    fn run(self) -> Result<(), Failure> {
        if let Some(limits) = self.surroundings.help() {
            return terminal::print(&limits);
        }
        let text = query_text(&self.query)?;
        let surroundings = self.surroundings.resolve()?;
        let options = Options {
            strict: self.strict,
            limits: surroundings.limits,
            environment: surroundings.environment_of_check(),
        };
        let compiled = compile(&text, &options);
        let found = compiled.diagnostics.as_slice();
        let report = if self.output == "json" {
            let mut json = Vec::new();
            diagnostics::write_json(&mut json, found, &text)?;
            terminal::print(&String::from_utf8_lossy(&json))?;
            String::new()
        } else {
            diagnostics::render(found, &text, None, terminal::stderr_colors())
        };
        if compiled.errors().next().is_some() {
            return Err(Failure::Query(report));
        }
        terminal::complain(&report);
        Ok(())
    }
}
