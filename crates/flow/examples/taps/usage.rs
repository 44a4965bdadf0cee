//! What the kernel counts: packets of devices, and CPU time of threads.
//!
//! Unsafe code for the system call `getrusage`, which writes to a structure of integers.
#![allow(unsafe_code)]

use std::io;

/// Packets that a device of the thread's namespace received, and those that it dropped.
#[derive(Debug, Default, Clone, Copy)]
pub struct Received {
    pub packets: u64,
    pub dropped: u64,
}

pub fn received(device: &str) -> io::Result<Received> {
    let devices = std::fs::read_to_string("/proc/thread-self/net/dev")?;
    let line = devices
        .lines()
        .find_map(|line| line.trim_start().strip_prefix(device)?.strip_prefix(':'))
        .ok_or_else(|| io::Error::other("the device is gone"))?;
    let numbers: Vec<u64> = line
        .split_whitespace()
        .map(str::parse)
        .collect::<Result<_, _>>()
        .map_err(io::Error::other)?;
    // Bytes, packets, errors, dropped, …
    Ok(Received {
        packets: numbers[1],
        dropped: numbers[3],
    })
}

/// Seconds of CPU time of the calling thread: in user space, and in the kernel.
pub fn of_thread() -> io::Result<(f64, f64)> {
    // SAFETY: all-zero is a valid value of this structure of integers, which the kernel fills.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        match libc::getrusage(libc::RUSAGE_THREAD, &mut usage) {
            0 => usage,
            _ => return Err(io::Error::last_os_error()),
        }
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    Ok((seconds(usage.ru_utime), seconds(usage.ru_stime)))
}
