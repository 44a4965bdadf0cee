//! Whatever the text, parsing comes back, and its spans fit the text.

use super::super::parse;
use crate::commands::COMMANDS;
use crate::print::print_syntax;

fn check(query: &str) {
    let parsed = parse(query);
    print_syntax(&parsed.query);
    crate::lexer::print_tokens(query);
    for diagnostic in &parsed.diagnostics {
        let (start, end) = (diagnostic.span.start, diagnostic.span.end);
        let range = start as usize..end as usize;
        assert!(query.get(range).is_some(), "{query:?}: {diagnostic:?}");
        assert!(!diagnostic.message.is_empty());
    }
    for stage in &parsed.query.stages {
        assert!(!stage.span.text(query).is_empty(), "{query:?}");
    }
    let understood = parsed.query.stages.len() + parsed.diagnostics.len();
    assert!(
        understood > 0,
        "{query:?} gives neither stage nor diagnostic"
    );
}

#[test]
fn damaged_queries_are_survived() {
    let special = [
        "filter a like /x\\/|y/ and `b c` = \"d\\\"e\" # é\n| limit 5",
        "filter a in (SOURCE 'g' | filter (b) | fields c) or d in [1, -2, \"x\"]",
        "parse @message \"* *\"\n| as a,\n| b | count(*) by a | head 5",
        "fields größe, “x”, {{p}}, 5m, 0x1, 1.2.3, a　b, $x(y = 1)",
        "&& || ! != =~ == {{ }} [ ] ( ) ^ % : $ @ ` ' \" / \\ é",
    ];
    let examples = COMMANDS
        .iter()
        .filter_map(|command| command.examples.first())
        .map(|example| example.query);
    for query in special.into_iter().chain(examples) {
        let borders: Vec<usize> = query.char_indices().map(|(at, _)| at).collect();
        for &at in &borders {
            check(&query[..at]);
            check(&query[at..]);
            let mut without = query.to_owned();
            without.remove(at);
            check(&without);
            for extra in ["|", "(", "\"", "/"] {
                check(&format!("{}{extra}{}", &query[..at], &query[at..]));
            }
        }
    }
}
