//! The body of a message from `bodyStructure`, or from `textBody`, `htmlBody` and `attachments` (RFC 8621 §4.6).

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use bytes::Bytes;
use jmap::{BlobId, SetError};
use mail_builder::headers::HeaderType;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::mime::{BodyPart, MimePart};
use serde_json::{Map, Value};

use super::header_value::{header_of, one_line};

type Part = MimePart<'static>;
type Header = (Cow<'static, str>, HeaderType<'static>);

/// The whole body.
pub(super) fn body(email: &Map<String, Value>, blobs: &HashMap<BlobId, Bytes>) -> Result<Part, SetError> {
    let body = Body { values: email.get("bodyValues"), blobs };
    let given = |name: &str| email.get(name).filter(|value| !value.is_null());
    if let Some(structure) = given("bodyStructure") {
        if ["textBody", "htmlBody", "attachments"].iter().any(|name| given(name).is_some()) {
            return Err(SetError::invalid_properties(["bodyStructure"], "bodyStructure goes without the lists."));
        }
        return body.part("bodyStructure", structure);
    }
    let text = body.single("textBody", given("textBody"), "text/plain")?;
    let html = body.single("htmlBody", given("htmlBody"), "text/html")?;
    let mut related = Vec::new();
    let mut mixed = Vec::new();
    match given("attachments") {
        None => {}
        Some(Value::Array(list)) => {
            for value in list {
                let part = body.part("attachments", value)?;
                let is = |name: &str, text: &str| value.get(name).and_then(Value::as_str) == Some(text);
                let has_cid = value.get("cid").is_some_and(Value::is_string);
                if html.is_some() && has_cid && is("disposition", "inline") {
                    related.push(part);
                } else {
                    mixed.push(part);
                }
            }
        }
        Some(_) => return Err(SetError::invalid_properties(["attachments"], "A list of parts is wanted.")),
    }
    let html = html.map(|html| wrap("multipart/related", html, related));
    let content = match (text, html) {
        (Some(text), Some(html)) => Some(wrap("multipart/alternative", text, vec![html])),
        (text, html) => text.or(html),
    };
    Ok(match content {
        Some(content) => wrap("multipart/mixed", content, mixed),
        None if mixed.len() == 1 => mixed.remove(0),
        None if mixed.is_empty() => MimePart::new("text/plain", ""),
        None => MimePart::new("multipart/mixed", mixed),
    })
}

fn wrap(media_type: &'static str, first: Part, rest: Vec<Part>) -> Part {
    if rest.is_empty() {
        return first;
    }
    let mut parts = vec![first];
    parts.extend(rest);
    MimePart::new(media_type, parts)
}

struct Body<'a> {
    values: Option<&'a Value>,
    blobs: &'a HashMap<BlobId, Bytes>,
}

