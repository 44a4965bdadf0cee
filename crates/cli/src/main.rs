//! `flowgauge`: CloudWatch Logs Insights and VPC Flow Logs on your own machine.
//!
//! Every command is a file of its own in [`commands`], listed once. What needs the engine goes
//! through [`run`]; the rest is arguments, terminals and exit codes.

mod capture;
mod commands;
mod failure;
mod inputs;
mod interrupt;
mod overwrite;
mod parameters;
mod parquet_output;
mod progress;
mod result_file;
mod run;
mod showcase;
mod sink;
mod surroundings;
mod terminal;

use std::process::ExitCode;

fn main() -> ExitCode {
    let matches = commands::cli().get_matches();
    match commands::dispatch(&matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
