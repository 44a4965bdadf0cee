//! Which files are read.

use std::path::MAIN_SEPARATOR;

use crate::support::{Place, flow_log, gzip, records};

const SUM: &str = "stats count(*) as n, sum(bytes) as s";

#[test]
fn what_does_not_exist_is_named() {
    let place = Place::new();
    place
        .run(&["query", SUM, "missing.log"])
        .failed(2, &["missing.log: no such file or folder"]);
    place
        .run(&["query", SUM, "*.log"])
        .failed(2, &["*.log: no file has a name like this"]);
    std::fs::create_dir(place.path("empty")).expect("a folder");
    for command in [&["query", SUM][..], &["filter", "x"], &["fields"]] {
        place
            .run(&[command, &["empty"]].concat())
            .failed(2, &["empty: there are no files in this folder"]);
    }
    place.write("a.log", flow_log(0..1));
    for (format, help) in [
        ("vpc-flw", "did you mean `vpc-flow`?"),
        ("nonsense-of-some-kind", "there are vpc-flow"),
        ("${srcaddr} ${bites}", "bites"),
    ] {
        place
            .run(&["query", "--format", format, SUM, "a.log"])
            .failed(2, &[help]);
    }
}

#[test]
fn folders_globs_and_names_with_wildcards() {
    let place = Place::new();
    place.write("logs/b.log.gz", gzip(flow_log(0..10)));
    place.write("logs/deep/er/a.log", flow_log(10..20));
    place.write("logs/.hidden.log", "hidden\n");
    place.write("logs/[1].log", flow_log(20..21));
    for paths in [
        &["logs"][..],
        &["logs/"],
        &["logs/**"],
        &["logs/*"],
        &["logs", "logs/*.gz"],
    ] {
        assert_eq!(place.ask(SUM, paths), "n,s\n21,210\n", "{paths:?}");
    }
    assert_eq!(place.ask(SUM, &["logs/[1].log"]), "n,s\n1,20\n");
    assert_eq!(place.ask(SUM, &["logs/*.gz"]), "n,s\n10,45\n");
}

#[test]
fn exports_of_log_groups() {
    let place = Place::new();
    let exported = |events: &str| {
        let lines = events.lines();
        let stamped = lines.map(|line| format!("2024-05-01T10:00:00.250Z {line}\n"));
        gzip(stamped.collect::<String>())
    };
    let folder = "exportedlogs/8f3b5d1e-2f5a-4d7e-9a51-0c2f1d6b7a90";
    place.write(
        "exportedlogs/aws-logs-write-test",
        "Permission Check Successful",
    );
    place.write(
        &format!("{folder}/eni-1-all/000000.gz"),
        exported(&records(0..10)),
    );
    place.write(
        &format!("{folder}/web-[1]/000000.gz"),
        exported("{\"status\":200}\n{\"status\":500}\n"),
    );
    assert_eq!(place.ask(SUM, &["exportedlogs"]), "n,s\n12,45\n");
    assert_eq!(
        place.ask(
            "filter status = 500 | fields @timestamp, @logStream, @message",
            &["exportedlogs"]
        ),
        "@timestamp,@logStream,@message\n\
         2024-05-01 10:00:00.250,web-[1],\"{\"\"status\"\":500}\"\n"
    );
}

#[test]
fn a_file_named_twice_is_read_once() {
    let place = Place::new();
    place.write("a.log", flow_log(0..10));
    assert_eq!(place.ask(SUM, &["a.log", "./a.log"]), "n,s\n10,45\n");
    assert_eq!(place.ask(SUM, &[".", "a.log"]), "n,s\n10,45\n");
}

#[cfg(unix)]
#[test]
fn links_do_not_loop_or_repeat() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    place.write("logs/a.log", flow_log(0..10));
    symlink("a.log", place.path("logs/current")).expect("a link");
    symlink(".", place.path("logs/self")).expect("a link");
    symlink("..", place.path("logs/up")).expect("a link");
    assert_eq!(place.ask(SUM, &["logs"]), "n,s\n10,45\n");
    symlink("nowhere", place.path("logs/dangling")).expect("a link");
    place
        .run(&["query", SUM, "logs"])
        .failed(2, &["dangling: no such file or folder"]);
    let ran = place.run(&["query", "--skip-bad-files", "-o", "csv", SUM, "logs"]);
    assert_eq!(ran.warned("skipped logs/dangling: no such"), "n,s\n10,45\n");
}

