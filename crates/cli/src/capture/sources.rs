//! Where packets, or the sums of other meters, come from.

use std::net::{SocketAddr, UdpSocket};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use flowgauge_event::SystemClock;
use flowgauge_flow::evaluator::{Evaluator, Unopened};
use flowgauge_flow::judge::Judge;
use flowgauge_flow::rules::{Policy, Rules};
use flowgauge_flow::source::export::{
    ExportFile, ExportListener, ExportOptions, FILE_PATIENCE, NETWORK_PATIENCE,
};
use flowgauge_flow::source::hubble::Hubble;
use flowgauge_flow::source::pcap::{PcapOptions, PcapSource};
use flowgauge_flow::{Inventory, Source, SourceError};

use super::live;
use super::signals::Interrupts;
use crate::failure::Failure;

/// One of these.
#[derive(Debug, Args)]
pub struct SourceArgs {
    #[command(flatten)]
    pub one: OneSource,
    /// Security groups and network ACLs that decide what is refused, as `aws ec2 describe-security-groups` prints them (JSON or TOML); may be repeated
    #[arg(long, value_name = "FILE")]
    pub rules: Vec<PathBuf>,
    /// How verdicts are known of live packets [default: managed with --rules, else observe]
    #[arg(long, value_name = "MODE", conflicts_with_all = FILES)]
    pub mode: Option<Mode>,
    /// Largest packet of the network that a capture file is from: longer TCP segments count as what they became on the wire
    #[arg(long, value_name = "BYTES", requires = "pcap")]
    pub mtu: Option<u16>,
    /// How long windows wait for flows that other meters report late [default: 3600 for files, 120 for --listen]
    #[arg(long, value_name = "SECONDS")]
    pub late: Option<u32>,
}

/// What cannot be combined with a file or an address.
const FILES: [&str; 4] = ["pcap", "ipfix", "listen", "hubble"];

/// The place itself.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct OneSource {
    /// An interface of this machine; with --netns, of that namespace
    #[arg(long, value_name = "IF", conflicts_with_all = FILES)]
    pub interface: Option<String>,
    /// A network namespace; without --interface, all interfaces in it
    #[arg(long, value_name = "NS", conflicts_with_all = FILES)]
    pub netns: Option<String>,
    /// A capture file, pcap or pcapng, also compressed; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = &FILES[1..])]
    pub pcap: Option<PathBuf>,
    /// Messages of NetFlow v5 and v9 or IPFIX, or a capture of them, also compressed; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = &FILES[2..])]
    pub ipfix: Option<PathBuf>,
    /// The same from the network, on this UDP address; a port alone listens on 127.0.0.1
    #[arg(long, value_name = "ADDR", value_parser = address, conflicts_with = FILES[3])]
    pub listen: Option<SocketAddr>,
    /// Flows of Cilium Hubble, a JSON object a line, also compressed; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub hubble: Option<PathBuf>,
}

impl OneSource {
    /// Whether packets of this machine are captured.
    pub fn is_live(&self) -> bool {
        self.interface.is_some() || self.netns.is_some()
    }
}

/// How verdicts are known of live packets (flow log spec 8.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// A firewall made of the rules logs every packet with its verdict
    Managed,
    /// A ring sees every packet; a firewall made of the rules logs those that it refuses
    Fast,
    /// A ring sees every packet, and nobody is refused
    Observe,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let whole = match text.parse::<u16>() {
        Ok(port) => format!("127.0.0.1:{port}"),
        Err(_) => text.to_owned(),
    };
    whole
        .parse()
        .map_err(|_| "write PORT or ADDRESS:PORT, such as 2055 or 0.0.0.0:2055".to_owned())
}

/// An opened source.
pub struct Opened {
    /// The source.
    pub source: Box<dyn Source>,
    /// Whether it can wait until records are written: files can, taps cannot.
    pub can_wait: bool,
}

impl Opened {
    fn file(source: impl Source + 'static) -> Opened {
        Opened {
            source: Box::new(source),
            can_wait: true,
        }
    }

    pub(super) fn tap(source: impl Source + 'static) -> Opened {
        Opened {
            source: Box::new(source),
            can_wait: false,
        }
    }
}

/// Opens the source for windows of so many seconds.
pub fn open(
    arguments: &SourceArgs,
    inventory: &Inventory,
    interval: i64,
    interrupts: &Interrupts,
) -> Result<Opened, Failure> {
    let failed = |error: SourceError| Failure::Input(error.to_string());
    let options = |patience| ExportOptions {
        interval,
        patience: arguments.late.map_or(patience, i64::from),
    };
    let one = &arguments.one;
    if one.is_live() {
        return live::open(arguments, inventory, interrupts);
    }
    if let Some(path) = &one.pcap {
        let options = PcapOptions {
            judge: judge(arguments, inventory)?,
            mtu: arguments.mtu,
        };
        let file = PcapSource::open(path, inventory, options);
        return Ok(Opened::file(file.map_err(failed)?));
    }
    if !arguments.rules.is_empty() {
        return Err(Failure::Input(
            "--rules decide about packets; what other meters export was decided by them".to_owned(),
        ));
    }
    if let Some(path) = &one.ipfix {
        let file = ExportFile::open(path, inventory, options(FILE_PATIENCE));
        return Ok(Opened::file(file.map_err(failed)?));
    }
    if let Some(address) = one.listen {
        let socket = UdpSocket::bind(address)
            .map_err(|error| Failure::Input(format!("--listen {address}: {error}")))?;
        let options = options(NETWORK_PATIENCE);
        let listener = ExportListener::new(socket, inventory, options, SystemClock);
        return Ok(Opened::tap(listener.map_err(failed)?));
    }
    if let Some(path) = &one.hubble {
        let lines = Hubble::open(path, inventory, interval);
        return Ok(Opened::file(lines.map_err(failed)?));
    }
    // The arguments demand one of them.
    Err(Failure::Input("no source of packets".to_owned()))
}

/// The rules, replayed over the packets of a capture file. Connections that were open when it began
/// are judged as if they opened then.
fn judge(arguments: &SourceArgs, inventory: &Inventory) -> Result<Option<Box<dyn Judge>>, Failure> {
    Ok(policy(arguments, inventory)?.map(|policy| {
        let evaluator = Evaluator::new(policy, Unopened::Judge);
        Box::new(evaluator) as Box<dyn Judge>
    }))
}

/// What the rule files mean for each interface; `None` without rule files.
pub(super) fn policy(
    arguments: &SourceArgs,
    inventory: &Inventory,
) -> Result<Option<Policy>, Failure> {
    if arguments.rules.is_empty() {
        return Ok(None);
    }
    let policy = Rules::read(&arguments.rules).and_then(|rules| Policy::new(&rules, inventory));
    policy
        .map(Some)
        .map_err(|error| Failure::Input(error.to_string()))
}
