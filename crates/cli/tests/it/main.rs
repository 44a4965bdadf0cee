//! The program as users run it: files, pipes and signals in; text, files and exit codes out.

mod commands;
mod compression;
mod documents;
mod forms;
mod inputs;
mod limits;
mod lines;
mod outputs;
mod parquet;
mod result_files;
#[cfg(unix)]
mod signals;
mod support;
mod surroundings;
#[cfg(unix)]
mod terminal;
mod times;