#[cfg(unix)]
#[test]
fn unreadable_files_and_folders() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let file = place.write("logs/a.log", flow_log(0..10));
    place.write("logs/sub/b.log", flow_log(10..20));
    let folder = place.path("logs/sub");
    set_permissions(&file, Permissions::from_mode(0o000)).expect("permissions");
    if std::fs::read(&file).is_ok() {
        println!("skipped: this user may read everything");
        return;
    }
    let ran = place.run(&["query", SUM, "logs/a.log"]);
    ran.failed(2, &["logs/a.log: permission denied"]);
    set_permissions(&folder, Permissions::from_mode(0o000)).expect("permissions");
    let ran = place.run(&["query", SUM, "logs"]);
    ran.failed(2, &["permission denied"]);
    let ran = place.run(&["query", "--skip-bad-files", "-o", "csv", SUM, "logs"]);
    assert_eq!(ran.warned("logs/sub: permission denied"), "n,s\n0,\n");
    set_permissions(&folder, Permissions::from_mode(0o700)).expect("permissions");
}

#[cfg(unix)]
#[test]
fn pipes_are_read_once() {
    use crate::support::{feed_fifo, make_fifo};
    let place = Place::new();
    for (name, bytes) in [
        ("small", flow_log(0..10).into_bytes()),
        ("large", flow_log(0..50_000).into_bytes()),
        ("packed", gzip(flow_log(0..50_000))),
    ] {
        let expected = match name {
            "small" => "n,s\n10,45\n",
            _ => "n,s\n50000,1249975000\n",
        };
        let feeder = feed_fifo(&place.path(name), bytes);
        assert_eq!(place.ask(SUM, &[name]), expected, "{name}");
        feeder.join().expect("fed");
    }
    // Found in a folder they are not logs, and nobody waits for them.
    place.write("logs/a.log", flow_log(0..3));
    make_fifo(&place.path("logs/pipe"));
    assert_eq!(place.ask(SUM, &["logs"]), "n,s\n3,3\n");
}

#[test]
fn standard_input() {
    let place = Place::new();
    let text = flow_log(0..10);
    for arguments in [
        &["query", "-o", "csv", SUM][..],
        &["query", "-o", "csv", SUM, "-", "-"],
    ] {
        for bytes in [text.clone().into_bytes(), gzip(&text)] {
            assert_eq!(place.pipe(&bytes, arguments).quiet(), "n,s\n10,45\n");
        }
    }
    let ran = place.pipe(text.as_bytes(), &["filter", "-c", "REJECT"]);
    assert_eq!(ran.quiet(), "5\n");
    let ran = place.pipe(text.as_bytes(), &["fields", "-o", "csv"]);
    assert!(ran.quiet().contains("srcAddr,10,100\n"), "{ran:?}");
    place.write("a.log", flow_log(10..11));
    assert_eq!(
        place
            .pipe(text.as_bytes(), &["query", "-o", "csv", SUM, "a.log", "-"])
            .quiet(),
        "n,s\n11,55\n"
    );
    // The query itself.
    let ran = place.pipe(
        b"stats sum(bytes) as s\n",
        &["query", "-o", "csv", "-", "a.log"],
    );
    assert_eq!(ran.quiet(), "s\n10\n");
    place.pipe(b"", &["query", "-"]).failed(2, &["name a file"]);
}

#[test]
fn formats_may_be_mixed() {
    let place = Place::new();
    place.write("logs/flow.log", flow_log(0..4));
    place.write(
        "logs/events.json",
        "{\"bytes\": 100, \"level\": \"info\"}\n{\"bytes\": 200}\n",
    );
    place.write("logs/app.log", "just text\n");
    assert_eq!(
        place.ask("stats count(*) as n, sum(bytes) as s", &["logs"]),
        "n,s\n7,306\n"
    );
    let query =
        "filter ispresent(level) or not ispresent(bytes) | fields level, @message | sort level";
    assert_eq!(place.ask(query, &["logs"]).lines().count(), 3);
}

#[test]
fn a_format_may_be_given() {
    let place = Place::new();
    place.write("a.log", "10.0.0.1 7\n10.0.0.2 8\n");
    let ran = place.run(&[
        "query",
        "-o",
        "csv",
        "--format",
        "${srcaddr} ${bytes}",
        "stats sum(bytes) as s by srcAddr | sort srcAddr",
        "a.log",
    ]);
    assert_eq!(ran.quiet(), "srcAddr,s\n10.0.0.1,7\n10.0.0.2,8\n");
    let ran = place.run(&[
        "query",
        "-o",
        "csv",
        "--format",
        "text",
        "stats count(bytes) as n",
        "a.log",
    ]);
    assert_eq!(ran.quiet(), "n\n0\n");
}

