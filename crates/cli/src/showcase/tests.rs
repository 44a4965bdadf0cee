use flowgauge_demo::{Generator, Tally};
use flowgauge_event::Number;
use flowgauge_ql::{Options, compile};
use flowgauge_render::find;

use super::*;

fn planted() -> Answers {
    let mut generator = Generator::new(1, 5_000).expect("enough records");
    let mut tally = Tally::default();
    while let Some(record) = generator.advance() {
        tally.add(record);
    }
    tally.answers(1, generator.site()).expect("a whole day")
}

fn row(name: &dyn Display, count: u64) -> Vec<Value> {
    let count = i64::try_from(count).expect("small");
    vec![
        Value::Text(name.to_string()),
        Value::Number(Number::Int(count)),
    ]
}

#[test]
fn every_question_compiles_without_a_warning() {
    for question in QUESTIONS {
        let compiled = compile(question.query, &Options::default());
        assert!(
            compiled.diagnostics.is_empty(),
            "{}: {:?}",
            question.query,
            compiled.diagnostics
        );
        assert!(find(question.output).is_some(), "{}", question.output);
    }
}

#[test]
fn no_question_takes_an_empty_answer() {
    let planted = planted();
    for question in QUESTIONS {
        assert!(!(question.check)(&planted, &[]), "{}", question.title);
        let wrong = [vec![Value::Text("x".into()), Value::Number(Number::Int(1))]];
        assert!(!(question.check)(&planted, &wrong), "{}", question.title);
    }
}

#[test]
fn rankings_may_differ_in_ties_only() {
    let ranking =
        [("a", 9), ("b", 5), ("c", 5), ("d", 2)].map(|(name, count)| Count { name, count });
    let rows = |names: [(&str, u64); 4]| names.map(|(name, count)| row(&name, count));
    for (names, right) in [
        ([("a", 9), ("b", 5), ("c", 5), ("d", 2)], true),
        ([("a", 9), ("c", 5), ("b", 5), ("other", 2)], true),
        ([("a", 9), ("c", 5), ("other", 5), ("d", 2)], false),
        ([("a", 9), ("b", 5), ("c", 5), ("d", 3)], false),
        ([("b", 9), ("a", 5), ("c", 5), ("d", 2)], false),
    ] {
        assert_eq!(is_ranking(&rows(names), &ranking), right, "{names:?}");
    }
    assert!(!is_ranking(
        &rows([("a", 9), ("b", 5), ("c", 5), ("d", 2)])[..3],
        &ranking
    ));
}

#[test]
fn right_answers_are_taken() {
    let planted = planted();
    let rows: Vec<Vec<Value>> = planted
        .top_talkers
        .iter()
        .map(|talker| row(&talker.name, talker.count))
        .collect();
    assert!((QUESTIONS[1].check)(&planted, &rows));
    let census: Vec<Vec<Value>> = planted
        .log_status
        .iter()
        .map(|(status, count)| row(status, *count))
        .collect();
    assert!((QUESTIONS[0].check)(&planted, &census));
    let sweep = &planted.sweep;
    let mut first = row(&sweep.source, u64::from(sweep.port));
    first.push(Value::Number(Number::Int(sweep.interfaces as i64)));
    assert!((QUESTIONS[5].check)(&planted, &[first]));
}
