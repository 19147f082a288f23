//! Where a search found its words: plain spans, so that a view needs no HTML (RFC 8621 §5).

/// Of one mail that a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The subject, if something was found in it.
    pub subject: Option<Marked>,
    /// The text round what was found.
    pub preview: Option<Marked>,
}

/// A text with marked parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked(
    /// In order.
    pub Vec<Span>,
);

/// A part of a [`Marked`] text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Plain text.
    pub text: String,
    /// One of the words searched.
    pub marked: bool,
}
