//! The answer while somebody is away, with the manners of RFC 5230 §4 and RFC 3834: never to a machine, a list or a
//! report, never to who wrote to somebody else, and to nobody twice in a week.

use std::collections::BTreeMap;

use jmap::vacation_response::VacationResponse;
use jmap::{AccountId, Id, UtcDate};
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::date::Date;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::text::Text;
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Account, DataType, Store};

use crate::jmap::vacation_response::SINGLETON;
use crate::message::header;
use crate::message::mime::{Mime, Part};

/// Nobody is answered again before this has passed, in milliseconds: seven days.
const PAUSE: i64 = 7 * 24 * 3600 * 1000;
/// The setting that remembers who has been answered.
const ANSWERED: &str = "vacation.answered";
/// So many are remembered.
const MAX_REMEMBERED: usize = 5000;

/// An answer to send, with an empty return path.
#[derive(Clone, Debug)]
pub struct AutoReply {
    /// To whom.
    pub to: String,
    /// The message.
    pub raw: Vec<u8>,
}

/// Somebody who is away.
#[derive(Debug)]
pub struct Away {
    account: Account,
    response: VacationResponse,
    /// Of the response: who was told something else before is told again when the text changes.
    modseq: u64,
}

/// Whether somebody is away, and what they say of it.
pub async fn away(store: &Store, account: &AccountId, now: i64) -> Result<Option<Away>, store::Error> {
    let ids = [Id::from(SINGLETON)];
    let Some(record) = store.records(account, DataType::VacationResponse, Some(&ids)).await?.pop() else {
        return Ok(None);
    };
    let modseq = record.modseq;
    let mut body = record.body;
    body.insert("id".to_owned(), json!(SINGLETON));
    let Ok(response) = VacationResponse::deserialize(&Value::Object(body)) else { return Ok(None) };
    if !is_away(&response, UtcDate::from_millis(now)) {
        return Ok(None);
    }
    Ok(store.account(account).await?.map(|account| Away { account, response, modseq }))
}

/// The answer that a message gets, if it should have one. Remembers that it was given.
pub async fn reply(
    store: &Store,
    away: &Away,
    return_path: &str,
    raw: &[u8],
    now: i64,
) -> Result<Option<AutoReply>, store::Error> {
    let Away { account, response, modseq } = away;
    let mime = Mime::parse(raw);
    let Some(root) = mime.root() else { return Ok(None) };
    if !deserves_answer(root, return_path, &account.address) {
        return Ok(None);
    }
    let mut answered: BTreeMap<String, i64> = store
        .setting(&account.id, ANSWERED)
        .await?
        .and_then(|value| serde_json::from_value(value).ok())
        .unwrap_or_default();
    let sender = return_path.to_lowercase();
    let key = format!("{modseq}:{sender}");
    answered.retain(|_, at| now.saturating_sub(*at) < PAUSE);
    if answered.contains_key(&key) || answered.len() >= MAX_REMEMBERED {
        return Ok(None);
    }
    answered.insert(key, now);
    store.set_setting(&account.id, ANSWERED, Some(&json!(answered))).await?;
    Ok(Some(AutoReply { to: return_path.to_owned(), raw: compose(response, account, return_path, root, now) }))
}

fn is_away(response: &VacationResponse, now: UtcDate) -> bool {
    response.is_enabled
        && response.from_date.is_none_or(|from| from <= now)
        && response.to_date.is_none_or(|to| now < to)
}

