//! A ring that the kernel fills with frames, shared with us: AF_PACKET with TPACKET_V3 (flow log spec
//! 8.7).
//!
//! Unsafe code, because the memory is shared with the kernel. A block belongs either to the kernel or
//! to us, as its status word says, which both sides change atomically; a block is read only while it
//! is ours, and given back when its guard is dropped. Offsets inside a block are checked against the
//! block before they are used, so that reading frames is safe code.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::AsRawFd;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};

use super::socket::Socket;

/// Bytes of a block. With the number of blocks: 32 MiB, a quarter of a second of 700,000 packets/s.
const BLOCK: usize = 1 << 20;
const BLOCKS: usize = 32;
/// Milliseconds after which the kernel hands over a block that is not full.
const RETIRE: u32 = 20;
/// Bytes of a frame that are kept: link layer, IPv6, some extension headers, TCP.
const SNAP: u32 = 128;
/// Offset of the status word in a block.
const STATUS: usize = 8;
/// Bytes of a frame's header before the address of its socket, in a frame of the ring.
const FRAME_HEADER: usize = 48;
/// Bytes of the segmentation header, which ends where the frame begins.
const OFFLOAD_HEADER: usize = 10;

/// Fields of the socket option that the kernel fills and resets.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
struct Statistics {
    packets: u32,
    drops: u32,
    freezes: u32,
}

/// A frame in the ring.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'r> {
    /// Index of its device.
    pub(super) device: u32,
    /// ARPHRD type of the device.
    pub(super) hardware: u16,
    /// Whether it was sent to us (0), to all (1), to a group (2), to others (3), or by us (4).
    pub(super) kind: u8,
    /// Microseconds since the epoch.
    pub(super) at: i64,
    /// Length before it was cut.
    pub(super) length: usize,
    /// What was kept.
    pub(super) bytes: &'r [u8],
    /// Payload of the segments that the card cuts it into; 0 when it is not cut.
    pub(super) segment: u16,
}

/// The ring.
#[derive(Debug)]
pub(super) struct Ring {
    pub(super) socket: Socket,
    memory: NonNull<u8>,
    /// The block that comes next.
    next: usize,
}

// SAFETY: the memory belongs to this ring alone and is not bound to a thread.
unsafe impl Send for Ring {}

impl Ring {
    /// A ring with the frames of all devices of the thread's namespace.
    pub(super) fn open() -> io::Result<Self> {
        let socket = Socket::packet()?;
        let level = libc::SOL_PACKET;
        // TPACKET_V3 is the third version, and has the number 2.
        socket.set(level, libc::PACKET_VERSION, &2i32)?;
        socket.set(level, libc::PACKET_VNET_HDR, &1i32)?;
        keep_little(&socket)?;
        let request = libc::tpacket_req3 {
            tp_block_size: BLOCK as u32,
            tp_block_nr: BLOCKS as u32,
            tp_frame_size: 2048,
            tp_frame_nr: (BLOCK * BLOCKS / 2048) as u32,
            tp_retire_blk_tov: RETIRE,
            tp_sizeof_priv: 0,
            tp_feature_req_word: 0,
        };
        socket.set(level, libc::PACKET_RX_RING, &request)?;
        // SAFETY: the kernel chooses the place; the length is that of the ring which it has just made.
        let memory = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                BLOCK * BLOCKS,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED,
                socket.raw().as_raw_fd(),
                0,
            )
        };
        if memory == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let memory = NonNull::new(memory.cast())
            .ok_or_else(|| io::Error::from(io::ErrorKind::OutOfMemory))?;
        let ring = Self {
            socket,
            memory,
            next: 0,
        };
        // SAFETY: all-zero is a valid value of this structure of integers.
        let mut address: libc::sockaddr_ll = unsafe { std::mem::zeroed() };
        address.sll_family = libc::AF_PACKET as u16;
        address.sll_protocol = (libc::ETH_P_ALL as u16).to_be();
        ring.socket.bind(&address)?;
        Ok(ring)
    }

    /// The next block that is ours, if there is one.
    pub(super) fn block(&mut self) -> Option<Block<'_>> {
        // SAFETY: `next` is below the number of blocks, so that the block lies in the mapped memory.
        let start = unsafe { self.memory.add(self.next * BLOCK) };
        // SAFETY: blocks are page-aligned, and the kernel accesses the word atomically as well.
        let status = unsafe { AtomicU32::from_ptr(start.add(STATUS).cast().as_ptr()) };
        if status.load(Ordering::Acquire) & libc::TP_STATUS_USER == 0 {
            return None;
        }
        self.next = (self.next + 1) % BLOCKS;
        // SAFETY: the block is mapped while `self` lives, and ours until its status is changed, which
        // only the guard does when it is dropped; the kernel does not write to it meanwhile.
        let bytes = unsafe { std::slice::from_raw_parts(start.as_ptr(), BLOCK) };
        Some(Block { bytes, status })
    }

    /// Frames that the kernel had no room for since the last call.
    pub(super) fn drops(&self) -> io::Result<u32> {
        let statistics: Statistics = self
            .socket
            .option(libc::SOL_PACKET, libc::PACKET_STATISTICS)?;
        Ok(statistics.drops)
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: the memory was mapped with this length and is not used any more.
        unsafe { libc::munmap(self.memory.as_ptr().cast(), BLOCK * BLOCKS) };
    }
}

