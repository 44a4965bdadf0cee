//! The devices of a namespace and their addresses, asked of the kernel.

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;

use super::netlink::{self, Builder, DUMP, Message, REQUEST};
use super::socket::{Socket, wait};

const NEW_LINK: u16 = 16;
const DELETE_LINK: u16 = 17;
const GET_LINK: u16 = 18;
const NEW_ADDRESS: u16 = 20;
const GET_ADDRESS: u16 = 22;
/// The multicast group that tells of devices that come and go.
const LINK_GROUP: u32 = 1;
/// Device flag: the loopback device.
const LOOPBACK: u32 = 8;
/// Scope of addresses that are valid on this host only.
const HOST_SCOPE: u8 = 254;
/// Time for the kernel to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Datagrams of a dump are at most this large.
const DATAGRAM: usize = 64 << 10;

/// A device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// Its index in the namespace.
    pub index: u32,
    /// Its name.
    pub name: String,
    /// Its hardware address.
    pub mac: Vec<u8>,
    /// The hardware address that it was made with; virtual devices have none.
    pub permanent_mac: Vec<u8>,
    /// Largest packet of the network layer.
    pub mtu: u32,
    /// Whether it is the loopback device.
    pub loopback: bool,
    /// Its addresses with the networks that they are in; not those of this host alone.
    pub addresses: Vec<(IpAddr, IpNet)>,
}

/// A device came, changed or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// It is there, and was perhaps before.
    Here(Link),
    /// It is gone.
    Gone(u32),
}

/// All devices of the thread's namespace, by index.
pub(super) fn dump() -> io::Result<Vec<Link>> {
    let socket = Socket::netlink(libc::NETLINK_ROUTE, 0)?;
    let mut links = BTreeMap::new();
    ask(&socket, GET_LINK, |message| {
        if let Some(Change::Here(link)) = change(message) {
            links.insert(link.index, link);
        }
    })?;
    ask(&socket, GET_ADDRESS, |message| {
        if let Some((index, address)) = address(message)
            && let Some(link) = links.get_mut(&index)
        {
            link.addresses.push(address);
        }
    })?;
    Ok(links.into_values().collect())
}

/// A socket that receives changes of devices in the thread's namespace.
pub(super) fn monitor() -> io::Result<Socket> {
    Socket::netlink(libc::NETLINK_ROUTE, LINK_GROUP)
}

fn ask(socket: &Socket, kind: u16, mut each: impl FnMut(&Message<'_>)) -> io::Result<()> {
    // The fixed part of both requests is all zero: any family.
    let request = Builder::new(kind, REQUEST | DUMP, u32::from(kind), &[0; 16]).finish();
    socket.send(&request)?;
    let mut buffer = vec![0; DATAGRAM];
    loop {
        wait(&[socket], PATIENCE)?;
        let Some(datagram) = socket.receive(&mut buffer)? else {
            return Err(io::Error::from(io::ErrorKind::TimedOut));
        };
        for message in netlink::messages(datagram) {
            match message.kind {
                netlink::DONE => return Ok(()),
                netlink::ERROR => {
                    let number = netlink::error_number(message.body).unwrap_or(libc::EINVAL);
                    return Err(io::Error::from_raw_os_error(number));
                }
                _ => each(&message),
            }
        }
    }
}

/// What a message about a device says.
pub(super) fn change(message: &Message<'_>) -> Option<Change> {
    let (fixed, attributes) = message.body.split_at_checked(16)?;
    let word = |at: usize| {
        fixed
            .get(at..)?
            .first_chunk()
            .map(|word| u32::from_ne_bytes(*word))
    };
    let index = word(4)?;
    match message.kind {
        DELETE_LINK => return Some(Change::Gone(index)),
        NEW_LINK => {}
        _ => return None,
    }
    let mut link = Link {
        index,
        loopback: word(8)? & LOOPBACK != 0,
        ..Link::default()
    };
    for (kind, value) in netlink::attributes(attributes) {
        match kind {
            1 => link.mac = value.to_vec(),
            3 => link.name = name(value),
            4 => {
                link.mtu = value
                    .first_chunk()
                    .map_or(0, |mtu| u32::from_ne_bytes(*mtu))
            }
            54 => link.permanent_mac = value.to_vec(),
            _ => {}
        }
    }
    Some(Change::Here(link))
}

fn name(value: &[u8]) -> String {
    let value = value.strip_suffix(&[0]).unwrap_or(value);
    String::from_utf8_lossy(value).into_owned()
}

/// The device, address and network that a message about an address tells.
fn address(message: &Message<'_>) -> Option<(u32, (IpAddr, IpNet))> {
    if message.kind != NEW_ADDRESS {
        return None;
    }
    let (fixed, attributes) = message.body.split_at_checked(8)?;
    let [family, length, _, scope, index @ ..] = fixed else {
        return None;
    };
    let index = u32::from_ne_bytes(*index.first_chunk()?);
    if *scope == HOST_SCOPE {
        return None;
    }
    let mut peer = None;
    let mut local = None;
    for (kind, value) in netlink::attributes(attributes) {
        match kind {
            1 => peer = Some(value),
            2 => local = Some(value),
            _ => {}
        }
    }
    // On a point-to-point device the first one is the other end.
    let bytes = local.or(peer)?;
    let address = match i32::from(*family) {
        libc::AF_INET => IpAddr::from(*bytes.first_chunk::<4>()?),
        libc::AF_INET6 => IpAddr::from(*bytes.first_chunk::<16>()?),
        _ => return None,
    };
    let network = IpNet::new(address, *length).ok()?.trunc();
    Some((index, (address, network)))
}
