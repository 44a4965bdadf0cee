//! `s3://` inputs, against a real S3 server (moto) in a process of its own.
//!
//! The interpreter is `FLOWGAUGE_TEST_PYTHON`, else `python3`; it needs `moto[server,s3]`. Without
//! that module the tests are skipped, unless the variable asks for them.

#![allow(missing_docs)]

#[path = "s3/proxy.rs"]
mod proxy;
#[path = "s3/server.rs"]
mod server;
#[path = "s3/site.rs"]
mod site;

use std::fs;
use std::net::TcpListener;
use std::process::{Command, ExitCode};
use std::sync::{Arc, OnceLock};

use libtest_mimic::{Arguments, Failed, Trial};
use proxy::Proxy;
use server::Server;
use tempfile::TempDir;

type Outcome = Result<(), Failed>;
type Test = fn(&Lab) -> Outcome;

/// Two keys that the server takes, as it takes any.
const KEYS: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT"),
    ("AWS_SECRET_ACCESS_KEY", "secret"),
];

/// The server, the way to it, and a home folder.
struct Lab {
    // Held, because it ends when dropped.
    _server: Server,
    proxy: Proxy,
    folder: TempDir,
}

/// What a run of the program printed.
struct Run {
    code: Option<i32>,
    /// With plain line ends; CSV has others.
    out: String,
    err: String,
}

impl Lab {
    fn start() -> Lab {
        let folder = TempDir::new().expect("a folder");
        let site = folder.path().join("site");
        site::write(&site);
        let server = Server::start(&site, &[("MOTO_S3_DEFAULT_MAX_KEYS", site::PAGE)]);
        let proxy = Proxy::start(server.port);
        Lab {
            _server: server,
            proxy,
            folder,
        }
    }

    fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.proxy.port)
    }

    /// Runs the program in an environment that holds nothing else.
    fn run(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_flowgauge"))
            .args(arguments)
            .env_clear()
            .env("HOME", self.folder.path())
            .envs(variables.iter().copied())
            .output()
            .expect("the program starts");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Run {
            code: output.status.code(),
            out: text(output.stdout).replace("\r\n", "\n"),
            err: text(output.stderr),
        }
    }

    /// Runs a query with keys and `--stats` over one URL.
    fn query(&self, query: &str, url: &str, more: &[&str]) -> Run {
        self.query_as(&KEYS, query, url, more)
    }

    fn query_as(&self, keys: &[(&str, &str)], query: &str, url: &str, more: &[&str]) -> Run {
        let endpoint = self.endpoint();
        let mut arguments = vec!["query", query, url, "--endpoint-url", &endpoint];
        arguments.extend(["-o", "csv", "--stats"]);
        arguments.extend(more);
        self.run(keys, &arguments)
    }
}

impl Run {
    fn succeeds(self, out: &str, err: &str) -> Outcome {
        if self.code == Some(0) && self.out == out && self.err.contains(err) {
            return Ok(());
        }
        Err(self.unexpected(&format!("{out}{err}")))
    }

    fn warns(self, warning: &str) -> Outcome {
        if self.code == Some(0) && self.err.contains(&format!("warning: {warning}")) {
            return Ok(());
        }
        Err(self.unexpected(warning))
    }

    fn fails(self, err: &str) -> Outcome {
        if self.code == Some(2) && self.out.is_empty() && self.err.contains(err) {
            return Ok(());
        }
        Err(self.unexpected(err))
    }

    fn unexpected(&self, expected: &str) -> Failed {
        format!(
            "expected {expected}\ncode {:?}\n{}{}",
            self.code, self.out, self.err
        )
        .into()
    }
}

const TOTAL: &str = "stats count(*) as n, sum(bytes) as b";
const LINES: &str = "stats count(*) as n";

