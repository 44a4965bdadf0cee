use flowgauge_event::Number;

use super::*;

fn text(cell: &str) -> Value {
    Value::Text(cell.to_owned())
}

fn int(value: i64) -> Value {
    Value::Number(Number::Int(value))
}

fn drawn(columns: &[Column], rows: &[Vec<Value>], width: u16) -> String {
    let mut out = Vec::new();
    assert!(draw(&mut out, columns, rows, Some(width)).expect("memory takes every write"));
    String::from_utf8(out).expect("text")
}

#[test]
fn bars_have_labels_numbers_and_eighths() {
    let columns = [
        Column::key("dstPort"),
        Column::key("action"),
        Column::measure("n"),
    ];
    let rows = [
        vec![text("443"), text("ACCEPT"), int(160)],
        vec![text("22"), text("REJECT"), int(41)],
        vec![text("8080"), Value::Missing, int(1)],
        vec![text("53"), text("ACCEPT"), int(0)],
        vec![text("x\u{1b}"), text("ACCEPT"), Value::Missing],
    ];
    assert_eq!(
        drawn(&columns, &rows, 48),
        "n\n\
         443, ACCEPT     160 ████████████████████████████\n\
         22, REJECT       41 ███████▏\n\
         8080, (none)      1 ▏\n\
         53, ACCEPT        0\n\
         x\\u{1b}, ACCEPT   -\n"
    );
}

#[test]
fn every_measure_has_a_block_and_negative_numbers_are_shaded() {
    let columns = [
        Column::key("k"),
        Column::measure("up"),
        Column::measure("down"),
    ];
    let rows = [
        vec![text("a"), int(4), int(-4)],
        vec![text("b"), int(2), Value::Number(Number::Float(1.5))],
    ];
    assert_eq!(
        drawn(&columns, &rows, 20),
        "up\n\
         a 4 ████████████████\n\
         b 2 ████████\n\
         \n\
         down\n\
         a  -4 ░░░░░░░░░░░░░░\n\
         b 1.5 █████▎\n"
    );
}

#[test]
fn at_most_a_hundred_bars() {
    let columns = [Column::key("k"), Column::measure("n")];
    let rows: Vec<Vec<Value>> = (0..130).map(|at| vec![int(at), int(at)]).collect();
    let chart = drawn(&columns, &rows, 60);
    assert_eq!(chart.lines().count(), 1 + MAX_BARS + 1);
    assert!(chart.ends_with("30 more rows are not drawn\n"));
}

/// Minutes from midnight as time keys.
fn minute(at: i64) -> Value {
    Value::Time(at * 60_000)
}

#[test]
fn one_series_over_time() {
    let columns = [Column::key("bin(5m)"), Column::measure("bytes")];
    let rows: Vec<Vec<Value>> = (0..8)
        .map(|at| vec![minute(at * 5), int(if at % 4 < 2 { 2_000 } else { 0 })])
        .collect();
    let chart = drawn(&columns, &rows, 40);
    assert_eq!(chart, include_str!("tests/one_series.txt"), "{chart}");
}

#[test]
fn series_share_the_scale_and_break_where_a_bin_is_absent() {
    let columns = [
        Column::key("bin(5m)"),
        Column::key("action"),
        Column::measure("n"),
    ];
    let mut rows = Vec::new();
    for at in 0..10 {
        rows.push(vec![minute(at * 5), text("ACCEPT"), int(50 + 5 * at)]);
        if !(4..6).contains(&at) {
            rows.push(vec![minute(at * 5), text("REJECT"), int(10)]);
        }
    }
    let chart = drawn(&columns, &rows, 40);
    assert_eq!(chart, include_str!("tests/two_series.txt"), "{chart}");
}

