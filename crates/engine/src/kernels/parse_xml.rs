//! `parse f xml '/a/b' as x`: what a path leads to first (spec 5.5).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringViewBuilder};
use datafusion::common::{Result, internal_err};
use flowgauge_ql::pipeline::{XmlCondition, XmlElement, XmlEnd, XmlPath};
use roxmltree::{Document, Node};

use crate::function::{Args, Scalar};
use crate::types;

/// `_parse_xml(value, path)`; the path is a constant that [`XmlPath::parse`] reads.
pub static PARSE_XML: Scalar = Scalar {
    name: "_parse_xml",
    returns: |_| types::TEXT,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let path = args.constant_text(1).map(|path| XmlPath::parse(&path));
    let Some(Ok(path)) = path else {
        return internal_err!("the path of an XML document must be a constant path");
    };
    let values = args.texts(0)?;
    let mut out = StringViewBuilder::with_capacity(args.rows);
    for row in 0..args.rows {
        out.append_option(
            values
                .is_valid(row)
                .then(|| find(values.value(row), &path))
                .flatten(),
        );
    }
    Ok(Arc::new(out.finish()))
}

/// What the path leads to; `None` when the text is no XML or the path leads nowhere.
fn find(text: &str, path: &XmlPath) -> Option<String> {
    // Log lines often carry text in front of the document.
    let document = Document::parse(&text[text.find('<')?..]).ok()?;
    follow(document.root(), &path.elements, &path.end)
}

/// Goes down from a node depth first, so that the first find is the first in the document.
fn follow(node: Node, elements: &[XmlElement], end: &XmlEnd) -> Option<String> {
    let Some((element, rest)) = elements.split_first() else {
        return taken(node, end);
    };
    // How many children of this node each condition has accepted, to know their positions.
    let mut seen = vec![0; element.conditions.len()];
    node.children()
        .filter(|child| child.is_element() && accepts(*child, element, &mut seen))
        .find_map(|child| follow(child, rest, end))
}

fn accepts(child: Node, element: &XmlElement, seen: &mut [usize]) -> bool {
    let name = element.name.as_deref();
    if name.is_some_and(|name| child.tag_name().name() != name) {
        return false;
    }
    element
        .conditions
        .iter()
        .zip(seen)
        .all(|(condition, seen)| match condition {
            XmlCondition::Position(place) => {
                *seen += 1;
                seen == place
            }
            XmlCondition::Attribute { name, value } => {
                child.attribute(name.as_str()) == Some(value.as_str())
            }
        })
}

fn taken(node: Node, end: &XmlEnd) -> Option<String> {
    match end {
        XmlEnd::Content => Some(
            node.descendants()
                .filter(Node::is_text)
                .filter_map(|part| part.text())
                .collect(),
        ),
        XmlEnd::Text => node
            .children()
            .find(Node::is_text)?
            .text()
            .map(str::to_owned),
        XmlEnd::Attribute(name) => node.attribute(name.as_str()).map(str::to_owned),
    }
}
