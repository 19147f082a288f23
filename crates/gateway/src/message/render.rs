//! The body properties of an Email as JMAP writes them: `bodyStructure`, `bodyValues`, the lists (RFC 8621 §4.1.4).

use jmap::{BlobId, MethodError};
use serde_json::{Map, Value, json};

use super::body::{self, Bodies};
use super::header_property::{HeaderProperty, all_headers};
use super::mime::{Mime, Part};
use super::{decode, header, part};

/// What is asked of each part, if nothing is said.
const DEFAULT_PROPERTIES: [&str; 10] =
    ["partId", "blobId", "size", "name", "type", "charset", "disposition", "cid", "language", "location"];

/// Which values come in `bodyValues`, and how long they may be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fetch {
    /// Of the parts in `textBody`.
    pub text: bool,
    /// Of the parts in `htmlBody`.
    pub html: bool,
    /// Of all parts that are text.
    pub all: bool,
    /// Cut there; 0 for no limit.
    pub max_bytes: usize,
}

/// One property of a part.
#[derive(Clone, Debug)]
enum PartProperty {
    Plain(String),
    Header(String, HeaderProperty),
}

/// The properties that are asked of each part.
#[derive(Clone, Debug)]
pub struct PartProperties(Vec<PartProperty>);

impl PartProperties {
    /// Checks `bodyProperties`; the default ones if there are none.
    pub fn parse(asked: Option<&[String]>) -> Result<Self, MethodError> {
        let Some(asked) = asked else {
            return Ok(Self(DEFAULT_PROPERTIES.iter().map(|name| PartProperty::Plain((*name).to_owned())).collect()));
        };
        let properties = asked.iter().map(|name| {
            if DEFAULT_PROPERTIES.contains(&name.as_str()) || name == "headers" || name == "subParts" {
                return Ok(PartProperty::Plain(name.clone()));
            }
            HeaderProperty::parse(name)
                .map(|property| PartProperty::Header(name.clone(), property))
                .ok_or_else(|| MethodError::invalid_arguments(format!("bodyProperties: there is no {name}")))
        });
        properties.collect::<Result<_, _>>().map(Self)
    }
}

/// A message and what is asked of it.
pub struct Renderer<'a> {
    /// The message.
    pub mime: &'a Mime<'a>,
    /// Its blob: the ids of the parts come from it.
    pub blob_id: &'a BlobId,
    /// Its lists.
    pub bodies: Bodies,
    /// What is asked of each part.
    pub properties: &'a PartProperties,
}

impl<'a> Renderer<'a> {
    /// For one message.
    pub fn new(mime: &'a Mime<'a>, blob_id: &'a BlobId, properties: &'a PartProperties) -> Self {
        Self { mime, blob_id, bodies: body::bodies(mime), properties }
    }

    /// `bodyStructure`.
    pub fn structure(&self) -> Value {
        self.mime.root().map_or(Value::Null, |root| self.part(root, true))
    }

    /// `textBody`, `htmlBody` or `attachments`.
    pub fn list(&self, indices: &[usize]) -> Value {
        indices.iter().filter_map(|index| self.mime.parts.get(*index)).map(|part| self.part(part, false)).collect()
    }

    /// `bodyValues`.
    pub fn values(&self, fetch: Fetch) -> Value {
        let mut values = Map::new();
        for (index, part) in self.mime.parts.iter().enumerate() {
            let Some(number) = part.number else { continue };
            let is_wanted = fetch.all
                || fetch.text && self.bodies.text.contains(&index)
                || fetch.html && self.bodies.html.contains(&index);
            if !is_wanted || !part.media_type.starts_with("text/") {
                continue;
            }
            let (mut value, is_encoding_problem) = decode::text(part);
            let is_truncated = fetch.max_bytes > 0 && value.len() > fetch.max_bytes;
            if is_truncated {
                cut(&mut value, fetch.max_bytes, part.media_type == "text/html");
            }
            values.insert(
                number.to_string(),
                json!({ "value": value, "isEncodingProblem": is_encoding_problem, "isTruncated": is_truncated }),
            );
        }
        Value::Object(values)
    }

    fn part(&self, part: &Part<'_>, with_parts: bool) -> Value {
        let mut object = Map::new();
        for property in &self.properties.0 {
            match property {
                PartProperty::Header(name, property) => {
                    object.insert(name.clone(), property.value(&part.fields));
                }
                PartProperty::Plain(name) if name == "subParts" => {}
                PartProperty::Plain(name) => {
                    object.insert(name.clone(), self.property(part, name));
                }
            }
        }
        let lists_parts = self
            .properties
            .0
            .iter()
            .any(|property| matches!(property, PartProperty::Plain(name) if name == "subParts"));
        if part.is_multipart() && (with_parts || lists_parts) {
            let parts: Value = part
                .children
                .iter()
                .filter_map(|index| self.mime.parts.get(*index))
                .map(|part| self.part(part, true))
                .collect();
            object.insert("subParts".into(), parts);
        } else if lists_parts {
            object.insert("subParts".into(), Value::Null);
        }
        Value::Object(object)
    }

    fn property(&self, part: &Part<'_>, name: &str) -> Value {
        match name {
            "partId" => json!(part.number.map(|number| number.to_string())),
            "blobId" => json!(part.number.map(|number| part::blob_id(self.blob_id, number))),
            "size" if part.is_multipart() => json!(0),
            "size" => json!(decode::content(part).0.len()),
            "name" => json!(body::name(part)),
            "type" => json!(part.media_type),
            "charset" => match &part.charset {
                Some(charset) => json!(charset),
                None if part.media_type.starts_with("text/") || part.field("content-type").is_none() => {
                    json!("us-ascii")
                }
                None => Value::Null,
            },
            "disposition" => json!(body::disposition(part)),
            "cid" => {
                json!(part.field("content-id").and_then(header::as_message_ids).and_then(|ids| ids.into_iter().next()))
            }
            "language" => {
                let languages = part.field("content-language").map(header::as_text).map(|text| {
                    text.split(',').map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect::<Vec<_>>()
                });
                json!(languages.filter(|languages| !languages.is_empty()))
            }
            "location" => json!(part.field("content-location").map(header::as_text)),
            "headers" => all_headers(&part.fields),
            _ => Value::Null,
        }
    }
}

/// Cuts at a character, and in HTML not inside a tag or an entity.
fn cut(value: &mut String, max: usize, is_html: bool) {
    let mut end = value.floor_char_boundary(max);
    if is_html {
        let kept = value.get(..end).unwrap_or_default();
        let open = kept.rfind('<').filter(|open| kept.get(*open..).is_some_and(|tag| !tag.contains('>')));
        let entity = kept
            .rfind('&')
            .filter(|start| end - start < 12 && kept.get(*start..).is_some_and(|text| !text.contains(';')));
        end = open.into_iter().chain(entity).fold(end, usize::min);
    }
    value.truncate(end);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_cut(value: &str, max: usize, is_html: bool, expect: &str) {
        let mut value = value.to_owned();
        cut(&mut value, max, is_html);
        assert_eq!(value, expect);
    }

    #[test]
    fn a_value_is_cut_between_characters_and_tags() {
        check_cut("aé", 2, false, "a");
        check_cut("ab<p>", 4, true, "ab");
        check_cut("ab<p>", 5, true, "ab<p>");
        check_cut("a &amp; b", 5, true, "a ");
    }

    #[test]
    fn unknown_properties_of_parts_are_refused() {
        assert!(PartProperties::parse(Some(&["type".into(), "header:X:asText".into()])).is_ok());
        assert!(PartProperties::parse(Some(&["colour".into()])).is_err());
    }
}
