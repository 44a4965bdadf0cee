//! Opening an input: its packing, its format, its decoder.

use std::sync::Arc;
use std::time::Duration;

use flowgauge_format::{Decoder, Format, registry};
use tokio::runtime::Handle;

use super::bytes::{ByteStream, Packing};
use super::foreign;
use super::location::{Entry, Location};
use crate::error::InputError;

/// How much of an input is looked at to tell its format.
pub const HEAD: usize = 64 * 1024;

/// How long more lines are waited for when the first ones are there.
const PATIENCE: Duration = Duration::from_secs(1);

/// How inputs are to be read, as the user chose.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// `--format`: the name of a format.
    pub format: Option<String>,
    /// A field list (`${version} …`) given as `--format`.
    pub log_format: Option<String>,
}

/// What an input turned out to be.
#[derive(Clone)]
pub enum Kind {
    /// Text in a format.
    Text {
        /// Turns blocks into columns.
        decoder: Arc<dyn Decoder>,
        /// How it is packed.
        packing: Packing,
    },
    /// A Parquet file.
    Parquet,
    /// Nothing in it.
    Empty,
}

/// Reads the beginning of an input and decides how to read it.
pub fn open(entry: &Entry, handle: &Handle) -> Result<Kind, InputError> {
    let mut stream = ByteStream::open(entry, handle, None)?;
    let packing = stream.packing();
    if packing == Packing::Parquet {
        return Ok(Kind::Parquet);
    }
    let head = head(&mut stream)?;
    kind_of(&head, packing, entry)
}

/// The beginning of a stream. A stream that breaks there is an error only when nothing came
/// before; otherwise the error comes when the stream is read to that place. A slow stream is judged
/// by its first lines.
pub fn head(stream: &mut ByteStream) -> Result<Vec<u8>, InputError> {
    let mut head = Vec::new();
    while head.len() < HEAD && !stream.has_ended() {
        let left = HEAD - head.len();
        stream.fill(&mut head, left, PATIENCE);
        if head.contains(&b'\n') {
            break;
        }
    }
    if head.is_empty()
        && let Some(error) = stream.failure()
    {
        return Err(error);
    }
    Ok(head)
}

/// Decides from the beginning of the decompressed content.
pub fn kind_of(head: &[u8], packing: Packing, entry: &Entry) -> Result<Kind, InputError> {
    let head = head.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(head);
    if head.is_empty() {
        return Ok(Kind::Empty);
    }
    if let Some(problem) = foreign::problem(head) {
        return Err(InputError::new(&entry.name, problem));
    }
    // A cut in the middle of a line would look malformed.
    let whole = match memchr::memrchr(b'\n', head) {
        Some(end) if head.len() >= HEAD - 3 => &head[..=end],
        _ => head,
    };
    let text = String::from_utf8_lossy(whole);
    let reading = &entry.membership.reading;
    let context = entry.context();
    let format: &Format = match (&reading.format, &reading.log_format) {
        (Some(name), _) => match registry::find(name) {
            Some(format) => format,
            None => return Err(unknown_format(entry, name)),
        },
        _ => registry::sniff(&text, &context),
    };
    match (format.open)(&text, &context) {
        Ok(decoder) => Ok(Kind::Text {
            decoder: Arc::from(decoder),
            packing,
        }),
        Err(problem) => Err(InputError::new(&entry.name, problem)),
    }
}

fn unknown_format(entry: &Entry, name: &str) -> InputError {
    let names: Vec<&str> = registry::FORMATS.iter().map(|format| format.name).collect();
    let help = match flowgauge_ql::suggest::closest(name, names.iter().copied()) {
        Some(close) => format!("did you mean `{close}`?"),
        None => format!("choose one of {}", names.join(", ")),
    };
    InputError::new(&entry.name, format!("no format is called `{name}`; {help}"))
}

/// Whether an input can be read in ranges by several threads.
pub fn is_splittable(entry: &Entry, packing: Packing, decoder: &dyn Decoder) -> bool {
    packing == Packing::Plain
        && decoder.framing() == flowgauge_format::Framing::Lines
        && entry.size.is_some()
        && matches!(entry.location, Location::File(_))
}
