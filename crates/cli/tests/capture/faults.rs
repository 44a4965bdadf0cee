//! A bucket that can be listed, and that answers every PUT in one way.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// What a PUT is answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Access is denied.
    Forbidden,
    /// Come again later, for so many times; then it is taken.
    Overloaded(usize),
    /// None at all.
    Silence,
}

/// A server of its own thread.
pub struct FaultServer {
    /// Its address.
    pub url: String,
    lists: Arc<AtomicUsize>,
    puts: Arc<AtomicUsize>,
    taken: Arc<Mutex<Vec<String>>>,
}

impl FaultServer {
    /// Answers until the process ends.
    pub fn start(answer: Answer) -> FaultServer {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (lists, puts, taken) = (Arc::default(), Arc::default(), Arc::default());
        let server = FaultServer {
            url,
            lists: Arc::clone(&lists),
            puts: Arc::clone(&puts),
            taken: Arc::clone(&taken),
        };
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (lists, puts) = (Arc::clone(&lists), Arc::clone(&puts));
                let taken = Arc::clone(&taken);
                // A client that goes away early is its own business.
                std::thread::spawn(move || drop(serve(client, answer, &lists, &puts, &taken)));
            }
        });
        server
    }

    /// How often something else was asked: what the bucket holds.
    pub fn lists(&self) -> usize {
        self.lists.load(Ordering::Relaxed)
    }

    /// How many objects were offered, repetitions included.
    pub fn puts(&self) -> usize {
        self.puts.load(Ordering::Relaxed)
    }

    /// Heads of the requests whose objects were taken.
    pub fn taken(&self) -> Vec<String> {
        self.taken.lock().expect("no panic").clone()
    }
}

fn serve(
    client: TcpStream,
    answer: Answer,
    lists: &AtomicUsize,
    puts: &AtomicUsize,
    taken: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let mut client = client;
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        let lower = head.to_lowercase();
        let length = lower.split("content-length: ").nth(1);
        let length = length.and_then(|rest| rest.lines().next()?.trim().parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body)?;
        let (status, text) = if head.starts_with("PUT ") {
            let before = puts.fetch_add(1, Ordering::Relaxed);
            match answer {
                Answer::Forbidden => (
                    "403 Forbidden",
                    "<Error><Code>AccessDenied</Code><Message>no</Message></Error>",
                ),
                Answer::Overloaded(times) if before < times => (
                    "503 Slow Down",
                    "<Error><Code>SlowDown</Code><Message>slow</Message></Error>",
                ),
                Answer::Overloaded(_) => {
                    taken.lock().expect("no panic").push(head);
                    ("200 OK", "")
                }
                Answer::Silence => {
                    // Until the client has had enough.
                    reader.read_exact(&mut [0])?;
                    return Ok(());
                }
            }
        } else {
            lists.fetch_add(1, Ordering::Relaxed);
            (
                "200 OK",
                "<ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated></ListBucketResult>",
            )
        };
        let length = text.len();
        let answer =
            format!("HTTP/1.1 {status}\r\nETag: \"e\"\r\nContent-Length: {length}\r\n\r\n{text}");
        client.write_all(answer.as_bytes())?;
    }
}
