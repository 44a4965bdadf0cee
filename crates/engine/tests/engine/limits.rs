//! Queries at the limits of their size run like small ones.

use flowgauge_engine::EngineError;
use flowgauge_event::limits::EXPRESSION_DEPTH;

use crate::harness::Files;

fn one_event() -> Files {
    Files::new([("app.json", "{\"timestamp\":1714521600000,\"a\":1}\n")])
}

#[test]
fn chains_of_two_thousand_operands() {
    let files = one_event();
    for (operand, operator, shown) in [("b", "or", "a"), ("a", "and", "a\n1"), ("a", "or", "a\n1")]
    {
        let chain = vec![operand; 1_600].join(&format!(" {operator} "));
        let found = files.show(&format!("fields a | filter {chain}"));
        assert_eq!(found.expect("runs"), shown, "{operand} {operator}");
    }
    let list = (0..2_000).map(|n| n.to_string()).collect::<Vec<_>>();
    let query = format!("fields a | filter a in [{}]", list[..1_900].join(","));
    assert_eq!(files.show(&query).expect("runs"), "a\n1");
}

#[test]
fn the_deepest_expressions() {
    let files = one_event();
    // A parenthesis is a level of its own, and so is the call around everything.
    let depth = EXPRESSION_DEPTH - 2;
    for (open, close, depth) in [
        ("abs(", ")", depth),
        ("not ", "", depth),
        ("(", " + 0)", depth / 2),
        ("if(a, ", ", 0)", depth),
        ("(0 or ", ")", depth / 2),
        ("concat(", ", '')", depth),
        ("coalesce(none, ", ")", depth),
        ("- ", "", depth),
    ] {
        let nested = format!("{}a{}", open.repeat(depth), close.repeat(depth));
        let query =
            format!("fields {nested} as x | filter ispresent({nested}) | stats max(x) as m by a");
        let found = files.show(&query).expect("runs");
        assert_eq!(found, "a\tm\n1\t1", "{open}");
    }
}

#[test]
fn nothing_to_read() {
    let files = Files::new([]);
    for (query, shown) in [
        ("fields a", "a"),
        ("stats count(*)", "count(*)"),
        (
            "stats count(*) as n by a | filter n > 1 | stats max(n)",
            "max(n)",
        ),
        ("fields jsonParse(@message) as j | unnest j into x", "j\tx"),
        ("sort a | dedup a | limit 3", "@timestamp\t@message"),
    ] {
        assert_eq!(files.show(query).expect("runs"), shown, "{query}");
    }
}

#[test]
fn months_to_fill_are_counted_by_the_calendar() {
    // From the middle of January to the middle of March 2023: 59 days, and three months.
    let text = "{\"timestamp\":1673740800000}\n{\"timestamp\":1678838400000}\n";
    let files = |most| Files::new([("app.json", text)]).with_limit("filled-bins", most);
    let query = "stats count(*) as n by bin(1mo) as month | fillmissing | stats count(*) as bins";
    assert_eq!(files(3).show(query).expect("runs"), "bins\n3");
    match files(2).show(query) {
        Err(EngineError::Execution(problem)) => {
            assert!(
                problem.contains("would cover 3 bins, more than 2"),
                "{problem}"
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn hundreds_of_computed_fields() {
    let files = one_event();
    let beside: Vec<String> = (0..600).map(|n| format!("a+{n} as b{n}")).collect();
    let stages: Vec<String> = (0..400).map(|n| format!("fields a as c{n}")).collect();
    let chained: Vec<String> = (1..40).map(|n| format!("d{}+1 as d{n}", n - 1)).collect();
    let (beside, chained) = (beside.join(","), chained.join(","));
    for (query, shown) in [
        (
            format!("fields {beside} | display b0, b599"),
            "b0\tb599\n1\t600",
        ),
        (
            format!("{} | display c0, c399", stages.join(" | ")),
            "c0\tc399\n1\t1",
        ),
        (
            format!("fields a as d0, {chained} | display d0, d39"),
            "d0\td39\n1\t40",
        ),
    ] {
        assert_eq!(files.show(&query).expect("runs"), shown);
    }
}

#[test]
fn lists_of_values_that_are_cut_are_told() {
    let events: String = (0..30_000)
        .map(|v| format!("{{\"timestamp\":{v},\"g\":{},\"v\":{v}}}\n", v % 2))
        .collect();
    let files = Files::new([("app.json", events.as_str())]);
    let one = "1 result of `values` was cut to the first 10,000 values";
    let two = "2 results of `values` were cut to the first 10,000 values";
    for (condition, by, expected) in [
        ("v < 10000", "", None),
        ("v < 10001", "", Some(one)),
        ("v < 30000", "", Some(one)),
        ("v < 20000", "by g", None),
        ("v < 20001", "by g", Some(one)),
        ("v < 30000", "by g", Some(two)),
    ] {
        let query = format!("filter {condition} | stats values(v) as x {by} | fields strlen(x)");
        let warnings = files.warnings(&query).expect("runs");
        assert_eq!(warnings.first().map(String::as_str), expected, "{query}");
    }
}
