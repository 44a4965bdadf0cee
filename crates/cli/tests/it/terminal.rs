//! What people see: standard output and error on a terminal.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::process::{ChildStdin, Command, Stdio};

use crate::support::{HEADER, Place, Ran, record};

/// The program on a terminal, in the folder.
fn on_terminal(place: &Place, arguments: &[&str]) -> Command {
    let program = place.command(arguments);
    on_terminal_of(
        place,
        program.get_program(),
        &program.get_args().collect::<Vec<_>>(),
    )
}

fn on_terminal_of(place: &Place, program: impl AsRef<OsStr>, arguments: &[&OsStr]) -> Command {
    let python = std::env::var("FLOWGAUGE_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut command = Command::new(python);
    command
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/terminal.py"))
        .arg(program)
        .args(arguments)
        .current_dir(place.path(""))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What a terminal got from a run that ended well.
fn shown(place: &Place, arguments: &[&str]) -> String {
    let ran = Ran::of(&on_terminal(place, arguments).output().expect("a terminal"));
    ran.quiet().to_owned()
}

/// What stands on a terminal in the end.
fn screen(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let (mut row, mut column) = (0, 0);
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\r' => column = 0,
            '\n' => {
                row += 1;
                if row == lines.len() {
                    lines.push(String::new());
                }
            }
            '\u{1b}' => {
                let sequence: String = characters
                    .by_ref()
                    .take_while(|character| !character.is_ascii_alphabetic())
                    .collect();
                // The final letter is gone with `take_while`; only these two are printed.
                match sequence.as_str() {
                    "[2" => lines[row].clear(),
                    "[" => {}
                    other => panic!("{other:?} is not understood"),
                }
            }
            other => {
                let line = &mut lines[row];
                let at = line.char_indices().nth(column);
                match at {
                    Some((at, old)) => {
                        line.replace_range(at..at + old.len_utf8(), &other.to_string());
                    }
                    None => {
                        let missing = column - line.chars().count();
                        line.push_str(&" ".repeat(missing));
                        line.push(other);
                    }
                }
                column += 1;
            }
        }
    }
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// Runs with logs that end only when progress is shown, and returns what stands on the terminal.
fn after_progress(place: &Place, arguments: &[&str], logs: &str) -> Vec<String> {
    until_progress(on_terminal(place, arguments), logs)
}

fn until_progress(mut command: Command, logs: &str) -> Vec<String> {
    let mut child = command.stdin(Stdio::piped()).spawn().expect("a terminal");
    let mut stdin: Option<ChildStdin> = child.stdin.take();
    let mut stdout = child.stdout.take().expect("it was asked for");
    stdin
        .as_mut()
        .expect("it was asked for")
        .write_all(logs.as_bytes())
        .expect("the program reads");
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stdout.read(&mut buffer).expect("readable");
        if read == 0 {
            break;
        }
        text.extend_from_slice(&buffer[..read]);
        if stdin.is_some() && String::from_utf8_lossy(&text).contains("records, ") {
            // Now it ends.
            stdin = None;
        }
    }
    child.wait().expect("it ends");
    screen(&String::from_utf8_lossy(&text))
}

#[test]
fn progress_is_gone_when_something_is_printed() {
    let place = Place::new();
    let logs = format!("{HEADER}\n{}\nbad\n", record(1));
    let warning = "warning: 1 line does not fit its format; it has @message only";
    for (arguments, expected) in [
        (
            &["query", "-o", "csv", "stats count(*) as n", "-"][..],
            &["n", "2", warning][..],
        ),
        (
            &["query", "stats count(*) as n", "-"],
            &["┌───┐", "│ n │", "╞═══╡", "│ 2 │", "└───┘", warning],
        ),
        (&["filter", "bad", "-"], &["bad", warning]),
        (&["filter", "-c", "bad", "-"], &[warning, "1"]),
    ] {
        let found = after_progress(&place, arguments, &logs);
        assert_eq!(found, expected, "{arguments:?}");
    }
    // Through a pipe to the same terminal.
    let script = "\"$0\" query -o csv 'stats count(*) as n' - | cat";
    let program = env!("CARGO_BIN_EXE_flowgauge");
    let shell = ["-c".as_ref(), script.as_ref(), program.as_ref()];
    let piped = on_terminal_of(&place, "sh", &shell);
    let found = until_progress(piped, &logs);
    assert!(found.contains(&"2".to_owned()), "{found:?}");
    assert_eq!(found.len(), 3, "{found:?}");
    let found = after_progress(&place, &["fields", "-o", "ndjson", "-"], &logs);
    assert_eq!(found[0], warning, "{found:?}");
    assert!(found[1].starts_with("{\"field\""), "{found:?}");
}

/// A line that would set the title, colour the rest, overwrite itself and turn it around.
#[test]
fn a_terminal_gets_no_control_characters_of_logs() {
    let place = Place::new();
    let evil = "a\u{1b}]0;title\u{7}\u{9b}31mred\tb\rhidden\u{7f}\u{202e}z";
    place.write("evil.log", format!("{evil}\n"));
    let query = ["query", "fields @message", "evil.log", "-o"];
    let outputs = ["table", "csv", "tsv", "markdown", "json", "ndjson"];
    let mut lines: Vec<Vec<&str>> = outputs
        .map(|output| [&query[..], &[output]].concat())
        .to_vec();
    lines.push(vec!["filter", "red", "evil.log"]);
    for arguments in &lines {
        let text = shown(&place, arguments);
        let obeyed = |character: char| {
            character.is_control() && !"\n\t\r".contains(character) || character == '\u{202e}'
        };
        assert_eq!(text.find(obeyed), None, "{arguments:?}: {text:?}");
        let alone = text.replace("\r\n", "\n").replace("\r\n", "\n");
        assert_eq!(alone.find('\r'), None, "{arguments:?}: {text:?}");
        assert!(text.contains("red"), "{text:?}");
    }
    // Programs get what was logged.
    for arguments in [&["filter", "red", "evil.log"][..], &lines[1], &lines[3]] {
        let ran = place.run(arguments);
        // Markdown has no line ends in cells.
        let out = ran.quiet().replace("<br>", "\r");
        assert!(out.contains(evil), "{arguments:?}: {ran:?}");
    }
}

/// Names of files come from buckets and archives of others.
#[test]
fn messages_quote_without_control_characters() {
    let place = Place::new();
    place
        .run(&["query", "limit 1", "no\u{1b}[31msuch.log"])
        .failed(2, &["no\\u{1b}[31msuch.log"]);
}
