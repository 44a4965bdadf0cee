//! What the examples of the registry do not show: missing values, mixed types, columns, errors.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, LargeStringArray, StringArray,
    StringViewArray, TimestampMillisecondArray,
};
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::ColumnarValue;
use flowgauge_event::Number;

use super::FUNCTIONS;
use crate::function::{Args, Scalar};
use crate::types;
use crate::values::{self, NumberBuilder};

/// Calls a function and checks that it keeps its promises: the announced type, and the length.
pub(super) fn call(scalar: &Scalar, values: &[ColumnarValue]) -> ArrayRef {
    try_call(scalar, values).expect(scalar.name)
}

fn try_call(scalar: &Scalar, values: &[ColumnarValue]) -> datafusion::common::Result<ArrayRef> {
    let rows = values
        .iter()
        .find_map(|value| match value {
            ColumnarValue::Array(array) => Some(array.len()),
            ColumnarValue::Scalar(_) => None,
        })
        .unwrap_or(1);
    let announced: Vec<DataType> = values.iter().map(ColumnarValue::data_type).collect();
    let column = (scalar.invoke)(&Args { values, rows })?;
    assert_eq!(
        *column.data_type(),
        (scalar.returns)(&announced),
        "type of {}",
        scalar.name
    );
    assert_eq!(column.len(), rows, "rows of {}", scalar.name);
    Ok(column)
}

/// A text constant.
pub(super) fn text(value: &str) -> ColumnarValue {
    ColumnarValue::Scalar(ScalarValue::Utf8View(Some(value.to_owned())))
}

fn int(value: i64) -> ColumnarValue {
    ColumnarValue::Scalar(ScalarValue::Int64(Some(value)))
}

fn texts(values: &[Option<&str>]) -> ColumnarValue {
    ColumnarValue::Array(Arc::new(values.iter().collect::<StringViewArray>()))
}

fn ints(values: &[Option<i64>]) -> ColumnarValue {
    ColumnarValue::Array(Arc::new(Int64Array::from(values.to_vec())))
}

fn floats(values: &[Option<f64>]) -> ColumnarValue {
    ColumnarValue::Array(Arc::new(Float64Array::from(values.to_vec())))
}

fn flags(values: &[Option<bool>]) -> ColumnarValue {
    ColumnarValue::Array(Arc::new(BooleanArray::from(values.to_vec())))
}

fn times(values: &[Option<i64>]) -> ColumnarValue {
    ColumnarValue::Array(Arc::new(TimestampMillisecondArray::from(values.to_vec())))
}

fn json(values: &[Option<&str>]) -> ColumnarValue {
    ColumnarValue::Array(Arc::new(LargeStringArray::from(values.to_vec())))
}

fn lists(values: &[Option<&str>]) -> ColumnarValue {
    ColumnarValue::Array(Arc::new(StringArray::from(values.to_vec())))
}

fn numbers(values: &[Option<Number>]) -> ColumnarValue {
    let mut builder = NumberBuilder::with_capacity(values.len());
    values.iter().for_each(|value| builder.push(*value));
    ColumnarValue::Array(builder.finish())
}

fn scalar(name: &str) -> &'static Scalar {
    FUNCTIONS
        .iter()
        .find(|scalar| scalar.name == name)
        .unwrap_or_else(|| panic!("no function {name}"))
}

/// The printed result; `~` for a missing value.
fn run(name: &str, values: &[ColumnarValue]) -> String {
    let column = call(scalar(name), values);
    let printed = values::printed(&column).expect("results print");
    let cells: Vec<&str> = printed.iter().map(|cell| cell.unwrap_or("~")).collect();
    cells.join(" | ")
}