fn every_layout_is_read(lab: &Lab) -> Outcome {
    let sum: i64 = site::HOURS.iter().map(|hour| hour * 2).sum();
    for layout in ["plain", "hourly", "hive", "parquet"] {
        for end in ["", "/", "/AWSLogs/"] {
            let url = format!("s3://flows/{layout}{end}");
            lab.query(TOTAL, &url, &[])
                .succeeds(&format!("n,b\n10,{sum}\n"), "from 5 files\n")?;
        }
    }
    let fields = "fields @aws.account, @aws.region, srcaddr | limit 1";
    lab.query(fields, "s3://flows/hive", &[]).succeeds(
        "@aws.account,@aws.region,srcaddr\n123456789012,eu-west-1,10.0.0.1\n",
        "",
    )
}

fn a_range_lists_and_reads_what_can_match(lab: &Lab) -> Outcome {
    let range = [
        "--start",
        "2024-05-01T10:00:00Z",
        "--end",
        "2024-05-01T10:30:00Z",
    ];
    // One object of the day or of the hour before is listed and left out by its name; folders of
    // other days and hours are not even listed.
    let keys = [("AWS_ACCESS_KEY_ID", "AKIARANGE"), KEYS[1]];
    for (layout, skipped) in [
        ("plain", "3 files"),
        ("hourly", "1 file"),
        ("hive", "1 file"),
        ("parquet", "3 files"),
    ] {
        let url = format!("s3://flows/{layout}");
        let read = format!("from 1 file\n{skipped} (");
        lab.query_as(&keys, TOTAL, &url, &range)
            .succeeds("n,b\n2,20\n", &read)?;
    }
    let listed = lab.proxy.requests("Credential=AKIARANGE/");
    for (folder, expected) in [
        ("day%3D01%2Fhour%3D10%2F", 1),
        ("day%3D01%2Fhour%3D11%2F", 0),
        ("day%3D02%2F", 0),
    ] {
        let found = listed.iter().filter(|head| head.contains(folder)).count();
        if found != expected {
            return Err(format!("{folder} was listed {found} times: {listed:?}").into());
        }
    }
    let outside = [
        "--start",
        "2023-01-01T00:00:00Z",
        "--end",
        "2023-01-02T00:00:00Z",
    ];
    lab.query(LINES, "s3://flows/hive", &outside)
        .succeeds("n\n", "from 0 files\n")
}

fn objects_prefixes_and_wildcards(lab: &Lab) -> Outcome {
    for (url, lines, files) in [
        // An object is meant alone, even when its key begins others.
        ("s3://notes/app.log", 1, 1),
        ("s3://notes/app.log.", 2, 1),
        ("s3://notes/app", 6, 3),
        ("s3://notes", 6, 3),
        ("s3://notes/", 6, 3),
        ("s3://notes/app with space/[$LATEST]50%.log", 3, 1),
        ("s3://notes/*.log", 1, 1),
        ("s3://notes/**/*.log", 4, 2),
        ("s3://notes/*", 6, 3),
        ("s3://notes/app.log*", 3, 2),
        // Keys with nothing between two slashes, or in front of the first.
        ("s3://slashes/", 10, 4),
        ("s3://slashes/p//", 3, 2),
        ("s3://slashes/p//x.log", 1, 1),
        ("s3://slashes//lead", 4, 1),
        ("s3://slashes/**/*.log", 10, 4),
        ("s3://slashes/p/*/y.log", 2, 1),
        ("s3://flows/hive/**/hour=1*", 6, 3),
        ("s3://flows/*/AWSLogs/*/vpcflowlogs/*/2024/05/02/", 6, 3),
    ] {
        let plural = if files == 1 { "" } else { "s" };
        let read = format!("from {files} file{plural}\n");
        lab.query(LINES, url, &[])
            .succeeds(&format!("n\n{lines}\n"), &read)?;
    }
    Ok(())
}

fn an_object_named_twice_is_read_once(lab: &Lab) -> Outcome {
    let more = [
        "s3://notes/app.log",
        "s3://notes/**/*.log",
        "s3://many/0000.log",
    ];
    lab.query(LINES, "s3://notes/app", &more)
        .succeeds("n\n7\n", "from 4 files\n")
}

