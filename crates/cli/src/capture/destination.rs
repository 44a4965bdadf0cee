//! `--to`: where records go.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use flowgauge_flow::sink::encoder::Encoding;
use flowgauge_flow::sink::file::OneFile;
use flowgauge_flow::sink::lines::Lines;
use flowgauge_flow::sink::objects::Objects;
use flowgauge_flow::sink::objects::key::KeyLayout;
use flowgauge_flow::sink::objects::place::{Bucket, BucketOptions, Folder, Place};
use flowgauge_flow::sink::objects::queue::Patience;
use flowgauge_flow::{Inventory, RecordFormat, Sink};

use crate::failure::Failure;

/// The account of objects when nobody names one.
const ACCOUNT: &str = "000000000000";
/// The region of objects when nobody names one.
const REGION: &str = "local";
/// Bytes of objects that wait for a bucket or disk that does not take them.
const MEMORY: usize = 256 * 1024 * 1024;

/// Where records go, and in which shape.
#[derive(Debug, Args)]
pub struct DestinationArgs {
    /// `-` for lines; a file by its ending .log, .txt, .gz or .parquet; a folder or s3://BUCKET/PREFIX for objects
    #[arg(long, value_name = "PLACE", default_value = "-")]
    to: String,
    /// Folders of objects: by day, by hour, and with Hive's names
    #[arg(long, value_name = "LAYOUT", default_value = "plain")]
    layout: Layout,
    /// What objects hold
    #[arg(long, value_name = "FORMAT", default_value = "plain-text")]
    file_format: FileFormat,
    /// Account in the keys of objects, and in records that have no other [default: 000000000000 in keys]
    #[arg(long, value_name = "ID", value_parser = account)]
    pub account: Option<String>,
    /// Region in the keys of objects [default: that of the inventory, or `local`]
    #[arg(long, value_name = "REGION", value_parser = word)]
    region: Option<String>,
    /// Id of the flow log in the keys of objects [default: made of destination and format]
    #[arg(long, value_name = "ID", value_parser = word)]
    flow_log_id: Option<String>,
    /// Seconds after which an object is given up that a bucket or folder does not take
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    give_up_after: u64,
    /// Endpoint of an S3-compatible store
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Layout {
    /// AWSLogs/ACCOUNT/vpcflowlogs/REGION/2024/05/01/
    Plain,
    /// The same, with a folder for each hour
    Hourly,
    /// AWSLogs/aws-account-id=ACCOUNT/…/year=2024/month=05/day=01/
    Hive,
    /// The same, with hour=…
    HiveHourly,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FileFormat {
    /// Lines, compressed with gzip
    PlainText,
    /// Columns
    Parquet,
}

fn account(text: &str) -> Result<String, String> {
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err("an account has 12 digits".to_owned())
    }
}

/// A part of a key between underscores and slashes.
fn word(text: &str) -> Result<String, String> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if !text.is_empty() && text.bytes().all(allowed) {
        Ok(text.to_owned())
    } else {
        Err("letters, digits and hyphens are possible".to_owned())
    }
}

