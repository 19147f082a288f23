//! The properties `header:Name:asForm:all` of an Email and of its parts (RFC 8621 §4.1.3).

use serde_json::{Value, json};

use super::header;
use super::mime::Field;

/// How a header field is parsed (RFC 8621 §4.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As it stands.
    Raw,
    /// Unfolded, decoded.
    Text,
    /// A flat list of addresses.
    Addresses,
    /// Addresses in their groups.
    GroupedAddresses,
    /// Message ids without brackets.
    MessageIds,
    /// A date.
    Date,
    /// URLs without brackets.
    Urls,
}

/// A `header:…` property, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderProperty {
    /// The field's name, as asked.
    pub name: String,
    /// How it is parsed.
    pub form: Form,
    /// Every instance, not only the last.
    pub all: bool,
}

const ADDRESSES: &[&str] = &[
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "resent-from",
    "resent-sender",
    "resent-reply-to",
    "resent-to",
    "resent-cc",
    "resent-bcc",
];
const MESSAGE_IDS: &[&str] = &["message-id", "in-reply-to", "references", "resent-message-id"];
const DATES: &[&str] = &["date", "resent-date"];
const URLS: &[&str] = &["list-help", "list-unsubscribe", "list-subscribe", "list-post", "list-owner", "list-archive"];
const TEXTS: &[&str] = &["subject", "comments", "keywords", "list-id"];
const RAW_ONLY: &[&str] = &["return-path", "received"];

impl HeaderProperty {
    /// Reads a property's name; `None` if it is none, or the form does not go with the field.
    pub fn parse(property: &str) -> Option<Self> {
        let mut pieces = property.strip_prefix("header:")?.split(':');
        let name = pieces.next().filter(|name| is_field_name(name))?.to_owned();
        let mut form = Form::Raw;
        let mut all = false;
        let mut next = pieces.next();
        if let Some(found) = next.and_then(form_of) {
            form = found;
            next = pieces.next();
        }
        if next == Some("all") {
            all = true;
            next = pieces.next();
        }
        (next.is_none() && allows(&name, form)).then_some(Self { name, form, all })
    }

    /// The value for these fields.
    pub fn value(&self, fields: &[Field<'_>]) -> Value {
        let mut values = fields
            .iter()
            .filter(|field| field.name.eq_ignore_ascii_case(&self.name))
            .map(|field| parsed(field.value, self.form));
        if self.all { Value::Array(values.collect()) } else { values.next_back().unwrap_or(Value::Null) }
    }
}

/// Can a header field have this name?
pub fn is_field_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| (33..=126).contains(&byte) && byte != b':')
}

fn form_of(text: &str) -> Option<Form> {
    Some(match text {
        "asRaw" => Form::Raw,
        "asText" => Form::Text,
        "asAddresses" => Form::Addresses,
        "asGroupedAddresses" => Form::GroupedAddresses,
        "asMessageIds" => Form::MessageIds,
        "asDate" => Form::Date,
        "asURLs" => Form::Urls,
        _ => return None,
    })
}

/// Fields of RFC 5322 and RFC 2369 have one form beside raw; others may be read in each.
fn allows(name: &str, form: Form) -> bool {
    let name = name.to_ascii_lowercase();
    let is = |names: &[&str]| names.contains(&name.as_str());
    let is_known = [ADDRESSES, MESSAGE_IDS, DATES, URLS, TEXTS, RAW_ONLY].iter().any(|names| is(names));
    !is_known
        || match form {
            Form::Raw => true,
            Form::Text => is(TEXTS),
            Form::Addresses | Form::GroupedAddresses => is(ADDRESSES),
            Form::MessageIds => is(MESSAGE_IDS),
            Form::Date => is(DATES),
            Form::Urls => is(URLS),
        }
}

fn parsed(value: &[u8], form: Form) -> Value {
    match form {
        Form::Raw => json!(header::as_raw(value)),
        Form::Text => json!(header::as_text(value)),
        Form::Addresses => json!(header::as_addresses(value)),
        Form::GroupedAddresses => json!(header::as_grouped_addresses(value)),
        Form::MessageIds => json!(header::as_message_ids(value)),
        Form::Date => json!(header::as_date(value)),
        Form::Urls => json!(header::as_urls(value)),
    }
}

/// `headers`: every field with its raw value.
pub fn all_headers(fields: &[Field<'_>]) -> Value {
    fields.iter().map(|field| json!({ "name": field.name, "value": header::as_raw(field.value) })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_go_with_their_fields_only() {
        for (property, valid) in [
            ("header:Subject", true),
            ("header:subject:asText:all", true),
            ("header:From:asAddresses", true),
            ("header:From:asText", false),
            ("header:Subject:asDate", false),
            ("header:X-Any:asDate", true),
            ("header:X-Any:all:asDate", false),
            ("header:X-Any:asNothing", false),
            ("header:", false),
            ("header:a b", false),
            ("subject", false),
        ] {
            assert_eq!(HeaderProperty::parse(property).is_some(), valid, "{property}");
        }
    }

    #[test]
    fn the_last_instance_counts_or_all() {
        let fields = [Field { name: "X-A", value: b" one" }, Field { name: "x-a", value: b" two" }];
        let value = |property| HeaderProperty::parse(property).unwrap().value(&fields);
        assert_eq!(value("header:X-A:asText"), json!("two"));
        assert_eq!(value("header:X-A:all"), json!([" one", " two"]));
        assert_eq!(value("header:X-B:all"), json!([]));
        assert_eq!(value("header:X-B"), json!(null));
    }
}