impl Body<'_> {
    fn single(&self, list: &str, value: Option<&Value>, media_type: &str) -> Result<Option<Part>, SetError> {
        let Some(value) = value else { return Ok(None) };
        let one =
            || SetError::invalid_properties([list], format!("Exactly one part, of type {media_type}, is wanted."));
        let [part] = value.as_array().map(Vec::as_slice).ok_or_else(one)? else { return Err(one()) };
        let fits = part.get("type").is_none_or(|found| found.as_str() == Some(media_type));
        if !fits {
            return Err(one());
        }
        let mut part = part.clone();
        if let Some(part) = part.as_object_mut() {
            part.insert("type".into(), media_type.into());
        }
        self.part(list, &part).map(Some)
    }

    fn part(&self, list: &str, value: &Value) -> Result<Part, SetError> {
        let wrong = |reason: String| SetError::invalid_properties([list], reason);
        let object = value.as_object().ok_or_else(|| wrong("A part is an object.".into()))?;
        let text = |name: &str| match object.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(wrong(format!("{name} of a part is a text."))),
        };
        let (part_id, blob_id) = (text("partId")?, text("blobId")?);
        let sub_parts = object.get("subParts").filter(|value| !value.is_null());
        let media_type = match text("type")? {
            Some(found) => found.to_ascii_lowercase(),
            None if sub_parts.is_some() => "multipart/mixed".to_owned(),
            None => "text/plain".to_owned(),
        };
        if !is_media_type(&media_type) {
            return Err(wrong(format!("{media_type:?} is no media type.")));
        }
        let is_multipart = media_type.starts_with("multipart/");
        if sub_parts.is_some() != is_multipart {
            return Err(wrong("A multipart, and only that, has subParts.".into()));
        }

        let mut content_type = ContentType::new(media_type.clone());
        let contents = match (part_id, blob_id) {
            (None, None) if is_multipart => {
                let parts = sub_parts.and_then(Value::as_array).ok_or_else(|| wrong("subParts is a list.".into()))?;
                let parts = parts.iter().map(|part| self.part(list, part)).collect::<Result<Vec<_>, _>>()?;
                BodyPart::Multipart(parts)
            }
            (Some(part_id), None) if !is_multipart => {
                if text("charset")?.is_some() {
                    return Err(wrong("The server chooses the charset of a part with a partId.".into()));
                }
                if !media_type.starts_with("text/") {
                    return Err(wrong("A part with a partId is a text.".into()));
                }
                content_type = content_type.attribute("charset", "utf-8");
                BodyPart::Text(Cow::Owned(self.value(part_id)?))
            }
            (None, Some(blob_id)) if !is_multipart => {
                if let Some(charset) = text("charset")? {
                    content_type = content_type.attribute("charset", one_line(charset));
                }
                let bytes = self.blobs.get(&BlobId::from(blob_id)).cloned().unwrap_or_default();
                BodyPart::Binary(Cow::Owned(bytes.to_vec()))
            }
            _ => return Err(wrong("A part has a partId, or a blobId, or subParts.".into())),
        };

        let name = text("name")?.map(one_line);
        if let Some(name) = &name {
            content_type = content_type.attribute("name", name.clone());
        }
        let mut headers: Vec<Header> = vec![("Content-Type".into(), content_type.into())];
        let disposition = text("disposition")?.map(str::to_ascii_lowercase);
        if disposition.is_some() || name.is_some() {
            let disposition = disposition.unwrap_or_else(|| "attachment".into());
            if !is_token(&disposition) {
                return Err(wrong(format!("{disposition:?} is no disposition.")));
            }
            let mut value = ContentType::new(disposition);
            if let Some(name) = name {
                value = value.attribute("filename", name);
            }
            headers.push(("Content-Disposition".into(), value.into()));
        }
        if let Some(cid) = text("cid")? {
            if cid.is_empty() || cid.chars().any(|c| c.is_control() || c.is_whitespace() || c == '<' || c == '>') {
                return Err(wrong("cid is a message id without brackets.".into()));
            }
            headers.push(("Content-ID".into(), MessageId::new(cid.to_owned()).into()));
        }
        if let Some(location) = text("location")? {
            headers.push(("Content-Location".into(), Raw::new(one_line(location)).into()));
        }
        match object.get("language") {
            None | Some(Value::Null) => {}
            Some(Value::Array(tags)) if tags.iter().all(Value::is_string) => {
                let tags: Vec<String> = tags.iter().filter_map(Value::as_str).map(one_line).collect();
                headers.push(("Content-Language".into(), Text::new(tags.join(", ")).into()));
            }
            Some(_) => return Err(wrong("language is a list of tags.".into())),
        }
        // What is no text as mail knows it goes as it is: a message must not be encoded (RFC 2046 §5.2.1).
        if media_type.starts_with("message/") {
            headers.push(("Content-Transfer-Encoding".into(), Raw::new("8bit").into()));
        }
        self.more_headers(list, object, &mut headers)?;
        Ok(MimePart { headers, contents })
    }

    /// `header:…` of a part; nothing that was set by name already.
    fn more_headers(&self, list: &str, object: &Map<String, Value>, headers: &mut Vec<Header>) -> Result<(), SetError> {
        const KNOWN: [&str; 11] = [
            "partId",
            "blobId",
            "size",
            "name",
            "type",
            "charset",
            "disposition",
            "cid",
            "language",
            "location",
            "subParts",
        ];
        let mut seen: BTreeSet<String> = headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
        for (property, value) in object {
            if KNOWN.contains(&property.as_str()) {
                continue;
            }
            let wrong = |reason: &str| SetError::invalid_properties([list], format!("{property}: {reason}"));
            if !property.starts_with("header:") {
                return Err(wrong("there is no such property of a part"));
            }
            let (name, values) = header_of(property, value)?;
            let lower = name.to_ascii_lowercase();
            if lower == "content-transfer-encoding" {
                return Err(wrong("the server chooses the encoding"));
            }
            // A part may say its type as a header field instead.
            if lower == "content-type" && !object.contains_key("type") && !object.contains_key("name") {
                headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
                seen.remove("content-type");
            }
            if !seen.insert(lower) {
                return Err(wrong("this header field is set twice"));
            }
            headers.extend(values.into_iter().map(|value| (Cow::Owned(name.clone()), value)));
        }
        Ok(())
    }

    fn value(&self, part_id: &str) -> Result<String, SetError> {
        let wrong = |reason: String| SetError::invalid_properties(["bodyValues"], reason);
        let value = self
            .values
            .and_then(|values| values.get(part_id))
            .ok_or_else(|| wrong(format!("There is no value for the part {part_id:?}.")))?;
        if ["isEncodingProblem", "isTruncated"].iter().any(|flag| value.get(*flag) == Some(&Value::Bool(true))) {
            return Err(wrong("A value that is cut or damaged cannot be sent.".into()));
        }
        let text = value.get("value").and_then(Value::as_str);
        text.map(str::to_owned).ok_or_else(|| wrong("value is a text.".into()))
    }
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(&byte))
}

fn is_media_type(text: &str) -> bool {
    text.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}
