//! Compressed inputs, whole and broken.

use crate::support::{Place, flow_log, gzip, records, zstd};

const SUM: &str = "stats count(*) as n, sum(bytes) as s";

#[test]
fn packing_is_told_by_content() {
    let place = Place::new();
    let text = flow_log(0..1_000);
    for (name, bytes) in [
        ("plain.gz", text.clone().into_bytes()),
        ("gzip.log", gzip(&text)),
        ("zstd.log", zstd(&text)),
        (
            "members.gz",
            [gzip(flow_log(0..400)), gzip(records(400..1_000))].concat(),
        ),
        (
            "frames.zst",
            [zstd(flow_log(0..400)), zstd(records(400..1_000))].concat(),
        ),
    ] {
        place.write(name, &bytes);
        assert_eq!(place.ask(SUM, &[name]), "n,s\n1000,499500\n", "{name}");
        let ran = place.pipe(&bytes, &["query", "-o", "csv", SUM, "-"]);
        assert_eq!(
            ran.quiet(),
            "n,s\n1000,499500\n",
            "{name} on standard input"
        );
    }
}

/// A query that reads an input several times tells once what is wrong with it.
#[test]
fn what_is_wrong_is_told_once() {
    let place = Place::new();
    let mut bytes = gzip("{\"a\":1}\n");
    bytes.extend_from_slice(b"behind");
    place.write("a.json.gz", bytes);
    let query = "filter a in (fields a) | stats count(*) as n";
    let ran = place.run(&["query", "-o", "csv", query, "a.json.gz"]);
    assert_eq!(ran.warned("behind the gzip data"), "n\n1\n");
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
}

#[test]
fn bytes_behind_gzip_data() {
    let place = Place::new();
    let packed = gzip(flow_log(0..10));
    place.write("padded.gz", [packed.clone(), vec![0; 4_096]].concat());
    assert_eq!(place.ask(SUM, &["padded.gz"]), "n,s\n10,45\n");
    place.write("junk.gz", [packed, b"junk".to_vec()].concat());
    let ran = place.run(&["query", "-o", "csv", SUM, "junk.gz"]);
    let out =
        ran.warned("junk.gz: 4 bytes behind the gzip data are no gzip data and were left out");
    assert_eq!(out, "n,s\n10,45\n");
}

/// Small and large, so that the break is met while the format is told, and later.
#[test]
fn truncated_streams() {
    let place = Place::new();
    for count in [2_000, 120_000] {
        let text = flow_log(0..count);
        for (name, kind, bytes) in [
            ("a.gz", "gzip", gzip(&text)),
            ("a.zst", "zstd", zstd(&text)),
        ] {
            let kept = bytes.len() / 2;
            place.write(name, &bytes[..kept]);
            let words = [
                name,
                &format!("the {kind} data breaks off after {kept} bytes"),
                "--skip-bad-files",
            ];
            place.run(&["query", SUM, name]).failed(2, &words);
            place.run(&["filter", "ACCEPT", name]).failed(2, &words);
            place.run(&["fields", name]).failed(2, &words);
            place
                .pipe(&bytes[..kept], &["query", SUM, "-"])
                .failed(2, &[words[1], "-: "]);
            let ran = place.run(&["query", "--skip-bad-files", "-o", "csv", SUM, name]);
            let out = ran.warned(&format!(
                "warning: {name}: the {kind} data breaks off after {kept} bytes; the rest of it was left out\n"
            ));
            let events: i64 = out
                .lines()
                .nth(1)
                .and_then(|row| row.split(',').next())
                .map_or(0, |cell| cell.parse().expect("a number of events"));
            assert!(events < count, "{count} {name}: {out}");
            // A zstd block is 128 kB, and nothing comes of a part of one.
            let least = if kind == "zstd" && count == 2_000 {
                0
            } else {
                count / 4
            };
            assert!(events >= least, "{count} {name}: {out}");
            let ran = place.run(&["filter", "-c", "--skip-bad-files", "", name]);
            let counted: i64 = ran.warned("left out").trim().parse().expect("a number");
            assert_eq!(
                counted, events,
                "{name}: both commands keep the same events"
            );
            // The line in which the data breaks off is no event.
            let query = "filter not ispresent(logStatus) | stats count(*) as n";
            let ran = place.run(&["query", "--skip-bad-files", "-o", "csv", query, name]);
            assert!(ran.out.lines().nth(1).is_none_or(|n| n == "0"), "{ran:?}");
            assert!(!ran.err.contains("does not fit"), "{ran:?}");
        }
    }
}

#[test]
fn corrupt_streams_do_not_stop_the_others_when_skipped() {
    let place = Place::new();
    place.write("good.log", flow_log(0..10));
    for (name, kind, mut bytes) in [
        ("bad.gz", "gzip", gzip(flow_log(0..5_000))),
        ("bad.zst", "zstd", zstd(flow_log(0..5_000))),
    ] {
        let middle = bytes.len() / 2;
        bytes[middle..middle + 64].fill(0xff);
        place.write(name, &bytes);
        let words = [name, &format!("the {kind} data is corrupt near byte")];
        place
            .run(&["query", SUM, "good.log", name])
            .failed(2, &words);
        let query = "filter bytes < 10 | stats count(*) as n by @log | sort n desc | limit 1";
        let ran = place.run(&[
            "query",
            "--skip-bad-files",
            "-o",
            "csv",
            query,
            "good.log",
            name,
        ]);
        ran.warned(&format!("warning: {name}: the {kind} data is corrupt"));
    }
    // Only the first bytes are those of a packing.
    place.write("tiny.gz", [0x1f, 0x8b]);
    place
        .run(&["query", SUM, "tiny.gz"])
        .failed(2, &["tiny.gz"]);
    let ran = place.run(&[
        "query",
        "--skip-bad-files",
        "-o",
        "csv",
        SUM,
        "tiny.gz",
        "good.log",
    ]);
    assert_eq!(
        ran.warned("tiny.gz: the gzip data breaks off after 2 bytes"),
        "n,s\n10,45\n"
    );
}
