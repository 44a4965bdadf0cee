//! Log groups, lookup tables, saved queries and limits on the command line.

use crate::support::Place;

/// Requests, the functions behind them, hosts, networks and a folder of saved queries.
fn place() -> Place {
    let place = Place::new();
    place.write(
        "api.json",
        "{\"timestamp\":1714521600000,\"id\":\"r1\",\"ip\":\"10.1.0.7\",\"status\":500}\n\
         {\"timestamp\":1714521601000,\"id\":\"r2\",\"ip\":\"192.0.2.1\",\"status\":200}\n",
    );
    place.write(
        "fn/a.json",
        "{\"timestamp\":1714521600500,\"id\":\"r1\",\"ms\":12}\n",
    );
    place.write(
        "fn/b.json",
        "{\"timestamp\":1714521601500,\"id\":\"r3\",\"ms\":7}\n",
    );
    place.write(
        "codes.csv",
        "status,meaning\r\n500,broken\r\n200,\"fine, really\"\r\n",
    );
    place.write("nets.csv", "net,owner\n10.0.0.0/8,all\n10.1.0.0/16,web\n");
    place.write(
        "saved/api/by-status.insights",
        "# How many of a status\n# param status = 500\nfilter status = {{status}} | stats count(*) as n",
    );
    place.write(
        "groups.json",
        r#"{"groups": [
            {"name": "/fn", "paths": ["fn"], "dataSource": "aws_lambda.log", "tags": {"team": "api"}},
            {"name": "/api", "paths": ["api.json"], "account": "111122223333", "format": "json"}
        ]}"#,
    );
    place
}

fn csv(place: &Place, arguments: &[&str]) -> String {
    let line: Vec<&str> = ["query", "-o", "csv"]
        .iter()
        .chain(arguments)
        .copied()
        .collect();
    place.run(&line).quiet().to_owned()
}

#[test]
fn groups_on_the_command_line() {
    let place = place();
    let join = "join left=a right=f where a.id = f.id (SOURCE '/fn') | fields a.status, f.ms";
    let group = ["--group", "/fn=fn/a.json", "--group", "/fn=fn/b.json"];
    let with = |query, path: &[&str]| {
        let line: Vec<&str> = group.iter().chain([&query]).chain(path).copied().collect();
        csv(&place, &line)
    };
    assert_eq!(with(join, &["api.json"]), "a.status,f.ms\n500,12\n");
    // Without paths, all groups are the input; a group is its events' @log.
    assert_eq!(
        with("stats count(*) as n by @log", &[]),
        "@log,n\nunknown:/fn,2\n"
    );
    assert_eq!(
        with(
            "filter id not in (SOURCE '/fn' | fields id) | fields id",
            &["api.json"]
        ),
        "id\nr2\n"
    );
}

#[test]
fn groups_of_a_file() {
    let place = place();
    for (query, expected) in [
        (
            "SOURCE logGroups(accountIdentifier: ['111122223333']) | stats count(*) as n by @log",
            "@log,n\n111122223333:/api,2\n",
        ),
        (
            "SOURCE dataSource(['aws_lambda.log']) | stats sum(ms) as n",
            "n\n19\n",
        ),
        (
            r#"SOURCE logGroupTags([{"key": "team", "values": ["a*"]}]) | stats sum(ms) as n"#,
            "n\n19\n",
        ),
        ("stats count(*) as n", "n\n4\n"),
    ] {
        assert_eq!(
            csv(&place, &["--groups", "groups.json", query]),
            expected,
            "{query}"
        );
    }
    // Paths count from the folder of the file.
    let ran = place.command(&[
        "query",
        "-o",
        "csv",
        "--groups",
        "../groups.json",
        "SOURCE '/fn' | stats sum(ms) as n",
    ]);
    let mut ran = ran;
    let output = ran.current_dir(place.path("fn")).output().expect("runs");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n"),
        "n\n19\n"
    );
}

#[test]
fn unknown_groups_and_tables_are_errors_of_the_query() {
    let place = place();
    place
        .run(&["query", "--group", "/fn=fn", "SOURCE '/fm' | limit 1"])
        .failed(
            1,
            &[
                "Q207",
                "no log group is called `/fm`",
                "did you mean `/fn`?",
            ],
        );
    place
        .run(&["query", "SOURCE 'x' | limit 1", "api.json"])
        .failed(1, &["Q207", "no log groups are known"]);
    place
        .run(&[
            "query",
            "--lookup",
            "codes=codes.csv",
            "lookup codes status OUTPUT meanin",
            "api.json",
        ])
        .failed(1, &["Q208", "did you mean `meaning`?"]);
    // A check knows what is named, and nothing otherwise.
    place
        .run(&["check", "SOURCE 'x' | lookup t a OUTPUT b"])
        .quiet();
    place
        .run(&["check", "--group", "y=fn", "SOURCE 'x' | limit 1"])
        .failed(1, &["Q207"]);
}

