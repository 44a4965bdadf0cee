use flowgauge_event::Number;

use super::*;

fn columns() -> Vec<Column> {
    vec![
        Column::key("@timestamp"),
        Column::key("src,\"Addr"),
        Column::measure("n"),
    ]
}

fn rows() -> Vec<Vec<Value>> {
    vec![
        vec![
            Value::Time(1_700_000_000_123),
            Value::Text("10.0.0.1".into()),
            Value::Number(Number::Int(42)),
        ],
        vec![
            Value::Missing,
            Value::Text("a|b,\"c\"\td\\\r\n<e>".into()),
            Value::Number(Number::Float(0.5)),
        ],
        vec![
            Value::Boolean(true),
            Value::Structure("{\"a\": [1, 2]}".into()),
            Value::Missing,
        ],
    ]
}

fn printed(name: &str, columns: &[Column], rows: &[Vec<Value>], settings: Settings) -> String {
    let mut out = Vec::new();
    {
        let kind = find(name).expect("a listed output");
        let mut output = (kind.open)(Box::new(&mut out), settings);
        output.begin(columns).expect("memory takes every write");
        for row in rows {
            output.row(row).expect("memory takes every write");
        }
        output.finish().expect("memory takes every write");
    }
    String::from_utf8(out).expect("text")
}

#[test]
fn every_output_prints_the_same_rows() {
    for (name, expected) in [
        (
            "json",
            concat!(
                "[\n",
                r#"{"@timestamp":"2023-11-14 22:13:20.123","src,\"Addr":"10.0.0.1","n":42},"#,
                "\n",
                r#"{"src,\"Addr":"a|b,\"c\"\td\\\r\n<e>","n":0.5},"#,
                "\n",
                r#"{"@timestamp":1,"src,\"Addr":{"a":[1,2]}}"#,
                "\n]\n"
            ),
        ),
        (
            "ndjson",
            concat!(
                r#"{"@timestamp":"2023-11-14 22:13:20.123","src,\"Addr":"10.0.0.1","n":42}"#,
                "\n",
                r#"{"src,\"Addr":"a|b,\"c\"\td\\\r\n<e>","n":0.5}"#,
                "\n",
                r#"{"@timestamp":1,"src,\"Addr":{"a":[1,2]}}"#,
                "\n"
            ),
        ),
        (
            "csv",
            concat!(
                "@timestamp,\"src,\"\"Addr\",n\r\n",
                "2023-11-14 22:13:20.123,10.0.0.1,42\r\n",
                ",\"a|b,\"\"c\"\"\td\\\r\n<e>\",0.5\r\n",
                "1,\"{\"\"a\"\": [1, 2]}\",\r\n"
            ),
        ),
        (
            "tsv",
            concat!(
                "@timestamp\tsrc,\"Addr\tn\n",
                "2023-11-14 22:13:20.123\t10.0.0.1\t42\n",
                "\ta|b,\"c\"\\td\\\\\\r\\n<e>\t0.5\n",
                "1\t{\"a\": [1, 2]}\t\n"
            ),
        ),
        (
            "markdown",
            concat!(
                "| @timestamp | src,\"Addr | n |\n",
                "| --- | --- | ---: |\n",
                "| 2023-11-14 22:13:20.123 | 10.0.0.1 | 42 |\n",
                "|  | a\\|b,\"c\"\td\\\\<br>\\<e> | 0.5 |\n",
                "| 1 | {\"a\": \\[1, 2]} |  |\n"
            ),
        ),
        (
            "table",
            concat!(
                "┌─────────────────────────┬────────────────────┬─────┐\n",
                "│ @timestamp              ┆ src,\"Addr          ┆   n │\n",
                "╞═════════════════════════╪════════════════════╪═════╡\n",
                "│ 2023-11-14 22:13:20.123 ┆ 10.0.0.1           ┆  42 │\n",
                "│                         ┆ a|b,\"c\"\\td\\\\r\\n<e> ┆ 0.5 │\n",
                "│ 1                       ┆ {\"a\": [1, 2]}      ┆     │\n",
                "└─────────────────────────┴────────────────────┴─────┘\n"
            ),
        ),
    ] {
        let text = printed(name, &columns(), &rows(), Settings::default());
        assert_eq!(text, expected, "{name}:\n{text}");
    }
}

#[test]
fn results_without_rows() {
    for (name, expected) in [
        ("json", "[]\n"),
        ("ndjson", ""),
        ("csv", "@timestamp,\"src,\"\"Addr\",n\r\n"),
        ("tsv", "@timestamp\tsrc,\"Addr\tn\n"),
        (
            "markdown",
            "| @timestamp | src,\"Addr | n |\n| --- | --- | ---: |\n",
        ),
        (
            "table",
            "┌────────────┬───────────┬───┐\n│ @timestamp ┆ src,\"Addr ┆ n │\n╞════════════╪═══════════╪═══╡\n└────────────┴───────────┴───┘\n",
        ),
        ("chart", "no rows to draw\n"),
    ] {
        let text = printed(name, &columns(), &[], Settings::default());
        assert_eq!(text, expected, "{name}:\n{text}");
    }
}

