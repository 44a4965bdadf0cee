//! A Markdown table, for tickets and reports. Results of `stats` are aligned to the right.

use std::io::{self, Write};

use flowgauge_event::Value;

use super::{Output, OutputKind, Settings, shown};
use crate::column::{Column, Role};

pub(super) const KIND: OutputKind = OutputKind {
    name: "markdown",
    summary: "a Markdown table",
    streams: true,
    open: |writer, settings| Box::new(Markdown { writer, settings }),
};

struct Markdown<W> {
    writer: W,
    settings: Settings,
}

impl<W: Write> Markdown<W> {
    fn cell(&mut self, text: &str) -> io::Result<()> {
        self.writer.write_all(b" ")?;
        let text = shown(escape(text).into(), self.settings);
        self.writer.write_all(text.as_bytes())?;
        self.writer.write_all(b" |")
    }
}

impl<W: Write> Output for Markdown<W> {
    fn begin(&mut self, columns: &[Column]) -> io::Result<()> {
        self.writer.write_all(b"|")?;
        for column in columns {
            self.cell(&column.name)?;
        }
        self.writer.write_all(b"\n|")?;
        for column in columns {
            let rule: &[u8] = match column.role {
                Role::Measure => b" ---: |",
                Role::Key | Role::Field => b" --- |",
            };
            self.writer.write_all(rule)?;
        }
        self.writer.write_all(b"\n")
    }

    fn row(&mut self, row: &[Value]) -> io::Result<()> {
        self.writer.write_all(b"|")?;
        for value in row {
            self.cell(&value.print().unwrap_or_default())?;
        }
        self.writer.write_all(b"\n")
    }

    fn finish(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Text that shows as it is: whatever would end the cell, start a tag or become formatting is
/// escaped. Underscores inside words are safe and stay readable.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\r' | '\n' => out.push_str("<br>"),
            '\\' | '|' | '`' | '*' | '<' | '[' | '~' => {
                out.push('\\');
                out.push(character);
            }
            '&' => out.push_str("&amp;"),
            other => out.push(other),
        }
    }
    out
}
