//! Two namespaces, a cable between them, and what drops packets behind the tap.
//!
//! Unsafe code for one system call: the `ioctl` that makes the receiving end take packets in batches
//! (GRO), as cards do. Without it the cable takes no frames from the generator.
#![allow(unsafe_code)]

use std::error::Error;
use std::io;
use std::io::Write;
use std::net::UdpSocket;
use std::os::fd::AsRawFd;
use std::process::{Command, Stdio};

use flowgauge_flow::tap::namespace::Namespace;

/// The device of each end.
pub const SENDS: &str = "a0";
pub const RECEIVES: &str = "b0";
/// Hardware addresses of the ends.
pub const SENDER: [u8; 6] = [2, 0, 0, 0, 0, 1];
pub const RECEIVER: [u8; 6] = [2, 0, 0, 0, 0, 2];
/// The port that the generator sends to.
pub const PORT: u16 = 9000;

/// The namespaces; deleted when dropped.
pub struct Cable {
    pub sender: String,
    pub receiver: String,
    /// The application that packets are for, when they are not dropped before.
    behind: Option<UdpSocket>,
}

/// Drops the generator's packets as early as the firewall can, behind packet sockets.
const DROP: &str = "table netdev behind {
    chain ingress {
        type filter hook ingress device b0 priority 0
        udp dport 9000 drop
    }
}
";

impl Cable {
    pub fn lay(drops_at_ingress: bool) -> Result<Self, Box<dyn Error>> {
        let process = std::process::id();
        let mut cable = Self {
            sender: format!("taps{process}-sender"),
            receiver: format!("taps{process}-receiver"),
            behind: None,
        };
        let (sender, receiver) = (&cable.sender.clone(), &cable.receiver.clone());
        for space in [sender, receiver] {
            ip(&["netns", "add", space])?;
            Namespace::open(Some(space))?.run(|| Ok(be_quiet()))??;
        }
        // A queue for each core that sends.
        let queues = ["numtxqueues", "8", "numrxqueues", "8"];
        let (near, far) = (
            ["link", "add", SENDS, "netns", sender],
            ["type", "veth", "peer", "name", RECEIVES, "netns", receiver],
        );
        ip(&[&near[..], &queues, &far, &queues].concat())?;
        for (space, device, hardware, address) in [
            (sender, SENDS, SENDER, "10.7.0.1/24"),
            (receiver, RECEIVES, RECEIVER, "10.7.0.2/24"),
        ] {
            let hardware = hardware.map(|byte| format!("{byte:02x}")).join(":");
            ip(&["-n", space, "link", "set", device, "address", &hardware])?;
            ip(&["-n", space, "address", "add", address, "dev", device])?;
            ip(&["-n", space, "link", "set", device, "up"])?;
        }
        let receiver = Namespace::open(Some(receiver))?;
        receiver.run(|| Ok(take_batches(RECEIVES)))??;
        if drops_at_ingress {
            receiver.run(|| Ok(nft(DROP)))??;
        } else {
            cable.behind = Some(receiver.run(|| Ok(unread()))??);
        }
        Ok(cable)
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        for space in [&self.sender, &self.receiver] {
            let _ = ip(&["netns", "delete", space]);
        }
    }
}

fn ip(arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let output = Command::new("ip").args(arguments).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into())
}

fn nft(commands: &str) -> io::Result<()> {
    let mut nft = Command::new("nft")
        .args(["-f", "-"])
        .stdin(Stdio::piped())
        .spawn()?;
    if let Some(mut input) = nft.stdin.take() {
        input.write_all(commands.as_bytes())?;
    }
    match nft.wait()?.success() {
        true => Ok(()),
        false => Err(io::Error::other("nft refused the table")),
    }
}

/// Keeps IPv6 of new devices from looking for neighbours: what is not generated would be counted too.
fn be_quiet() -> io::Result<()> {
    std::fs::write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1")
}

/// A socket that is never read: what does not fit into it is dropped.
fn unread() -> io::Result<UdpSocket> {
    UdpSocket::bind(("0.0.0.0", PORT))
}

/// Turns generic receive offload on for a device of the thread's namespace.
fn take_batches(device: &str) -> io::Result<()> {
    const SET_GRO: u32 = 0x2c;
    const ETHTOOL: libc::c_ulong = 0x8946;
    let socket = UdpSocket::bind(("0.0.0.0", 0))?;
    let mut value = [SET_GRO, 1];
    // SAFETY: all-zero is a valid value of this structure of integers, bytes and null pointers.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (target, byte) in request.ifr_name.iter_mut().zip(device.bytes()) {
        *target = byte.cast_signed();
    }
    request.ifr_ifru.ifru_data = value.as_mut_ptr().cast();
    // SAFETY: request and value live during the call, and have the form that the call expects.
    match unsafe { libc::ioctl(socket.as_raw_fd(), ETHTOOL as _, &mut request) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
