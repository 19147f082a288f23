//! The beginning of an answer or a forward: for whom, about what, with which quotation and files.
//!
//! Pure: the words of the reader's language come in as [`Words`], the original's body as nodes.

mod people;
mod subject;

pub use subject::{forward_subject, reply_subject};

use super::body::Body;
use super::html::{self, Element, Node, Source};
use super::recipients;
use crate::records::{Attachment, Draft, DraftKey, EmailAddress, EmailDetails, Identity};

/// How a mail is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// To its writer.
    Reply,
    /// To its writer and everybody else who has it.
    ReplyAll,
    /// To somebody new, in the text.
    Forward,
    /// To somebody new, as a file that holds it whole.
    ForwardAsAttachment,
}

/// What is answered.
#[derive(Clone, Copy, Debug)]
pub struct Original<'a> {
    /// Its headers and files.
    pub details: &'a EmailDetails,
    /// Its text, cleaned.
    pub body: &'a [Node],
    /// As whom the reader may send.
    pub identities: &'a [Identity],
    /// Where the list that brought it takes answers (`List-Post`, RFC 2369).
    pub list: Option<&'a EmailAddress>,
}

/// The words of an answer in the reader's language.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// "On Friday, Bob Okafor wrote:".
    pub attribution: String,
    /// "Forwarded mail".
    pub forwarded: String,
    /// "From", "Date", "Subject", "To", "Cc".
    pub fields: [String; 5],
    /// When the original was sent, said in full.
    pub date: String,
}

/// The beginning of an answer.
pub fn begin(answer: Answer, original: Original<'_>, key: DraftKey, words: &Words) -> (Draft, Body) {
    let details = original.details;
    let mut draft = Draft::new(key);
    draft.identity = people::identity_for(original).map(|identity| identity.id.clone());
    draft.references = references(details);
    let subject = details.email.subject.as_str();
    let cids = html::content_ids(original.body);
    let shown = |file: &&Attachment| file.cid.as_ref().is_some_and(|cid| cids.contains(cid));
    match answer {
        Answer::Reply | Answer::ReplyAll => {
            (draft.to, draft.cc) = people::recipients(original, answer == Answer::ReplyAll);
            draft.subject = reply_subject(subject);
            draft.in_reply_to.clone_from(&details.message_id);
            draft.answers = Some(details.email.id.clone());
            // Its files stay behind; the pictures in its text do not, or the quotation would have holes.
            draft.attachments = details.attachments.iter().filter(shown).map(inline).collect();
            let mut quote = vec![html::paragraph(vec![Node::Text(words.attribution.clone())])];
            quote.push(html::quotation(original.body.to_vec()));
            (draft, Body { quote: Some(quote), ..Body::default() })
        }
        Answer::Forward => {
            draft.subject = forward_subject(subject);
            draft.forwards = Some(details.email.id.clone());
            draft.attachments = details
                .attachments
                .iter()
                .map(|file| if shown(&file) { inline(file) } else { Attachment { inline: false, ..file.clone() } })
                .collect();
            let mut quote = header(details, words);
            quote.extend(original.body.iter().cloned());
            (draft, Body { quote: Some(quote), ..Body::default() })
        }
        Answer::ForwardAsAttachment => {
            draft.subject = forward_subject(subject);
            draft.forwards = Some(details.email.id.clone());
            draft.attachments = vec![Attachment {
                blob_id: details.blob_id.clone(),
                name: format!("{}.eml", file_name(subject)),
                media_type: "message/rfc822".to_owned(),
                size: details.email.size,
                cid: None,
                inline: false,
            }];
            (draft, Body::default())
        }
    }
}

fn inline(file: &Attachment) -> Attachment {
    Attachment { inline: true, ..file.clone() }
}

/// The original's References and its own Message-ID (RFC 5322 §3.6.4); of a very long chain the beginning and the end.
fn references(details: &EmailDetails) -> Vec<String> {
    const MOST: usize = 40;
    let before = match (details.references.as_slice(), details.in_reply_to.as_slice()) {
        ([], [only]) => std::slice::from_ref(only),
        (references, _) => references,
    };
    let mut all: Vec<String> = Vec::new();
    for id in before.iter().chain(&details.message_id) {
        if !all.contains(id) {
            all.push(id.clone());
        }
    }
    if all.len() > MOST {
        all.drain(1..all.len() - (MOST - 1));
    }
    all
}

/// The lines above a forwarded text.
fn header(details: &EmailDetails, words: &Words) -> Vec<Node> {
    let people = |list: &[EmailAddress]| list.iter().map(recipients::written).collect::<Vec<_>>().join(", ");
    let values = [
        people(&details.email.from),
        words.date.clone(),
        details.email.subject.clone(),
        people(&details.email.to),
        people(&details.cc),
    ];
    let mut lines = vec![Node::Text(format!("---------- {} ----------", words.forwarded))];
    for (name, value) in words.fields.iter().zip(values).filter(|(_, value)| !value.is_empty()) {
        lines.extend(Element::new("br", [], Source::Own).map(Node::Element));
        lines.push(Node::Text(format!("{name}: {value}")));
    }
    vec![html::paragraph(lines)]
}

/// A subject as a file's name.
fn file_name(subject: &str) -> String {
    let name: String =
        subject.chars().map(|c| if c.is_control() || "\\/:*?\"<>|".contains(c) { '_' } else { c }).take(80).collect();
    let name = name.trim().trim_matches('.');
    if name.is_empty() { "mail".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests;
