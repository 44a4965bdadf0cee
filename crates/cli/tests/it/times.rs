//! `--start` and `--end`, and the names of files that show their times.

use crate::support::{EPOCH, Place, flow_log};

const SPAN: &str = "stats min(bytes) as first, max(bytes) as last, count(*) as n";

#[test]
fn bounds_are_inclusive_in_every_spelling() {
    let place = Place::new();
    place.write("a.log", flow_log(0..100));
    let (seconds, millis) = (
        (EPOCH + 10).to_string(),
        (EPOCH * 1_000 + 10_000).to_string(),
    );
    for (start, end, expected) in [
        (seconds.as_str(), seconds.as_str(), "10,10,1"),
        (&millis, &millis, "10,10,1"),
        ("2024-05-01T00:00:10Z", "2024-05-01T00:00:12Z", "10,12,3"),
        (
            "2024-05-01T02:00:10+02:00",
            "2024-05-01T00:00:12.999Z",
            "10,12,3",
        ),
        ("2024-05-01 00:01:38", "now", "98,99,2"),
        ("2024-05-01 00:01:00", "2024-05-01 00:01:00", "60,60,1"),
    ] {
        let ran = place.run(&[
            "query", "-o", "csv", "--start", start, "--end", end, SPAN, "a.log",
        ]);
        let expected = format!("first,last,n\n{expected}\n");
        assert_eq!(ran.quiet(), expected, "{start} {end}");
    }
    let ran = place.run(&["query", "-o", "csv", "--start", "-2h", SPAN, "a.log"]);
    assert_eq!(ran.quiet(), "first,last,n\n", "nothing is that young");
    place
        .run(&["query", "--start", "yesterday", SPAN, "a.log"])
        .failed(2, &["`yesterday` is no time"]);
    place
        .run(&["query", "--start", "now", "--end", "-1h", SPAN, "a.log"])
        .failed(2, &["--start is after --end"]);
}

/// Language spec 10.2: `endTime` in seconds includes events with `floor(ts / 1000) <= endTime`.
#[test]
fn an_end_in_whole_seconds_includes_its_second() {
    let place = Place::new();
    let events: String = [0, 1, 999, 1_000]
        .iter()
        .map(|offset| {
            format!(
                "{{\"timestamp\": {}, \"n\": {offset}}}\n",
                EPOCH * 1_000 + offset
            )
        })
        .collect();
    place.write("a.json", events);
    let millis = (EPOCH * 1_000).to_string();
    for (end, expected) in [
        (EPOCH.to_string().as_str(), "3"),
        ("2024-05-01T00:00:00Z", "3"),
        ("2024-05-01T00:00:00.001Z", "2"),
        (&millis, "1"),
    ] {
        let ran = place.run(&[
            "query",
            "-o",
            "csv",
            "--end",
            end,
            "stats count(*) as n",
            "a.json",
        ]);
        assert_eq!(ran.quiet(), format!("n\n{expected}\n"), "{end}");
    }
}

#[test]
fn other_commands_respect_the_range() {
    let place = Place::new();
    place.write("a.log", flow_log(0..100));
    let range = [
        "--start",
        "2024-05-01T00:00:10Z",
        "--end",
        "2024-05-01T00:00:12Z",
    ];
    let ran = place.run(&[&["filter", "-c", "", "a.log"][..], &range].concat());
    assert_eq!(ran.quiet(), "3\n");
    let ran = place.run(&[&["fields", "-o", "csv", "a.log"][..], &range].concat());
    assert!(ran.quiet().contains("srcAddr,3,100\n"), "{ran:?}");
}

/// Objects as AWS names them, plain and in the manner of Hive, one of each on three days.
#[test]
fn files_of_other_times_are_not_opened() {
    for hive in [false, true] {
        let place = Place::new();
        for day in 1..=3 {
            let folder = if hive {
                format!(
                    "AWSLogs/aws-account-id=123456789010/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2024/month=05/day=0{day}"
                )
            } else {
                format!("AWSLogs/123456789010/vpcflowlogs/eu-west-1/2024/05/0{day}")
            };
            for hour in [0, 12] {
                let name = format!(
                    "{folder}/123456789010_vpcflowlogs_eu-west-1_fl-0123456789abcdef0_202405{day:02}T{hour:02}00Z_0a1b2c3d.log"
                );
                let number = (day - 1) * 86_400 + hour * 3_600;
                // Only what lies in the range is looked at: the rest is no flow log at all.
                let readable = day == 2 && hour == 12;
                let content = flow_log(number..number + 100);
                place.write(
                    &name,
                    if readable {
                        content.into_bytes()
                    } else {
                        vec![0x1f, 0x8b, 0]
                    },
                );
            }
        }
        let range = [
            "--start",
            "2024-05-02T12:00:30Z",
            "--end",
            "2024-05-02T12:00:31Z",
        ];
        let ran = place.run(
            &[
                &[
                    "query",
                    "-o",
                    "csv",
                    "--stats",
                    "stats count(*) as n",
                    "AWSLogs",
                ][..],
                &range,
            ]
            .concat(),
        );
        let out = ran.warned("2 folders skipped");
        assert!(
            ran.err.contains("1 file (3 bytes) skipped: its name"),
            "{ran:?}"
        );
        assert!(ran.err.contains("from 1 file\n"), "{ran:?}");
        assert_eq!(out, "n\n2\n");
        // Nothing at all is left: an answer, not a mistake.
        let ran = place.run(&[
            "query",
            "-o",
            "csv",
            "--start",
            "2025-01-01",
            "stats count(*) as n",
            "AWSLogs",
        ]);
        assert_eq!(ran.quiet(), "n\n");
    }
}

#[test]
fn events_without_a_time_are_counted_when_a_range_leaves_them_out() {
    let place = Place::new();
    let records = flow_log(0..3);
    place.write("flow.log", format!("{records}no record\n"));
    place.write(
        "app.json",
        "{\"timestamp\":1714521601000}\n{\"a\":1}\n{\"a\":2}\n",
    );
    place.write(
        "app.log",
        "REPORT RequestId: 1\n2024-05-01T00:00:01Z done\n",
    );
    let range = [
        "--start",
        "2024-05-01T00:00:00Z",
        "--end",
        "2024-05-01T01:00:00Z",
    ];
    for (path, n, warning) in [
        (
            "flow.log",
            3,
            "1 event has no time and was left out by --start/--end",
        ),
        (
            "app.json",
            1,
            "2 events have no time and were left out by --start/--end",
        ),
        ("app.log", 1, "1 event has no time"),
    ] {
        let query = ["query", "-o", "json", "stats count(*) as n", path];
        let ran = place.run(&[&query[..], &range].concat());
        assert_eq!(ran.warned(warning), format!("[\n{{\"n\":{n}}}\n]\n"));
        let ran = place.run(&[&["filter", "-c", "", path][..], &range].concat());
        assert_eq!(ran.warned(warning), format!("{n}\n"));
        let ran = place.run(&[&["fields", path][..], &range].concat());
        ran.warned(warning);
        // Without a range they are there and nothing is to be told.
        let ran = place.run(&["filter", "-c", "", path]);
        assert!(!ran.err.contains("no time"), "{ran:?}");
    }
}
