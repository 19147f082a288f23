//! What a header field means, in each of the parsed forms of RFC 8621 §4.1.2.
//!
//! The reading of addresses, encoded words, dates and message ids is mail-parser's; here it becomes JMAP's types.

use jmap::Date;
use jmap::email::{EmailAddress, EmailAddressGroup};
use mail_parser::parsers::MessageStream;
use mail_parser::{Addr, Address, HeaderValue};

/// A Content-Type or Content-Disposition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentType {
    /// `text/plain`, or `attachment`; lower case.
    pub media_type: String,
    parameters: Vec<(String, String)>,
}

impl ContentType {
    /// The value of a parameter, decoded.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(parameter, _)| parameter.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// mail-parser reads to the end of a line that is not continued.
fn terminated(value: &[u8]) -> Vec<u8> {
    let mut value = value.to_vec();
    value.push(b'\n');
    value
}

/// A Content-Type; `None` if it names no type and subtype.
pub fn content_type(value: &[u8]) -> Option<ContentType> {
    parameterised(value).filter(|found| {
        let mut halves = found.media_type.split('/');
        halves.next().is_some_and(|half| !half.is_empty()) && halves.next().is_some_and(|half| !half.is_empty())
    })
}

/// A Content-Disposition.
pub fn disposition(value: &[u8]) -> Option<ContentType> {
    parameterised(value)
}

fn parameterised(value: &[u8]) -> Option<ContentType> {
    let value = terminated(value);
    let HeaderValue::ContentType(found) = MessageStream::new(&value).parse_content_type() else { return None };
    let mut media_type = found.c_type.to_lowercase();
    if let Some(subtype) = &found.c_subtype {
        media_type.push('/');
        media_type.push_str(&subtype.to_lowercase());
    }
    let parameters = found
        .attributes
        .unwrap_or_default()
        .into_iter()
        .map(|attribute| (attribute.name.into_owned(), attribute.value.into_owned()))
        .collect();
    Some(ContentType { media_type, parameters })
}

/// As it stands; what is not UTF-8 replaced, since JSON must be.
pub fn as_raw(value: &[u8]) -> String {
    String::from_utf8_lossy(value).replace('\0', "")
}

/// Unfolded and decoded (RFC 8621 §4.1.2.2).
pub fn as_text(value: &[u8]) -> String {
    let value = terminated(value);
    let text = match MessageStream::new(&value).parse_unstructured() {
        HeaderValue::Text(text) => text.into_owned(),
        HeaderValue::TextList(list) => list.join(" "),
        _ => String::new(),
    };
    text.trim().replace('\0', "")
}

/// Addresses, groups flattened (§4.1.2.3).
pub fn as_addresses(value: &[u8]) -> Vec<EmailAddress> {
    as_grouped_addresses(value).into_iter().flat_map(|group| group.addresses).collect()
}

/// Addresses in their groups (§4.1.2.4).
pub fn as_grouped_addresses(value: &[u8]) -> Vec<EmailAddressGroup> {
    let value = terminated(value);
    match MessageStream::new(&value).parse_address() {
        HeaderValue::Address(Address::List(list)) => {
            let addresses: Vec<_> = list.into_iter().filter_map(address).collect();
            if addresses.is_empty() { Vec::new() } else { vec![EmailAddressGroup { name: None, addresses }] }
        }
        HeaderValue::Address(Address::Group(groups)) => groups
            .into_iter()
            .map(|group| EmailAddressGroup {
                name: group.name.map(|name| clean(&name)).filter(|name| !name.is_empty()),
                addresses: group.addresses.into_iter().filter_map(address).collect(),
            })
            .filter(|group| group.name.is_some() || !group.addresses.is_empty())
            .collect(),
        _ => Vec::new(),
    }
}

fn clean(text: &str) -> String {
    text.trim().replace('\0', "")
}

fn address(found: Addr<'_>) -> Option<EmailAddress> {
    let name = found.name.map(|name| clean(&name)).filter(|name| !name.is_empty());
    let email = found.address.map(|email| clean(&email)).unwrap_or_default();
    // A name without an address is kept: it is all the message says about this person.
    (name.is_some() || !email.is_empty()).then_some(EmailAddress { name, email })
}

/// Message ids without their angle brackets (§4.1.2.5); `None` if there is none to be found.
pub fn as_message_ids(value: &[u8]) -> Option<Vec<String>> {
    let value = terminated(value);
    let ids: Vec<String> = match MessageStream::new(&value).parse_id() {
        HeaderValue::Text(id) => vec![clean(&id)],
        HeaderValue::TextList(list) => list.iter().map(|id| clean(id)).collect(),
        _ => Vec::new(),
    };
    let ids: Vec<String> = ids.into_iter().filter(|id| !id.is_empty()).collect();
    (!ids.is_empty()).then_some(ids)
}

/// A date with its offset (§4.1.2.6).
pub fn as_date(value: &[u8]) -> Option<Date> {
    let value = terminated(value);
    let HeaderValue::DateTime(date) = MessageStream::new(&value).parse_date() else { return None };
    if !date.is_valid() {
        return None;
    }
    chrono::DateTime::parse_from_rfc3339(&date.to_rfc3339()).ok().map(Date)
}

/// URLs without their angle brackets (§4.1.2.7).
pub fn as_urls(value: &[u8]) -> Option<Vec<String>> {
    let text = as_raw(value);
    let mut urls = Vec::new();
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once('<') {
        let Some((url, after)) = after.split_once('>') else { break };
        let url: String = url.chars().filter(|c| !c.is_whitespace()).collect();
        if !url.is_empty() {
            urls.push(url);
        }
        rest = after;
    }
    (!urls.is_empty()).then_some(urls)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_unfolded_and_decoded() {
        assert_eq!(as_text(b" =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\r\n =?UTF-8?Q?_aus?= Wien"), "Grüße aus Wien");
        assert_eq!(as_text(b""), "");
    }

    #[test]
    fn addresses_come_with_names_and_groups() {
        let groups = as_grouped_addresses(b" \"James Smythe\" <james@example.com>, Friends:\r\n jane@example.com, =?UTF-8?Q?John_Sm=C3=AEth?= <john@example.com>;");
        assert_eq!(groups.len(), 2);
        assert_eq!(groups[0].name, None);
        assert_eq!(groups[0].addresses[0].name.as_deref(), Some("James Smythe"));
        assert_eq!(groups[1].name.as_deref(), Some("Friends"));
        assert_eq!(groups[1].addresses[1].name.as_deref(), Some("John Smîth"));
        assert_eq!(as_addresses(b" undisclosed-recipients:;"), []);
    }

    #[test]
    fn ids_urls_and_dates_are_read() {
        assert_eq!(as_message_ids(b" <a@b> <c@d>"), Some(vec!["a@b".into(), "c@d".into()]));
        assert_eq!(as_message_ids(b""), None);
        assert_eq!(as_urls(b" <mailto:a@b>, <https://c/d>"), Some(vec!["mailto:a@b".into(), "https://c/d".into()]));
        let date = as_date(b" Tue, 24 Nov 2026 10:12:00 +0100").unwrap();
        assert_eq!(serde_json::to_string(&date).unwrap(), "\"2026-11-24T10:12:00+01:00\"");
        assert_eq!(as_date(b" yesterday"), None);
    }

    #[test]
    fn a_file_name_is_decoded() {
        let found = disposition(b" attachment; filename*=UTF-8''na%C3%AFve.txt").unwrap();
        assert_eq!(found.media_type, "attachment");
        assert_eq!(found.parameter("filename"), Some("naïve.txt"));
    }
}
