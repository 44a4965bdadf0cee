//! Reading and rewriting case files.

use std::collections::BTreeMap;
use std::path::Path;

/// A data file of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFile {
    /// File name, which tells executors the kind of data when no option does.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A log group of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseGroup {
    /// Its name.
    pub name: String,
    /// `account`, `class`, `source`, and tags as `tag:KEY`.
    pub attributes: BTreeMap<String, String>,
    /// Its data, in file order.
    pub data: Vec<DataFile>,
}

/// What a case has beside its default data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surroundings {
    /// Log groups.
    pub groups: Vec<CaseGroup>,
    /// Lookup tables as CSV.
    pub tables: Vec<DataFile>,
    /// Saved queries, as files hold them.
    pub saved: Vec<DataFile>,
}

impl Surroundings {
    /// The group of a name, made when it is new.
    fn group(&mut self, name: &str) -> &mut CaseGroup {
        let at = match self.groups.iter().position(|group| group.name == name) {
            Some(at) => at,
            None => {
                self.groups.push(CaseGroup {
                    name: name.to_owned(),
                    attributes: BTreeMap::new(),
                    data: Vec::new(),
                });
                self.groups.len() - 1
            }
        };
        &mut self.groups[at]
    }
}

/// `option` lines by key: `format`, `limit`, `start`, `end`, `now`, `strict`.
pub type Options = BTreeMap<String, String>;

/// One query with what must come out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Line of the `query` word, from 1.
    pub line: usize,
    /// The query text, without a line feed at the end.
    pub query: String,
    /// The lines below `----`, without a line feed at the end.
    pub expected: String,
    /// Executor that alone runs this case (`only engine: reason`).
    pub only: Option<String>,
    /// Line numbers (from 0, end excluded) of `expected` in the file.
    lines: (usize, usize),
}

/// A case file.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// All data, in file order.
    pub data: Vec<DataFile>,
    /// Log groups, lookup tables and saved queries.
    pub surroundings: Surroundings,
    /// Options of every case in the file.
    pub options: Options,
    /// The cases, in file order.
    pub cases: Vec<Case>,
    text: String,
}

const OPTIONS: [&str; 6] = ["format", "limit", "start", "end", "now", "strict"];

impl CaseFile {
    /// Reads a case file and the data files it names.
    pub fn read(path: &Path) -> Result<CaseFile, String> {
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        let folder = path.parent().unwrap_or(Path::new("."));
        CaseFile::parse(&text, &|name| {
            std::fs::read_to_string(folder.join(name))
                .map_err(|error| format!("cannot read data file `{name}`: {error}"))
        })
    }

    /// Parses the text of a case file; `read` delivers the data files it names. Fails with a text
    /// that begins with the line number.
    pub fn parse(
        text: &str,
        read: &dyn Fn(&str) -> Result<String, String>,
    ) -> Result<CaseFile, String> {
        let lines: Vec<&str> = text.lines().collect();
        let mut file = CaseFile {
            data: Vec::new(),
            surroundings: Surroundings::default(),
            options: Options::new(),
            cases: Vec::new(),
            text: text.to_owned(),
        };
        let mut only = None;
        let mut at = 0;
        while at < lines.len() {
            let line = lines[at];
            let number = at + 1;
            let fail = |problem: &str| Err(format!("line {number}: {problem}"));
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            at += 1;
            match word {
                "" => {}
                _ if line.starts_with('#') => {}
                "data" | "table" | "saved" => {
                    let (name, marker) = match rest.split_once("<<") {
                        Some((name, marker)) => (name.trim(), Some(marker)),
                        None => (rest.trim(), None),
                    };
                    let (group, name) = match name.strip_prefix("in ") {
                        Some(name) => match name.split_once(' ') {
                            Some((group, name)) => (Some(group), name),
                            None => (Some(name), ""),
                        },
                        None => (None, name),
                    };
                    let name = name.trim_start_matches("as ").trim();
                    let text = match marker {
                        None => read(name)?,
                        Some(marker) => {
                            let length = lines[at..].iter().position(|line| *line == marker);
                            let Some(length) = length else {
                                return fail("the data has no end line");
                            };
                            let start = at;
                            at += length + 1;
                            lines[start..start + length]
                                .iter()
                                .flat_map(|line| [*line, "\n"])
                                .collect()
                        }
                    };
                    let name = if name.is_empty() { "data.log" } else { name };
                    let data = DataFile {
                        name: name.to_owned(),
                        text,
                    };
                    match (word, group) {
                        ("table", _) => file.surroundings.tables.push(data),
                        ("saved", _) => file.surroundings.saved.push(data),
                        (_, Some(group)) => file.surroundings.group(group).data.push(data),
                        (_, None) => file.data.push(data),
                    }
                }
                "group" => {
                    let mut words = rest.split(' ');
                    let group = file.surroundings.group(words.next().unwrap_or_default());
                    for attribute in words {
                        let Some((key, value)) = attribute.split_once('=') else {
                            return fail("write `group name key=value …`");
                        };
                        group.attributes.insert(key.to_owned(), value.to_owned());
                    }
                }
                "option" => match rest.split_once(' ') {
                    Some((key, value)) if OPTIONS.contains(&key) => {
                        file.options.insert(key.to_owned(), value.to_owned());
                    }
                    _ => return fail("write `option key value` with a known key"),
                },
                "only" => match rest.split_once(": ") {
                    Some((executor, reason)) if !reason.trim().is_empty() => {
                        only = Some(executor.to_owned());
                    }
                    _ => return fail("write `only executor: reason`"),
                },
                "query" if rest.is_empty() => {
                    let start = at;
                    let Some(length) = lines[at..].iter().position(|line| *line == "----") else {
                        return fail("no `----` follows this query");
                    };
                    let query = lines[start..start + length].join("\n");
                    at = start + length + 1;
                    let end = at
                        + lines[at..]
                            .iter()
                            .position(|line| line.is_empty())
                            .unwrap_or(lines.len() - at);
                    file.cases.push(Case {
                        line: start,
                        query,
                        expected: lines[at..end].join("\n"),
                        only: only.take(),
                        lines: (at, end),
                    });
                    at = end;
                }
                _ => {
                    return fail(
                        "expected `data`, `group`, `table`, `saved`, `option`, `only`, `query` or a comment",
                    );
                }
            }
        }
        Ok(file)
    }