#[test]
fn numbers_of_every_kind() {
    let mixed = || {
        numbers(&[
            Some(Number::Int(i64::MIN)),
            Some(Number::Float(-2.5)),
            None,
            Some(Number::Int(i64::MAX)),
        ])
    };
    let spelled = || texts(&[Some("-7.5"), Some("-"), None, Some("9007199254740993")]);
    let flagged = || flags(&[Some(true), None]);
    let long = || floats(&[Some(1e17), Some(-0.4), Some(3e9), None]);
    for (name, argument, expected) in [
        (
            "abs",
            mixed(),
            "9223372036854775808 | 2.5 | ~ | 9223372036854775807",
        ),
        ("abs", spelled(), "7.5 | ~ | ~ | 9007199254740993"),
        ("abs", flagged(), "1 | ~"),
        (
            "ceil",
            mixed(),
            "-9223372036854775808 | -2 | ~ | 9223372036854775807",
        ),
        ("ceil", spelled(), "-7 | ~ | ~ | 9007199254740993"),
        ("ceil", long(), "100000000000000000 | 0 | 3000000000 | ~"),
        ("floor", spelled(), "-8 | ~ | ~ | 9007199254740993"),
        (
            "floor",
            ints(&[Some(i64::MAX), None]),
            "9223372036854775807 | ~",
        ),
        ("round", spelled(), "-8 | ~ | ~ | 9007199254740993"),
        ("round", flagged(), "1 | ~"),
        (
            "log",
            ints(&[Some(0), Some(-1), Some(1), None]),
            "~ | ~ | 0 | ~",
        ),
        ("sqrt", long(), "316227766.0168 | ~ | 54772.2558 | ~"),
        (
            "tonumber",
            mixed(),
            "-9223372036854775808 | -2.5 | ~ | 9223372036854775807",
        ),
        ("tonumber", times(&[Some(5), None]), "5 | ~"),
        ("todouble", spelled(), "-7.5 | ~ | ~ | 9007199254740992"),
        ("toint", long(), "~ | 0 | ~ | ~"),
        (
            "toint",
            ints(&[Some(2_147_483_647), Some(-2_147_483_649)]),
            "2147483647 | ~",
        ),
        ("tolong", spelled(), "-7 | ~ | ~ | 9007199254740993"),
        (
            "tolong",
            texts(&[Some("9223372036854775808"), Some("1e18")]),
            "~ | 1000000000000000000",
        ),
        ("isnumeric", spelled(), "1 | 0 | ~ | 1"),
        (
            "isnumeric",
            json(&[Some("[1]"), Some("1"), Some("null"), Some("\"1\"")]),
            "~ | 1 | ~ | 1",
        ),
    ] {
        assert_eq!(
            run(name, std::slice::from_ref(&argument)),
            expected,
            "{name} of {argument:?}"
        );
    }
}

#[test]
fn numbers_of_several_arguments() {
    let digits = texts(&[Some("1"), Some("-1"), None, Some("x")]);
    let values = floats(&[Some(12.25), Some(15.0), Some(1.0), Some(1.0)]);
    assert_eq!(
        run("round", &[values.clone(), digits.clone()]),
        "12.3 | 20 | ~ | ~"
    );
    let others = ints(&[Some(13), None, None, Some(0)]);
    let arguments = [values, digits, others];
    assert_eq!(run("greatest", &arguments), "13 | 15 | 1 | 1");
    assert_eq!(run("least", &arguments), "1 | -1 | 1 | 0");
    let lat = floats(&[Some(52.52), Some(0.0), Some(90.0), None]);
    let lon = texts(&[Some("13.405"), Some("0"), Some("0"), Some("0")]);
    let paris = [
        floats(&[Some(48.8566), Some(0.0), Some(-90.0), Some(0.0)]),
        floats(&[Some(2.3522), Some(180.0), Some(0.0), Some(0.0)]),
    ];
    assert_eq!(
        run("haversine", &[lat, lon, paris[0].clone(), paris[1].clone()]),
        "877.4633 | 20015.0868 | 20015.0868 | ~"
    );
}

#[test]
fn dates() {
    let day = 86_400_000;
    let range = times(&[Some(-1), None, Some(i64::MAX), Some(i64::MIN), Some(day)]);
    let numbers = texts(&[Some("86399999.9"), Some("x"), None]);
    for (name, arguments, expected) in [
        (
            "datefloor",
            vec![range.clone(), text("1d")],
            "1969-12-31 00:00:00.000 | ~ | ~ | ~ | 1970-01-02 00:00:00.000",
        ),
        (
            "dateceil",
            vec![range.clone(), text("1d")],
            "1970-01-01 00:00:00.000 | ~ | ~ | ~ | 1970-01-02 00:00:00.000",
        ),
        (
            "datefloor",
            vec![numbers.clone(), text("1h")],
            "1970-01-01 23:00:00.000 | ~ | ~",
        ),
        (
            "frommillis",
            vec![numbers.clone()],
            "1970-01-01 23:59:59.999 | ~ | ~",
        ),
        (
            "frommillis",
            vec![ints(&[Some(i64::MAX), None])],
            "9223372036854775807 | ~",
        ),
        (
            "dateceil",
            vec![ints(&[Some(8_999_999_999_999_999_999)]), text("270000y")],
            "9006038531280000000",
        ),
        ("tomillis", vec![numbers.clone()], "86399999 | ~ | ~"),
        ("tomillis", vec![times(&[Some(-1), None])], "-1 | ~"),
        (
            "formatdate",
            vec![range, text("%F %T %z"), text("Asia/Kolkata")],
            "1970-01-01 05:29:59 +0530 | ~ | ~ | ~ | 1970-01-02 05:30:00 +0530",
        ),
        ("formatdate", vec![numbers, text("%s")], "86399 | ~ | ~"),
        (
            "parsedate",
            vec![texts(&[Some("1970"), None, Some("")]), text("yyyy")],
            "0 | ~ | ~",
        ),
        (
            "parsedate",
            vec![ints(&[Some(19_700_102), None]), text("yyyyMMdd")],
            "86400000 | ~",
        ),
        (
            "parsedate",
            vec![
                texts(&[Some("1970-01-01"), None]),
                text("yyyy-MM-dd"),
                text("+02:00"),
            ],
            "-7200000 | ~",
        ),
    ] {
        assert_eq!(run(name, &arguments), expected, "{name} {arguments:?}");
    }
}

