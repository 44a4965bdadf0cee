//! `--group NAME=PATH` and `--groups FILE`: log groups of files.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use flowgauge_engine::{InputOptions, LogGroup};
use flowgauge_ql::pipeline::{GroupFacts, LogClass};
use serde_json::{Map, Value};

use super::named;
use crate::failure::Failure;
use crate::inputs::without_mark;

/// The groups of both kinds of arguments, in order.
pub(super) fn resolve(arguments: &[String], files: &[String]) -> Result<Vec<LogGroup>, Failure> {
    let mut groups: Vec<LogGroup> = Vec::new();
    for file in files {
        for group in read(file)? {
            if groups
                .iter()
                .any(|known| known.facts.name == group.facts.name)
            {
                return Err(Failure::Input(format!(
                    "{file}: the log group `{}` is given twice",
                    group.facts.name
                )));
            }
            groups.push(group);
        }
    }
    for argument in arguments {
        let (name, path) = named("group", argument)?;
        match groups.iter_mut().find(|group| group.facts.name == name) {
            Some(group) => group.inputs.paths.push(path.into()),
            None => groups.push(LogGroup {
                facts: GroupFacts {
                    name: name.to_owned(),
                    ..GroupFacts::default()
                },
                inputs: InputOptions {
                    paths: vec![path.into()],
                    ..InputOptions::default()
                },
            }),
        }
    }
    Ok(groups)
}

/// The groups of a JSON file: `{"groups": [{"name": …, "paths": […], …}]}`.
fn read(file: &str) -> Result<Vec<LogGroup>, Failure> {
    let fail = |problem: String| Failure::Input(format!("{file}: {problem}"));
    let text = std::fs::read_to_string(file).map_err(|error| fail(error.to_string()))?;
    let document: Value =
        serde_json::from_str(without_mark(&text)).map_err(|error| fail(error.to_string()))?;
    let Some(list) = document.get("groups").and_then(Value::as_array) else {
        return Err(fail("there is no list `groups`".to_owned()));
    };
    let folder = Path::new(file).parent().unwrap_or(Path::new(""));
    let mut groups = Vec::new();
    for (index, entry) in list.iter().enumerate() {
        let group = entry.as_object().ok_or("it is no object".to_owned());
        let group = group.and_then(|members| group_of(members, folder));
        groups.push(group.map_err(|problem| fail(format!("group {}: {problem}", index + 1)))?);
    }
    Ok(groups)
}

/// What a group may say about itself.
const MEMBERS: [&str; 7] = [
    "name",
    "paths",
    "account",
    "class",
    "dataSource",
    "tags",
    "format",
];

fn group_of(members: &Map<String, Value>, folder: &Path) -> Result<LogGroup, String> {
    if let Some(unknown) = members.keys().find(|key| !MEMBERS.contains(&key.as_str())) {
        let known = MEMBERS.join(", ");
        return Err(format!("`{unknown}` is not known; there are {known}"));
    }
    let text = |name: &str| match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("`{name}` has to be text")),
    };
    let name = text("name")?.ok_or("it has no `name`")?;
    let paths = match members.get("paths") {
        Some(Value::Array(paths)) => paths
            .iter()
            .map(|path| path.as_str().map(|path| beside(folder, path)))
            .collect::<Option<Vec<OsString>>>(),
        _ => None,
    };
    let class = match text("class")?.as_deref() {
        None | Some("STANDARD") => LogClass::Standard,
        Some("INFREQUENT_ACCESS") => LogClass::InfrequentAccess,
        Some(other) => {
            return Err(format!(
                "`{other}` is no class: STANDARD or INFREQUENT_ACCESS"
            ));
        }
    };
    let tags = match members.get("tags") {
        None => Some(BTreeMap::new()),
        Some(tags) => tags.as_object().and_then(|tags| {
            let pairs = tags.iter();
            pairs
                .map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
                .collect()
        }),
    };
    Ok(LogGroup {
        facts: GroupFacts {
            name,
            account: text("account")?,
            class,
            data_source: text("dataSource")?,
            tags: tags.ok_or("`tags` has to be an object of texts")?,
        },
        inputs: InputOptions {
            paths: paths.ok_or("`paths` has to be a list of paths")?,
            format: text("format")?,
            ..InputOptions::default()
        },
    })
}

/// A path of the file, which counts from the folder that the file is in.
fn beside(folder: &Path, path: &str) -> OsString {
    if path.starts_with("s3://") || path == "-" {
        return path.into();
    }
    folder.join(path).into_os_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(text: &str) -> Result<LogGroup, String> {
        let value: Value = serde_json::from_str(text).expect("JSON");
        group_of(value.as_object().expect("an object"), Path::new("conf"))
    }

    #[test]
    fn a_group_says_what_it_is() {
        let found = group(
            r#"{"name":"/vpc","paths":["a/*.gz","s3://b/p"],"account":"1","class":"INFREQUENT_ACCESS",
                "dataSource":"amazon_vpc.flow","tags":{"team":"net"},"format":"vpc-flow"}"#,
        )
        .expect("valid");
        let beside = Path::new("conf").join("a/*.gz").display().to_string();
        assert_eq!(found.inputs.paths, [&beside, "s3://b/p"]);
        assert_eq!(found.inputs.format.as_deref(), Some("vpc-flow"));
        assert_eq!(found.facts.class, LogClass::InfrequentAccess);
        assert_eq!(found.facts.tags["team"], "net");
    }

    #[test]
    fn mistakes_are_named() {
        for (text, problem) in [
            (r#"{"paths":[]}"#, "it has no `name`"),
            (r#"{"name":"a"}"#, "`paths` has to be a list of paths"),
            (
                r#"{"name":"a","paths":[],"class":"COLD"}"#,
                "`COLD` is no class: STANDARD or INFREQUENT_ACCESS",
            ),
            (
                r#"{"name":"a","paths":[],"tags":{"a":1}}"#,
                "`tags` has to be an object of texts",
            ),
            (r#"{"name":1}"#, "`name` has to be text"),
            (
                r#"{"name":"a","path":"b"}"#,
                "`path` is not known; there are name, paths, account, class, dataSource, tags, format",
            ),
        ] {
            assert_eq!(group(text).map(|_| ()), Err(problem.to_owned()), "{text}");
        }
    }
}
