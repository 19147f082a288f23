//! A mail as a page that is safe to look at: its HTML by allow-list, its style fenced, its pictures only from
//! where we say, in light or dark. Plain text becomes a page too.
//!
//! Pure: text in, text out. Where a picture is and whether it may be shown is asked of [`Pictures`]; who may read
//! the mail, the addresses and the policy of the answer are the caller's.

mod colour;
mod markup;
mod plain;
mod prologue;
mod style;
mod words;

use std::fmt::Write as _;
use std::sync::Arc;

pub use plain::{Format, to_html};

/// The colours that a document is made for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// As it was written.
    #[default]
    Light,
    /// Turned dark by luminance; pictures are left alone.
    Dark,
}

/// Where a mail says that a picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture<'a> {
    /// A part of the same mail, by its Content-ID or Content-Location.
    Inside(&'a str),
    /// On somebody's server.
    Remote(&'a str),
}

/// What to do with a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is shown from this address.
    Show(String),
    /// It is left out, and counted, so that a reader can ask for it.
    Withhold,
    /// There is none.
    Missing,
}

/// Decides about pictures.
pub trait Pictures: Send + Sync {
    /// Where a picture is shown from, if it is.
    fn resolve(&self, picture: Picture<'_>) -> Answer;
}

/// One part of a mail's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// `text/html`.
    Html(String),
    /// Any other text.
    Plain(String, Format),
    /// A picture that stands among the text, with its address and its name.
    Picture {
        /// Where it is shown from.
        address: String,
        /// For who does not see it.
        name: String,
    },
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The whole of it.
    pub html: String,
    /// How many pictures were left out.
    pub withheld: usize,
}

const BASE: &str = include_str!("html/base.css");

/// Makes the page of a mail.
pub fn document(parts: &[Part], scheme: Scheme, pictures: Arc<dyn Pictures>) -> Document {
    let fence = Arc::new(style::Fence::new(scheme, pictures));
    let (mut body, mut sheet, mut attributes) = (String::new(), String::new(), String::new());
    for part in parts {
        match part {
            Part::Html(html) => {
                let prologue = prologue::read(html);
                for text in &prologue.styles {
                    sheet.push_str(&fence.sheet(text));
                }
                // A mail has one body; with several HTML parts the first one's looks are the page's.
                if attributes.is_empty() {
                    attributes = prologue.body_attributes(&fence);
                }
                let clean = words::breakable(&markup::clean(html, &fence));
                let _ = write!(body, "<div class=\"owlet-html\">{clean}</div>");
            }
            Part::Plain(text, format) => body.push_str(&plain::to_html(text, *format)),
            Part::Picture { address, name } => {
                let (address, name) = (escape(address), escape(name));
                let _ = write!(body, "<p class=\"owlet-picture\"><img src=\"{address}\" alt=\"{name}\"></p>");
            }
        }
    }
    let (scheme, withheld) = (if scheme == Scheme::Dark { "dark" } else { "light" }, fence.withheld());
    let html = format!(
        "<!DOCTYPE html>\n<html data-scheme=\"{scheme}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"referrer\" content=\"no-referrer\">\
         <title>Message</title><style>{BASE}</style><style>{sheet}</style></head>\
         <body data-withheld-images=\"{withheld}\"{attributes}>{body}</body></html>\n"
    );
    Document { html, withheld }
}

/// Text as it stands in HTML, also in an attribute between double quotes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
