//! Live taps in a lab of three namespaces, compared with what programs really sent, and with the same
//! rules replayed over a capture of the same traffic.
//!
//! As root the lab is built directly; otherwise inside `unshare`. Where neither works, or a program is
//! missing, the tests are counted as ignored and say why.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
mod faults;
#[cfg(target_os = "linux")]
mod network;
#[cfg(target_os = "linux")]
mod recorder;
#[cfg(target_os = "linux")]
mod rules;
#[cfg(target_os = "linux")]
mod setup;
#[cfg(target_os = "linux")]
mod traffic;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    setup::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    println!("the lab needs Linux\n0 passed, 0 failed, 1 skipped");
    ExitCode::SUCCESS
}
