//! From the properties of an Email, as a client creates it, to the octets of a message (RFC 8621 §4.6).
//!
//! The mailboxes, keywords and `receivedAt` of the Email are not part of its octets and are left to the caller.

mod header_value;
mod structure;

use std::collections::{BTreeSet, HashMap};

use bytes::Bytes;
use jmap::error::SetErrorKind;
use jmap::{BlobId, SetError};
use mail_builder::MessageBuilder;
use mail_builder::headers::HeaderType;
use mail_builder::headers::date::Date;
use mail_builder::headers::message_id::MessageId;
use serde_json::{Map, Value};

use header_value::header_of;

/// Header fields that are properties of an Email with a name of their own, and the property.
const NAMED: [(&str, &str); 12] = [
    ("sentAt", "Date"),
    ("messageId", "Message-ID"),
    ("inReplyTo", "In-Reply-To"),
    ("references", "References"),
    ("sender", "Sender"),
    ("from", "From"),
    ("to", "To"),
    ("cc", "Cc"),
    ("bcc", "Bcc"),
    ("replyTo", "Reply-To"),
    ("subject", "Subject"),
    ("", ""),
];

/// The ids of all blobs that the body names, so that the caller can fetch them first.
pub fn blob_ids(email: &Map<String, Value>) -> BTreeSet<BlobId> {
    let mut found = BTreeSet::new();
    let mut rest: Vec<&Value> =
        ["bodyStructure", "textBody", "htmlBody", "attachments"].iter().filter_map(|name| email.get(*name)).collect();
    while let Some(value) = rest.pop() {
        match value {
            Value::Array(parts) => rest.extend(parts),
            Value::Object(part) => {
                found.extend(part.get("blobId").and_then(Value::as_str).map(BlobId::from));
                rest.extend(part.get("subParts"));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    found
}

/// The message. `blobs` has the content of every blob that may be used; `domain` goes into a new Message-ID.
pub fn compose(
    email: &Map<String, Value>,
    blobs: &HashMap<BlobId, Bytes>,
    domain: &str,
    now: i64,
) -> Result<Vec<u8>, SetError> {
    let missing: Vec<Value> =
        blob_ids(email).iter().filter(|id| !blobs.contains_key(id)).map(|id| Value::from(id.as_str())).collect();
    if !missing.is_empty() {
        return Err(SetError::new(SetErrorKind::BlobNotFound, "These blobs are not there.").with("notFound", missing));
    }
    let headers = headers(email)?;
    let has = |name: &str| headers.iter().any(|(field, _)| field.eq_ignore_ascii_case(name));
    let mut builder = MessageBuilder::new();
    if !has("Date") {
        builder = builder.date(Date::new(now / 1000));
    }
    if !has("Message-ID") {
        let unique = mail_builder::mime::make_boundary(".");
        builder = builder.header("Message-ID", MessageId::new(format!("{unique}@{domain}")));
    }
    for (name, value) in headers {
        builder = builder.header(name, value);
    }
    builder
        .body(structure::body(email, blobs)?)
        .write_to_vec()
        .map_err(|_| SetError::new(SetErrorKind::InvalidProperties, "The message could not be written."))
}

/// The header fields of the message, in a sensible order.
fn headers(email: &Map<String, Value>) -> Result<Vec<(String, HeaderType<'static>)>, SetError> {
    let mut headers = Vec::new();
    let mut seen = BTreeSet::new();
    let mut add = |property: &str, name: &str, values: Vec<HeaderType<'static>>| {
        if !seen.insert(name.to_ascii_lowercase()) {
            return Err(SetError::invalid_properties([property], format!("{name} is set twice.")));
        }
        headers.extend(values.into_iter().map(|value| (name.to_owned(), value)));
        Ok(())
    };
    for (property, name) in NAMED.iter().filter(|(property, _)| !property.is_empty()) {
        match email.get(*property) {
            None | Some(Value::Null) => {}
            Some(value) => add(property, name, header_value::named(property, value)?.into_iter().collect())?,
        }
    }
    for (property, value) in email.iter().filter(|(property, _)| property.starts_with("header:")) {
        let (name, values) = header_of(property, value)?;
        if name.to_ascii_lowercase().starts_with("content-") || name.eq_ignore_ascii_case("mime-version") {
            return Err(SetError::invalid_properties(
                [property.as_str()],
                "Content-* and MIME-Version follow from the body; set them on a part of it.",
            ));
        }
        add(property, &name, values)?;
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::parse::new_email;
    use serde_json::json;

    fn made(email: Value) -> Result<String, SetError> {
        let blobs = HashMap::from([(BlobId::from("B1"), Bytes::from_static(b"%PDF"))]);
        compose(email.as_object().unwrap(), &blobs, "owlery.example", 1_795_514_400_000)
            .map(|raw| String::from_utf8(raw).unwrap())
    }

    fn refused(email: Value, property: &str) {
        let error = made(email.clone()).expect_err(&email.to_string());
        assert!(error.properties.iter().flatten().any(|found| found == property), "{error:?} names {property}");
    }

    #[test]
    fn a_composed_message_reads_back() {
        let raw = made(json!({
            "from": [{ "name": "Älice", "email": "alice@owlery.example" }],
            "to": [{ "email": "bob@owlery.example" }],
            "subject": "Grüße aus Wien",
            "references": ["a@b", "c@d"],
            "header:X-Priority:asText": "1",
            "textBody": [{ "partId": "t", "type": "text/plain" }],
            "htmlBody": [{ "partId": "h", "type": "text/html" }],
            "attachments": [{ "blobId": "B1", "type": "application/pdf", "name": "Übersicht.pdf", "disposition": "attachment" }],
            "bodyValues": { "t": { "value": "Hallo" }, "h": { "value": "<p>Hallo</p>" } },
        }))
        .unwrap();
        let email = new_email(raw.as_bytes());
        assert_eq!(email.envelope.from.unwrap()[0].name.as_deref(), Some("Älice"));
        assert_eq!(email.envelope.subject.as_deref(), Some("Grüße aus Wien"));
        assert_eq!(email.envelope.references, Some(vec!["a@b".into(), "c@d".into()]));
        assert_eq!(email.preview, "Hallo");
        assert!(email.has_attachment);
        assert!(email.envelope.message_id.unwrap()[0].ends_with("@owlery.example"));
        assert_eq!(email.text.attachments, "Übersicht.pdf\n");
        assert!(raw.contains("X-Priority: 1\r\n"));
    }

    #[test]
    fn an_inline_picture_is_related_to_its_html() {
        let raw = made(json!({
            "htmlBody": [{ "partId": "h", "type": "text/html" }],
            "attachments": [{ "blobId": "B1", "type": "image/png", "disposition": "inline", "cid": "p@x" }],
            "bodyValues": { "h": { "value": "<img src=cid:p@x>" } },
        }))
        .unwrap();
        assert!(raw.contains("multipart/related"), "{raw}");
        assert!(raw.contains("Content-ID: <p@x>"), "{raw}");
    }

    #[test]
    fn a_line_end_cannot_smuggle_a_header() {
        for email in [
            json!({ "subject": "x\r\nBcc: eve@example.com" }),
            json!({ "header:X-A:asText": "x\nBcc: eve@example.com" }),
            json!({ "header:X-A": " x\r\nBcc: eve@example.com" }),
            json!({ "messageId": ["x>\r\nBcc: eve@example.com"] }),
            json!({ "from": [{ "name": "x\r\nBcc: eve@example.com", "email": "a@b" }] }),
            json!({ "from": [{ "email": "a@b\r\nBcc: eve@example.com" }] }),
        ] {
            if let Ok(raw) = made(email.clone()) {
                assert_eq!(new_email(raw.as_bytes()).envelope.bcc, None, "{email}");
            }
        }
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        refused(json!({ "subject": "a", "header:Subject:asText": "b" }), "header:Subject:asText");
        refused(json!({ "header:Content-Type": "text/plain" }), "header:Content-Type");
        refused(json!({ "header:From:asText": "b" }), "header:From:asText");
        refused(
            json!({ "textBody": [{ "partId": "1", "type": "text/html" }], "bodyValues": { "1": { "value": "" } } }),
            "textBody",
        );
        refused(json!({ "textBody": [], "bodyStructure": { "partId": "1" } }), "bodyStructure");
        refused(json!({ "textBody": [{ "partId": "1", "type": "text/plain" }] }), "bodyValues");
        refused(json!({ "bodyStructure": { "partId": "1", "blobId": "B1", "type": "text/plain" } }), "bodyStructure");
    }

    #[test]
    fn a_blob_that_is_not_there_is_named() {
        let error = made(json!({ "attachments": [{ "blobId": "B2", "type": "image/png" }] })).unwrap_err();
        assert_eq!(error.kind, SetErrorKind::BlobNotFound);
        assert_eq!(error.more["notFound"], json!(["B2"]));
    }
}