#[test]
fn the_size_of_standard_input_is_not_estimated() {
    let place = Place::new();
    let log = flow_log(0..3);
    place
        .pipe(log.as_bytes(), &["query", "estimate"])
        .failed(2, &["-: how much it holds", "not known", "name the file"]);
    place.write("flow.log", &log);
    place
        .pipe(log.as_bytes(), &["query", "estimate", "flow.log", "-"])
        .failed(2, &["-: how much it holds"]);
    let answer = place.ask("estimate", &["flow.log"]);
    assert!(answer.contains(&log.len().to_string()), "{answer}");
}

/// Names that are no UTF-8 are matched by wildcards as any other, and can be given.
#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new();
    place.write("np/a.json", "{\"bytes\":1}\n");
    let odd = place.path("np").join(OsStr::from_bytes(b"b\xe9.json"));
    std::fs::write(&odd, "{\"bytes\":2}\n").expect("a file");
    for paths in ["np", "np/*.json", "n*/b?.json", "**/*.json"] {
        let expected = if paths.contains('?') {
            "n,s\n1,2\n"
        } else {
            "n,s\n2,3\n"
        };
        assert_eq!(place.ask(SUM, &[paths]), expected, "{paths}");
    }
    let mut command = place.command(&["query", "-o", "csv", SUM]);
    let output = command.arg(&odd).output().expect("the program runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "n,s\r\n1,2\r\n");
    for command in [&["filter", "bytes"][..], &["fields"]] {
        let ran = place.command(command).arg(&odd).output();
        assert!(ran.expect("the program runs").status.success());
    }
}

#[cfg(unix)]
#[test]
fn patterns_walk_like_folders() {
    use crate::support::make_fifo;
    use std::os::unix::fs::symlink;
    let place = Place::new();
    place.write("logs/a.log", flow_log(0..10));
    place.write("logs/deep/er/b.log", flow_log(10..20));
    place.write("logs/.hidden/c.log", flow_log(20..30));
    make_fifo(&place.path("logs/pipe.log"));
    symlink(".", place.path("logs/deep/self")).expect("a link");
    symlink("../..", place.path("logs/deep/up")).expect("a link");
    for (pattern, expected) in [
        ("logs/*.log", "n,s\n10,45\n"),
        ("logs/**", "n,s\n20,190\n"),
        ("logs/**/*", "n,s\n20,190\n"),
        ("logs/**/**/*.log", "n,s\n20,190\n"),
        ("**/b.log", "n,s\n10,145\n"),
        ("./logs/*/er", "n,s\n10,145\n"),
        ("logs/deep/../a*", "n,s\n10,45\n"),
        ("logs/*/", "n,s\n20,190\n"),
        ("logs/.h*/*", "n,s\n10,245\n"),
        ("logs/[a-c].log", "n,s\n10,45\n"),
    ] {
        assert_eq!(place.ask(SUM, &[pattern]), expected, "{pattern}");
        let absolute = place.path(pattern).display().to_string();
        assert_eq!(place.ask(SUM, &[&absolute]), expected, "{pattern}");
    }
    for pattern in ["logs/p*", "logs/a.log/*", "no/*.log", "logs/*/b.log"] {
        let problem = format!("{pattern}: no file has a name like this");
        place.run(&["query", SUM, pattern]).failed(2, &[&problem]);
    }
    place
        .run(&["query", SUM, "logs/a**b"])
        .failed(2, &["logs/a**b: `a**b` is no pattern"]);
    symlink("nowhere", place.path("logs/dangling.log")).expect("a link");
    place
        .run(&["query", SUM, "logs/*.log"])
        .failed(2, &["logs/dangling.log: no such file"]);
    let ran = place.run(&["query", "--skip-bad-files", "-o", "csv", SUM, "logs/*.log"]);
    assert_eq!(
        ran.warned("skipped logs/dangling.log: no such"),
        "n,s\n10,45\n"
    );
    assert_eq!(ran.err.matches("skipped").count(), 1, "{ran:?}");
}

/// Nothing below a folder that must not be read is passed over silently.
#[cfg(unix)]
#[test]
fn patterns_tell_of_folders_that_cannot_be_read() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    place.write("perm/no/a.log", flow_log(0..10));
    place.write("perm/yes/b.log", flow_log(0..10));
    let folder = place.path("perm/no");
    set_permissions(&folder, Permissions::from_mode(0o000)).expect("permissions");
    if std::fs::read_dir(&folder).is_ok() {
        println!("skipped: this user may read everything");
        return;
    }
    for pattern in ["perm/*/b.log", "perm/*/*.log", "perm/**/b.log", "perm/**"] {
        let ran = place.run(&["query", SUM, pattern]);
        ran.failed(2, &["perm/no", "permission denied"]);
        let ran = place.run(&["query", "--skip-bad-files", "-o", "csv", SUM, pattern]);
        assert_eq!(ran.warned("permission denied"), "n,s\n10,45\n");
        assert_eq!(ran.err.lines().count(), 1, "{ran:?}");
    }
    set_permissions(&folder, Permissions::from_mode(0o700)).expect("permissions");
}

