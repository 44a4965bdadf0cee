//! `flowgauge capture`: what it writes is read back, by us and by others; and what happens when it
//! cannot be written.
//!
//! Tests that need an S3 server (moto) or other readers (DuckDB, flowlogs-reader) take the interpreter
//! of `FLOWGAUGE_TEST_PYTHON`, else `python3`. Without the modules they are skipped, unless the
//! variable asks for them.

#![allow(missing_docs)]

#[path = "capture/exports.rs"]
mod exports;
#[path = "capture/faults.rs"]
mod faults;
#[path = "capture/plan.rs"]
mod plan;
#[path = "capture/rules.rs"]
mod rules;
#[path = "s3/server.rs"]
mod server;
#[path = "capture/signals.rs"]
mod signals;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output, Stdio};

use exports::{Flow, flows, messages};
use faults::{Answer, FaultServer};
use libtest_mimic::{Arguments, Failed, Trial};
use server::Server;
use tempfile::TempDir;

type Outcome = Result<(), Failed>;

/// Half an hour of flows: seven objects, because the first slot begins at noon.
const SECONDS: u32 = 1_800;

struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Run {
    fn of(output: Output) -> Run {
        let text = |bytes| {
            String::from_utf8(bytes)
                .expect("UTF-8")
                .replace("\r\n", "\n")
        };
        Run {
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    fn is(&self, code: i32, out: &str, err: &[&str]) -> Outcome {
        let errors = err.iter().all(|part| self.err.contains(part));
        if self.code == Some(code) && self.out == out && errors {
            return Ok(());
        }
        let Run {
            code: found,
            out: text,
            err: said,
        } = self;
        Err(format!("expected {code} {out:?} {err:?}\nfound {found:?}\n{text}\n{said}").into())
    }
}

fn flowgauge(arguments: &[&str]) -> Run {
    let program = Command::new(env!("CARGO_BIN_EXE_flowgauge"))
        .args(arguments)
        .env_clear()
        .env("AWS_ACCESS_KEY_ID", "writer")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .stdin(Stdio::null())
        .output();
    Run::of(program.expect("the program starts"))
}

/// A folder with an exported file of these flows.
fn exported(flows: &[Flow]) -> (TempDir, String) {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("flows.v5");
    fs::write(&path, messages(flows).concat()).expect("space");
    let path = path.to_str().expect("a name").to_owned();
    (folder, path)
}

fn capture(exported: &str, to: &str, more: &[&str]) -> Run {
    let mut arguments = vec!["capture", "--ipfix", exported, "--local", "10.0.0.5"];
    arguments.extend(["--eni", "eni-1", "--account", "123456789012"]);
    arguments.extend(["--region", "eu-west-1", "--to", to]);
    arguments.extend(more);
    flowgauge(&arguments)
}

/// Records, packets and bytes.
fn totals(flows: &[Flow]) -> String {
    let packets: u32 = flows.iter().map(|flow| flow.packets).sum();
    let bytes: u32 = flows.iter().map(|flow| flow.bytes).sum();
    format!("{} {packets} {bytes}", flows.len())
}

const TOTALS: &str =
    "filter logStatus = 'OK' | stats count(*) as n, sum(packets) as p, sum(bytes) as b";

fn asked(path: &str, more: &[&str]) -> Result<String, Failed> {
    let mut arguments = vec!["query", "-o", "tsv", TOTALS, path];
    arguments.extend(more);
    let run = flowgauge(&arguments);
    let row = run.out.lines().nth(1).map(|row| row.replace('\t', " "));
    row.ok_or_else(|| format!("{}{}", run.out, run.err).into())
}

fn python(arguments: &[&str]) -> Result<String, Failed> {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/capture/read_back.py");
    let output = Command::new(server::python())
        .arg(script)
        .args(arguments)
        .output()?;
    let run = Run::of(output);
    match run.code {
        Some(0) => Ok(run.out.trim_end().to_owned()),
        _ => Err(run.err.into()),
    }
}

fn same(found: &str, expected: &str) -> Outcome {
    if found == expected {
        return Ok(());
    }
    Err(format!("{found}, not {expected}").into())
}

fn objects(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder").flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                // In names of objects, whatever separates names here.
                let path = entry.path();
                found.push(path.to_str().expect("a name").replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

fn lines_on_standard_output() -> Outcome {
    let (_folder, path) = exported(&flows(3));
    capture(&path, "-", &[]).is(
        0,
        "2 123456789012 eni-1 192.0.2.0 10.0.0.5 40000 443 6 1 100 1714564800 1714564800 ACCEPT OK\n\
         2 123456789012 eni-1 192.0.2.1 10.0.0.5 40001 443 6 2 200 1714564801 1714564801 ACCEPT OK\n\
         2 123456789012 eni-1 192.0.2.2 10.0.0.5 40002 443 6 3 300 1714564802 1714564802 ACCEPT OK\n",
        &["6 packets, 600 bytes, 3 records; 0 packets excluded, 0 malformed, 0 lost"],
    )?;
    let format = [
        "--format",
        "${srcaddr} ${tcp-flags} ${bytes} ${flow-direction}",
    ];
    capture(&path, "-", &format).is(
        0,
        "192.0.2.0 3 100 ingress\n192.0.2.1 3 200 ingress\n192.0.2.2 3 300 ingress\n",
        &[],
    )
}

fn what_is_left_out_can_be_recorded() -> Outcome {
    let (folder, path) = exported(&flows(3));
    let site = folder.path().join("site.toml");
    // The second flow comes from the address of the subnet's router.
    let text = "[[vpcs]]\nid = \"vpc-1\"\ncidrs = [\"10.0.0.0/16\", \"192.0.2.0/24\"]\n\
        [[subnets]]\nid = \"subnet-1\"\nvpc = \"vpc-1\"\ncidrs = [\"192.0.2.0/30\"]\n\
        [[interfaces]]\nid = \"eni-1\"\naddresses = [\"10.0.0.5\"]\nsubnet = \"subnet-1\"\n";
    fs::write(&site, text)?;
    let site = site.to_str().expect("a name");
    let line = ["capture", "--ipfix", &path, "--inventory", site];
    let format = ["--format", "${bytes}"];
    let left_out = flowgauge(&[line.as_slice(), &format, &["--record", "dns"]].concat());
    left_out.is(0, "100\n300\n", &["2 records; 2 packets excluded"])?;
    let recorded = flowgauge(&[line.as_slice(), &format, &["--record", "dns,router"]].concat());
    recorded.is(0, "100\n200\n300\n", &["3 records; 0 packets excluded"])
}

fn one_file_of_every_kind() -> Outcome {
    let all = flows(SECONDS);
    let (folder, path) = exported(&all);
    for name in ["flows.log", "flows.log.gz", "flows.parquet"] {
        let to = folder.path().join(name);
        let to = to.to_str().expect("a name");
        capture(&path, to, &[]).is(0, "", &["1800 records"])?;
        same(&asked(to, &[])?, &totals(&all))?;
    }
    let left = objects(folder.path());
    same(&left.len().to_string(), "4")
}

fn objects_of_every_layout() -> Outcome {
    let all = flows(SECONDS);
    let (folder, path) = exported(&all);
    let plain = "AWSLogs/123456789012/vpcflowlogs/eu-west-1/2024/05/01/";
    let hive = "AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2024/month=05/day=01/";
    for (layout, below) in [
        ("plain", plain.to_owned()),
        ("hourly", format!("{plain}12/")),
        ("hive", hive.to_owned()),
        ("hive-hourly", format!("{hive}hour=12/")),
    ] {
        for (format, ending) in [("plain-text", ".log.gz"), ("parquet", ".log.parquet")] {
            let to = folder.path().join(format!("{layout}-{format}"));
            let to = to.to_str().expect("a name");
            let more = ["--layout", layout, "--file-format", format];
            capture(&path, to, &more).is(0, "", &["1800 records"])?;
            same(&asked(to, &[])?, &totals(&all))?;
            let found = objects(Path::new(to));
            let stamps = ["T1200Z", "T1205Z", "T1210Z", "T1215Z", "T1220Z", "T1225Z"];
            let fits = |(object, stamp): (&String, &str)| {
                object.contains(&below) && object.contains(stamp) && object.ends_with(ending)
            };
            if found.len() != stamps.len() || !found.iter().zip(stamps).all(fits) {
                return Err(format!("{layout} {format}: {found:?}").into());
            }
            // A query of ten minutes opens the objects that can hold them, and no other.
            let range = [
                "--start",
                "2024-05-01T12:20:00Z",
                "--end",
                "2024-05-01T12:24:59Z",
            ];
            let some = &all[1_200..1_500];
            same(&asked(to, &range)?, &totals(some))?;
        }
    }
    Ok(())
}

fn the_packets_of_a_plan_are_its_records() -> Outcome {
    let folder = TempDir::new()?;
    let path = |name: &str| {
        folder
            .path()
            .join(name)
            .to_str()
            .expect("a name")
            .to_owned()
    };
    let (packets, inventory) = (path("day.pcapng"), path("site.toml"));
    let expected = plan::write(4_000, Path::new(&packets), Path::new(&inventory));
    let mut arguments = vec!["capture", "--pcap", &packets, "--inventory", &inventory];
    arguments.extend(["--format", plan::FORMAT]);
    let run = flowgauge(&arguments);
    let mut found: Vec<&str> = run
        .out
        .lines()
        .filter(|line| line.contains(" OK "))
        .collect();
    found.sort();
    if run.code != Some(0) || expected.len() < 3_000 {
        return Err(format!("{} records; {}", expected.len(), run.err).into());
    }
    let differs = found
        .iter()
        .zip(&expected)
        .find(|(found, expected)| found != expected);
    match differs {
        None => same(&found.len().to_string(), &expected.len().to_string()),
        Some((found, expected)) => Err(format!("{found}, not {expected}").into()),
    }
}

fn mistakes_are_told_before_anything_is_captured() -> Outcome {
    let (folder, path) = exported(&flows(3));
    let text = folder.path().join("notes.txt");
    fs::write(&text, "hello, this is no export\n")?;
    let text = text.to_str().expect("a name");
    for (arguments, problem) in [
        (vec!["--to", "gs://b"], "`gs` is no kind of destination"),
        (vec!["--to", "s3://"], "the bucket is missing"),
        (
            vec!["--format", "${nonsense}"],
            "flow logs have no field `nonsense`",
        ),
        (vec!["--format", "${tgw-id}"], "transit gateway"),
        (
            vec!["--to", "/no/such/folder/x.log"],
            "/no/such/folder/x.log: ",
        ),
        (vec!["--inventory", "/no/such/file"], "/no/such/file"),
    ] {
        let mut line = vec!["capture", "--ipfix", &path];
        line.extend(arguments);
        flowgauge(&line).is(2, "", &[problem])?;
    }
    flowgauge(&["capture", "--ipfix", text]).is(2, "", &["notes.txt: the message at byte 0 "])?;
    flowgauge(&["capture", "--hubble", text]).is(2, "", &["is an event of Hubble"])?;
    let run = flowgauge(&["capture"]);
    run.is(2, "", &["required"])
}

fn a_full_disk_is_told() -> Outcome {
    let (_folder, path) = exported(&flows(SECONDS));
    capture(&path, "/dev/full", &[]).is(2, "", &["error: /dev/full: No space left"])?;
    // Standard output.
    let program = env!("CARGO_BIN_EXE_flowgauge");
    let line = format!("{program} capture --ipfix {path} --local 10.0.0.5 > /dev/full");
    let output = Command::new("sh").args(["-c", &line]).output()?;
    Run::of(output).is(2, "", &["error: standard output: No space left"])
}

/// A disk of two pages, mounted in a namespace of its own.
fn a_folder_on_a_full_disk_keeps_what_fits() -> Outcome {
    let (folder, path) = exported(&flows(SECONDS));
    let disk = folder.path().join("disk");
    fs::create_dir(&disk)?;
    let (program, disk) = (env!("CARGO_BIN_EXE_flowgauge"), disk.display());
    let line = format!(
        "mount -t tmpfs -o size=8k none {disk} || exit 99
         {program} capture --ipfix {path} --local 10.0.0.5 --give-up-after 2 --to {disk}
         echo $?; find {disk} -name '.*.part' | wc -l
         {program} query -o tsv 'stats count(*) as n' {disk}"
    );
    let output = Command::new("unshare")
        .args(["-Urm", "sh", "-c", &line])
        .output()?;
    let run = Run::of(output);
    let lines: Vec<&str> = run.out.lines().collect();
    let [code, halves, _, kept] = lines.as_slice() else {
        return Err(format!("{}{}", run.out, run.err).into());
    };
    same(&format!("{code} {halves}"), "2 0")?;
    let kept: u32 = kept.parse()?;
    let lost = format!("error: {} records were not written", SECONDS - kept);
    if kept > 0 && run.err.contains("No space left on device") && run.err.contains(&lost) {
        return Ok(());
    }
    Err(format!("{kept} kept; {}", run.err).into())
}

fn can_mount() -> bool {
    let mount = "mount -t tmpfs -o size=8k none /mnt";
    let probe = Command::new("unshare")
        .args(["-Urm", "sh", "-c", mount])
        .output();
    probe.is_ok_and(|output| output.status.success())
}

fn a_closed_pipe_is_quiet() -> Outcome {
    let (_folder, path) = exported(&flows(SECONDS));
    let program = env!("CARGO_BIN_EXE_flowgauge");
    let line = format!("{program} capture --ipfix {path} --local 10.0.0.5 | head -n 1 | wc -l");
    let run = Run::of(Command::new("sh").args(["-c", &line]).output()?);
    if run.err.contains("error") {
        return Err(run.err.into());
    }
    same(run.out.trim(), "1")
}

fn a_bucket_that_refuses_is_told() -> Outcome {
    let all = flows(SECONDS);
    let (_folder, path) = exported(&all);
    let bucket = FaultServer::start(Answer::Forbidden);
    capture(&path, "s3://b/p", &["--endpoint-url", &bucket.url]).is(
        2,
        "",
        &[
            "warning: s3://b/p/AWSLogs/123456789012/vpcflowlogs/eu-west-1/2024/05/01/",
            "access denied; the credentials need s3:PutObject here; 300 records are lost",
            // All, and those that tell of the loss.
            " records not written",
            " records were not written",
        ],
    )?;
    same(&bucket.puts().to_string(), "6")
}

fn a_bucket_that_is_overloaded_gets_everything_later() -> Outcome {
    let all = flows(SECONDS);
    let (_folder, path) = exported(&all);
    // The library tries each object three times before our own queue has to wait.
    let bucket = FaultServer::start(Answer::Overloaded(4));
    capture(&path, "s3://b", &["--endpoint-url", &bucket.url]).is(0, "", &["1800 records;"])?;
    let taken = bucket.taken();
    same(&taken.len().to_string(), "6")?;
    let owned = |head: &&String| {
        let head = head.to_lowercase();
        head.contains("x-amz-acl: bucket-owner-full-control")
            && head.contains("signedheaders=")
            && head.split("signedheaders=").any(|rest| {
                rest.split(',')
                    .next()
                    .is_some_and(|list| list.contains("x-amz-acl"))
            })
    };
    same(&taken.iter().filter(owned).count().to_string(), "6")
}

fn a_bucket_that_is_silent_is_given_up() -> Outcome {
    let (_folder, path) = exported(&flows(3));
    let bucket = FaultServer::start(Answer::Silence);
    let more = ["--endpoint-url", &bucket.url, "--give-up-after", "2"];
    capture(&path, "s3://b", &more).is(
        2,
        "",
        &[
            "the server did not answer within 2 seconds; it was tried for",
            "error: 3 records were not written",
        ],
    )
}

fn a_bucket_that_is_away_is_told_at_once() -> Outcome {
    let (_folder, path) = exported(&flows(3));
    let closed = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let endpoint = format!("http://{closed}");
    capture(&path, "s3://b", &["--endpoint-url", &endpoint]).is(
        2,
        "",
        &["error: s3://b: no connection to the server"],
    )
}

fn objects_in_s3_are_read_back() -> Outcome {
    let all = flows(SECONDS);
    let (folder, path) = exported(&all);
    let site = folder.path().join("site");
    fs::create_dir_all(site.join("flows"))?;
    let server = Server::start(&site, &[]);
    let endpoint = format!("http://127.0.0.1:{}", server.port);
    let at = ["--endpoint-url", endpoint.as_str()];
    for (url, format) in [
        ("s3://flows", "plain-text"),
        ("s3://flows/columns/", "parquet"),
    ] {
        let more = [at.as_slice(), &["--file-format", format]].concat();
        capture(&path, url, &more).is(0, "", &["1800 records;"])?;
        let url = format!("{}/AWSLogs", url.trim_end_matches('/'));
        same(&asked(&url, &at)?, &totals(&all))?;
    }
    let read = python(&["flowlogs-reader", &endpoint, "flows"])?;
    same(&read, &totals(&all))?;
    capture(&path, "s3://nowhere", &at).is(2, "", &["error: s3://nowhere: there is no such bucket"])
}

fn duckdb_reads_the_same() -> Outcome {
    let all = flows(SECONDS);
    let (folder, path) = exported(&all);
    for (format, ending) in [("plain-text", "log.gz"), ("parquet", "log.parquet")] {
        let to = folder.path().join(format);
        let to = to.to_str().expect("a name");
        capture(&path, to, &["--file-format", format]).is(0, "", &["1800 records"])?;
        let read = python(&["duckdb", &format!("{to}/**/*.{ending}")])?;
        same(&read, &totals(&all))?;
    }
    Ok(())
}

/// What needs no module of Python but a shell, signals or devices of Unix.
const UNIX: &str = "unix";
/// What needs a file system of its own.
const MOUNT: &str = "mount";
/// What needs a network of its own with a firewall as well.
const NETWORK: &str = "network";

/// Name, test, and the modules of Python that it needs.
type Test = (&'static str, fn() -> Outcome, &'static str);

const TESTS: &[Test] = &[
    ("lines_on_standard_output", lines_on_standard_output, ""),
    (
        "what_is_left_out_can_be_recorded",
        what_is_left_out_can_be_recorded,
        "",
    ),
    ("one_file_of_every_kind", one_file_of_every_kind, ""),
    ("objects_of_every_layout", objects_of_every_layout, ""),
    (
        "the_packets_of_a_plan_are_its_records",
        the_packets_of_a_plan_are_its_records,
        "",
    ),
    (
        "mistakes_are_told_before_anything_is_captured",
        mistakes_are_told_before_anything_is_captured,
        "",
    ),
    ("a_full_disk_is_told", a_full_disk_is_told, UNIX),
    (
        "a_folder_on_a_full_disk_keeps_what_fits",
        a_folder_on_a_full_disk_keeps_what_fits,
        MOUNT,
    ),
    ("a_closed_pipe_is_quiet", a_closed_pipe_is_quiet, UNIX),
    (
        "an_interrupt_closes_the_open_window",
        signals::an_interrupt_closes_the_open_window,
        UNIX,
    ),
    (
        "a_second_interrupt_ends_at_once",
        signals::a_second_interrupt_ends_at_once,
        UNIX,
    ),
    (
        "a_live_pipe_is_not_waited_for",
        signals::a_live_pipe_is_not_waited_for,
        UNIX,
    ),
    (
        "rules_end_with_the_capture",
        rules::rules_end_with_the_capture,
        NETWORK,
    ),
    (
        "rules_end_before_a_second_interrupt_ends_the_capture",
        rules::rules_end_before_a_second_interrupt_ends_the_capture,
        NETWORK,
    ),
    (
        "rules_of_a_killed_capture_end_with_the_next",
        rules::rules_of_a_killed_capture_end_with_the_next,
        NETWORK,
    ),
    (
        "a_bucket_that_refuses_is_told",
        a_bucket_that_refuses_is_told,
        "",
    ),
    (
        "a_bucket_that_is_overloaded_gets_everything_later",
        a_bucket_that_is_overloaded_gets_everything_later,
        "",
    ),
    (
        "a_bucket_that_is_silent_is_given_up",
        a_bucket_that_is_silent_is_given_up,
        "",
    ),
    (
        "a_bucket_that_is_away_is_told_at_once",
        a_bucket_that_is_away_is_told_at_once,
        "",
    ),
    (
        "objects_in_s3_are_read_back",
        objects_in_s3_are_read_back,
        "boto3, moto.server, flowlogs_reader",
    ),
    ("duckdb_reads_the_same", duckdb_reads_the_same, "duckdb"),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let demanded = std::env::var_os("FLOWGAUGE_TEST_PYTHON").is_some();
    let mut trials = Vec::new();
    for (name, test, modules) in TESTS {
        if [UNIX, MOUNT, NETWORK].contains(modules) {
            let (available, what) = match *modules {
                UNIX => (cfg!(unix), "shell of Unix is"),
                MOUNT => (can_mount(), "file system can be mounted"),
                _ => (rules::can_enforce(), "network can be made"),
            };
            if !available {
                println!("skipped: {name}: no {what} here");
            }
            trials.push(Trial::test(*name, *test).with_ignored_flag(!available));
            continue;
        }
        let available = modules.is_empty() || server::has_modules(modules);
        if !available && demanded {
            eprintln!("error: {} has no modules {modules}", server::python());
            return ExitCode::FAILURE;
        }
        if !available {
            println!(
                "skipped: {name}: {} has no modules {modules}",
                server::python()
            );
        }
        trials.push(Trial::test(*name, *test).with_ignored_flag(!available));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}
