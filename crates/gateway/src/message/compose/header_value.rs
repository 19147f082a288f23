//! Header fields from JSON, in each form that a client may write them in (RFC 8621 §4.1.2, §4.6).

use jmap::email::{EmailAddress, EmailAddressGroup};
use jmap::{Date, SetError};
use mail_builder::headers::HeaderType;
use mail_builder::headers::address::Address;
use mail_builder::headers::date::Date as DateHeader;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::message::header_property::{Form, HeaderProperty};

/// The value of `from`, `subject` and so on.
pub(super) fn named(property: &str, value: &Value) -> Result<Option<HeaderType<'static>>, SetError> {
    let form = match property {
        "sentAt" => Form::Date,
        "messageId" | "inReplyTo" | "references" => Form::MessageIds,
        "subject" => Form::Text,
        _ => Form::Addresses,
    };
    of_form(property, form, value)
}

/// The field that a `header:…` property sets, and its values: several with `:all`.
pub(super) fn header_of(property: &str, value: &Value) -> Result<(String, Vec<HeaderType<'static>>), SetError> {
    let parsed = HeaderProperty::parse(property)
        .ok_or_else(|| SetError::invalid_properties([property], "No such header form for this field."))?;
    let values = match (parsed.all, value) {
        (true, Value::Array(values)) => {
            let values = values.iter().map(|value| of_form(property, parsed.form, value));
            values.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect()
        }
        (true, _) => return Err(wrong(property)),
        (false, value) => of_form(property, parsed.form, value)?.into_iter().collect(),
    };
    Ok((parsed.name, values))
}

fn wrong(property: &str) -> SetError {
    SetError::invalid_properties([property], "This value does not fit the form of the header field.")
}

fn read<T: DeserializeOwned>(property: &str, value: &Value) -> Result<T, SetError> {
    serde_json::from_value(value.clone()).map_err(|_| wrong(property))
}

fn of_form(property: &str, form: Form, value: &Value) -> Result<Option<HeaderType<'static>>, SetError> {
    if value.is_null() {
        return Ok(None);
    }
    Ok(Some(match form {
        Form::Raw => {
            let text = unfold(&read::<String>(property, value)?).ok_or_else(|| wrong(property))?;
            Raw::new(text).into()
        }
        Form::Text => {
            let text: String = read(property, value)?;
            Text::new(one_line(&text)).into()
        }
        Form::Addresses => {
            let list: Vec<EmailAddress> = read(property, value)?;
            Address::new_list(addresses(property, list)?).into()
        }
        Form::GroupedAddresses => {
            let groups: Vec<EmailAddressGroup> = read(property, value)?;
            let mut list = Vec::new();
            for group in groups {
                let members = addresses(property, group.addresses)?;
                match group.name {
                    Some(name) => list.push(Address::new_group(Some(one_line(&name)), members)),
                    None => list.extend(members),
                }
            }
            Address::new_list(list).into()
        }
        Form::MessageIds => {
            let ids: Vec<String> = read(property, value)?;
            let valid = |id: &String| {
                !id.is_empty() && id.chars().all(|c| !c.is_control() && !c.is_whitespace() && c != '<' && c != '>')
            };
            if ids.is_empty() || !ids.iter().all(valid) {
                return Err(wrong(property));
            }
            MessageId::from(ids).into()
        }
        Form::Date => {
            let date: Date = read(property, value)?;
            // mail-builder knows no offsets; the writer's is kept.
            let text = date.0.format("%a, %d %b %Y %H:%M:%S %z").to_string();
            if date.0.offset().local_minus_utc() == 0 {
                DateHeader::new(date.0.timestamp()).into()
            } else {
                Raw::new(text).into()
            }
        }
        Form::Urls => {
            let urls: Vec<String> = read(property, value)?;
            if urls.is_empty() || urls.iter().any(|url| url.chars().any(|c| c.is_control() || c == '<' || c == '>')) {
                return Err(wrong(property));
            }
            let list: Vec<String> = urls.iter().map(|url| format!("<{url}>")).collect();
            Raw::new(list.join(", ")).into()
        }
    }))
}

fn addresses(property: &str, list: Vec<EmailAddress>) -> Result<Vec<Address<'static>>, SetError> {
    list.into_iter()
        .map(|address| {
            let email = address.email.trim().to_owned();
            if email.is_empty() || email.chars().any(|c| c.is_control() || c.is_whitespace() || "<>,;\"".contains(c)) {
                return Err(wrong(property));
            }
            let name = address.name.map(|name| one_line(&name)).filter(|name| !name.is_empty());
            Ok(Address::new_address(name, email))
        })
        .collect()
}

/// Control characters become spaces: a header field has one line, whatever a client sends.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// A raw value on one line; `None` if a line end in it would end the field.
fn unfold(text: &str) -> Option<String> {
    let unfolded = text.replace("\r\n ", " ").replace("\r\n\t", "\t");
    (!unfolded.contains(['\r', '\n', '\0'])).then(|| unfolded.trim().to_owned())
}