/// A person wrote this, to this address.
fn deserves_answer(root: &Part<'_>, return_path: &str, own: &str) -> bool {
    let text = |name: &str| root.field(name).map(header::as_text).unwrap_or_default().to_lowercase();
    let sender = return_path.to_lowercase();
    let local = sender.split('@').next().unwrap_or_default();
    let is_machine = ["mailer-daemon", "postmaster", "listserv", "majordomo", "noreply", "no-reply", "donotreply"]
        .contains(&local)
        || local.starts_with("owner-")
        || local.ends_with("-request")
        || local.ends_with("-bounces");
    let is_automatic = {
        let submitted = text("auto-submitted");
        !submitted.is_empty() && !submitted.starts_with("no")
    };
    let is_list = root.fields.iter().any(|field| field.name.to_ascii_lowercase().starts_with("list-"))
        || ["bulk", "list", "junk"].contains(&text("precedence").as_str());
    let suppress = text("x-auto-response-suppress");
    let is_suppressed = suppress.contains("all") || suppress.contains("oof") || suppress.contains("autoreply");
    let is_addressed = ["to", "cc", "bcc", "resent-to", "resent-cc"].iter().any(|name| {
        let addresses = root.field(name).map(header::as_addresses).unwrap_or_default();
        addresses.iter().any(|address| address.email.eq_ignore_ascii_case(own))
    });
    !sender.is_empty()
        && !sender.eq_ignore_ascii_case(own)
        && !is_machine
        && !is_automatic
        && !is_list
        && !is_suppressed
        && is_addressed
}

fn compose(response: &VacationResponse, account: &Account, to: &str, root: &Part<'_>, now: i64) -> Vec<u8> {
    let original = root.field("subject").map(header::as_text).unwrap_or_default();
    let subject = response.subject.clone().filter(|subject| !subject.trim().is_empty()).unwrap_or_else(|| {
        if original.is_empty() { "Automatic reply".to_owned() } else { format!("Automatic reply: {original}") }
    });
    let domain = account.address.rsplit('@').next().unwrap_or("localhost");
    let unique = mail_builder::mime::make_boundary(".");
    let mut message = MessageBuilder::new()
        .from(Address::new_address(Some(account.name.clone()), account.address.clone()))
        .to(Address::new_address(None::<&str>, to.to_owned()))
        .subject(subject.replace(['\r', '\n'], " "))
        .date(Date::new(now / 1000))
        .header("Message-ID", MessageId::new(format!("{unique}@{domain}")))
        .header("Auto-Submitted", Text::new("auto-replied"));
    if let Some(ids) = root.field("message-id").and_then(header::as_message_ids) {
        let mut references = root.field("references").and_then(header::as_message_ids).unwrap_or_default();
        references.extend(ids.clone());
        message = message.in_reply_to(MessageId::from(ids)).references(MessageId::from(references));
    }
    let text = match (&response.text_body, &response.html_body) {
        (Some(text), _) => text.clone(),
        (None, Some(html)) => mail_parser::decoders::html::html_to_text(html),
        (None, None) => "I am away at the moment and will read your message when I am back.".to_owned(),
    };
    message = message.text_body(text);
    if let Some(html) = &response.html_body {
        message = message.html_body(html.clone());
    }
    // Writing into memory does not fail.
    message.write_to_vec().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, return_path: &str, expect: bool) {
        let raw = format!("{header}\r\n\r\nHello");
        let mime = Mime::parse(raw.as_bytes());
        assert_eq!(deserves_answer(&mime.parts[0], return_path, "alice@owlery.example"), expect, "{header}");
    }

    #[test]
    fn only_people_who_wrote_to_this_person_are_answered() {
        check("To: Alice <alice@owlery.example>", "bob@x.example", true);
        check("Cc: ALICE@owlery.example", "bob@x.example", true);
        check("To: alice@owlery.example", "", false);
        check("To: alice@owlery.example", "alice@owlery.example", false);
        check("To: alice@owlery.example", "noreply@x.example", false);
        check("To: alice@owlery.example", "owner-owls@x.example", false);
        check("To: owls@x.example", "bob@x.example", false);
        check("To: alice@owlery.example\r\nAuto-Submitted: auto-generated", "bob@x.example", false);
        check("To: alice@owlery.example\r\nAuto-Submitted: no", "bob@x.example", true);
        check("To: alice@owlery.example\r\nList-Id: owls", "bob@x.example", false);
        check("To: alice@owlery.example\r\nPrecedence: bulk", "bob@x.example", false);
        check("To: alice@owlery.example\r\nX-Auto-Response-Suppress: OOF, DR", "bob@x.example", false);
    }
}
