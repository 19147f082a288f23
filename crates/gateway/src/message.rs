//! Messages as octets: reading them ([`parse`]), showing them as JMAP shows them ([`render`]), making them
//! ([`compose`]), and putting them into a mailbox ([`import()`]).
//!
//! Nothing here knows who asks; rights are checked by [`crate::jmap`]. HTML is made safe in another module.

pub mod body;
pub mod compose;
pub mod decode;
pub mod header;
pub mod header_property;
mod import;
pub mod mime;
pub mod parse;
pub mod part;
pub mod render;

pub use import::{Import, import, read};