    /// The file's text with other expectations; `None` keeps a case's own.
    pub fn with_expected(&self, outputs: &[Option<String>]) -> String {
        let lines: Vec<&str> = self.text.lines().collect();
        let mut out: Vec<&str> = Vec::new();
        let mut at = 0;
        for (case, output) in self.cases.iter().zip(outputs) {
            let (start, end) = case.lines;
            if let Some(output) = output {
                out.extend(&lines[at..start]);
                out.extend(output.lines());
                at = end;
            }
        }
        out.extend(&lines[at..]);
        let mut text = out.join("\n");
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# A story.\ndata <<END\n{\"a\":1}\n\n# data\nEND\ndata more.log\noption now 2024-01-01T00:00:00Z\n\nquery\nfields a # x\n| limit 1\n----\na\n1\n\n# why\nonly engine: the oracle is exact\nquery\nstats count(*)\n----\n";

    fn parse(text: &str) -> Result<CaseFile, String> {
        CaseFile::parse(text, &|name| Ok(format!("text of {name}")))
    }

    #[test]
    fn parts_of_a_file() {
        let file = parse(FILE).expect("valid");
        let data: Vec<_> = file
            .data
            .iter()
            .map(|data| (data.name.as_str(), data.text.as_str()))
            .collect();
        assert_eq!(
            data,
            [
                ("data.log", "{\"a\":1}\n\n# data\n"),
                ("more.log", "text of more.log")
            ]
        );
        assert_eq!(file.options["now"], "2024-01-01T00:00:00Z");
        let [first, second] = file.cases.as_slice() else {
            panic!("{:?}", file.cases);
        };
        assert_eq!(
            (first.line, first.query.as_str()),
            (10, "fields a # x\n| limit 1")
        );
        assert_eq!((first.expected.as_str(), &first.only), ("a\n1", &None));
        assert_eq!(second.expected, "");
        assert_eq!(second.only.as_deref(), Some("engine"));
    }

    #[test]
    fn expectations_are_replaced_in_place() {
        let file = parse(FILE).expect("valid");
        assert_eq!(file.with_expected(&[None, None]), FILE);
        let changed =
            file.with_expected(&[Some("a\n2\n3".to_owned()), Some("count(*)\n5".to_owned())]);
        assert_eq!(
            changed,
            FILE.replace("a\n1\n\n", "a\n2\n3\n\n")
                .replace("(*)\n----\n", "(*)\n----\ncount(*)\n5\n")
        );
    }

    #[test]
    fn mistakes_name_their_line() {
        for (text, message) in [
            ("data <<END\nx", "line 1: the data has no end line"),
            ("\nquery\nfields a", "line 2: no `----` follows this query"),
            (
                "option colour red",
                "line 1: write `option key value` with a known key",
            ),
            ("only engine", "line 1: write `only executor: reason`"),
            (
                "qurey",
                "line 1: expected `data`, `group`, `table`, `saved`, `option`, `only`, `query` or a comment",
            ),
        ] {
            assert_eq!(parse(text).map(|_| ()), Err(message.to_owned()), "{text}");
        }
    }
}
