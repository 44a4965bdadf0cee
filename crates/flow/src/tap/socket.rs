//! Sockets that the standard library does not have: netlink and packet sockets.
//!
//! Unsafe code, because these are system calls. Each hands the kernel a pointer to a value that lives
//! during the call, with the size of that value; file descriptors are owned by `OwnedFd` from the
//! moment they exist.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::io;
use std::mem::size_of;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::time::Duration;

/// A socket that never blocks; [`wait`] waits.
#[derive(Debug)]
pub(super) struct Socket {
    descriptor: OwnedFd,
}

impl Socket {
    /// A netlink socket of a protocol, with multicast groups (a mask), in the namespace of the thread.
    pub(super) fn netlink(protocol: c_int, groups: u32) -> io::Result<Self> {
        let socket = Self::new(libc::AF_NETLINK, libc::SOCK_RAW, protocol)?;
        // SAFETY: all-zero is a valid value of this structure of integers.
        let mut address: libc::sockaddr_nl = unsafe { std::mem::zeroed() };
        address.nl_family = libc::AF_NETLINK as libc::sa_family_t;
        address.nl_groups = groups;
        socket.bind(&address)?;
        Ok(socket)
    }

    /// A packet socket that receives nothing before it is bound.
    pub(super) fn packet() -> io::Result<Self> {
        Self::new(libc::AF_PACKET, libc::SOCK_RAW, 0)
    }

    fn new(family: c_int, kind: c_int, protocol: c_int) -> io::Result<Self> {
        let flags = libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
        // SAFETY: no pointers are passed.
        let descriptor = checked(unsafe { libc::socket(family, kind | flags, protocol) })?;
        // SAFETY: the descriptor was just made and nobody else has it.
        let descriptor = unsafe { OwnedFd::from_raw_fd(descriptor) };
        Ok(Self { descriptor })
    }

    /// Binds to an address structure of the socket's family.
    pub(super) fn bind<A>(&self, address: &A) -> io::Result<()> {
        let address: *const A = address;
        let length = size_of::<A>() as libc::socklen_t;
        // SAFETY: the address is readable for `length` bytes.
        checked(unsafe { libc::bind(self.raw(), address.cast(), length) })?;
        Ok(())
    }

    /// Sets an option to a value, whose size has to be that of the option.
    pub(super) fn set<T: Copy>(&self, level: c_int, option: c_int, value: &T) -> io::Result<()> {
        let value: *const T = value;
        let length = size_of::<T>() as libc::socklen_t;
        // SAFETY: the value is readable for `length` bytes; the kernel copies it.
        checked(unsafe { libc::setsockopt(self.raw(), level, option, value.cast(), length) })?;
        Ok(())
    }

    /// Reads an option whose value is a structure of integers.
    pub(super) fn option<T: Copy + Default>(&self, level: c_int, option: c_int) -> io::Result<T> {
        let mut value = T::default();
        let mut length = size_of::<T>() as libc::socklen_t;
        let target: *mut T = &mut value;
        // SAFETY: the kernel writes at most `length` bytes to the value, any of which are valid in it.
        checked(unsafe {
            libc::getsockopt(self.raw(), level, option, target.cast(), &mut length)
        })?;
        Ok(value)
    }

    /// Asks for a receive buffer, beyond the system's limit if we may.
    pub(super) fn receive_buffer(&self, bytes: c_int) -> io::Result<()> {
        self.set(libc::SOL_SOCKET, libc::SO_RCVBUFFORCE, &bytes)
            .or_else(|_| self.set(libc::SOL_SOCKET, libc::SO_RCVBUF, &bytes))
    }

    /// Sends one datagram.
    pub(super) fn send(&self, bytes: &[u8]) -> io::Result<()> {
        // SAFETY: the bytes are readable for their length.
        let sent = unsafe { libc::send(self.raw(), bytes.as_ptr().cast(), bytes.len(), 0) };
        if sent < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    }

    /// Receives one datagram, or `None` when none is waiting.
    pub(super) fn receive<'b>(&self, buffer: &'b mut [u8]) -> io::Result<Option<&'b [u8]>> {
        let (start, room) = (buffer.as_mut_ptr(), buffer.len());
        // SAFETY: the buffer is writable for its length.
        let received = unsafe { libc::recv(self.raw(), start.cast(), room, 0) };
        match usize::try_from(received) {
            Ok(length) => Ok(buffer.get(..length)),
            Err(_) => match io::Error::last_os_error() {
                error if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
                error => Err(error),
            },
        }
    }

    pub(super) fn raw(&self) -> RawFd {
        self.descriptor.as_raw_fd()
    }
}

/// Waits until one of the sockets has something, at most for `patience`.
pub(super) fn wait(sockets: &[&Socket], patience: Duration) -> io::Result<()> {
    let mut polled: Vec<libc::pollfd> = sockets
        .iter()
        .map(|socket| libc::pollfd {
            fd: socket.raw(),
            events: libc::POLLIN,
            revents: 0,
        })
        .collect();
    let patience = c_int::try_from(patience.as_millis()).unwrap_or(c_int::MAX);
    let count = polled.len() as libc::nfds_t;
    // SAFETY: the list is writable for `count` entries.
    match checked(unsafe { libc::poll(polled.as_mut_ptr(), count, patience) }) {
        Err(error) if error.kind() != io::ErrorKind::Interrupted => Err(error),
        _ => Ok(()),
    }
}

/// The result of a system call.
fn checked(result: c_int) -> io::Result<c_int> {
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(result)
}
