//! `flowgauge fields`: which fields the logs have.

use clap::Args;
use flowgauge_event::Number;
use flowgauge_render::{Column, Value};

use super::query::Printing;
use super::{Command, Run, command};
use crate::failure::Failure;
use crate::inputs::InputArgs;
use crate::progress::Reading;
use crate::run;

pub(super) const COMMAND: Command = command::<Fields>(
    "fields",
    "List the fields of logs and how many events have each",
);

#[derive(Debug, Args)]
struct Fields {
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    printing: Printing,
}

impl Run for Fields {
    fn run(self) -> Result<(), Failure> {
        let inputs = self.inputs.resolve()?;
        inputs.refuse_terminal(&self.inputs)?;
        let reading = Reading::show();
        let mut sink = self.printing.sink(&reading.progress, &inputs.paths)?;
        let mut output = self.printing.output(&mut sink)?;
        let found = run::fields(&inputs, &reading)?;
        output.begin(&[
            Column::key("field"),
            Column::measure("events"),
            Column::measure("percent"),
        ])?;
        for (name, events) in &found.fields {
            let share = *events as f64 / found.events.max(1) as f64 * 100.0;
            let count = i64::try_from(*events).unwrap_or(i64::MAX);
            output.row(&[
                Value::Text(name.clone()),
                Value::Number(Number::Int(count)),
                Number::from_f64(share).map_or(Value::Missing, Value::Number),
            ])?;
        }
        output.finish()?;
        drop(output);
        sink.keep()
    }
}
