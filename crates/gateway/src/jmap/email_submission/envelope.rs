//! The envelope of a submission: the client's, checked, or made from the mail's header (RFC 8621 §7).

use std::collections::BTreeSet;

use jmap::SetError;
use jmap::email::EmailAddress;
use jmap::email_submission::{Address, Envelope};
use jmap::error::SetErrorKind;
use serde_json::{Value, json};

use crate::jmap::limits::{MAX_DELAYED_SEND, MAX_RECIPIENTS};

/// The client's envelope, or one made from the header.
pub(super) fn envelope(
    asked: Option<&Value>,
    header: &store::Envelope,
    identity_email: &str,
) -> Result<Envelope, SetError> {
    let mut envelope: Envelope = match asked {
        None | Some(Value::Null) => from_header(header, identity_email)?,
        Some(value) => serde_json::from_value(value.clone())
            .map_err(|error| SetError::invalid_properties(["envelope"], error.to_string()))?,
    };
    if !envelope.mail_from.email.eq_ignore_ascii_case(identity_email) {
        let reason = "The envelope's sender is not the identity's address.";
        return Err(SetError::new(SetErrorKind::ForbiddenMailFrom, reason));
    }
    let mut seen = BTreeSet::new();
    envelope.rcpt_to.retain(|recipient| seen.insert(recipient.email.to_lowercase()));
    if envelope.rcpt_to.is_empty() {
        return Err(SetError::new(SetErrorKind::NoRecipients, "There is nobody to send this to."));
    }
    if envelope.rcpt_to.len() > MAX_RECIPIENTS {
        return Err(SetError::from(SetErrorKind::TooManyRecipients).with("maxRecipients", MAX_RECIPIENTS as u64));
    }
    let invalid: Vec<&str> =
        envelope.rcpt_to.iter().map(|to| to.email.as_str()).filter(|email| !is_address(email)).collect();
    if !invalid.is_empty() {
        return Err(SetError::new(SetErrorKind::InvalidRecipients, "These are no addresses.")
            .with("invalidRecipients", json!(invalid)));
    }
    Ok(envelope)
}

fn from_header(header: &store::Envelope, identity_email: &str) -> Result<Envelope, SetError> {
    let plain = |email: &str| Address { email: email.to_owned(), parameters: None };
    let sender = header.sender.as_ref().or(header.from.as_ref());
    if let Some(several) = sender.filter(|list| list.len() > 1) {
        let reason = format!("One sender is wanted, not {}.", several.len());
        return Err(SetError {
            properties: Some(vec!["from".to_owned()]),
            ..SetError::new(SetErrorKind::InvalidEmail, reason)
        });
    }
    let sender = sender.and_then(|list| list.first()).map(|address| address.email.as_str());
    let mail_from = sender.filter(|email| email.eq_ignore_ascii_case(identity_email)).unwrap_or(identity_email);
    let recipients: [&Option<Vec<EmailAddress>>; 3] = [&header.to, &header.cc, &header.bcc];
    let rcpt_to = recipients
        .into_iter()
        .flatten()
        .flatten()
        .filter(|address| !address.email.is_empty())
        .map(|address| plain(&address.email))
        .collect();
    Ok(Envelope { mail_from: plain(mail_from), rcpt_to })
}

/// Could this be sent to? A local part, a domain, nothing that breaks SMTP.
fn is_address(email: &str) -> bool {
    let Some((local, domain)) = email.rsplit_once('@') else { return false };
    let is_plain =
        |text: &str| !text.chars().any(|c| c.is_control() || c.is_whitespace() || "<>,;()[]\\\"".contains(c));
    !local.is_empty()
        && email.len() <= 254
        && is_plain(local)
        && is_plain(domain)
        && domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
}