#[test]
fn what_is_no_log_is_refused_by_name() {
    let place = Place::new();
    place.write("logs/good.log", flow_log(0..10));
    for (bytes, words) in [
        (
            &b"BZh91AY&SY\x01\x02\x03\n"[..],
            "bzip2 data and no log; unpack it with bunzip2",
        ),
        (b"\xfd7zXZ\0\0\x04\xe6\xd6\n", "xz data"),
        (b"PK\x03\x04\x14\0\0\0\x08\0\n", "a zip archive"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture"),
        (b"\xd4\xc3\xb2\xa1\x02\0\x04\0", "flowgauge capture"),
    ] {
        place.write("logs/x.bin", bytes);
        let words = format!("x.bin: this is {words}");
        let words = words.replace("is flow", "is a packet capture and no log; flow");
        for command in [&["query", SUM][..], &["filter", "x"], &["fields"]] {
            let ran = place.run(&[command, &["logs"]].concat());
            ran.failed(2, &[&words]);
        }
        let ran = place.run(&["query", "--skip-bad-files", "-o", "csv", SUM, "logs"]);
        assert_eq!(
            ran.warned(&format!("skipped logs{MAIN_SEPARATOR}{words}")),
            "n,s\n10,45\n"
        );
        place
            .pipe(bytes, &["query", SUM])
            .failed(2, &["-: this is"]);
    }
    let mut packed = vec![0xff, 0xfe];
    packed.extend("packed\n".encode_utf16().flat_map(u16::to_le_bytes));
    place.write("a.gz", gzip(&packed));
    place.run(&["query", SUM, "a.gz"]).failed(2, &["UTF-16"]);
}

/// As PowerShell writes what it is told to redirect.
#[test]
fn utf_16_is_read() {
    let place = Place::new();
    let text = format!("\u{feff}{}", flow_log(0..50_000).replace('\n', "\r\n"));
    let expected = "n,s\n50000,1249975000\n";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [little, big] {
        place.write("a.log", &bytes);
        assert_eq!(place.ask(SUM, &["a.log"]), expected);
        let ran = place.pipe(&bytes, &["query", "-o", "csv", SUM]);
        assert_eq!(ran.quiet(), expected);
    }
    let line: Vec<u8> = "\u{feff}é 😀\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    place.write("b.log", line);
    assert_eq!(place.run(&["filter", "", "b.log"]).quiet(), "é 😀\n");
}

/// `W203` is for names that are fields of no input, not for those that a header line adds.
#[test]
fn unknown_fields_of_flow_logs() {
    let place = Place::new();
    let header = "version srcaddr dstaddr bytes my-field";
    place.write("a.log", format!("{header}\n2 10.0.0.1 10.0.0.2 5 x\n"));
    let query = "fields myField, my_field, srcAddr, tcpFlags";
    let ran = place.run(&["query", "-o", "csv", query, "a.log"]);
    assert_eq!(
        ran.quiet(),
        "myField,my_field,srcAddr,tcpFlags\nx,x,10.0.0.1,\n"
    );
    let ran = place.run(&["query", "-o", "csv", "fields otherField", "a.log"]);
    ran.warned("`otherField` is no known field of flow logs");
}

/// As `tail -f` writes: a line is printed when it is there, not when many are.
#[test]
fn a_slow_writer_is_not_waited_for() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::Stdio;
    use std::sync::mpsc::channel;
    use std::time::Duration;
    let place = Place::new();
    let mut command = place.command(&["filter", "ERROR"]);
    let mut child = command.stdin(Stdio::piped()).spawn().expect("it runs");
    let mut input = child.stdin.take().expect("it was asked for");
    let output = child.stdout.take().expect("it was asked for");
    let (sender, lines) = channel();
    let reader = std::thread::spawn(move || {
        for line in BufReader::new(output).lines() {
            let _ = sender.send(line.expect("text"));
        }
    });
    for number in 0..3 {
        write!(input, "fine\nERROR {number}\nhalf a").expect("it reads");
        // Far longer than it takes, so that a failure is told at all.
        let line = lines.recv_timeout(Duration::from_secs(60));
        let found = line.expect("the line is printed before more comes");
        assert!(found.ends_with(&format!("ERROR {number}")), "{found}");
    }
    drop(input);
    assert!(child.wait().expect("it ends").success());
    reader.join().expect("the end");
}