#[test]
fn a_table_fits_the_terminal() {
    let settings = Settings {
        width: Some(40),
        ..Settings::default()
    };
    let columns = [Column::field("@timestamp"), Column::field("@message")];
    let rows = [vec![Value::Time(0), Value::Text("word ".repeat(40))]];
    let text = printed("table", &columns, &rows, settings);
    assert!(
        text.lines().all(|line| line.chars().count() <= 40),
        "{text}"
    );
    assert_eq!(text.matches("word").count(), 40);
    let wide = printed("table", &columns, &rows, Settings::default());
    assert_eq!(wide.lines().count(), 5);
}

#[test]
fn a_list_of_objects_has_a_line_for_each_on_a_terminal() {
    let list = r#"[{"value":"a\nb","share":0.75},{"value":null,"share":0}]"#;
    let settings = Settings {
        width: Some(60),
        ..Settings::default()
    };
    let columns = [Column::field("@fieldName"), Column::field("top")];
    let row = |list: &str| [vec![Value::Text("f".into()), Value::Text(list.into())]];
    let text = printed("table", &columns, &row(list), settings);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[3], r"│ f          ┆ value: a\nb, share: 0.75 │",
        "{text}"
    );
    assert_eq!(
        lines[4], "│            ┆ value: null, share: 0    │",
        "{text}"
    );
    // What reading it would change stands as it is, and so does every cell elsewhere.
    let long = r#"[{"n":12345678901234567890123}]"#;
    for (list, settings) in [(long, settings), (list, Settings::default())] {
        let text = printed("table", &columns, &row(list), settings);
        assert_eq!(text.lines().count(), 5, "{text}");
    }
}

#[test]
fn a_chart_without_numbers_says_so_and_shows_the_rows() {
    let columns = [Column::field("a")];
    let rows = [vec![Value::Text("x".into())]];
    let text = printed("chart", &columns, &rows, Settings::default());
    assert!(text.starts_with("no chart: the result has no numeric column"));
    assert!(text.contains("│ x │"), "{text}");
}

#[test]
fn a_closed_pipe_stays_recognisable() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for kind in OUTPUTS {
        let mut output = (kind.open)(Box::new(Closed), Settings::default());
        let result = output
            .begin(&columns())
            .and_then(|()| rows().iter().try_for_each(|row| output.row(row)))
            .and_then(|()| output.finish());
        let error = result.expect_err(kind.name);
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe, "{}", kind.name);
    }
}

/// What a log line, a field name or a JSON text can hold must not reach a terminal.
#[test]
fn no_control_character_reaches_a_terminal() {
    let evil = "\u{1b}]0;title\u{7}\u{9b}31mred\rhidden\u{7f}\u{202e}";
    let columns = [Column::field(format!("name {evil}"))];
    let rows = [
        vec![Value::Text(evil.into())],
        vec![Value::Structure("[\"\u{9b}31m\u{7f}\"]".into())],
    ];
    let terminal = Settings {
        terminal: true,
        ..Settings::default()
    };
    for kind in OUTPUTS {
        let text = printed(kind.name, &columns, &rows, terminal);
        let obeyed = |character: char| {
            (character.is_control() && character != '\n') || character == '\u{202e}'
        };
        // Line ends of CSV.
        let text = text.replace("\r\n", "\n");
        assert_eq!(text.find(obeyed), None, "{}: {text:?}", kind.name);
    }
    for name in ["json", "ndjson"] {
        let (here, there) = (
            printed(name, &columns, &rows, terminal),
            printed(name, &columns, &rows, Settings::default()),
        );
        let read = |text: &str| -> Vec<serde_json::Value> {
            let read = serde_json::Deserializer::from_str(text).into_iter();
            read.map(|value| value.expect("JSON")).collect()
        };
        assert_eq!(read(&here), read(&there), "{name}");
    }
    for name in ["csv", "tsv", "markdown"] {
        let elsewhere = printed(name, &columns, &rows, Settings::default());
        assert!(elsewhere.contains("\u{9b}31mred"), "{name}: {elsewhere:?}");
    }
}

#[test]
fn a_result_that_fails_is_left_open() {
    for (name, expected) in [
        ("json", "[\n{\"n\":1}\n"),
        ("ndjson", "{\"n\":1}\n"),
        ("csv", "n\r\n1\r\n"),
        ("tsv", "n\n1\n"),
        ("markdown", "| n |\n| ---: |\n| 1 |\n"),
        ("table", ""),
        ("chart", ""),
    ] {
        let mut out = Vec::new();
        {
            let kind = find(name).expect("a listed output");
            let mut output = (kind.open)(Box::new(&mut out), Settings::default());
            output.begin(&[Column::measure("n")]).expect("memory");
            let row = [Value::Number(Number::Int(1))];
            output.row(&row).expect("memory");
            output.abandon().expect("memory");
        }
        assert_eq!(String::from_utf8_lossy(&out), expected, "{name}");
    }
}

#[test]
fn outputs_are_found_by_name() {
    for kind in OUTPUTS {
        assert_eq!(find(kind.name).expect("listed").summary, kind.summary);
    }
    assert!(find("yaml").is_none());
}
