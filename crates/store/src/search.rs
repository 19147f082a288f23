//! Text as it is searched: folding, tokens, what a query wants found, and highlighting. Pure.
//!
//! One definition for the index, for queries and for highlighting: they can't disagree about what a word is, and
//! every database indexes the same tokens. A token is a run of letters and digits in lower case and without accents;
//! of scripts that write no spaces between words (Chinese, Japanese, Korean with its particles, Thai…) each
//! character is a token of its own, and a run of them is looked for as a phrase.
//!
//! A query is words and `"phrases"`, all of which must be found (RFC 8621 §4.4.1). A word is found also as the
//! beginning of a longer one, so that what is still being typed finds something; a phrase is found as it is.

mod excerpt;
mod fold;
mod terms;

pub use excerpt::{excerpt, highlight};
pub use fold::{Token, fold, tokens};
pub(crate) use fold::{header_name, header_text, index_text};
pub use terms::{Term, Terms};
