//! One measurement: the tap and the meter on one thread, as in a capture, and the generator on another.

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use flowgauge_flow::document::Document;
use flowgauge_flow::rules::{Policy, Rules};
use flowgauge_flow::tap::live::Live;
use flowgauge_flow::tap::managed::ManagedNamespace;
use flowgauge_flow::tap::namespace::Namespace;
use flowgauge_flow::{
    Batch, Interface, Inventory, Meter, MeterOptions, RecordFormat, Source, SourceError,
};

use crate::cable::{Cable, RECEIVES};
use crate::generator::flood;
use crate::usage::{self, Received};

const RULES: &str = "[[SecurityGroups]]\nGroupId = \"sg-1\"\n\
    IpPermissions = [{ IpProtocol = \"udp\", FromPort = 1024, ToPort = 65535, IpRanges = [{ CidrIp = \"10.0.0.0/8\" }] }]\n";
/// How long after the generator's end packets may still be on their way, or held back.
const REST: Duration = Duration::from_millis(1500);

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Alone,
    Observe,
    Fast,
    Managed,
}

impl Mode {
    pub fn named(name: &str) -> Result<Self, Box<dyn Error>> {
        match name {
            "alone" => Ok(Self::Alone),
            "observe" => Ok(Self::Observe),
            "fast" => Ok(Self::Fast),
            "managed" => Ok(Self::Managed),
            _ => Err("the mode is alone, observe, fast or managed".into()),
        }
    }

    /// Whether packets can be dropped before they reach the firewall.
    pub fn drops_at_ingress(self) -> bool {
        matches!(self, Self::Alone | Self::Observe)
    }
}

#[derive(Default)]
struct Counted {
    packets: u64,
    lost: u64,
    losses: usize,
    cpu: (f64, f64),
}

/// What the generators offer.
pub struct Offer {
    pub seconds: u64,
    /// Packets a second of all together; 0: all they can.
    pub rate: u64,
    pub generators: u64,
}

/// Measures, and prints what came of it.
pub fn measure(cable: &Cable, mode: Mode, offer: &Offer) -> Result<(), Box<dyn Error>> {
    let mut inventory = Inventory::default();
    inventory.add(Interface {
        device: RECEIVES.to_owned(),
        namespace: Some(cable.receiver.clone()),
        ..Interface::default()
    });
    let mut source = open(mode, &inventory, &cable.receiver)?;
    let receiver = Namespace::open(Some(&cable.receiver))?;
    let before = statistics(&receiver)?;
    let finished = AtomicBool::new(false);
    let (sent, counted) = std::thread::scope(|scope| {
        let all = scope.spawn(|| {
            let begin = Instant::now();
            let sent = generate(cable, offer);
            finished.store(true, Ordering::Relaxed);
            sent.map(|cpu| (cpu, begin.elapsed().as_secs_f64()))
        });
        let counted = match &mut source {
            Some(source) => read(source.as_mut(), &inventory, &finished),
            None => Ok(Counted::default()),
        };
        (all.join(), counted)
    });
    let (generators, elapsed) = sent.map_err(|_| "a generator panicked")??;
    let counted = counted?;
    let after = statistics(&receiver)?;
    let carried = after.packets - before.packets;
    let each = |seconds: f64| seconds * 1e9 / carried as f64;
    print!(
        "{:8} {carried:>9} packets, {:>7.0}/s, {} dropped before the tap",
        format!("{mode:?}").to_lowercase(),
        carried as f64 / elapsed,
        after.dropped - before.dropped,
    );
    if source.is_some() {
        print!(
            "; counted {} ({:.4} %), lost {} in {} messages",
            counted.packets,
            100.0 * counted.packets as f64 / carried as f64,
            counted.lost,
            counted.losses,
        );
    }
    let (user, kernel) = counted.cpu;
    print!("; CPU ns a packet: sending {:.0}", each(generators));
    if source.is_some() {
        print!(", reading {:.0} + {:.0}", each(user), each(kernel));
    }
    let load = std::fs::read_to_string("/proc/loadavg")?;
    println!("; load {}", load.split(' ').next().unwrap_or_default());
    Ok(())
}

/// Sends from all threads; returns the CPU time that they took, in seconds. What happens to a packet on
/// its way through the kernel is part of it, up to the copy in the ring or in the log.
fn generate(cable: &Cable, offer: &Offer) -> Result<f64, SourceError> {
    let sender = Namespace::open(Some(&cable.sender))?;
    let duration = Duration::from_secs(offer.seconds);
    let rate = offer.rate.div_ceil(offer.generators.max(1));
    let one = || {
        sender.run(|| {
            let used = flood(duration, rate).and_then(|()| usage::of_thread());
            used.map_err(|error| SourceError::Io {
                what: "the generator".to_owned(),
                error,
            })
        })
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..offer.generators).map(|_| scope.spawn(one)).collect();
        let mut cpu = 0.0;
        for thread in threads {
            let (user, kernel) = match thread.join() {
                Ok(used) => used?,
                Err(panic) => std::panic::resume_unwind(panic),
            };
            cpu += user + kernel;
        }
        Ok(cpu)
    })
}

fn open(
    mode: Mode,
    inventory: &Inventory,
    namespace: &str,
) -> Result<Option<Box<dyn Source>>, Box<dyn Error>> {
    let rules = Rules::of(&[Document::parse("rules.toml", RULES.to_owned())?])?;
    let policy = Policy::new(&rules, inventory)?;
    let namespace = Some(namespace);
    Ok(match mode {
        Mode::Alone => None,
        Mode::Observe => Some(Box::new(Live::observe(inventory, namespace)?)),
        Mode::Fast => Some(Box::new(Live::fast(inventory, &policy, namespace)?)),
        Mode::Managed => Some(Box::new(ManagedNamespace::start(
            inventory, &policy, namespace,
        )?)),
    })
}

/// Packets of the receiving device as the kernel counts them, IPv6 chatter of the cable included.
fn statistics(receiver: &Namespace) -> Result<Received, Box<dyn Error>> {
    let received = receiver.run(|| Ok(usage::received(RECEIVES)))?;
    Ok(received?)
}

fn read(
    source: &mut dyn Source,
    inventory: &Inventory,
    finished: &AtomicBool,
) -> Result<Counted, Box<dyn Error>> {
    let mut counted = Counted::default();
    let mut meter = Meter::new(
        MeterOptions::for_format(&RecordFormat::default()),
        inventory,
    );
    let mut batch = Batch::default();
    let mut since = None::<Instant>;
    loop {
        source.next(&mut batch, Duration::from_millis(100))?;
        meter.add(&batch);
        while meter.next_closed().is_some() {}
        for loss in &batch.losses {
            counted.lost += loss.packets.unwrap_or(0);
            counted.losses += 1;
        }
        if !finished.load(Ordering::Relaxed) {
            continue;
        }
        if since.get_or_insert_with(Instant::now).elapsed() > REST {
            counted.packets = meter.totals().counted;
            counted.cpu = usage::of_thread()?;
            return Ok(counted);
        }
    }
}
