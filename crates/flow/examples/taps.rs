//! Measures live taps: how many packets a second each counts, and how many it loses.
//!
//! ```text
//! taps MODE SECONDS RATE     MODE: observe, fast, managed; RATE: packets a second, 0 for all it can
//! ```
//!
//! Two namespaces with a cable between them; a generator in one, the tap in the other. Both share the
//! machine's cores, so that a figure says what the machine does, not what the tap alone could. Needs
//! root. Nothing leaves the machine.
//!
//! Unsafe code for one system call: `sendmmsg`, which sends many datagrams at once.
#![allow(unsafe_code)]

use std::error::Error;
use std::net::{Ipv4Addr, UdpSocket};
use std::process::Command;
use std::time::{Duration, Instant};

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [mode, seconds, rate] = arguments.as_slice() else {
        return Err("usage: taps observe|fast|managed SECONDS RATE".into());
    };
    let spaces = Spaces::build()?;
    let result = lab::measure(&spaces, mode, seconds.parse()?, rate.parse()?);
    drop(spaces);
    result
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("live taps need Linux");
}

/// The namespaces; deleted when dropped.
struct Spaces {
    sender: String,
    receiver: String,
}

impl Spaces {
    fn build() -> Result<Self, Box<dyn Error>> {
        let process = std::process::id();
        let spaces = Self {
            sender: format!("taps{process}-sender"),
            receiver: format!("taps{process}-receiver"),
        };
        let (sender, receiver) = (spaces.sender.as_str(), spaces.receiver.as_str());
        ip(&["netns", "add", sender])?;
        ip(&["netns", "add", receiver])?;
        ip(&[
            "link", "add", "a0", "netns", sender, "type", "veth", "peer", "name", "b0", "netns",
            receiver,
        ])?;
        for (space, device, address) in [
            (sender, "a0", "10.7.0.1/24"),
            (receiver, "b0", "10.7.0.2/24"),
        ] {
            ip(&["-n", space, "address", "add", address, "dev", device])?;
            ip(&["-n", space, "link", "set", device, "up"])?;
        }
        Ok(spaces)
    }
}

impl Drop for Spaces {
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

#[cfg(target_os = "linux")]
mod lab {
    use super::*;
    use std::os::fd::AsRawFd;
    use std::sync::atomic::{AtomicBool, Ordering};

    use flowgauge_flow::document::Document;
    use flowgauge_flow::rules::{Policy, Rules};
    use flowgauge_flow::tap::live::Live;
    use flowgauge_flow::tap::managed::ManagedNamespace;
    use flowgauge_flow::tap::namespace::Namespace;
    use flowgauge_flow::{Batch, Interface, Inventory, Source};

    /// Datagrams a call.
    const BURST: usize = 256;
    /// Bytes of payload: 100 bytes of IP packet.
    const PAYLOAD: usize = 72;
    const RULES: &str = "[[SecurityGroups]]\nGroupId = \"sg-1\"\n\
        IpPermissions = [{ IpProtocol = \"udp\", FromPort = 1024, ToPort = 65535, IpRanges = [{ CidrIp = \"10.0.0.0/8\" }] }]\n";

    #[derive(Default)]
    struct Counts {
        packets: u64,
        lost: u64,
        losses: usize,
    }

