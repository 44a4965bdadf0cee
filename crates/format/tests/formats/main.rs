//! Every format but flow logs, from the outside: what a block of text gives as columns.

mod exports;
mod fuzz;
mod json;
mod lambda;
mod others;
mod records;
mod scanner;
mod sniffing;
mod support;