#[test]
fn small_series_are_summed() {
    let columns = [Column::key("t"), Column::key("host"), Column::measure("n")];
    let mut rows = Vec::new();
    for host in 0..12 {
        for at in 0..3 {
            rows.push(vec![
                minute(at),
                text(&format!("h{host:02}")),
                int(host + 1),
            ]);
        }
    }
    let chart = drawn(&columns, &rows, 60);
    let named: Vec<&str> = chart
        .lines()
        .filter(|line| line.trim_start().starts_with(['h', 'o']))
        .map(str::trim)
        .collect();
    assert_eq!(
        named,
        [
            "h11",
            "h10",
            "h09",
            "h08",
            "h07",
            "h06",
            "h05",
            "h04",
            "other (4 series, summed)"
        ]
    );
}

#[test]
fn shapes_without_known_parts() {
    // A label and a number are told apart; of numbers alone, the first labels.
    let columns = [Column::field("name"), Column::field("n")];
    let rows = [vec![text("a"), text("7")]];
    assert_eq!(drawn(&columns, &rows, 20), "n\na 7 ████████████████\n");
    let rows = [vec![text("80"), text("7")]];
    assert_eq!(drawn(&columns, &rows, 20), "n\n80 7 ███████████████\n");
    // A single total has a bar without label.
    assert_eq!(
        drawn(&[Column::measure("total")], &[vec![int(5)]], 20),
        "total\n 5 █████████████████\n"
    );
    let mut out = Vec::new();
    let rows = [vec![text("a"), text("b")]];
    assert!(!draw(&mut out, &columns, &rows, None).expect("memory takes every write"));
    assert!(out.is_empty());
}

#[test]
fn axis_numbers_are_brief() {
    for (value, expected) in [
        (0.0, "0"),
        (7.0, "7"),
        (1.5, "1.50"),
        (12.34, "12.3"),
        (999.0, "999"),
        (999.6, "1.00K"),
        (1_000.0, "1K"),
        (40_000_000_000.0, "40G"),
        (-1_250.0, "-1.25K"),
    ] {
        assert_eq!(brief(value), expected, "{value}");
    }
}

#[test]
fn a_time_at_any_place_among_the_keys_is_the_axis() {
    let columns = [
        Column::key("action"),
        Column::key("bin(5m)"),
        Column::measure("n"),
    ];
    let swapped = [
        Column::key("bin(5m)"),
        Column::key("action"),
        Column::measure("n"),
    ];
    let (mut rows, mut swapped_rows) = (Vec::new(), Vec::new());
    for at in 0..6 {
        for action in ["ACCEPT", "REJECT"] {
            rows.push(vec![text(action), minute(at * 5), int(at)]);
            swapped_rows.push(vec![minute(at * 5), text(action), int(at)]);
        }
    }
    let chart = drawn(&columns, &rows, 60);
    assert!(chart.contains('┤'), "{chart}");
    assert_eq!(chart, drawn(&swapped, &swapped_rows, 60));
}

#[test]
fn a_key_that_is_missing_everywhere_is_no_time() {
    let columns = [Column::key("vpcId"), Column::measure("n")];
    let rows = [vec![Value::Missing, int(5)]];
    assert_eq!(drawn(&columns, &rows, 20), "n\n(none) 5 ███████████\n");
}

/// A group whose values are all `-` has `-` as its largest.
#[test]
fn what_is_no_number_in_a_measure_is_missing() {
    let columns = [
        Column::key("dstPort"),
        Column::measure("max"),
        Column::measure("latest"),
    ];
    let rows = [
        vec![text("443"), text("20"), text("ACCEPT")],
        vec![text("-"), text("-"), text("REJECT")],
        vec![text("22"), text("10"), text("ACCEPT")],
    ];
    let chart = "max\n443 20 █████████████\n-    -\n22  10 ██████▌\n";
    assert_eq!(drawn(&columns, &rows, 20), chart);
    // The same of a result that is not grouped.
    let columns = [Column::field("dstPort"), Column::field("bytes")];
    let rows = [vec![text("x"), text("20")], vec![text("y"), text("-")]];
    assert_eq!(
        drawn(&columns, &rows, 20),
        "bytes\nx 20 ███████████████\ny  -\n"
    );
}
