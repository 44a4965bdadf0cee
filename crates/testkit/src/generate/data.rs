//! Random events as the text of a file.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::reference::Context;

/// First event time of generated data, milliseconds.
const EPOCH: i64 = 1_714_521_600_000;

/// Generated events with the fields that queries may name.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// File name with the ending that tells the format.
    pub name: &'static str,
    /// The text of the file.
    pub text: String,
    /// Fields that some events hold.
    pub fields: &'static [&'static str],
    /// First and last millisecond of the query's window, if it has one.
    pub window: Option<(i64, i64)>,
}

impl Dataset {
    /// What a query over the data knows of its run.
    pub fn context(&self) -> Context {
        Context {
            start: self.window.map(|(start, _)| start),
            end: self.window.map(|(_, end)| end),
            ..Context::default()
        }
    }
}

/// Fields of [`json_lines`]; `n.x` is nested, `none` never exists.
const JSON_FIELDS: &[&str] = &[
    "a",
    "b",
    "`c-d`",
    "n",
    "n.x",
    "l",
    "l.0",
    "t",
    "flag",
    "none",
    "@timestamp",
    "@message",
];

/// Fields of [`flow_records`].
const FLOW_FIELDS: &[&str] = &[
    "srcAddr",
    "dstaddr",
    "dst_port",
    "protocol",
    "packets",
    "bytes",
    "action",
    "logStatus",
    "start",
    "@timestamp",
    "@message",
];

/// Events of either kind, now and then in a window that leaves some of them out.
pub fn dataset() -> impl Strategy<Value = Dataset> {
    let window = (200i64..400).prop_map(|second| (EPOCH + second * 1_000, EPOCH + 599_999));
    let events = prop_oneof![json_lines(), flow_records()];
    (events, option::weighted(0.25, window)).prop_map(|(data, window)| Dataset { window, ..data })
}

/// Up to 40 JSON events, ten seconds apart or closer.
pub fn json_lines() -> impl Strategy<Value = Dataset> {
    vec(json_event(), 0..40).prop_map(|lines| Dataset {
        name: "events.json",
        text: lines.concat(),
        fields: JSON_FIELDS,
        window: None,
    })
}

fn json_event() -> impl Strategy<Value = String> {
    let field = || option::weighted(0.8, json_scalar());
    (
        0i64..600,
        field(),
        field(),
        field(),
        field(),
        option::of(vec(json_element(), 0..3)),
        option::of(prop::sample::select(TEXTS)),
        option::of(any::<bool>()),
    )
        .prop_map(|(second, a, b, c, x, list, text, flag)| {
            let mut members = vec![format!("\"timestamp\":{}", EPOCH + second * 1000)];
            for (name, value) in [("a", a), ("b", b), ("c-d", c)] {
                members.extend(value.map(|value| format!("\"{name}\":{value}")));
            }
            members.extend(x.map(|value| format!("\"n\":{{\"x\":{value}}}")));
            members.extend(list.map(|list| format!("\"l\":[{}]", list.join(","))));
            members.extend(text.map(|text| format!("\"t\":{text}")));
            members.extend(flag.map(|flag| format!("\"flag\":{flag}")));
            format!("{{{}}}\n", members.join(","))
        })
}

/// Texts that the modes of `parse` read, as JSON strings.
const TEXTS: &[&str] = &[
    r#""k=1 a=\"x y\" word z=""#,
    r#""a1,\"b \"\"2\"\"\",,c""#,
    r#"",""#,
    r#""<r><k>5</k><k>6</k></r>""#,
    r#""<r><k>5""#,
    r#""[1,\"a\",{\"k\":2},null]""#,
    r#""[]""#,
    r#""{\"a\":\"7\",\"l\":[true,{\"k\":1.50}],\"n\":{\"x\":[1]}}""#,
    r#""{\"a\":1,}""#,
    r#""2024-05-01 12:30""#,
    r#""%41+%zz""#,
];

/// An element of a list.
fn json_element() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => json_scalar(),
        1 => json_scalar().prop_map(|value| format!("{{\"k\":{value}}}")),
        1 => json_scalar().prop_map(|value| format!("[{value}]")),
    ]
}

/// A JSON scalar, often one that two rules could disagree about.
fn json_scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (-20i64..200).prop_map(|n| n.to_string()),
        2 => (-20i64..200).prop_map(|n| format!("\"{n}\"")),
        1 => (-2000i64..2000).prop_map(|n| format!("{}.{:02}", n / 100, n.abs() % 100)),
        1 => any::<i64>().prop_map(|n| n.to_string()),
        3 => prop::sample::select(&[
            "\"\"", "\"-\"", "\"0\"", "\"00\"", "\"0.0\"", "\"false\"", "null", "true", "\" 7\"",
            "\"1e3\"", "\"a9\"", "\"a10\"", "\"A\"", "\"a b\"", "\"é\"", "\"10.0.0.1\"",
        ][..]).prop_map(str::to_owned),
        2 => "[a-c]{1,2}".prop_map(|text| format!("\"{text}\"")),
    ]
}

/// Up to 40 flow log records in the default format, without a header line.
pub fn flow_records() -> impl Strategy<Value = Dataset> {
    vec(flow_record(), 0..40).prop_map(|lines| Dataset {
        name: "flow.log",
        text: lines.concat(),
        fields: FLOW_FIELDS,
        window: None,
    })
}

/// A whole number as flow logs have it, or rarely a text that only another program would write there.
fn or_odd(number: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let odd = prop::sample::select(
        &[
            "1e3",
            "1000.0",
            "+443",
            "0443",
            "999.5",
            "-7",
            "99999999999999999999",
            "1e999",
            "x",
            "-",
        ][..],
    );
    prop_oneof![15 => number, 1 => odd.prop_map(str::to_owned)]
}

fn flow_record() -> impl Strategy<Value = String> {
    let address = || (0u8..4).prop_map(|last| format!("10.0.{}.{last}", last % 2));
    let port = prop::sample::select(&[22u16, 53, 80, 443, 8080][..]);
    let flow = (
        address(),
        address(),
        or_odd(port.prop_map(|port| port.to_string())),
        prop::sample::select(&[1u8, 6, 17][..]),
        or_odd((1u32..2000).prop_map(|packets| packets.to_string())),
        or_odd((40u32..80_000).prop_map(|bytes| bytes.to_string())),
        any::<bool>(),
    );
    (0i64..600, option::weighted(0.9, flow)).prop_map(|(second, flow)| {
        let start = EPOCH / 1000 + second;
        let (middle, action, status) = match flow {
            Some((source, target, port, protocol, packets, bytes, accepted)) => (
                format!("{source} {target} 49152 {port} {protocol} {packets} {bytes}"),
                if accepted { "ACCEPT" } else { "REJECT" },
                "OK",
            ),
            None => ("- - - - - - -".to_owned(), "-", "NODATA"),
        };
        format!(
            "2 123456789010 eni-1 {middle} {start} {} {action} {status}\n",
            start + 60
        )
    })
}
