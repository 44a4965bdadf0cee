//! Writes a day to disk as flow logs are delivered: S3 objects, or one plain file.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::answers::{Answers, Tally};
use crate::generator::Generator;
use crate::layout::Layout;
use crate::rng::Rng;
use crate::site::Site;

/// Length of the slot of one object, seconds.
const OBJECT_SECONDS: i64 = 300;
const OBJECTS: u64 = 5;
/// Bytes handed to a file at a time.
const CHUNK: usize = 256 * 1024;

/// How a day lies on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `AWSLogs/<account>/vpcflowlogs/<region>/<year>/<month>/<day>/*.log.gz` under the folder: an
    /// object each five minutes of `end`, with a header line (flow log spec 2.4).
    Objects,
    /// One uncompressed file `flow.log` in the folder, with a header line.
    Plain,
}

/// Writes the rest of a generator's day below `folder`, which is made when missing, and
/// `.answers.json` beside it. Returns the answers and the files written, the answers' own last.
pub fn write(
    mut generator: Generator,
    layout: &Layout,
    folder: &Path,
    shape: Shape,
) -> io::Result<(Answers, Vec<PathBuf>)> {
    fs::create_dir_all(folder)?;
    let mut tally = Tally::default();
    let mut files = Files {
        folder,
        shape,
        header: layout.header(),
        seed: generator.seed(),
        open: None,
        written: Vec::new(),
    };
    let mut chunk = Vec::with_capacity(CHUNK + 4_096);
    let mut slot = None;
    while let Some(record) = generator.advance().copied() {
        let now = record.end.div_euclid(OBJECT_SECONDS) * OBJECT_SECONDS;
        if slot != Some(now) {
            files.append(&mut chunk)?;
            files.start(now, generator.site())?;
            slot = Some(now);
        }
        tally.add(&record);
        layout.write_line(&record, generator.site(), &mut chunk);
        if chunk.len() >= CHUNK {
            files.append(&mut chunk)?;
        }
    }
    files.append(&mut chunk)?;
    files.finish()?;
    let answers = tally
        .answers(generator.seed(), generator.site())
        .ok_or_else(|| io::Error::other("the records of this day hold no incident"))?;
    let path = folder.join(".answers.json");
    let mut text = serde_json::to_vec_pretty(&answers)?;
    text.push(b'\n');
    fs::write(&path, text)?;
    let mut written = files.written;
    written.push(path);
    Ok((answers, written))
}

/// The files of a day, one open at a time.
struct Files<'a> {
    folder: &'a Path,
    shape: Shape,
    header: String,
    seed: u64,
    open: Option<Open>,
    written: Vec<PathBuf>,
}

enum Open {
    Object(Box<GzEncoder<File>>),
    Plain(BufWriter<File>),
}

impl Files<'_> {
    /// Makes sure that the file for the slot is open.
    fn start(&mut self, slot: i64, site: &Site) -> io::Result<()> {
        if self.shape == Shape::Plain && self.open.is_some() {
            return Ok(());
        }
        self.finish()?;
        let path = match self.shape {
            Shape::Plain => self.folder.join("flow.log"),
            Shape::Objects => self.folder.join(object_key(self.seed, slot, site)),
        };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let file = File::create(&path)?;
        self.written.push(path);
        self.open = Some(match self.shape {
            Shape::Plain => Open::Plain(BufWriter::new(file)),
            Shape::Objects => Open::Object(Box::new(GzEncoder::new(file, Compression::default()))),
        });
        let mut header = format!("{}\n", self.header).into_bytes();
        self.append(&mut header)
    }

    /// Writes a chunk to the open file and empties it.
    fn append(&mut self, chunk: &mut Vec<u8>) -> io::Result<()> {
        match &mut self.open {
            Some(Open::Object(file)) => file.write_all(chunk)?,
            Some(Open::Plain(file)) => file.write_all(chunk)?,
            None => {}
        }
        chunk.clear();
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        match self.open.take() {
            Some(Open::Object(file)) => file.finish().map(drop),
            Some(Open::Plain(mut file)) => file.flush(),
            None => Ok(()),
        }
    }
}

/// The key of the object for a slot.
fn object_key(seed: u64, slot: i64, site: &Site) -> String {
    let time =
        TimeZone::UTC.to_datetime(Timestamp::from_second(slot).unwrap_or(Timestamp::UNIX_EPOCH));
    let (account, region, flow_log) = (site.account, site.region, &site.flow_log);
    let hash = Rng::keyed(seed, OBJECTS, slot as u64).next() as u32;
    let (year, month, day) = (time.year(), time.month(), time.day());
    let (hour, minute) = (time.hour(), time.minute());
    format!(
        "AWSLogs/{account}/vpcflowlogs/{region}/{year}/{month:02}/{day:02}/\
         {account}_vpcflowlogs_{region}_{flow_log}_{year}{month:02}{day:02}T{hour:02}{minute:02}Z_{hash:08x}.log.gz"
    )
}

#[cfg(test)]
mod tests;
