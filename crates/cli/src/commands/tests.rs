use clap::error::ErrorKind;

use super::*;

fn parse(line: &[&str]) -> Result<ArgMatches, clap::Error> {
    cli().try_get_matches_from(std::iter::once("flowgauge").chain(line.iter().copied()))
}

#[test]
fn the_command_line_is_consistent() {
    cli().debug_assert();
}

#[test]
fn every_command_is_listed_with_its_summary() {
    let help = cli().render_long_help().to_string();
    for command in COMMANDS {
        assert!(
            help.contains(command.name) && help.contains(command.summary),
            "{help}"
        );
    }
}

#[test]
fn lines_that_are_understood() {
    for line in [
        &["query", "stats count(*)"][..],
        &["query", "-o", "ndjson", "limit 1", "a.log", "b.log.gz"],
        &[
            "query", "--start", "-2h", "--end", "now", "limit 1", "a.log",
        ],
        &["query", "--start=-2h", "limit 1"],
        &[
            "capture", "--pcap", "-", "--rules", "a", "--rules", "b", "--mtu", "1500",
        ],
        &[
            "capture",
            "--interface",
            "eth0",
            "--netns",
            "web",
            "--mode",
            "fast",
        ],
        &[
            "capture",
            "--listen",
            "2055",
            "--late",
            "60",
            "--interval",
            "600",
        ],
        &[
            "capture",
            "--hubble",
            "f",
            "--to",
            "s3://b/p",
            "--layout",
            "hive-hourly",
        ],
        &[
            "capture",
            "--ipfix",
            "f",
            "--traffic",
            "reject",
            "--record",
            "dns,dhcp",
        ],
        &["inventory", "-o", "json", "site.toml"],
        &["query", "--explain", "limit 1", "a.log"],
        &["query", "--explain=tokens", "limit 1"],
        &["query", "--param", "x=1", "--param", "y=2", "limit {{x}}"],
        &[
            "query",
            "-o",
            "parquet",
            "--output-file",
            "out.parquet",
            "limit 1",
            "a.log",
        ],
        &[
            "query",
            "--strict",
            "--stats",
            "--skip-bad-files",
            "--ptr",
            "limit 1",
            "s3://b/p",
        ],
        &[
            "query",
            "--endpoint-url",
            "http://localhost:9000",
            "limit 1",
            "s3://b/p",
        ],
        &[
            "query",
            "--format",
            "${srcaddr} ${bytes}",
            "limit 1",
            "a.log",
        ],
        &["check", "-o", "json", "--strict", "-"],
        &["fields", "a.log"],
        &["filter", "ERROR", "a.log"],
        &[
            "demo",
            "--records",
            "1000",
            "--seed",
            "7",
            "--out",
            "x",
            "--plain",
        ],
        &["help", "limit", "any"],
        &["help"],
        &["completions", "bash"],
    ] {
        let parsed = parse(line);
        assert!(parsed.is_ok(), "{line:?}: {parsed:?}");
    }
}

#[test]
fn lines_that_are_refused() {
    for (line, kind) in [
        (&[][..], ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand),
        (&["query"], ErrorKind::MissingRequiredArgument),
        (&["query", "-o", "yaml", "limit 1"], ErrorKind::InvalidValue),
        (
            &["query", "--explain=ast", "limit 1"],
            ErrorKind::InvalidValue,
        ),
        (&["demo", "--records", "10"], ErrorKind::ValueValidation),
        (&["completions", "csh"], ErrorKind::InvalidValue),
        (&["tail"], ErrorKind::InvalidSubcommand),
    ] {
        assert_eq!(parse(line).expect_err("refused").kind(), kind, "{line:?}");
    }
}

/// The exit code of a line, run in this process.
fn code(line: &[&str]) -> u8 {
    match dispatch(&parse(line).expect("understood")) {
        Ok(()) => 0,
        Err(failure) => failure.code(),
    }
}

#[test]
fn exit_codes() {
    for (line, expected) in [
        (&["check", "stats count(*) by srcAddr"][..], 0),
        (&["check", "stats bogus(*)"], 1),
        (&["query", "stats bogus(*)", "a.log"], 1),
        (&["query", "--explain", "limit 1"], 0),
        (&["query", "--start", "yesterday", "limit 1", "a.log"], 2),
        (
            &[
                "query", "--start", "now", "--end", "-1h", "limit 1", "a.log",
            ],
            2,
        ),
        (&["query", "--format", "nonsense", "limit 1", "a.log"], 2),
        (&["query", "--param", "x=1", "limit 1", "a.log"], 2),
        (&["query", "-", "-"], 2),
        (&["help", "stats"], 0),
        (&["help", "nothing-of-the-kind"], 2),
    ] {
        assert_eq!(code(line), expected, "{line:?}");
    }
}

#[test]
fn a_demo_does_not_touch_foreign_logs() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = folder.path().join("flow.log");
    std::fs::write(&own, "mine\n").expect("it can be written");
    let out = folder.path().to_string_lossy().into_owned();
    assert_eq!(
        code(&["demo", "--records", "1000", "--plain", "--out", &out]),
        2
    );
    assert_eq!(code(&["demo", "--records", "1000", "--out", &out]), 2);
    assert_eq!(std::fs::read_to_string(own).expect("still there"), "mine\n");
}

#[test]
fn a_demo_in_another_format_only_writes() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("new").to_string_lossy().into_owned();
    let line = [
        "demo",
        "--records",
        "1000",
        "--plain",
        "--format",
        "${srcaddr} ${bytes}",
        "--out",
        &out,
    ];
    assert_eq!(code(&line), 0);
    let text = std::fs::read_to_string(folder.path().join("new/flow.log")).expect("written");
    assert!(text.starts_with("srcaddr bytes\n"));
    assert_eq!(text.lines().count(), 1_001);
    // Again, over its own files.
    assert_eq!(code(&line), 0);
}