fn long_listings_have_pages(lab: &Lab) -> Outcome {
    let many = site::MANY;
    lab.query(LINES, "s3://many", &[])
        .succeeds(&format!("n\n{many}\n"), &format!("from {many} files\n"))?;
    match lab.proxy.requests("continuation-token=").len() {
        2 => Ok(()),
        count => Err(format!("{count} pages were asked for after the first").into()),
    }
}

fn what_is_missing_is_named(lab: &Lab) -> Outcome {
    for (url, problem) in [
        ("s3://nowhere/x", "there is no such bucket"),
        ("s3://notes/x", "no object has a key that begins like this"),
        ("s3://notes/*.parquet", "no object has a key like this"),
        (
            "s3://notes/empty/",
            "no object has a key that begins like this",
        ),
        ("s3://", "the bucket is missing"),
    ] {
        lab.query(LINES, url, &[])
            .fails(&format!("error: {url}: {problem}"))?;
    }
    Ok(())
}

fn broken_downloads_are_resumed_or_told(lab: &Lab) -> Outcome {
    lab.query(LINES, "s3://cut-once/noise.gz", &[])
        .succeeds("n\n5000\n", "from 1 file\n")?;
    let resumed = lab.proxy.requests("bytes=1000-");
    if resumed.is_empty() {
        return Err("nothing was resumed".into());
    }
    let url = "s3://cut-always/noise.gz";
    lab.query(LINES, url, &[])
        .fails(&format!("error: {url}: the download broke off after "))?;
    lab.query(LINES, url, &["--skip-bad-files"])
        .warns(&format!("{url}: the download broke off after "))
}

fn another_region_is_followed(lab: &Lab) -> Outcome {
    lab.query(LINES, "s3://elsewhere/app.log", &[])
        .succeeds("n\n1\n", "from 1 file\n")
}

fn profiles_give_keys_and_endpoint(lab: &Lab) -> Outcome {
    let folder = lab.folder.path().join("profile");
    fs::create_dir_all(&folder)?;
    let (credentials, config) = (folder.join("credentials"), folder.join("config"));
    fs::write(
        &credentials,
        "[lab]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = secret\n",
    )?;
    let endpoint = lab.endpoint();
    fs::write(
        &config,
        format!("[profile lab]\nregion = eu-north-1\nendpoint_url = {endpoint}\n"),
    )?;
    let text = |path: &std::path::Path| path.to_string_lossy().into_owned();
    let (credentials, config) = (text(&credentials), text(&config));
    let files = [
        ("AWS_SHARED_CREDENTIALS_FILE", credentials.as_str()),
        ("AWS_CONFIG_FILE", config.as_str()),
    ];
    let variables = [files.as_slice(), &[("AWS_PROFILE", "lab")]].concat();
    let arguments = ["query", LINES, "s3://notes/app.log", "-o", "csv"];
    lab.run(&variables, &arguments).succeeds("n\n1\n", "")?;
    let signed = lab.proxy.requests("Credential=AKIAPROFILE/");
    if !signed.iter().all(|head| head.contains("/eu-north-1/s3/")) || signed.is_empty() {
        return Err(format!("requests signed for the profile: {signed:?}").into());
    }
    let variables = [files.as_slice(), &[("AWS_PROFILE", "typo")]].concat();
    lab.run(&variables, &arguments)
        .fails("AWS_PROFILE is `typo`, but ")
}

