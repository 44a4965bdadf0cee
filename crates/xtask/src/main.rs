//! Placeholder prologue.
fn main() {}
