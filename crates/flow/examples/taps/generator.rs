//! The generator: frames that a small XDP program varies and sends into the cable.
//!
//! The kernel runs the program on pages that it keeps (BPF_PROG_TEST_RUN with live frames), so that a
//! packet costs the sender a fraction of what a socket would: what is measured is receiving. Each is a
//! frame of its own on the cable, with a source port by chance.
//!
//! Unsafe code for the system call `bpf`: each attribute is a structure that lives during the call, with
//! its size.
#![allow(unsafe_code)]

use std::ffi::CString;
use std::io;
use std::mem::size_of;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::time::{Duration, Instant};

use flowgauge_flow::packet_builder::PacketBuilder;

use crate::cable::{PORT, RECEIVER, SENDER, SENDS};

/// Bytes of a packet, from its IP header on.
const LENGTH: usize = 100;
/// Bytes of Ethernet header.
const ETHERNET: usize = 14;
/// Flows: a power of two.
const FLOWS: i32 = 1024;
/// Packets a call: the kernel needs some time to begin and to end one. With a rate they come in bursts.
const CALL: u32 = 1 << 16;
/// Packets that the kernel hands to the device at once.
const BURST: u32 = 64;

/// One instruction of a program.
#[repr(C)]
struct Instruction {
    code: u8,
    /// Destination in the low, source in the high four bits.
    registers: u8,
    offset: i16,
    value: i32,
}

/// Attributes of BPF_PROG_LOAD.
#[repr(C)]
struct Load {
    kind: u32,
    count: u32,
    instructions: u64,
    licence: u64,
    log_level: u32,
    log_size: u32,
    log: u64,
}

/// Attributes of BPF_PROG_TEST_RUN.
#[repr(C)]
#[derive(Default)]
struct Run {
    program: u32,
    result: u32,
    size_in: u32,
    size_out: u32,
    data_in: u64,
    data_out: u64,
    repeat: u32,
    duration: u32,
    context_size_in: u32,
    context_size_out: u32,
    context_in: u64,
    context_out: u64,
    flags: u32,
    cpu: u32,
    batch: u32,
    padding: u32,
}

/// Sends for some time and to the end of a call, at most `rate` packets a second (0: all it can). Call it in the sender's
/// namespace.
pub fn flood(duration: Duration, rate: u64) -> io::Result<()> {
    let program = load(device()?)?;
    let frame = frame();
    let call = if rate == 0 { 4 * CALL } else { CALL };
    let begin = Instant::now();
    let mut sent = 0u64;
    loop {
        let elapsed = begin.elapsed();
        if elapsed >= duration {
            return Ok(());
        }
        let due = (elapsed.as_secs_f64() * rate as f64) as u64;
        if rate > 0 && sent >= due {
            std::thread::sleep(Duration::from_millis(1));
            continue;
        }
        send(&program, &frame, call)?;
        sent += u64::from(call);
    }
}

fn frame() -> Vec<u8> {
    let ends = (([10, 7, 0, 1], 1024).into(), ([10, 7, 0, 2], PORT).into());
    let mut packet = PacketBuilder::udp(ends.0, ends.1)
        .total_length(LENGTH)
        .build();
    packet.resize(LENGTH, 0);
    // The program changes the source port: no checksum.
    packet[26..28].fill(0);
    [&RECEIVER[..], &SENDER, &[8, 0], &packet].concat()
}

fn device() -> io::Result<i32> {
    let name = CString::new(SENDS)?;
    // SAFETY: the name is readable and ends with a zero byte.
    match unsafe { libc::if_nametoindex(name.as_ptr()) } {
        0 => Err(io::Error::last_os_error()),
        index => i32::try_from(index).map_err(io::Error::other),
    }
}

/// The program: a source port by chance, then out of the device.
fn load(device: i32) -> io::Result<OwnedFd> {
    const KIND_XDP: u32 = 6;
    const PROG_LOAD: libc::c_long = 5;
    const RANDOM: i32 = 7;
    const REDIRECT: i32 = 23;
    let end = (ETHERNET + LENGTH) as i32;
    let source_port = (ETHERNET + 20) as i16;
    let step = |code, to: u8, from: u8, offset, value| Instruction {
        code,
        registers: from << 4 | to,
        offset,
        value,
    };
    let program = [
        step(0xbf, 6, 1, 0, 0),           // r6 = r1, the context
        step(0x85, 0, 0, 0, RANDOM),      // r0 = a number by chance
        step(0x57, 0, 0, 0, FLOWS - 1),   // r0 &= flows - 1
        step(0x61, 2, 6, 0, 0),           // r2 = begin of the frame
        step(0x61, 3, 6, 4, 0),           // r3 = its end
        step(0xbf, 4, 2, 0, 0),           // r4 = r2
        step(0x07, 4, 0, 0, end),         // r4 += length
        step(0x2d, 4, 3, 2, 0),           // if r4 > r3, skip two
        step(0x07, 0, 0, 0, 1 << 12),     // r0 += 4096
        step(0x6b, 2, 0, source_port, 0), // *(u16 *)(r2 + …) = r0
        step(0xb7, 1, 0, 0, device),      // r1 = device
        step(0xb7, 2, 0, 0, 0),           // r2 = flags
        step(0x85, 0, 0, 0, REDIRECT),    // r0 = verdict: send it there
        step(0x95, 0, 0, 0, 0),           // return r0
    ];
    let mut log = vec![0u8; 4096];
    let load = Load {
        kind: KIND_XDP,
        count: program.len() as u32,
        instructions: program.as_ptr() as u64,
        licence: c"GPL".as_ptr() as u64,
        log_level: 1,
        log_size: log.len() as u32,
        log: log.as_mut_ptr() as u64,
    };
    // SAFETY: all that the structure points to lives during the call.
    let program = unsafe { libc::syscall(libc::SYS_bpf, PROG_LOAD, &load, size_of::<Load>()) };
    let program = libc::c_int::try_from(program).map_err(io::Error::other)?;
    if program < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the descriptor was just made and nobody else has it.
    Ok(unsafe { OwnedFd::from_raw_fd(program) })
}

fn send(program: &OwnedFd, frame: &[u8], packets: u32) -> io::Result<()> {
    const PROG_TEST_RUN: libc::c_long = 10;
    const LIVE_FRAMES: u32 = 2;
    let run = Run {
        program: program.as_raw_fd().cast_unsigned(),
        data_in: frame.as_ptr() as u64,
        size_in: frame.len() as u32,
        repeat: packets,
        flags: LIVE_FRAMES,
        batch: BURST,
        ..Run::default()
    };
    // SAFETY: the frame lives during the call; the kernel writes only to the structure.
    let done = unsafe { libc::syscall(libc::SYS_bpf, PROG_TEST_RUN, &run, size_of::<Run>()) };
    if done < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}
