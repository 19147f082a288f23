//! The properties of an Email, and how each is made: from the row, or from the message itself (RFC 8621 §4.1).

use bytes::Bytes;
use jmap::{BlobId, MethodError};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::{EmailRow, Envelope};

use crate::message::header_property::{HeaderProperty, all_headers};
use crate::message::mime::Mime;
use crate::message::render::{Fetch, PartProperties, Renderer};

/// What is given if nothing is asked for by name.
pub const DEFAULT: [&str; 24] = [
    "id",
    "blobId",
    "threadId",
    "mailboxIds",
    "keywords",
    "size",
    "receivedAt",
    "messageId",
    "inReplyTo",
    "references",
    "sender",
    "from",
    "to",
    "cc",
    "bcc",
    "replyTo",
    "subject",
    "sentAt",
    "hasAttachment",
    "preview",
    "bodyValues",
    "textBody",
    "htmlBody",
    "attachments",
];

/// The same for `Email/parse`: what a message has that is in no mailbox.
pub const DEFAULT_PARSED: [&str; 17] = [
    "messageId",
    "inReplyTo",
    "references",
    "sender",
    "from",
    "to",
    "cc",
    "bcc",
    "replyTo",
    "subject",
    "sentAt",
    "hasAttachment",
    "preview",
    "bodyValues",
    "textBody",
    "htmlBody",
    "attachments",
];

const COLUMNS: usize = 20;

/// One property that is asked for.
#[derive(Clone, Debug)]
pub enum Property {
    /// In the row.
    Column(String),
    /// In the message.
    Body(String),
    /// A `header:…`.
    Header(String, HeaderProperty),
    /// Ours: what a list says of the thread.
    ThreadSummary,
}

/// The arguments that say what of a message is wanted; the same in `Email/get` and `Email/parse`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Wanted {
    /// Of the Email.
    #[serde(default)]
    pub properties: Option<Vec<String>>,
    /// Of each part.
    #[serde(default)]
    pub body_properties: Option<Vec<String>>,
    /// `bodyValues` has the parts of `textBody`.
    #[serde(default)]
    pub fetch_text_body_values: Option<bool>,
    /// `bodyValues` has the parts of `htmlBody`.
    #[serde(rename = "fetchHTMLBodyValues", default)]
    pub fetch_html_body_values: Option<bool>,
    /// `bodyValues` has all parts that are text.
    #[serde(default)]
    pub fetch_all_body_values: Option<bool>,
    /// Each is cut there; 0 for no limit.
    #[serde(default)]
    pub max_body_value_bytes: Option<u64>,
}

/// The same, checked.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Of the Email.
    pub properties: Vec<Property>,
    parts: PartProperties,
    fetch: Fetch,
}

impl Selection {
    /// Checks what is wanted. `with_summary`: the capability that has `threadSummary` is used.
    pub fn new(wanted: Wanted, default: &[&str], with_summary: bool) -> Result<Self, MethodError> {
        let names = wanted.properties.unwrap_or_else(|| default.iter().map(|name| (*name).to_owned()).collect());
        let mut properties = Vec::new();
        for name in names {
            properties.push(match name.as_str() {
                "bodyStructure" | "bodyValues" | "textBody" | "htmlBody" | "attachments" | "headers" => {
                    Property::Body(name)
                }
                "threadSummary" if with_summary => Property::ThreadSummary,
                column if DEFAULT.iter().take(COLUMNS).any(|known| *known == column) => Property::Column(name),
                header => match HeaderProperty::parse(header) {
                    Some(property) => Property::Header(name, property),
                    None => return Err(MethodError::invalid_arguments(format!("there is no property {name}"))),
                },
            });
        }
        let fetch = Fetch {
            text: wanted.fetch_text_body_values.unwrap_or(false),
            html: wanted.fetch_html_body_values.unwrap_or(false),
            all: wanted.fetch_all_body_values.unwrap_or(false),
            max_bytes: usize::try_from(wanted.max_body_value_bytes.unwrap_or(0)).unwrap_or(usize::MAX),
        };
        Ok(Self { properties, parts: PartProperties::parse(wanted.body_properties.as_deref())?, fetch })
    }

    /// Must the message itself be read?
    pub fn needs_message(&self) -> bool {
        self.properties.iter().any(|property| matches!(property, Property::Body(_) | Property::Header(..)))
    }

    /// Is `threadSummary` asked for?
    pub fn needs_summary(&self) -> bool {
        self.properties.iter().any(|property| matches!(property, Property::ThreadSummary))
    }

    /// Puts what is in the message into `object`.
    pub fn add_from_message(&self, object: &mut Map<String, Value>, raw: &Bytes, blob_id: &BlobId) {
        let mime = Mime::parse(raw);
        let renderer = Renderer::new(&mime, blob_id, &self.parts);
        let fields = mime.root().map(|root| root.fields.as_slice()).unwrap_or_default();
        for property in &self.properties {
            match property {
                Property::Header(name, property) => {
                    object.insert(name.clone(), property.value(fields));
                }
                Property::Body(name) => {
                    let value = match name.as_str() {
                        "bodyStructure" => renderer.structure(),
                        "bodyValues" => renderer.values(self.fetch),
                        "textBody" => renderer.list(&renderer.bodies.text),
                        "htmlBody" => renderer.list(&renderer.bodies.html),
                        "attachments" => renderer.list(&renderer.bodies.attachments),
                        _ => all_headers(fields),
                    };
                    object.insert(name.clone(), value);
                }
                Property::Column(_) | Property::ThreadSummary => {}
            }
        }
    }

    /// What is in the row.
    pub fn from_row(&self, row: &EmailRow) -> Map<String, Value> {
        let mut object = Map::new();
        for property in &self.properties {
            if let Property::Column(name) = property {
                object.insert(name.clone(), column(row, name));
            }
        }
        object
    }
}

/// A property of an email that is in its row.
pub fn column(row: &EmailRow, name: &str) -> Value {
    let all_true = |names: &mut dyn Iterator<Item = &str>| {
        Value::Object(names.map(|name| (name.to_owned(), Value::Bool(true))).collect())
    };
    match name {
        "id" => json!(row.id),
        "blobId" => json!(row.blob_id),
        "threadId" => json!(row.thread_id),
        "mailboxIds" => all_true(&mut row.mailbox_ids.iter().map(AsRef::as_ref)),
        "keywords" => all_true(&mut row.keywords.iter().map(String::as_str)),
        "size" => json!(row.size),
        "receivedAt" => json!(row.received_at),
        "hasAttachment" => json!(row.has_attachment),
        "preview" => json!(row.preview),
        name => of_envelope(&row.envelope, name),
    }
}

fn of_envelope(envelope: &Envelope, name: &str) -> Value {
    match name {
        "messageId" => json!(envelope.message_id),
        "inReplyTo" => json!(envelope.in_reply_to),
        "references" => json!(envelope.references),
        "sender" => json!(envelope.sender),
        "from" => json!(envelope.from),
        "to" => json!(envelope.to),
        "cc" => json!(envelope.cc),
        "bcc" => json!(envelope.bcc),
        "replyTo" => json!(envelope.reply_to),
        "subject" => json!(envelope.subject),
        "sentAt" => json!(envelope.sent_at),
        _ => Value::Null,
    }
}