#[test]
fn bad_constants_of_date_functions_are_errors() {
    let time = || ints(&[Some(0)]);
    for (name, arguments, problem) in [
        (
            "parsedate",
            vec![text("x"), text("yyyy-QQ")],
            "`yyyy-QQ` is no date pattern",
        ),
        (
            "parsedate",
            vec![text("x"), text("yyyy"), text("Mars/Base")],
            "`Mars/Base` is no time zone",
        ),
        (
            "formatdate",
            vec![time(), text("%Y-%!")],
            "`%Y-%!` is no date pattern",
        ),
        (
            "formatdate",
            vec![time(), text("%Y"), text("+99")],
            "`+99` is no time zone",
        ),
        (
            "datefloor",
            vec![time(), text("x")],
            "the period must be a constant",
        ),
    ] {
        let error = try_call(scalar(name), &arguments)
            .expect_err(name)
            .to_string();
        assert!(error.contains(problem), "{error}");
    }
}

#[test]
fn branches_convert_to_a_common_type() {
    let condition = || texts(&[Some("1"), Some("0"), None, Some("x")]);
    let whole = || ints(&[Some(1), Some(2), Some(3), None]);
    let real = || floats(&[Some(0.5), Some(1.5), Some(2.5), Some(3.5)]);
    let word = || texts(&[Some("a"), Some(""), None, Some("d")]);
    let document = || json(&[Some("{\"a\":1}"), Some("null"), None, Some("\"s\"")]);
    let list = || lists(&[Some("[\"p\",\"q\"]"), None, None, Some("[]")]);
    let time = || times(&[Some(0), None, Some(1), Some(2)]);
    let nothing = || ColumnarValue::Scalar(ScalarValue::Null);
    for (name, arguments, result, expected) in [
        (
            "if",
            vec![condition(), whole(), real()],
            types::number(),
            "1 | 1.5 | 2.5 | ~",
        ),
        (
            "if",
            vec![condition(), whole(), whole()],
            DataType::Int64,
            "1 | 2 | 3 | ~",
        ),
        (
            "if",
            vec![condition(), whole(), word()],
            types::TEXT,
            "1 |  | ~ | ~",
        ),
        (
            "if",
            vec![condition(), word(), nothing()],
            types::TEXT,
            "a | ~ | ~ | d",
        ),
        (
            "if",
            vec![condition(), list(), document()],
            types::JSON,
            "[\"p\",\"q\"] | ~ | ~ | []",
        ),
        (
            "if",
            vec![nothing(), time(), time()],
            types::TIME,
            "1970-01-01 00:00:00.000 | ~ | 1970-01-01 00:00:00.001 | 1970-01-01 00:00:00.002",
        ),
        (
            "if",
            vec![condition(), flags(&[Some(true); 4]), int(7)],
            types::number(),
            "1 | 7 | 7 | 1",
        ),
        (
            "coalesce",
            vec![word(), int(9)],
            types::TEXT,
            "a |  | 9 | d",
        ),
        (
            "coalesce",
            vec![document(), text("none")],
            types::JSON,
            "{\"a\":1} | none | none | s",
        ),
        (
            "coalesce",
            vec![list(), word()],
            types::JSON,
            "[\"p\",\"q\"] |  | ~ | []",
        ),
        (
            "coalesce",
            vec![nothing(), whole()],
            DataType::Int64,
            "1 | 2 | 3 | ~",
        ),
        (
            "case",
            vec![condition(), word(), text("1"), whole()],
            types::TEXT,
            "a | 2 | 3 | d",
        ),
        (
            "case",
            vec![condition(), whole(), int(0), real(), int(-1)],
            types::number(),
            "1 | -1 | -1 | ~",
        ),
        (
            "ispresent",
            vec![document()],
            DataType::Boolean,
            "1 | 0 | 0 | 1",
        ),
        (
            "ispresent",
            vec![word()],
            DataType::Boolean,
            "1 | 1 | 0 | 1",
        ),
        ("unmask", vec![list()], types::LIST, "p,q | ~ | ~ | "),
    ] {
        let column = call(scalar(name), &arguments);
        assert_eq!(*column.data_type(), result, "{name} {arguments:?}");
        assert_eq!(run(name, &arguments), expected, "{name} {arguments:?}");
    }
}