fn missing_keys_are_told_with_the_places(lab: &Lab) -> Outcome {
    // A port that was free a moment ago answers like a machine without metadata.
    let closed = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let metadata = format!("http://{closed}");
    let endpoint = lab.endpoint();
    let arguments = ["query", LINES, "s3://notes", "--endpoint-url", &endpoint];
    for (variables, place) in [
        (
            [("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.as_str())],
            "instance metadata (no connection to the server: Connection refused",
        ),
        (
            [("AWS_EC2_METADATA_DISABLED", "true")],
            "instance metadata (disabled)",
        ),
    ] {
        let run = lab.run(&variables, &arguments);
        let home = lab.folder.path().display().to_string();
        for part in [
            "error: s3://notes: no AWS credentials found; looked at AWS_ACCESS_KEY_ID (not set), ",
            &format!("profile `default` of {home}/.aws/credentials and {home}/.aws/config"),
            place,
        ] {
            if !run.err.contains(part) {
                return Err(run.unexpected(part));
            }
        }
        run.fails("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")?;
    }
    Ok(())
}

fn wrong_keys_are_told(lab: &Lab) -> Outcome {
    // A server of its own, because the others do not look at keys.
    let empty = lab.folder.path().join("nothing");
    fs::create_dir_all(&empty)?;
    let strict = Server::start(&empty, &[("INITIAL_NO_AUTH_ACTION_COUNT", "0")]);
    let endpoint = format!("http://127.0.0.1:{}", strict.port);
    let arguments = ["query", LINES, "s3://notes", "--endpoint-url", &endpoint];
    lab.run(&KEYS, &arguments)
        .fails("error: s3://notes: the server does not know this access key id")
}

fn a_server_that_is_away_is_told(lab: &Lab) -> Outcome {
    let closed = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let endpoint = format!("http://{closed}");
    let arguments = ["query", LINES, "s3://notes", "--endpoint-url", &endpoint];
    lab.run(&KEYS, &arguments)
        .fails("error: s3://notes: no connection to the server: Connection refused")?;
    let arguments = [
        "query",
        LINES,
        "s3://notes",
        "--endpoint-url",
        "localhost:1",
    ];
    lab.run(&KEYS, &arguments)
        .fails("begins with neither http:// nor https://")
}

fn other_commands_read_objects_too(lab: &Lab) -> Outcome {
    let endpoint = lab.endpoint();
    let arguments = ["filter", "two", "s3://notes", "--endpoint-url", &endpoint];
    lab.run(&KEYS, &arguments).succeeds("two\ntwo\n", "")?;
    let url = "s3://flows/parquet";
    let arguments = ["fields", url, "--endpoint-url", &endpoint];
    let run = lab.run(&KEYS, &arguments);
    if run.code == Some(0) && run.out.contains("srcAddr") {
        return Ok(());
    }
    Err(run.unexpected("srcAddr"))
}

const TESTS: &[(&str, Test)] = &[
    ("every_layout_is_read", every_layout_is_read),
    (
        "a_range_lists_and_reads_what_can_match",
        a_range_lists_and_reads_what_can_match,
    ),
    (
        "objects_prefixes_and_wildcards",
        objects_prefixes_and_wildcards,
    ),
    (
        "an_object_named_twice_is_read_once",
        an_object_named_twice_is_read_once,
    ),
    ("long_listings_have_pages", long_listings_have_pages),
    ("what_is_missing_is_named", what_is_missing_is_named),
    (
        "broken_downloads_are_resumed_or_told",
        broken_downloads_are_resumed_or_told,
    ),
    ("another_region_is_followed", another_region_is_followed),
    (
        "profiles_give_keys_and_endpoint",
        profiles_give_keys_and_endpoint,
    ),
    (
        "missing_keys_are_told_with_the_places",
        missing_keys_are_told_with_the_places,
    ),
    ("wrong_keys_are_told", wrong_keys_are_told),
    (
        "a_server_that_is_away_is_told",
        a_server_that_is_away_is_told,
    ),
    (
        "other_commands_read_objects_too",
        other_commands_read_objects_too,
    ),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let available = server::has_modules("boto3, moto.server");
    let demanded = std::env::var_os("FLOWGAUGE_TEST_PYTHON").is_some();
    if !available && demanded {
        eprintln!("error: {} has no module moto", server::python());
        return ExitCode::FAILURE;
    }
    if !available {
        println!("skipped: {} has no module moto", server::python());
    }
    let lab: Arc<OnceLock<Lab>> = Arc::default();
    let trials = TESTS
        .iter()
        .map(|(name, test)| {
            let lab = Arc::clone(&lab);
            let trial = Trial::test(*name, move || test(lab.get_or_init(Lab::start)));
            trial.with_ignored_flag(!available)
        })
        .collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    // Ending the process below would leave the server and its folder behind.
    drop(Arc::into_inner(lab).and_then(OnceLock::into_inner));
    conclusion.exit_code()
}
