//! `flowgauge filter`: prints the events that match a filter pattern.

use std::sync::Arc;

use clap::Args;
use flowgauge_ql::FilterPattern;
use flowgauge_render::diagnostics;

use super::{Command, Run, command};
use crate::failure::Failure;
use crate::inputs::InputArgs;
use crate::progress::{Progress, ProgressSource};
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
        let source = Arc::new(ProgressSource::default());
        let _progress = Progress::show(Arc::clone(&source));
        if self.count {
            let matched = run::filter(&pattern, &inputs, &source, &mut std::io::sink())?;
            return terminal::print(&format!("{matched}\n"));
        }
        let mut sink = terminal::sink(None)?;
        run::filter(&pattern, &inputs, &source, &mut sink.writer)?;
        Ok(sink.writer.flush()?)
    }
}
