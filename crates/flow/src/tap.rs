//! Live taps of Linux: managed namespaces, whose firewall is ours and tells its verdicts, and rings,
//! which see every packet and know no verdict.
//!
//! | tap | sees | verdicts | needs |
//! |---|---|---|---|
//! | [`managed`] | each packet once, through NFLOG | from our nftables table, with the packet | `nft`, CAP_NET_ADMIN |
//! | [`live`], fast | each packet, through AF_PACKET | refusals through NFLOG, joined by content | the same and CAP_NET_RAW |
//! | [`live`], observing | each packet on any interface | ACCEPT for all | CAP_NET_RAW |
//!
//! Messages and rule texts are made and read everywhere, so that they can be tested everywhere; only
//! sockets, namespaces and rings are bound to Linux.

#[cfg(target_os = "linux")]
mod devices;
#[cfg(target_os = "linux")]
pub mod discovery;
#[cfg(target_os = "linux")]
mod firewall;
pub mod join;
#[cfg(target_os = "linux")]
pub mod links;
#[cfg(target_os = "linux")]
pub mod live;
#[cfg(target_os = "linux")]
mod log;
#[cfg(target_os = "linux")]
pub mod managed;
#[cfg(target_os = "linux")]
pub mod namespace;
pub mod netlink;
pub mod nflog;
pub mod nft;
pub mod offload;
#[cfg(target_os = "linux")]
mod ring;
#[cfg(target_os = "linux")]
mod socket;
#[cfg(target_os = "linux")]
mod watch;
