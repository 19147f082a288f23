//! From the octets of a message to what the store keeps in columns and in the search index.

use jmap::Date;
use store::{Envelope, SearchText};

use super::mime::{Mime, Part};
use super::{body, decode, header};

/// Octets of text that are searched, of the body and of the attachments each.
const MAX_SEARCH_TEXT: usize = 1_000_000;

/// What is known of a message without its mailboxes and keywords.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParsedEmail {
    /// Octets.
    pub size: u64,
    /// The header fields that are properties.
    pub envelope: Envelope,
    /// `hasAttachment`.
    pub has_attachment: bool,
    /// `preview`.
    pub preview: String,
    /// What is searched: the body, the names of attachments and the text of those that are text, and all header
    /// fields for the filter `header`; a name may occur more than once.
    pub text: SearchText,
    /// The last `Received` date: when it came in, if nobody says otherwise.
    pub received_at: Option<Date>,
}

/// Reads a message. Every input gives something; what is not there is `None`.
pub fn new_email(raw: &[u8]) -> ParsedEmail {
    let mime = Mime::parse(raw);
    let Some(root) = mime.root() else { return ParsedEmail::default() };
    let bodies = body::bodies(&mime);
    let addresses = |name: &str| root.field(name).map(header::as_addresses);
    let ids = |name: &str| root.field(name).and_then(header::as_message_ids);
    let body_text = body::plain_text(&mime, &bodies, MAX_SEARCH_TEXT);
    ParsedEmail {
        size: raw.len() as u64,
        envelope: Envelope {
            message_id: ids("message-id"),
            in_reply_to: ids("in-reply-to"),
            references: ids("references"),
            sender: addresses("sender"),
            from: addresses("from"),
            to: addresses("to"),
            cc: addresses("cc"),
            bcc: addresses("bcc"),
            reply_to: addresses("reply-to"),
            subject: root.field("subject").map(header::as_text),
            sent_at: root.field("date").and_then(header::as_date),
        },
        has_attachment: body::has_attachment(&mime, &bodies),
        preview: body::preview(&body_text),
        text: SearchText {
            body: body_text,
            attachments: attachment_text(&mime, &bodies),
            headers: root
                .fields
                .iter()
                .map(|field| (field.name.to_lowercase(), header::as_text(field.value)))
                .collect(),
        },
        received_at: received_at(root),
    }
}

fn attachment_text(mime: &Mime<'_>, bodies: &body::Bodies) -> String {
    let mut text = String::new();
    for part in bodies.attachments.iter().filter_map(|index| mime.parts.get(*index)) {
        if let Some(name) = body::name(part) {
            text.push_str(&name);
            text.push('\n');
        }
        if part.media_type.starts_with("text/") && text.len() < MAX_SEARCH_TEXT {
            let (content, _) = decode::text(part);
            if part.media_type == "text/html" {
                text.push_str(&mail_parser::decoders::html::html_to_text(&content));
            } else {
                text.push_str(&content);
            }
            text.push('\n');
        }
    }
    text.truncate(text.floor_char_boundary(MAX_SEARCH_TEXT));
    text
}

/// The newest `Received` stands first; its date follows the last semicolon.
fn received_at(root: &Part<'_>) -> Option<Date> {
    let value = root.fields.iter().find(|field| field.name.eq_ignore_ascii_case("received"))?.value;
    let start = value.iter().rposition(|byte| *byte == b';')?;
    header::as_date(value.get(start + 1..)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read() {
        let email = new_email(
            b"Received: by x; Tue, 24 Nov 2026 10:00:00 +0000\r\nFrom: Alice <alice@owlery.example>\r\nTo: bob@owlery.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <1@x>\r\nReferences: <0@x>\r\n <a@x>\r\n\r\nHello,\r\n\r\nworld",
        );
        assert_eq!(email.envelope.subject.as_deref(), Some("Grüße"));
        assert_eq!(email.envelope.from.as_ref().unwrap()[0].name.as_deref(), Some("Alice"));
        assert_eq!(email.envelope.message_id, Some(vec!["1@x".into()]));
        assert_eq!(email.envelope.references, Some(vec!["0@x".into(), "a@x".into()]));
        assert_eq!(email.preview, "Hello, world");
        assert_eq!(email.envelope.cc, None);
        assert!(email.received_at.is_some());
    }

    #[test]
    fn nothing_is_a_message_too() {
        assert_eq!(new_email(b"").size, 0);
        assert_eq!(new_email(b"\0\xff\xfe--\n\n").envelope.subject, None);
    }

    proptest::proptest! {
        #[test]
        fn any_octets_are_read_without_panic(raw in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
            new_email(&raw);
        }

        #[test]
        fn any_mime_like_text_is_read_without_panic(raw in "((Content-Type: (multipart/(mixed|alternative|related)|text/(plain|html)|message/rfc822)(; (boundary|charset|name\\*0\\*|name)=\"?[ab\u{e9}%']{0,4}\"?)?|Content-Transfer-Encoding: (base64|quoted-printable)|(Subject|From|To|Date|Message-ID): [ -~\u{e9}]{0,20}|--[ab]{1,2}-{0,2}|[<>&;=?a\u{e9} ]{0,8}|)\r?\n){0,40}") {
            new_email(raw.as_bytes());
        }
    }
}
