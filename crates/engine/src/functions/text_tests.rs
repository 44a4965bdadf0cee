//! The registry's examples run through the kernels, and tables for what examples do not show:
//! columns as arguments, missing values, other types, Unicode, broken input.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, LargeStringArray, StringArray, StringViewArray,
};
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::ColumnarValue;
use flowgauge_event::Number;
use flowgauge_ql::functions::{self as registry, Group};
use flowgauge_ql::syntax::{Expr, ExprKind, Literal, PathStep, StageKind};

use super::FUNCTIONS;
use crate::function::{Args, Scalar};
use crate::values::{self, NumberBuilder};

/// The functions of these groups, in the order of the language's registry.
fn listed() -> Vec<&'static Scalar> {
    let groups = [Group::Ip, Group::Text];
    let ours = |scalar: &&Scalar| {
        registry::find(scalar.name).is_some_and(|function| groups.contains(&function.group))
    };
    FUNCTIONS.iter().copied().filter(ours).collect()
}

fn find(name: &str) -> &'static Scalar {
    let name = name.to_ascii_lowercase();
    listed()
        .into_iter()
        .find(|function| function.name == name)
        .unwrap_or_else(|| panic!("no function {name}"))
}

/// Runs a function and checks what every kernel promises: type and length of the result.
fn run(name: &str, values: &[ColumnarValue], rows: usize) -> ArrayRef {
    let scalar = find(name);
    let types: Vec<DataType> = values.iter().map(ColumnarValue::data_type).collect();
    let column = (scalar.invoke)(&Args { values, rows }).expect(name);
    assert_eq!(column.len(), rows, "{name}");
    assert_eq!(column.data_type(), &(scalar.returns)(&types), "{name}");
    column
}

fn constant(column: &ArrayRef) -> ColumnarValue {
    ColumnarValue::Scalar(ScalarValue::try_from_array(column, 0).expect("a constant"))
}

fn text(text: Option<&str>) -> ColumnarValue {
    ColumnarValue::Scalar(ScalarValue::Utf8View(text.map(str::to_owned)))
}

fn texts(values: &[Option<&str>]) -> ColumnarValue {
    ColumnarValue::Array(Arc::new(StringViewArray::from(values.to_vec())))
}

fn print(column: &ArrayRef) -> Vec<Option<String>> {
    let printed = values::printed(column).expect("text");
    printed.iter().map(|text| text.map(str::to_owned)).collect()
}

