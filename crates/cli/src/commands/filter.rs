//! `flowgauge filter`: prints the events that match a filter pattern.

use std::io::Write;

use clap::Args;
use flowgauge_ql::FilterPattern;
use flowgauge_render::{cell, diagnostics};

use super::{Command, Run, command};
use crate::failure::Failure;
use crate::inputs::InputArgs;
use crate::progress::Reading;
use crate::run::Handed;
use crate::sink::Sink;
use crate::{run, terminal};

pub(super) const COMMAND: Command =
    command::<Filter>("filter", "Print the events that match a filter pattern");

#[derive(Debug, Args)]
struct Filter {
    /// E.g. 'ERROR -retry', '{ $.status = 500 }', '[version, account, eni, source, …]'
    pattern: String,
    #[command(flatten)]
    inputs: InputArgs,
    /// Print only how many events match
    #[arg(short, long)]
    count: bool,
}

impl Run for Filter {
    fn run(self) -> Result<(), Failure> {
        let pattern = FilterPattern::parse(&self.pattern).map_err(|finding| {
            Failure::Query(diagnostics::render(
                &[finding],
                &self.pattern,
                None,
                terminal::stderr_colors(),
            ))
        })?;
        let inputs = self.inputs.resolve()?;
        inputs.refuse_terminal(&self.inputs)?;
        let reading = Reading::show();
        if self.count {
            let matched = run::filter(&pattern, &inputs, &reading, |_| Ok(()))?;
            run::warn(&reading);
            drop(reading);
            return terminal::print(&format!("{matched}\n"));
        }
        let mut sink = Sink::standard(&reading.progress);
        let terminal = sink.settings.terminal;
        run::filter(&pattern, &inputs, &reading, |handed| {
            let Handed::Message(message) = handed else {
                // Whoever watches a log that grows sees its lines at once.
                return sink.flush();
            };
            if terminal {
                sink.write_all(cell::harmless(message).as_bytes())?;
            } else {
                sink.write_all(message.as_bytes())?;
            }
            sink.write_all(b"\n")
        })?;
        sink.keep()?;
        run::warn(&reading);
        Ok(())
    }
}
