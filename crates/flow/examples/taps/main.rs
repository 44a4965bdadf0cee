//! Measures live taps: how many packets a second each counts, and how many it loses.
//!
//! ```text
//! taps MODE SECONDS RATE GENERATORS
//! ```
//!
//! MODE is `alone` (no tap), `observe`, `fast` or `managed`; RATE is packets a second, 0 for all it can;
//! GENERATORS is the number of threads that send.
//!
//! Two namespaces with a cable between them: a generator in one, the tap in the other. Both share the
//! machine's cores, so that a figure says what the machine does, not what the tap alone could. Behind
//! the tap the packets are dropped, so that no application's work is measured: at the ingress hook of
//! the device, which comes after a ring (`observe`, and `alone` with no tap at all), or at a socket that
//! nobody reads (`fast`, `managed`, whose firewall they have to pass). Needs root and a kernel of at least 5.18. Nothing leaves the machine.

use std::error::Error;

#[cfg(target_os = "linux")]
mod cable;
#[cfg(target_os = "linux")]
mod generator;
#[cfg(target_os = "linux")]
mod measure;
#[cfg(target_os = "linux")]
mod usage;

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [mode, seconds, rate, generators] = arguments.as_slice() else {
        return Err("usage: taps alone|observe|fast|managed SECONDS RATE GENERATORS".into());
    };
    let mode = measure::Mode::named(mode)?;
    let cable = cable::Cable::lay(mode.drops_at_ingress())?;
    let load = measure::Offer {
        seconds: seconds.parse()?,
        rate: rate.parse()?,
        generators: generators.parse()?,
    };
    measure::measure(&cable, mode, &load)
}

#[cfg(not(target_os = "linux"))]
fn main() -> Result<(), Box<dyn Error>> {
    Err("live taps need Linux".into())
}