/// The value of an expression over literals.
fn evaluate(expr: &Expr) -> ColumnarValue {
    let number = |number: Number| {
        let mut builder = NumberBuilder::default();
        builder.push(Some(number));
        constant(&builder.finish())
    };
    match &expr.kind {
        ExprKind::Literal(Literal::Number(value)) => number(*value),
        ExprKind::Literal(Literal::Text(value)) => text(Some(value)),
        ExprKind::Literal(Literal::Boolean(value)) => {
            ColumnarValue::Scalar(ScalarValue::Boolean(Some(*value)))
        }
        ExprKind::Regex(pattern) => text(Some(&pattern.text)),
        ExprKind::Negate(inner) => match &inner.kind {
            ExprKind::Literal(Literal::Number(Number::Int(value))) => number(Number::Int(-value)),
            other => panic!("{other:?}"),
        },
        // Not one of these functions; the examples use it to make a missing value.
        ExprKind::Call { name, .. } if name.text == "toNumber" => {
            ColumnarValue::Scalar(ScalarValue::Int64(None))
        }
        ExprKind::Call { name, args } => {
            let args: Vec<ColumnarValue> = args.iter().map(evaluate).collect();
            constant(&run(&name.text, &args, 1))
        }
        ExprKind::Access { base, path } => {
            let list = evaluate(base).to_array(1).expect("a list");
            let list = list.as_string::<i64>().value(0);
            let list: serde_json::Value = serde_json::from_str(list).expect("json");
            let element = path.iter().fold(&list, |value, step| match step {
                PathStep::Index(index) => &value[*index as usize],
                PathStep::Key(key) => &value[key],
            });
            ColumnarValue::Scalar(ScalarValue::LargeUtf8(Some(element.to_string())))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn examples_of_the_registry() {
    let mut examples = 0;
    let mut names = Vec::new();
    let groups = [Group::Ip, Group::Text];
    for function in registry::FUNCTIONS
        .iter()
        .filter(|function| groups.contains(&function.group))
    {
        names.push(function.name.to_ascii_lowercase());
        for (expression, expected) in function.examples {
            let parsed = flowgauge_ql::parser::parse(&format!("fields {expression} as result"));
            let StageKind::Fields(fields) = &parsed.query.stages[0].kind else {
                panic!("{expression}");
            };
            let result = evaluate(&fields[0].expr).to_array(1).expect(expression);
            assert_eq!(print(&result)[0].as_deref(), *expected, "{expression}");
            examples += 1;
        }
    }
    let listed: Vec<&str> = listed().iter().map(|function| function.name).collect();
    assert_eq!(listed, names);
    assert_eq!(listed.len(), 33);
    assert!(examples > 90, "{examples}");
}

/// One row of every case is tested in both forms: constants, and columns of several rows.
#[test]
fn results() {
    let long = "a text of more than twelve bytes";
    for (name, args, expected) in [
        ("isValidIp", vec!["::ffff:1.2.3.4"], Some("1")),
        ("isValidIp", vec!["01.2.3.4"], Some("0")),
        ("isValidIp", vec![""], Some("0")),
        ("isValidIpV4", vec!["255.255.255.255"], Some("1")),
        ("isValidIpV6", vec!["fe80::1%eth0"], Some("0")),
        ("isValidIpV6", vec!["::ffff:1.2.3.4"], Some("1")),
        (
            "isIpInSubnet",
            vec!["::ffff:10.0.0.1", "10.0.0.0/8"],
            Some("0"),
        ),
        ("isIpInSubnet", vec!["10.0.0.1", "nonsense"], Some("0")),
        ("isIpInSubnet", vec!["10.0.0.1", "10.0.0.1"], Some("1")),
        ("isIpv4InSubnet", vec!["::1", "::/0"], Some("0")),
        ("isIpv6InSubnet", vec!["10.0.0.1", "10.0.0.0/8"], Some("0")),
        (
            "isIpv6InSubnet",
            vec!["2001:db8::1", "2001:db8::9/32"],
            Some("1"),
        ),
        ("ipv4ToNumber", vec!["::1"], None),
        ("ipv4ToNumber", vec!["0.0.0.0"], Some("0")),
        ("isPrivateIP", vec!["fd00::1"], Some("0")),
        ("isPublicIP", vec!["fd00::1"], Some("0")),
        ("isPublicIP", vec!["2606:4700::1111"], Some("1")),
        ("isPublicIP", vec!["x"], Some("0")),
        ("isReservedIP", vec!["10.0.0.1"], Some("1")),
        ("isReservedIP", vec!["::ffff:8.8.8.8"], Some("1")),
        ("isReservedIP", vec!["x"], Some("0")),
        ("isblank", vec!["\u{3000}\t"], Some("1")),
        (
            "concat",
            vec![long, "é", long],
            Some("a text of more than twelve byteséa text of more than twelve bytes"),
        ),
        ("ltrim", vec!["\u{3000} é "], Some("é ")),
        ("trim", vec!["ééaéé", "é"], Some("a")),
        ("trim", vec!["xéxaxéx", "éx"], Some("a")),
        ("trim", vec!["  ", ""], Some("  ")),
        ("trim", vec!["xxx", "x"], Some("")),
        (
            "rtrim",
            vec!["a text of more than twelve bytes  "],
            Some(long),
        ),
        (
            "ltrim",
            vec![long, "a"],
            Some(" text of more than twelve bytes"),
        ),
        ("strlen", vec!["e\u{301}"], Some("2")),
        ("toupper", vec!["straße"], Some("STRASSE")),
        ("toupper", vec!["ACCEPT 1"], Some("ACCEPT 1")),
        ("tolower", vec!["ΟΔΟΣ İ"], Some("οδος i\u{307}")),
        (
            "tolower",
            vec!["A TEXT OF MORE THAN TWELVE BYTES"],
            Some(long),
        ),
        ("substr", vec!["aé𝄞bc", "1", "2"], Some("é𝄞")),
        ("substr", vec!["aé𝄞bc", "2"], Some("𝄞bc")),
        ("substr", vec!["aé", "5", "1"], Some("")),
        ("substr", vec!["abc", "0", "-1"], Some("")),
        (
            "substr",
            vec!["abc", "1.9", "9223372036854775807"],
            Some("bc"),
        ),
        (
            "substr",
            vec!["é-abc", "1.9", "9223372036854775807"],
            Some("-abc"),
        ),
        (
            "substr",
            vec![long, "2", "20"],
            Some("text of more than tw"),
        ),
        ("substr", vec!["abc", "x"], None),
        ("substr", vec!["abc", "0", "x"], None),
        ("replace", vec!["ééé", "éé", ""], Some("é")),
        ("replace", vec!["aaa", "a", "aa"], Some("aaaaaa")),
        ("replace", vec!["$1", "$1", r"\1"], Some(r"\1")),
        (
            "regexReplace",
            vec!["a1b22", "[0-9]+", r"<\0>$"],
            Some("a<1>$b<22>$"),
        ),
        ("regexReplace", vec!["k=v", "(k)=(v)", "$9$2x"], Some("vx")),
        (
            "regexReplace",
            vec!["ab", "(a)|(b)", "[$1$2]"],
            Some("[a][b]"),
        ),
        ("regexReplace", vec!["aé", "", "-"], Some("-a-é-")),
        ("regexReplace", vec!["a.b", r"\.", "$12"], Some("a2b")),
        (
            "regexReplace",
            vec!["Ab", "(?i)[AB]", "${1}"],
            Some("${1}${1}"),
        ),
        ("regexReplace", vec!["none", "x", "y"], Some("none")),
        ("strcontains", vec!["a", ""], Some("1")),
        ("strcontains", vec!["STRASSE É", "e é", "1"], Some("1")),
        ("strcontains", vec!["GET /", "É", "1"], Some("0")),
        ("strcontains", vec!["GET /", "get", "0"], Some("0")),
        ("startsWith", vec!["éa", "é"], Some("1")),
        ("startsWith", vec!["", "a"], Some("0")),
        ("endsWith", vec!["a", ""], Some("1")),
        (
            "urlencode",
            vec!["a+b&c=\"d\"\n"],
            Some("a%2Bb%26c%3D%22d%22%0A"),
        ),
        ("urldecode", vec!["a+b%2B%c3%A9"], Some("a+b+é")),
        ("urldecode", vec!["%+1"], None),
        ("urldecode", vec!["%4"], None),
        ("urldecode", vec!["%é1"], None),
        ("urldecode", vec!["%ff"], None),
        ("base64encode", vec!["é?>"], Some("w6k/Pg==")),
        ("base64decode", vec!["YQ"], None),
        ("base64decode", vec!["YR=="], None),
        ("base64decode", vec![""], Some("")),
        ("split", vec!["", ","], Some(r#"[""]"#)),
        ("split", vec!["a", ""], Some(r#"["a"]"#)),
        (
            "split",
            vec!["é→\"b\"\\→\n", "→"],
            Some(r#"["é","\"b\"\\","\n"]"#),
        ),
        ("hexToAscii", vec!["c3A9"], Some("é")),
        ("hexToAscii", vec!["c3"], None),
        ("hexToAscii", vec!["+4"], None),
        ("hexToAscii", vec![""], Some("")),
        ("hexToDec", vec!["-0XfF"], Some("-255")),
        (
            "hexToDec",
            vec!["-8000000000000000"],
            Some("-9223372036854775808"),
        ),
        ("hexToDec", vec!["8000000000000000"], None),
        ("hexToDec", vec!["--1"], None),
        ("hexToDec", vec!["0x"], None),
        ("hexToDec", vec!["1g"], None),
        ("hexToDec", vec![""], None),
        (
            "decToHex",
            vec!["-9223372036854775808"],
            Some("-0x8000000000000000"),
        ),
        ("decToHex", vec!["-0.5"], Some("0x0")),
        ("decToHex", vec!["1e30"], None),
    ] {
        let context = format!("{name}{args:?}");
        let constants: Vec<_> = args.iter().map(|arg| text(Some(arg))).collect();
        let result = run(name, &constants, 1);
        assert_eq!(print(&result)[0].as_deref(), expected, "{context}");

        // As columns: a missing first value, the case, an empty value. A regular expression is
        // always constant.
        let columns: Vec<_> = args
            .iter()
            .enumerate()
            .map(|(index, arg)| match (name, index) {
                ("regexReplace", 1) => text(Some(arg)),
                (_, 0) => texts(&[None, Some(*arg), Some("")]),
                _ => texts(&[Some(*arg); 3]),
            })
            .collect();
        let result = print(&run(name, &columns, 3));
        assert_eq!(result[1].as_deref(), expected, "{context}");
        if !["isempty", "isblank", "concat"].contains(&name) {
            assert_eq!(result[0], None, "{context}");
        }
    }
}

#[test]
fn missing_values() {
    for function in listed() {
        let registered = registry::find(function.name).expect(function.name);
        let expected = match function.name {
            "isempty" | "isblank" => Some("1"),
            "concat" => Some("10"),
            _ => None,
        };
        let mut args = vec![text(None)];
        for _ in 1..registered.required.len() {
            args.push(text(Some("10")));
        }
        if function.name == "concat" {
            args.push(text(Some("10")));
        }
        let result = run(function.name, &args, 1);
        assert_eq!(print(&result)[0].as_deref(), expected, "{}", function.name);
    }
    // Later arguments, constant and by row.
    for (name, args) in [
        ("isIpInSubnet", vec![Some("10.0.0.1"), None]),
        ("trim", vec![Some("a"), None]),
        ("substr", vec![Some("a"), None]),
        ("substr", vec![Some("a"), Some("0"), None]),
        ("replace", vec![Some("a"), None, Some("b")]),
        ("replace", vec![Some("a"), Some("b"), None]),
        ("regexReplace", vec![Some("a"), Some("b"), None]),
        ("strcontains", vec![Some("a"), None]),
        ("strcontains", vec![Some("a"), None, Some("1")]),
        ("startsWith", vec![Some("a"), None]),
        ("endsWith", vec![Some("a"), None]),
        ("split", vec![Some("a"), None]),
    ] {
        let constants: Vec<_> = args.iter().map(|arg| text(*arg)).collect();
        assert_eq!(print(&run(name, &constants, 1)), [None], "{name}{args:?}");
        let columns: Vec<_> = args
            .iter()
            .enumerate()
            .map(|(index, arg)| match (name, index) {
                ("regexReplace", 1) => text(*arg),
                _ => texts(&[*arg, *arg]),
            })
            .collect();
        assert_eq!(
            print(&run(name, &columns, 2)),
            [None, None],
            "{name}{args:?}"
        );
    }
    let list = texts(&[Some("a"), None]);
    let joined = print(&run("concat", &[list, text(None), text(Some("b"))], 2));
    assert_eq!(joined, [Some("ab".to_owned()), Some("b".to_owned())]);
}

#[test]
fn other_types_convert() {
    let number: ArrayRef = Arc::new(Int64Array::from(vec![Some(1234), None]));
    let json: ArrayRef = Arc::new(LargeStringArray::from(vec![
        r#""Ab""#, "[1]", "null", "true", r#""""#,
    ]));
    let list: ArrayRef = Arc::new(StringArray::from(vec![r#"["a"]"#]));
    for (name, column, expected) in [
        ("strlen", &number, vec![Some("4"), None]),
        ("isempty", &number, vec![Some("0"), Some("1")]),
        ("concat", &number, vec![Some("1234"), Some("")]),
        (
            "toupper",
            &json,
            vec![Some("AB"), None, None, Some("1"), Some("")],
        ),
        (
            "isempty",
            &json,
            vec![Some("0"), None, Some("1"), Some("0"), Some("1")],
        ),
        (
            "concat",
            &json,
            vec![Some("Ab"), Some(""), Some(""), Some("1"), Some("")],
        ),
        ("isblank", &list, vec![None]),
        ("isValidIp", &list, vec![None]),
    ] {
        let result = print(&run(
            name,
            &[ColumnarValue::Array(column.clone())],
            column.len(),
        ));
        let result: Vec<_> = result.iter().map(Option::as_deref).collect();
        assert_eq!(result, expected, "{name}");
    }
}

#[test]
fn arguments_vary_by_row() {
    let column = |values: &[&str]| texts(&values.iter().map(|v| Some(*v)).collect::<Vec<_>>());
    for (name, args, expected) in [
        (
            "isIpInSubnet",
            [
                column(&["10.0.0.1", "::1"]),
                column(&["10.0.0.0/8", "10.0.0.0/8"]),
            ],
            ["1", "0"],
        ),
        (
            "endsWith",
            [column(&["ab", "ab"]), column(&["a", "b"])],
            ["0", "1"],
        ),
        (
            "startsWith",
            [text(Some("ab")), column(&["a", "b"])],
            ["1", "0"],
        ),
        (
            "trim",
            [column(&["xax", "xax"]), column(&["x", "a"])],
            ["a", "xax"],
        ),
        (
            "substr",
            [column(&["abc", "abc"]), column(&["1", "2"])],
            ["bc", "c"],
        ),
        (
            "split",
            [column(&["a.b", "a.b"]), column(&[".", "b"])],
            [r#"["a","b"]"#, r#"["a.",""]"#],
        ),
    ] {
        let result = print(&run(name, &args, 2));
        let result: Vec<_> = result.iter().flatten().collect();
        assert_eq!(result, expected, "{name}");
    }
}

#[test]
fn parts_share_the_bytes_of_their_value() {
    let long = "  a text of more than twelve bytes  ";
    let source = StringViewArray::from(vec![long, "short", long]);
    let args = |more: &[ColumnarValue]| {
        let mut args = vec![ColumnarValue::Array(Arc::new(source.clone()))];
        args.extend_from_slice(more);
        args
    };
    for (name, more) in [
        ("trim", vec![]),
        ("ltrim", vec![text(Some(" "))]),
        ("substr", vec![text(Some("3"))]),
        ("tolower", vec![]),
        ("replace", vec![text(Some("none")), text(Some("x"))]),
        ("urldecode", vec![]),
    ] {
        let result = run(name, &args(&more), 3);
        let result = result.as_string_view();
        assert_eq!(
            result.data_buffers().len(),
            source.data_buffers().len(),
            "{name}"
        );
        for (ours, theirs) in result.data_buffers().iter().zip(source.data_buffers()) {
            assert_eq!(ours.as_ptr(), theirs.as_ptr(), "{name}");
        }
    }
}

#[test]
fn a_text_that_grows_too_long_is_an_error() {
    let long = "a".repeat(1 << 20);
    let args = [text(Some(&long)), text(Some("a")), text(Some(&long))];
    for name in ["replace", "regexReplace"] {
        let error = (find(name).invoke)(&Args {
            values: &args,
            rows: 1,
        })
        .expect_err(name);
        assert!(error.to_string().contains("67108864 bytes"), "{error}");
    }
}

#[test]
fn empty_batches() {
    for function in listed() {
        let registered = registry::find(function.name).expect(function.name);
        let mut args = vec![texts(&[])];
        for _ in 1..registered.required.len() + registered.optional.len() {
            args.push(text(Some("1")));
        }
        assert_eq!(run(function.name, &args, 0).len(), 0);
    }
}
