//! Documents that are made from the registries and committed, so that they can be read without a
//! build.

/// One generated document.
pub struct Document {
    /// Where it lies in the repository.
    pub path: &'static str,
    /// Makes its text.
    pub text: fn() -> String,
}

/// Every generated document.
pub const DOCUMENTS: &[Document] = &[Document {
    path: "docs/language.md",
    text: flowgauge_ql::docs::language_markdown,
}];
