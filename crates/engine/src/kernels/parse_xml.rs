//! `parse f xml '/a/b' as x`: the text of the first element at a path (spec 5.5).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringViewBuilder};
use datafusion::common::Result;
use roxmltree::{Document, Node};

use crate::function::{Args, Scalar};
use crate::types;

/// `_parse_xml(value, step…)`; a step `@name` is an attribute.
pub static PARSE_XML: Scalar = Scalar {
    name: "_parse_xml",
    returns: |_| types::TEXT,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let steps: Vec<String> = (1..args.len())
        .filter_map(|index| args.constant_text(index))
        .collect();
    let values = args.texts(0)?;
    let mut out = StringViewBuilder::with_capacity(args.rows);
    for row in 0..args.rows {
        out.append_option(
            values
                .is_valid(row)
                .then(|| find(values.value(row), &steps))
                .flatten(),
        );
    }
    Ok(Arc::new(out.finish()))
}

/// The text at a path from the root; `None` when the text is no XML or the path leads nowhere.
fn find(text: &str, steps: &[String]) -> Option<String> {
    // Log lines often carry text in front of the document.
    let document = Document::parse(&text[text.find('<')?..]).ok()?;
    let (root, rest) = steps.split_first()?;
    let element = document.root_element();
    if element.tag_name().name() != root {
        return None;
    }
    follow(element, rest)
}

fn follow(node: Node, steps: &[String]) -> Option<String> {
    let Some((step, rest)) = steps.split_first() else {
        return Some(
            node.descendants()
                .filter(Node::is_text)
                .filter_map(|part| part.text())
                .collect(),
        );
    };
    if let Some(attribute) = step.strip_prefix('@') {
        return node.attribute(attribute).map(str::to_owned);
    }
    node.children()
        .filter(|child| child.tag_name().name() == step)
        .find_map(|child| follow(child, rest))
}
