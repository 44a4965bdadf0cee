//! Queries at the limits of their size run like small ones.

use flowgauge_event::limits::EXPRESSION_DEPTH;

use crate::harness::Files;

fn one_event() -> Files {
    Files::new([("app.json", "{\"timestamp\":1714521600000,\"a\":1}\n")])
}

#[test]
fn chains_of_two_thousand_operands() {
    let files = one_event();
    for (operand, operator, shown) in [
        ("b", "or", "a"),
        ("a", "and", "a\n1"),
        ("a", "or", "a\n1"),
    ] {
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
    // The condition or column itself takes a level.
    let depth = EXPRESSION_DEPTH - 2;
    for (open, close, shown) in [
        ("abs(", ")", "1"),
        ("not ", "", "1"),
        ("(", " + 0)", "1"),
        ("if(a, ", ", 0)", "1"),
        ("(0 or ", ")", "1"),
        ("concat(", ", '')", "1"),
        ("coalesce(none, ", ")", "1"),
        ("- ", "", "1"),
    ] {
        let nested = format!("{}a{}", open.repeat(depth), close.repeat(depth));
        let query = format!("fields {nested} as x | filter ispresent({nested}) | stats max(x) as m by a");
        let found = files.show(&query).expect("runs");
        assert_eq!(found, format!("a\tm\n1\t{shown}"), "{open}");
    }
}

#[test]
fn nothing_to_read() {
    let files = Files::new([]);
    for (query, shown) in [
        ("fields a", "a"),
        ("stats count(*)", "count(*)"),
        ("stats count(*) as n by a | filter n > 1 | stats max(n)", "max(n)"),
        ("fields jsonParse(@message) as j | unnest j into x", "j\tx"),
        ("sort a | dedup a | limit 3", "@timestamp\t@message"),
    ] {
        assert_eq!(files.show(query).expect("runs"), shown, "{query}");
    }
}
