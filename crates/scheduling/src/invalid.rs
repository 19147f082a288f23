//! What is wrong with an event, so that the one who wrote it can find the place: a pointer and a sentence.

use std::fmt;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// Where, as a JSON pointer relative to the event, without the leading slash: `recurrenceRule/byDay/0/day`.
    pub pointer: String,
    /// What.
    pub problem: Problem,
}

/// What can be wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A value that there has to be is not there.
    #[error("is missing")]
    Missing,
    /// The value is of another kind.
    #[error("must be {0}")]
    Expected(&'static str),
    /// A number outside its bounds.
    #[error("must be between {0} and {1}")]
    Range(i64, i64),
    /// A text of more bytes than are taken.
    #[error("must have at most {0} bytes")]
    TooLong(usize),
    /// More entries than are taken.
    #[error("must have at most {0} entries")]
    TooMany(usize),
    /// Objects inside objects, too many of them.
    #[error("is nested too deeply")]
    TooDeep,
    /// It contradicts another property.
    #[error("cannot be given together with {0}")]
    Conflict(&'static str),
    /// It belongs to the series, not to one occurrence of it.
    #[error("cannot be changed for one occurrence")]
    SeriesOnly,
    /// The server sets it, or it has no place in what is stored.
    #[error("cannot be set here")]
    Forbidden,
    /// It names something that is not there.
    #[error("names {0:?}, which is not there")]
    Dangling(String),
    /// The time zone is not known.
    #[error("is no time zone that is known")]
    UnknownZone,
    /// The end comes before the start.
    #[error("comes before the start")]
    BeforeStart,
    /// A pointer of a patch leads nowhere.
    #[error("does not lead to anything")]
    NoPath,
    /// A pointer of a patch leads into a list.
    #[error("leads into a list, which can only be changed whole")]
    InsideList,
    /// One pointer of a patch is the beginning of another.
    #[error("changes the same value as {0:?}")]
    Overlap(String),
}

impl Invalid {
    /// At `pointer`, `problem`.
    #[must_use]
    pub fn new(pointer: impl Into<String>, problem: Problem) -> Self {
        Self { pointer: pointer.into(), problem }
    }

    /// The top-level property in which it is: what `invalidProperties` names.
    #[must_use]
    pub fn property(&self) -> &str {
        self.pointer.split('/').next().unwrap_or_default()
    }

    /// The same, seen from the object that holds this one.
    #[must_use]
    pub(crate) fn within(self, parent: &str) -> Self {
        let pointer = if self.pointer.is_empty() { parent.to_owned() } else { format!("{parent}/{}", self.pointer) };
        Self { pointer, problem: self.problem }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.pointer, self.problem)
    }
}

impl std::error::Error for Invalid {}
