//! Three namespaces on one machine: client, router, server. Nothing leaves it.
//!
//! ```text
//!  client c0 ──── r0 router r1 ──── s0 server
//!  10.1.0.2   10.1.0.1   10.2.0.1   10.2.0.2
//!  fd01::2     fd01::1    fd02::1    fd02::2
//! ```

use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use flowgauge_flow::tap::namespace::Namespace;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// The namespaces, which go when this is dropped.
pub struct Lab {
    names: [String; 3],
}

impl Lab {
    /// Builds it.
    pub fn build() -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let process = std::process::id();
        let name = |role: &str| format!("fg{process}-{number}-{role}");
        let lab = Self {
            names: [name("client"), name("router"), name("server")],
        };
        for name in &lab.names {
            ip(&["netns", "add", name]);
        }
        lab.connect(lab.client(), "c0", lab.router(), "r0");
        lab.connect(lab.router(), "r1", lab.server(), "s0");
        for (space, device, addresses) in [
            (lab.client(), "c0", ["10.1.0.2/24", "fd01::2/64"]),
            (lab.router(), "r0", ["10.1.0.1/24", "fd01::1/64"]),
            (lab.router(), "r1", ["10.2.0.1/24", "fd02::1/64"]),
            (lab.server(), "s0", ["10.2.0.2/24", "fd02::2/64"]),
        ] {
            lab.address(space, device, addresses);
        }
        lab.routes();
        for key in ["net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"] {
            let path = format!("/proc/sys/{}", key.replace('.', "/").replace("=1", ""));
            in_namespace(lab.router(), move || {
                std::fs::write(path, "1").expect("forwarding is on");
            });
        }
        lab.settle();
        lab
    }

    /// Waits until IPv6 has found its neighbours, which takes seconds after devices appear.
    pub fn settle(&self) {
        until("the lab is connected", || {
            let ping = ["-6", "-c", "1", "-W", "1", "fd02::2"];
            run(self.client(), "ping", &ping).status.success()
        });
    }

    pub fn client(&self) -> &str {
        &self.names[0]
    }

    pub fn router(&self) -> &str {
        &self.names[1]
    }

    pub fn server(&self) -> &str {
        &self.names[2]
    }

    /// A cable between two namespaces.
    pub fn connect(&self, left: &str, left_device: &str, right: &str, right_device: &str) {
        ip(&[
            "link",
            "add",
            left_device,
            "netns",
            left,
            "type",
            "veth",
            "peer",
            "name",
            right_device,
            "netns",
            right,
        ]);
        for (space, device) in [(left, left_device), (right, right_device)] {
            ip(&["-n", space, "link", "set", "lo", "up"]);
            ip(&["-n", space, "link", "set", device, "up"]);
        }
    }

    pub fn address(&self, space: &str, device: &str, addresses: [&str; 2]) {
        for address in addresses {
            ip(&[
                "-n", space, "address", "add", address, "dev", device, "nodad",
            ]);
        }
    }

    pub fn routes(&self) {
        for (space, v4, v6) in [
            (self.client(), "10.1.0.1", "fd01::1"),
            (self.server(), "10.2.0.1", "fd02::1"),
        ] {
            ip(&["-n", space, "route", "replace", "default", "via", v4]);
            ip(&["-n", space, "-6", "route", "replace", "default", "via", v6]);
        }
    }

    pub fn delete(&self, space: &str) {
        ip(&["netns", "delete", space]);
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        for name in &self.names {
            // A test may have deleted it.
            let _ = Command::new("ip")
                .args(["netns", "delete", name])
                .stderr(Stdio::null())
                .status();
        }
    }
}

/// Waits for something that comes soon on an idle machine, and in time on any.
pub fn until(what: &str, done: impl Fn() -> bool) {
    let begin = Instant::now();
    while !done() {
        assert!(begin.elapsed() < Duration::from_secs(120), "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Runs `ip`, which has to succeed.
pub fn ip(arguments: &[&str]) {
    let output = Command::new("ip")
        .args(arguments)
        .output()
        .expect("ip runs");
    assert!(
        output.status.success(),
        "ip {}: {}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A command that runs in a namespace.
pub fn command(space: &str, program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("ip");
    command
        .args(["netns", "exec", space, program])
        .args(arguments);
    command.stdin(Stdio::null());
    command
}

/// Runs a command in a namespace to its end, whatever comes of it.
pub fn run(space: &str, program: &str, arguments: &[&str]) -> Output {
    command(space, program, arguments)
        .output()
        .expect("the command runs")
}

/// Runs code in a namespace.
pub fn in_namespace<T: Send>(space: &str, work: impl FnOnce() -> T + Send) -> T {
    let namespace = Namespace::open(Some(space)).expect("the namespace");
    namespace
        .run(|| Ok(work()))
        .expect("the namespace was entered")
}
