//! A connection to the server that is watched, and that misbehaves for certain buckets.

use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// Objects of this bucket break off in the middle when they are asked for first.
pub const CUT_ONCE: &str = "cut-once";
/// Objects of this bucket always break off in the middle.
pub const CUT_ALWAYS: &str = "cut-always";
/// This bucket wants requests signed for [`REGION`].
pub const ELSEWHERE: &str = "elsewhere";
/// The region of [`ELSEWHERE`].
pub const REGION: &str = "eu-west-3";
/// How much of the content arrives.
const CUT_AT: usize = 1000;

/// A listener that forwards requests, one a connection.
pub struct Proxy {
    /// Its port on 127.0.0.1.
    pub port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Listens and forwards to a port until the process ends.
    pub fn start(server: u16) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        std::thread::spawn(move || {
            let cut = Arc::new(Mutex::new(HashSet::new()));
            for client in listener.incoming().flatten() {
                let (seen, cut) = (Arc::clone(&seen), Arc::clone(&cut));
                // A client that goes away early is its own business.
                std::thread::spawn(move || drop(serve(client, server, &seen, &cut)));
            }
        });
        Proxy { port, requests }
    }

    /// Heads of the requests so far that hold a text.
    pub fn requests(&self, text: &str) -> Vec<String> {
        let requests = self.requests.lock().expect("no panic");
        let found = requests.iter().filter(|head| head.contains(text));
        found.cloned().collect()
    }
}

fn serve(
    mut client: TcpStream,
    server: u16,
    seen: &Mutex<Vec<String>>,
    cut: &Mutex<HashSet<String>>,
) -> std::io::Result<()> {
    let head = head(&mut client)?;
    seen.lock().expect("no panic").push(head.clone());
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let of = |bucket: &str| path.starts_with(&format!("/{bucket}"));
    if of(ELSEWHERE) && !head.contains(&format!("/{REGION}/s3/")) {
        let body = format!(
            "<Error><Code>AuthorizationHeaderMalformed</Code><Message>m</Message><Region>{REGION}</Region></Error>"
        );
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 400 Bad Request\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        return client.write_all(answer.as_bytes());
    }
    let mut upstream = TcpStream::connect(("127.0.0.1", server))?;
    let forwarded = head.replacen("\r\n", "\r\nConnection: close\r\n", 1);
    upstream.write_all(forwarded.as_bytes())?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer)?;
    let first = |path: &str| cut.lock().expect("no panic").insert(path.to_owned());
    let listing = path.contains('?');
    if !listing && (of(CUT_ALWAYS) || of(CUT_ONCE) && first(&path)) {
        let content = answer.windows(4).position(|end| end == b"\r\n\r\n");
        answer.truncate(content.map_or(0, |at| at + 4 + CUT_AT));
    }
    client.write_all(&answer)?;
    client.shutdown(Shutdown::Both)
}

/// The head of a request; those of these tests have no content.
fn head(client: &mut TcpStream) -> std::io::Result<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && client.read(&mut byte)? > 0 {
        head.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}
