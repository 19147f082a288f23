//! One of several: what radio groups, menus and selects have in common. No component lives here.

/// A value that can be chosen, and how it is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice<T> {
    /// What is chosen.
    pub(crate) value: T,
    /// Its words.
    pub(crate) label: String,
    /// A sentence more: what it means for others, or why it can't be chosen.
    pub(crate) hint: Option<String>,
    /// Shown, but can't be chosen.
    pub(crate) disabled: bool,
}

impl<T> Choice<T> {
    /// A choice of words only.
    pub(crate) fn new(value: T, label: impl Into<String>) -> Self {
        Self { value, label: label.into(), hint: None, disabled: false }
    }

    /// The same with a sentence more.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The same, locked.
    pub(crate) fn locked(self) -> Self {
        Self { disabled: true, ..self }
    }
}