    pub fn measure(
        spaces: &Spaces,
        mode: &str,
        seconds: u64,
        rate: u64,
    ) -> Result<(), Box<dyn Error>> {
        let mut inventory = Inventory::default();
        let namespace = Some(spaces.receiver.clone());
        inventory.add(Interface {
            device: "b0".to_owned(),
            namespace: namespace.clone(),
            ..Interface::default()
        });
        let rules = Rules::of(&[Document::parse("rules.toml", RULES.to_owned())?])?;
        let policy = Policy::new(&rules, &inventory)?;
        let namespace = namespace.as_deref();
        let mut source: Box<dyn Source> = match mode {
            "observe" => Box::new(Live::observe(&inventory, namespace)?),
            "fast" => Box::new(Live::fast(&inventory, &policy, namespace)?),
            "managed" => Box::new(ManagedNamespace::start(&inventory, &policy, namespace)?),
            _ => return Err("the mode is observe, fast or managed".into()),
        };
        let finished = AtomicBool::new(false);
        let begin = Instant::now();
        let cpu = cpu_ticks()?;
        let (sent, counts) = std::thread::scope(|scope| {
            let generator = scope.spawn(|| {
                let sender = Namespace::open(Some(&spaces.sender))?;
                let sent = sender.run(|| Ok(flood(Duration::from_secs(seconds), rate)));
                finished.store(true, Ordering::Relaxed);
                sent
            });
            let counts = read(source.as_mut(), &finished);
            (generator.join(), counts)
        });
        let elapsed = begin.elapsed().as_secs_f64();
        let sent = sent.map_err(|_| "the generator failed")???;
        let counts = counts?;
        let load = std::fs::read_to_string("/proc/loadavg")?;
        println!(
            "{mode}: sent {sent} ({:.0}/s), counted {} ({:.3} %), reported lost {} in {} messages; \
             {:.2} s of CPU in {elapsed:.1} s, generator included; load {}",
            sent as f64 / seconds as f64,
            counts.packets,
            100.0 * counts.packets as f64 / sent as f64,
            counts.lost,
            counts.losses,
            (cpu_ticks()? - cpu) as f64 / 100.0,
            load.trim(),
        );
        Ok(())
    }

    fn read(source: &mut dyn Source, finished: &AtomicBool) -> Result<Counts, Box<dyn Error>> {
        let mut counts = Counts::default();
        let mut batch = Batch::default();
        let mut idle = None::<Instant>;
        loop {
            source.next(&mut batch, Duration::from_millis(20))?;
            for one in &batch.observations {
                if one.tuple.destination_port == 9000 {
                    counts.packets += one.packets;
                }
            }
            for loss in &batch.losses {
                counts.lost += loss.packets.unwrap_or(0);
                counts.losses += 1;
            }
            if !finished.load(Ordering::Relaxed) {
                continue;
            }
            // What is on its way, or held back, still counts.
            let since = *idle.get_or_insert_with(Instant::now);
            if since.elapsed() > Duration::from_millis(1500) {
                return Ok(counts);
            }
        }
    }

    /// Sends datagrams from many ports; returns how many the kernel took.
    fn flood(duration: Duration, rate: u64) -> std::io::Result<u64> {
        let sockets: Vec<UdpSocket> = (0..64)
            .map(|_| {
                let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
                socket.connect((Ipv4Addr::new(10, 7, 0, 2), 9000))?;
                Ok(socket)
            })
            .collect::<std::io::Result<_>>()?;
        let payload = [0u8; PAYLOAD];
        let mut part = libc::iovec {
            iov_base: payload.as_ptr().cast_mut().cast(),
            iov_len: PAYLOAD,
        };
        // SAFETY: all-zero is a valid value of this structure of integers and null pointers.
        let mut message: libc::mmsghdr = unsafe { std::mem::zeroed() };
        message.msg_hdr.msg_iov = &mut part;
        message.msg_hdr.msg_iovlen = 1;
        let mut messages = vec![message; BURST];
        let begin = Instant::now();
        let mut sent = 0;
        for socket in sockets.iter().cycle() {
            let elapsed = begin.elapsed();
            if elapsed >= duration {
                return Ok(sent);
            }
            let due = (elapsed.as_secs_f64() * rate as f64) as u64;
            if rate > 0 && sent >= due {
                std::thread::sleep(Duration::from_micros(100));
                continue;
            }
            // SAFETY: the messages, their one part and the payload live during the call; the kernel
            // only reads the payload.
            let taken = unsafe {
                libc::sendmmsg(socket.as_raw_fd(), messages.as_mut_ptr(), BURST as u32, 0)
            };
            // A closed port answers with ICMP, which the next call reports; nothing is lost by it.
            sent += u64::try_from(taken).unwrap_or(0);
        }
        Ok(sent)
    }

    /// CPU time of this process, hundredths of a second.
    fn cpu_ticks() -> Result<u64, Box<dyn Error>> {
        let stat = std::fs::read_to_string("/proc/self/stat")?;
        let fields: Vec<&str> = stat
            .rsplit(')')
            .next()
            .unwrap_or("")
            .split_whitespace()
            .collect();
        Ok(fields[11].parse::<u64>()? + fields[12].parse::<u64>()?)
    }
}