/// A filter that keeps the first bytes of each frame, so that long frames cost no more than short ones.
fn keep_little(socket: &Socket) -> io::Result<()> {
    // The one instruction: return a constant.
    let mut program = [libc::sock_filter {
        code: 0x06,
        jt: 0,
        jf: 0,
        k: SNAP,
    }];
    let filter = libc::sock_fprog {
        len: 1,
        filter: program.as_mut_ptr(),
    };
    // The kernel copies the program during the call, while it lives.
    socket.set(libc::SOL_SOCKET, libc::SO_ATTACH_FILTER, &filter)
}

/// A block of frames; given back to the kernel when dropped.
pub(super) struct Block<'r> {
    bytes: &'r [u8],
    status: &'r AtomicU32,
}

impl Block<'_> {
    /// The frames in it.
    pub(super) fn frames(&self) -> impl Iterator<Item = Frame<'_>> {
        let bytes = self.bytes;
        let mut left = word(bytes, 12).unwrap_or(0);
        let mut at = word(bytes, 16).and_then(|at| usize::try_from(at).ok());
        std::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            let here = bytes.get(at?..)?;
            let next = usize::try_from(word(here, 0)?).ok()?;
            at = at.and_then(|at| at.checked_add(next));
            frame(here)
        })
    }
}

impl Drop for Block<'_> {
    fn drop(&mut self) {
        self.status.store(libc::TP_STATUS_KERNEL, Ordering::Release);
    }
}

fn frame(here: &[u8]) -> Option<Frame<'_>> {
    let seconds = i64::from(word(here, 4)?);
    let nanos = i64::from(word(here, 8)?);
    let kept = usize::try_from(word(here, 12)?).ok()?;
    let length = usize::try_from(word(here, 16)?).ok()?;
    let start = usize::from(short(here, 24)?);
    let offload = here.get(start.checked_sub(OFFLOAD_HEADER)?..)?;
    let is_cut = *offload.get(1)? != 0;
    Some(Frame {
        device: word(here, FRAME_HEADER + 4)?,
        hardware: short(here, FRAME_HEADER + 8)?,
        kind: *here.get(FRAME_HEADER + 10)?,
        at: seconds * 1_000_000 + nanos / 1000,
        length,
        bytes: here.get(start..start.checked_add(kept)?)?,
        segment: if is_cut { short(offload, 4)? } else { 0 },
    })
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let chunk = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_ne_bytes(*chunk))
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    let chunk = bytes.get(at..)?.first_chunk()?;
    Some(u16::from_ne_bytes(*chunk))
}
