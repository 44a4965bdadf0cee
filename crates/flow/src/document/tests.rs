use super::*;

fn error(path: &str, text: &str) -> String {
    match Document::parse(path, text.to_owned()) {
        Ok(document) => panic!("{:?} was read from {text}", document.root),
        Err(error) => error.to_string(),
    }
}

#[test]
fn json_and_toml_mean_the_same() {
    let json =
        r#"{"name": "a\u00e9\ud83d\ude00\n", "ports": [22, -1], "on": true, "in": {"x": 1.5}}"#;
    let toml = "name = \"a\u{e9}\u{1f600}\\n\"\nports = [22, -1]\non = true\n[in]\nx = 1.5\n";
    let json = Document::parse("a.json", json.to_owned()).expect("JSON");
    let toml = Document::parse("a.toml", toml.to_owned()).expect("TOML");
    assert_eq!(plain(&json.root), plain(&toml.root));
}

/// The tree without positions.
fn plain(node: &Node) -> String {
    match &node.value {
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(plain).collect();
            format!("[{}]", items.join(","))
        }
        Value::Members(members) => {
            let members = members.iter();
            let members: Vec<String> = members
                .map(|member| format!("{}={}", member.name, plain(&member.node)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn syntax_mistakes_have_a_place() {
    for (path, text, expected) in [
        (
            "a.json",
            "{\n  \"é\": 1,,\n}",
            "a.json:2:10: expected the name of a member, in double quotes",
        ),
        (
            "a.json",
            "{\"a\": tru}",
            "a.json:1:7: this is no JSON value",
        ),
        ("a.json", "{\"a\": 01}", "a.json:1:7: `01` is no number"),
        (
            "a.json",
            "{\"a\": 1, \"a\": 2}",
            "a.json:1:10: `a` stands twice in the same object",
        ),
        (
            "a.json",
            "{\"a\": \"x",
            "a.json:1:7: this text has no closing quote",
        ),
        (
            "a.json",
            "{\"a\": \"\\x\"}",
            "a.json:1:8: this escape is not one of JSON's",
        ),
        (
            "a.json",
            "{\"a\": \"\\ud800\"}",
            "a.json:1:8: `\\u` needs four hexadecimal digits of a character",
        ),
        (
            "a.json",
            "{\"a\": [1 2]}",
            "a.json:1:10: expected `,` or `]` in a list",
        ),
        (
            "a.json",
            "{} {}",
            "a.json:1:4: there is something after the end of the object; give each JSON document a file of its own",
        ),
        (
            "a.json",
            "[]",
            "a.json:1:1: the file must hold an object, `{…}`",
        ),
        (
            "a.json",
            "",
            "a.json:1:1: the file ends where a value is expected",
        ),
        ("a.toml", "a = 1\na = 2\n", "a.toml:2:1: duplicate key"),
        (
            "a.toml",
            "a = 99999999999999999999\n",
            "a.toml:1:5: `99999999999999999999` is too large",
        ),
    ] {
        assert_eq!(error(path, text), expected, "{text}");
    }
    let deep = format!("{{\"a\":{}", "[".repeat(100_000));
    assert!(error("a.json", &deep).ends_with("values are nested deeper than 64"));
}

#[test]
fn the_text_decides_where_the_name_does_not() {
    assert!(Document::parse("rules", "\u{feff} {\"a\": 1}".to_owned()).is_ok());
    assert!(Document::parse("rules", "a = 1".to_owned()).is_ok());
}

#[test]
fn members_that_nobody_reads_are_mistakes() {
    let document = Document::parse("a.json", "{\"id\": \"x\", \"Cidr\": 3}".to_owned());
    let document = document.expect("JSON");
    let object = Object::of(&document.root, "subnet").expect("an object");
    assert_eq!(
        object.text("id").expect("text").map(|id| id.value),
        Some("x")
    );
    object.ignore(&["cidr"]);
    let mistake = object.finish().expect_err("one is unknown");
    assert_eq!(
        document.wrong(mistake).to_string(),
        "a.json:1:13: `Cidr` is no member of this subnet: did you mean `cidr`"
    );
}

#[test]
fn networks_are_exact() {
    let read = |value| network(Placed { value, at: 0 }).map_err(|mistake| mistake.problem);
    assert_eq!(
        read("10.0.0.0/8").map(|n| n.to_string()),
        Ok("10.0.0.0/8".to_owned())
    );
    assert_eq!(
        read("10.0.0.1").map(|n| n.to_string()),
        Ok("10.0.0.1/32".to_owned())
    );
    assert_eq!(
        read("10.0.0.1/8"),
        Err("`10.0.0.1/8` has bits beyond its prefix; the network is `10.0.0.0/8`".to_owned())
    );
    assert!(read("10.0.0.0/33").is_err());
}