/// A kind of destination.
#[derive(Debug, PartialEq, Eq)]
enum Kind<'a> {
    Lines,
    File(&'a Path),
    Folder(&'a Path),
    Bucket(&'a str),
}

impl<'a> Kind<'a> {
    fn of(to: &'a str) -> Result<Kind<'a>, String> {
        if to == "-" {
            return Ok(Kind::Lines);
        }
        if to.starts_with("s3://") {
            return Ok(Kind::Bucket(to));
        }
        if let Some((scheme, _)) = to.split_once("://") {
            return Err(format!(
                "`{scheme}` is no kind of destination; there are `-`, files, folders and s3:// URLs"
            ));
        }
        let path = Path::new(to);
        let is_file_name = path.extension().is_some_and(|ending| {
            ["log", "txt", "gz", "parquet", "zst"]
                .iter()
                .any(|known| ending == *known)
        });
        match path.metadata() {
            Ok(known) if known.is_dir() => Ok(Kind::Folder(path)),
            Ok(_) => Ok(Kind::File(path)),
            Err(_) if to.ends_with('/') => Ok(Kind::Folder(path)),
            Err(_) if is_file_name => Ok(Kind::File(path)),
            Err(_) if looks_like_a_file(path) => Err(
                "it looks like a file, of a kind that is not written: those end in .log, .txt, .gz or .parquet, a folder in `/`"
                    .to_owned(),
            ),
            Err(_) => Ok(Kind::Folder(path)),
        }
    }
}

/// Whether somebody who wrote this means a file: it ends like `.csv` or `.json`, and not like `v1.2` or
/// `flows.d`.
fn looks_like_a_file(path: &Path) -> bool {
    path.extension().is_some_and(|ending| {
        (3..=7).contains(&ending.len())
            && ending
                .as_encoded_bytes()
                .iter()
                .all(u8::is_ascii_alphabetic)
    })
}

/// Opens the destination.
pub fn open(
    arguments: &DestinationArgs,
    format: RecordFormat,
    inventory: &Inventory,
) -> Result<Box<dyn Sink + Send>, Failure> {
    let wrong = |problem: String| Failure::Input(format!("--to {}: {problem}", arguments.to));
    let place: Box<dyn Place> = match Kind::of(&arguments.to).map_err(wrong)? {
        Kind::Lines => {
            return Ok(Box::new(Lines::new(
                "standard output",
                format,
                io::stdout(),
            )));
        }
        Kind::File(path) => {
            let file = OneFile::create(path, &format);
            return Ok(Box::new(
                file.map_err(|error| Failure::Input(error.to_string()))?,
            ));
        }
        Kind::Folder(path) => Box::new(Folder::new(&PathBuf::from(path))),
        Kind::Bucket(url) => {
            let options = BucketOptions {
                endpoint_url: arguments.endpoint_url.clone(),
                patience: Duration::from_secs(arguments.give_up_after.clamp(1, 60)),
            };
            if url.split('/').skip(3).any(|folder| folder == "AWSLogs") {
                return Err(wrong(
                    "`AWSLogs` is added by itself; name what is above it".to_owned(),
                ));
            }
            let bucket = Bucket::open(url, &options);
            Box::new(bucket.map_err(|problem| Failure::Input(format!("{url}: {problem}")))?)
        }
    };
    let encoding = match arguments.file_format {
        FileFormat::PlainText => Encoding::Gzip,
        FileFormat::Parquet => Encoding::Parquet,
    };
    let patience = Patience {
        pause: Duration::from_secs(1),
        give_up_after: Duration::from_secs(arguments.give_up_after),
        memory: MEMORY,
    };
    let layout = key_layout(arguments, &format, inventory);
    Ok(Box::new(Objects::new(
        layout, encoding, format, place, patience,
    )))
}

fn key_layout(
    arguments: &DestinationArgs,
    format: &RecordFormat,
    inventory: &Inventory,
) -> KeyLayout {
    let of_inventory = |id| inventory.iter().find_map(|(_, known)| known.field(id));
    let account = arguments.account.as_deref();
    let account = account.or_else(|| of_inventory("account-id").filter(|id| account_is_plain(id)));
    let region = arguments.region.as_deref();
    let region = region.or_else(|| of_inventory("region").filter(|id| word(id).is_ok()));
    let layout = arguments.layout;
    KeyLayout {
        account: account.unwrap_or(ACCOUNT).to_owned(),
        region: region.unwrap_or(REGION).to_owned(),
        flow_log: match &arguments.flow_log_id {
            Some(id) => id.clone(),
            None => flow_log_id(&[&arguments.to, &format.header()]),
        },
        hive: matches!(layout, Layout::Hive | Layout::HiveHourly),
        hourly: matches!(layout, Layout::Hourly | Layout::HiveHourly),
    }
}

fn account_is_plain(id: &str) -> bool {
    account(id).is_ok()
}

/// The same id for the same flow log: `fl-` and 17 digits, as AWS has them. The hash is FNV-1a, twice
/// with different seeds, because nothing here needs more.
fn flow_log_id(parts: &[&str]) -> String {
    let hash = |seed: u64| {
        let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
        bytes.fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    let digits = format!("{:016x}{:016x}", hash(0xcbf2_9ce4_8422_2325), hash(1));
    format!("fl-{}", &digits[..17])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_apart() {
        let folder = std::env::temp_dir();
        let folder = folder.to_str().expect("a name");
        for (to, expected) in [
            ("-", Kind::Lines),
            ("s3://b/p", Kind::Bucket("s3://b/p")),
            (folder, Kind::Folder(Path::new(folder))),
            ("new.log.gz", Kind::File(Path::new("new.log.gz"))),
            ("new.gz/", Kind::Folder(Path::new("new.gz/"))),
            ("new-folder", Kind::Folder(Path::new("new-folder"))),
            ("v1.2", Kind::Folder(Path::new("v1.2"))),
        ] {
            assert_eq!(Kind::of(to), Ok(expected));
        }
        #[cfg(unix)]
        assert_eq!(
            Kind::of("/dev/null"),
            Ok(Kind::File(Path::new("/dev/null")))
        );
        let problem = Kind::of("gs://b").expect_err("no such store");
        assert!(problem.contains("`gs` is no kind"), "{problem}");
        let problem = Kind::of("new.csv").expect_err("no such file");
        assert!(problem.contains("looks like a file"), "{problem}");
        assert_eq!(
            Kind::of("new.csv/"),
            Ok(Kind::Folder(Path::new("new.csv/")))
        );
    }

    #[test]
    fn ids_are_stable() {
        let id = flow_log_id(&["logs", "version"]);
        assert_eq!(id.len(), 20);
        assert_eq!(id, flow_log_id(&["logs", "version"]));
        assert_ne!(id, flow_log_id(&["log", "sversion"]));
        assert_eq!(
            account("12345678901"),
            Err("an account has 12 digits".to_owned())
        );
        assert!(word("eu_west").is_err());
    }
}
