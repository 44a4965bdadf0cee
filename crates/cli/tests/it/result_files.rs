//! `--output-file`.

use std::fs;

use crate::support::{Place, flow_log, gzip};

const QUERY: &str = "stats sum(bytes) as s, avg(bytes) as mean by action";

#[test]
fn a_file_is_not_touched_before_there_is_a_result() {
    let place = Place::new();
    place.write("a.log", flow_log(0..5));
    place.write("kept.csv", "kept\n");
    let kept = || std::fs::read_to_string(place.path("kept.csv")).expect("still there");
    place
        .run(&[
            "query",
            "-o",
            "csv",
            "--output-file",
            "kept.csv",
            QUERY,
            "missing.log",
        ])
        .failed(2, &["missing.log"]);
    assert_eq!(kept(), "kept\n");
    place
        .run(&[
            "query",
            "-o",
            "csv",
            "--output-file",
            "kept.csv",
            "stats bogus()",
            "a.log",
        ])
        .failed(1, &["bogus"]);
    assert_eq!(kept(), "kept\n");
    place
        .run(&[
            "query",
            "-o",
            "csv",
            "--output-file",
            "no/such/folder.csv",
            QUERY,
            "a.log",
        ])
        .failed(2, &["folder.csv"]);
    place
        .run(&["query", "-o", "parquet", QUERY, "a.log"])
        .failed(2, &["--output-file"]);
}

#[test]
fn a_result_does_not_replace_what_it_comes_from() {
    let place = Place::new();
    let logs = "{\"a\":1}\n{\"a\":2}\n";
    place.write("logs/a.json", logs);
    place.write("logs/.hidden.json", logs);
    #[cfg(unix)]
    std::os::unix::fs::symlink("logs/a.json", place.path("link.json")).expect("a link");
    let query = "stats count(*) as n";
    let count = ["query", "-o", "csv", query];
    let parquet = ["query", "-o", "parquet", query];
    for (command, input, output) in [
        (&count[..], "logs/a.json", "logs/a.json"),
        (&parquet, "logs/a.json", "logs/a.json"),
        (&count, "logs", "logs/a.json"),
        (&parquet, ".", "logs/a.json"),
        (&count, "logs/*.json", "logs/../logs/a.json"),
        (&count, "**", "logs/a.json"),
        #[cfg(unix)]
        (&count, "link.json", "logs/a.json"),
        #[cfg(unix)]
        (&count, "logs/a.json", "link.json"),
        (&["fields", "-o", "csv"], "logs", "logs/a.json"),
        (
            &[&count[..], &["--group", "g=logs"]].concat(),
            "",
            "logs/a.json",
        ),
    ] {
        let inputs = if input.is_empty() { &[][..] } else { &[input] };
        let ran = place.run(&[command, inputs, &["--output-file", output]].concat());
        ran.failed(2, &[output, "among the logs that are read"]);
        let kept = fs::read_to_string(place.path("logs/a.json")).expect("still there");
        assert_eq!(kept, logs, "{command:?} {input} {output}");
    }
    // A file that is not read may be replaced, and a new one may lie anywhere.
    for output in ["logs/.hidden.json", "logs/new.csv"] {
        place
            .run(&[&count[..], &["logs/", "--output-file", output]].concat())
            .quiet();
        let written = fs::read_to_string(place.path(output)).expect("written");
        assert_eq!(written, "n\r\n2\r\n", "{output}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn standard_input_is_known_by_its_file() {
    let place = Place::new();
    let logs = place.write("a.json", "{\"a\":1}\n");
    let query = "stats count(*) as n";
    let mut command = place.command(&["query", "-o", "csv", query, "--output-file", "a.json"]);
    let ran = command
        .stdin(fs::File::open(&logs).expect("a file"))
        .output();
    assert_eq!(ran.expect("it runs").status.code(), Some(2));
    assert_eq!(fs::read_to_string(logs).expect("a file"), "{\"a\":1}\n");
}

#[test]
fn a_result_that_fails_leaves_the_last_one() {
    let place = Place::new();
    let cut = gzip(flow_log(0..100));
    place.write("bad.log.gz", &cut[..cut.len() / 2]);
    for output in ["csv", "json", "table", "parquet"] {
        place.write("out", "kept\n");
        let ran = [
            "query",
            "-o",
            output,
            "--output-file",
            "out",
            QUERY,
            "bad.log.gz",
        ];
        place.run(&ran).failed(2, &["breaks off"]);
        let kept = fs::read_to_string(place.path("out")).expect("still there");
        assert_eq!(kept, "kept\n", "{output}");
        assert_eq!(place.names(), ["bad.log.gz", "out"]);
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_is_replaced_keeps_its_mode_and_its_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = Place::new();
    place.write("a.log", flow_log(0..5));
    let real = place.write("results/out.csv", "old\n");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o600)).expect("a mode");
    symlink("results/out.csv", place.path("link.csv")).expect("a link");
    place
        .run(&[
            "query",
            "-o",
            "csv",
            "--output-file",
            "link.csv",
            QUERY,
            "a.log",
        ])
        .quiet();
    assert!(place.path("link.csv").is_symlink());
    let written = fs::read_to_string(&real).expect("written");
    assert!(written.starts_with("action,s,mean"), "{written}");
    let mode = fs::metadata(&real).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// Pipes, and the names of what is open already.
#[cfg(unix)]
#[test]
fn what_is_no_file_of_its_own_is_written_directly() {
    use std::os::unix::fs::MetadataExt;
    let place = Place::new();
    place.write("a.log", flow_log(0..5));
    let count = ["query", "-o", "csv", "stats count(*) as n", "a.log"];
    let to = |output: &'static str| [&count[..], &["--output-file", output]].concat();
    assert_eq!(place.run(&to("/dev/stdout")).quiet(), "n\n5\n");
    // The file behind standard output stays the same file.
    let file = fs::File::create(place.path("out.csv")).expect("a file");
    let before = file.metadata().expect("a file").ino();
    let ran = place.command(&to("/dev/stdout")).stdout(file).status();
    assert!(ran.expect("it runs").success());
    let after = fs::metadata(place.path("out.csv")).expect("a file");
    assert_eq!((after.ino(), after.len()), (before, 6));
    let pipe = place.path("pipe");
    crate::support::make_fifo(&pipe);
    let reader = std::thread::spawn(move || fs::read_to_string(pipe));
    place.run(&to("pipe")).quiet();
    let read = reader.join().expect("no panic").expect("readable");
    assert_eq!(read, "n\r\n5\r\n");
    assert_eq!(place.names(), ["a.log", "out.csv", "pipe"]);
}
