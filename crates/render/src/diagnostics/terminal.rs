//! Diagnostics with the source line underlined.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use flowgauge_ql::{Diagnostic, Severity};

use super::clamp;

/// Renders findings about the query `text`, in their order, each followed by a line end. `origin`
/// names where the query came from, e.g. the file it was read from.
pub fn render(diagnostics: &[Diagnostic], text: &str, origin: Option<&str>, color: bool) -> String {
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut out = String::new();
    for diagnostic in diagnostics {
        let report = [group(diagnostic, text, origin)];
        out.push_str(&renderer.render(&report));
        out.push('\n');
    }
    out
}

fn group<'a>(diagnostic: &'a Diagnostic, text: &'a str, origin: Option<&'a str>) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut snippet = Snippet::source(text)
        .annotation(AnnotationKind::Primary.span(clamp(diagnostic.span, text)));
    if let Some(origin) = origin {
        snippet = snippet.path(origin);
    }
    let group = level
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code)
        .element(snippet);
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    }
}
