//! skeleton
use jmap::Filter;
use jmap::email::FilterCondition;

/// What a filter looks for in texts, for highlighting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {}

impl Terms {
    /// Every word and phrase that the filter wants found (not those under NOT) in the subject or the body: of
    /// `text`, `subject` and `body`.
    pub fn from_filter(_filter: &Filter<FilterCondition>) -> Self {
        Self {}
    }

    /// There is nothing to look for.
    pub fn is_empty(&self) -> bool {
        true
    }
}

/// The text as HTML with each place that the terms name in `<mark>`; `None` if there is no such place.
pub fn highlight(_text: &str, _terms: &Terms) -> Option<String> {
    None
}

/// The part of a long text around the first place that the terms name, at most `max` characters, highlighted.
pub fn excerpt(_text: &str, _terms: &Terms, _max: usize) -> Option<String> {
    None
}