#[test]
fn lookup_tables() {
    let place = place();
    let tables = ["--lookup", "codes=codes.csv", "--lookup", "nets=nets.csv"];
    let query = "fields id | lookup codes status OUTPUT meaning | cidrlookup nets ip as net OUTPUT owner | sort id";
    let line: Vec<&str> = tables
        .iter()
        .chain([&query, &"api.json"])
        .copied()
        .collect();
    assert_eq!(
        csv(&place, &line),
        "id,meaning,owner\nr1,broken,web\nr2,\"fine, really\",\n"
    );
    place.write("bad.csv", "a,a\n1,2\n");
    for (table, parts) in [
        ("codes", &["is incomplete"][..]),
        ("a-b=codes.csv", &["`a-b` is no name of a lookup table"]),
        ("t=bad.csv", &["bad.csv", "two columns are called `a`"]),
        ("t=none.csv", &["none.csv"]),
    ] {
        place
            .run(&["query", "--lookup", table, "limit 1", "api.json"])
            .failed(2, parts);
    }
    place
        .run(&[
            "query",
            "--limit",
            "lookup-bytes=10",
            "--lookup",
            "t=codes.csv",
            "limit 1",
            "api.json",
        ])
        .failed(2, &["may have 10 bytes", "--limit lookup-bytes="]);
}

#[test]
fn saved_queries() {
    let place = place();
    for (query, expected) in [
        ("$`api/by-status`()", "n\n1\n"),
        (
            "$`api/by-status`(status = 200) | fields n * 10 as ten",
            "n,ten\n1,10\n",
        ),
    ] {
        assert_eq!(
            csv(&place, &["--saved", "saved", query, "api.json"]),
            expected,
            "{query}"
        );
    }
    place
        .run(&["query", "--saved", "saved", "$`api/by-statu`()", "api.json"])
        .failed(1, &["Q206", "did you mean `api/by-status`?"]);
    place
        .run(&[
            "query",
            "--saved",
            "saved",
            "--limit",
            "query-chars=30",
            "$`api/by-status`()",
            "api.json",
        ])
        .failed(1, &["Q004", "the limit is 30"]);
    place.write("saved/x.insights", "# param 1a\nlimit 1");
    place
        .run(&["query", "--saved", "saved", "limit 1", "api.json"])
        .failed(2, &["x.insights", "`1a` is no name of a parameter"]);
}

#[test]
fn limits_of_the_language() {
    let place = place();
    let help = place.run(&["query", "--limit", "help", "limit 1"]);
    assert!(
        help.quiet()
            .contains("join-keys            50000  distinct keys"),
        "{help:?}"
    );
    for command in ["query", "check"] {
        let alone = place.run(&[command, "--limit", "help"]);
        assert_eq!(alone.quiet(), help.quiet());
        place
            .run(&[command, "--limit", "max-rows=5"])
            .failed(1, &["the query is empty"]);
    }
    let limits = ["--limit", "default-rows=1", "--limit", "max-rows=50"];
    place
        .run(&[&["query"][..], &limits, &["fields id", "api.json"]].concat())
        .warned("only the first row is shown; add `| limit N` (at most 50)");
    let query = "filter id in (fields id) | stats count(*) as n";
    assert_eq!(csv(&place, &[query, "api.json"]), "n\n2\n");
    place
        .run(&["query", "--limit", "subquery-values=1", query, "api.json"])
        .failed(1, &["at most 1 different values", "subquery-values"]);
    place
        .run(&["query", "--limit", "max-rows=5", "limit 6", "api.json"])
        .failed(1, &["Q402", "from 1 to 5, not 6"]);
    place
        .run(&["query", "--limit", "maxrows=5", "limit 6", "api.json"])
        .failed(2, &["did you mean `max-rows`?"]);
}

/// A group that never ends: nobody writes into the pipe.
#[cfg(unix)]
#[test]
fn subqueries_may_run_for_a_time() {
    let place = place();
    let made = std::process::Command::new("mkfifo")
        .arg(place.path("pipe"))
        .status();
    assert!(made.expect("mkfifo runs").success());
    place
        .run(&[
            "query",
            "--group",
            "slow=pipe",
            "--limit",
            "subquery-millis=20",
            "filter id in (SOURCE 'slow' | fields id)",
            "api.json",
        ])
        .failed(1, &["a subquery may run for 20 ms", "subquery-millis"]);
}

#[test]
fn standard_input_is_read_once() {
    let place = place();
    let query = "filter id in (fields id) | fields id";
    place
        .pipe(b"{\"id\":1}\n", &["query", query])
        .failed(2, &["can be read once", "to a file"]);
}