#[test]
fn json_in_text_maps_and_lists() {
    let document = || {
        texts(&[
            Some(" [1, {}] "),
            Some("{\"a\""),
            Some("\"s\""),
            Some(""),
            None,
        ])
    };
    let value = || {
        json(&[
            Some("[1,null,[2,3]]"),
            Some("{\"a\":1}"),
            Some("7"),
            Some("\"[1]\""),
            None,
        ])
    };
    let list = || lists(&[Some("[\"p\",\"q,r\"]"), None]);
    for (name, argument, expected) in [
        ("jsonparse", document(), "[1, {}] | ~ | ~ | ~ | ~"),
        (
            "jsonparse",
            value(),
            "[1,null,[2,3]] | {\"a\":1} | ~ | [1] | ~",
        ),
        ("jsonparse", list(), "[\"p\",\"q,r\"] | ~"),
        ("jsonparse", ints(&[Some(1)]), "~"),
        ("jsonstringify", document(), " [1, {}]  | ~ | ~ | ~ | ~"),
        (
            "jsonstringify",
            value(),
            "[1,null,[2,3]] | {\"a\":1} | ~ | [1] | ~",
        ),
        ("jsonstringify", list(), "[\"p\",\"q,r\"] | ~"),
        ("jsonarraysize", document(), "2 | ~ | ~ | ~ | ~"),
        ("jsonarraysize", value(), "3 | ~ | ~ | 1 | ~"),
        ("jsonarraysize", list(), "2 | ~"),
    ] {
        assert_eq!(
            run(name, std::slice::from_ref(&argument)),
            expected,
            "{name} of {argument:?}"
        );
    }
}

#[test]
fn elements_compare_by_text_or_by_value() {
    let array = r#"["80", 90.0, true, null, {"a":1}, "\u00e9", 9007199254740993]"#;
    for (value, expected) in [
        (text("80"), "1"),
        (int(80), "1"),
        (text("80.0"), "0"),
        (int(90), "1"),
        (text("90"), "1"),
        (int(1), "1"),
        (text("true"), "0"),
        (int(0), "0"),
        (text("null"), "0"),
        (text("{\"a\":1}"), "0"),
        (text("é"), "1"),
        (int(9_007_199_254_740_992), "0"),
        (ColumnarValue::Scalar(ScalarValue::Null), "0"),
    ] {
        assert_eq!(
            run("jsonarraycontains", &[text(array), value.clone()]),
            expected,
            "{value:?}"
        );
    }
    let arrays = texts(&[Some("[1]"), Some("[2]"), Some("[3"), Some(""), None]);
    let values = ints(&[Some(1), Some(1), Some(3), Some(1), Some(1)]);
    assert_eq!(
        run("jsonarraycontains", &[arrays, values]),
        "1 | 0 | 0 | 0 | ~"
    );
    let named = lists(&[Some("[\"p\"]"), None]);
    assert_eq!(run("jsonarraycontains", &[named, text("p")]), "1 | ~");
    let scalars = json(&[Some("null"), Some("5"), Some("[5]")]);
    assert_eq!(run("jsonarraycontains", &[scalars, int(5)]), "~ | 0 | 1");
}

#[test]
fn sizes_and_hashes_use_the_printed_bytes() {
    let long = "a text that does not fit into a view";
    let values = texts(&[Some(long), None, Some("é")]);
    assert_eq!(
        run("messagesize", std::slice::from_ref(&values)),
        "36 | ~ | 2"
    );
    let printed = [
        json(&[Some("[1]"), Some("\"é\"")]),
        flags(&[Some(true), None]),
    ];
    assert_eq!(run("messagesize", &printed[..1]), "~ | 2");
    assert_eq!(run("messagesize", &printed[1..]), "1 | ~");
    assert_eq!(run("md5", &[int(1)]), run("md5", &[text("1")]));
    let missing = call(scalar("sha256"), &[values]);
    assert!(missing.is_valid(0) && missing.is_null(1));
}