/// When to send, in milliseconds since 1970: now, or as HOLDFOR or HOLDUNTIL say (RFC 4865). The flag says held.
pub(super) fn send_at(envelope: &Envelope, now: i64) -> Result<(i64, bool), SetError> {
    let wrong = |reason: &str| SetError::invalid_properties(["envelope"], reason);
    let parameter = |name: &str| {
        envelope
            .mail_from
            .parameters
            .iter()
            .flatten()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_deref().unwrap_or_default())
    };
    let at = match (parameter("HOLDFOR"), parameter("HOLDUNTIL")) {
        (None, None) => return Ok((now, false)),
        (Some(_), Some(_)) => return Err(wrong("HOLDFOR and HOLDUNTIL exclude each other.")),
        (Some(seconds), None) => {
            let seconds: i64 = seconds.parse().map_err(|_| wrong("HOLDFOR is a number of seconds."))?;
            now.saturating_add(seconds.saturating_mul(1000))
        }
        (None, Some(until)) => chrono::DateTime::parse_from_rfc3339(until)
            .map_err(|_| wrong("HOLDUNTIL is a date and time."))?
            .timestamp_millis(),
    };
    if at > now.saturating_add(MAX_DELAYED_SEND.saturating_mul(1000).cast_signed()) {
        return Err(wrong("This is farther away than maxDelayedSend allows."));
    }
    Ok((at.max(now), at > now))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(from: &[&str], to: &[&str], bcc: &[&str]) -> store::Envelope {
        let list = |emails: &[&str]| {
            Some(emails.iter().map(|email| EmailAddress { name: None, email: (*email).to_owned() }).collect::<Vec<_>>())
        };
        store::Envelope { from: list(from), to: list(to), bcc: list(bcc), ..store::Envelope::default() }
    }

    #[test]
    fn an_envelope_is_made_from_the_header() {
        let header = header(&["alice@x.example"], &["bob@x.example", "BOB@x.example"], &["carol@x.example"]);
        let made = envelope(None, &header, "alice@x.example").unwrap();
        assert_eq!(made.mail_from.email, "alice@x.example");
        let to: Vec<_> = made.rcpt_to.iter().map(|to| to.email.as_str()).collect();
        assert_eq!(to, ["bob@x.example", "carol@x.example"]);
    }

    #[test]
    fn an_envelope_that_cannot_be_sent_says_why() {
        let kind = |asked: Value| envelope(Some(&asked), &header(&[], &[], &[]), "alice@x.example").unwrap_err().kind;
        assert_eq!(
            kind(json!({ "mailFrom": { "email": "eve@x.example" }, "rcptTo": [{ "email": "bob@x.example" }] })),
            SetErrorKind::ForbiddenMailFrom
        );
        assert_eq!(
            kind(json!({ "mailFrom": { "email": "alice@x.example" }, "rcptTo": [] })),
            SetErrorKind::NoRecipients
        );
        assert_eq!(
            kind(json!({ "mailFrom": { "email": "alice@x.example" }, "rcptTo": [{ "email": "a b@x" }] })),
            SetErrorKind::InvalidRecipients
        );
        assert_eq!(kind(json!({ "mailFrom": 1 })), SetErrorKind::InvalidProperties);
        assert_eq!(kind(json!(null)), SetErrorKind::NoRecipients);
    }

    #[test]
    fn a_submission_is_held_as_its_parameters_say() {
        let check = |parameters: Value, expect: Option<(i64, bool)>| {
            let asked = json!({ "mailFrom": { "email": "a@x", "parameters": parameters }, "rcptTo": [] });
            let envelope: Envelope = serde_json::from_value(asked).unwrap();
            assert_eq!(send_at(&envelope, 1000).ok(), expect, "{parameters}");
        };
        check(json!(null), Some((1000, false)));
        check(json!({ "HOLDFOR": "10" }), Some((11_000, true)));
        check(json!({ "holdfor": "0" }), Some((1000, false)));
        check(json!({ "HOLDUNTIL": "1970-01-01T00:00:09Z" }), Some((9000, true)));
        check(json!({ "HOLDUNTIL": "1970-01-01T00:00:00Z" }), Some((1000, false)));
        check(json!({ "HOLDFOR": "soon" }), None);
        check(json!({ "HOLDFOR": "99999999999999" }), None);
        check(json!({ "HOLDFOR": "1", "HOLDUNTIL": "1970-01-01T00:00:09Z" }), None);
    }
}
