//! Which format a file's beginning is given to.

use flowgauge_format::registry;

use crate::support::context;

#[test]
fn heads() {
    let id = "8f3b5d1e-2f5a-4d7e-9a51-0c2f1d6b7a90";
    let cut = format!("{{\"a\":\"{}", "x".repeat(100));
    for (head, name) in [
        ("{\"a\":1}\n", "json"),
        ("\n{\"a\":1}\n{\"b\":2}\n{\"c\":", "json"),
        (cut.as_str(), "json"),
        ("{\"a\":1}\n{\"b\":2}\npanic: x\n", "json"),
        ("{\n  \"a\": 1\n}\n", "text"),
        ("{\"Records\":[{\"a\":1}]}", "json-records"),
        ("{\n \"x\": [1],\n \"Records\" : [\n", "json-records"),
        ("[\n {\"a\":1}]", "json-records"),
        ("{\"Records\":3}\n", "json"),
        ("[INFO] started\n", "text"),
        (
            &format!("INIT_START Runtime Version: x\nSTART RequestId: {id}\n"),
            "lambda",
        ),
        (
            &format!("2024-03-13T18:56:24.046Z END RequestId: {id}\n"),
            "lambda",
        ),
        (
            "{\"time\":\"2024-03-13T18:56:24.046Z\",\"type\":\"platform.start\",\"record\":{}}\n",
            "lambda",
        ),
        (
            "1.0 2017-12-13T08:16:02.130Z Z123412341234 example.com A NOERROR UDP FRA6 192.0.2.1 -\n",
            "route53",
        ),
        (
            "level=info msg=\"some words here\"\nlevel=warn msg=x\n",
            "logfmt",
        ),
        ("2023-11-14T22:13:20Z level=info msg=x\n", "logfmt"),
        (
            "a prose line that mentions a=1 and then b=2 in passing\n",
            "text",
        ),
        ("GET /?a=1&b=2 HTTP/1.1\n", "text"),
        ("", "text"),
        ("hello\n", "text"),
    ] {
        assert_eq!(registry::sniff(head, &context()).name, name, "{head}");
    }
}
