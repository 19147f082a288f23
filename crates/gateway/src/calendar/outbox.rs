//! Scheduling messages on their way out, as mail (iMIP, RFC 6047): each is a message in the sender's Sent, and a
//! submission like any other, so that it goes to people here and elsewhere, survives a restart, and comes back with a
//! report if it cannot be delivered.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use jmap::email_submission::{Address as EnvelopeAddress, Envelope};
use jmap::{AccountId, BlobId, EmailSubmissionId, MailboxId, UtcDate};
use mail_builder::MessageBuilder;
use mail_builder::headers::HeaderType;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::text::Text;
use mail_builder::mime::MimePart;
use scheduling::Event;
use scheduling::event::CalendarAddress;
use scheduling::icalendar::Method;
use scheduling::itip::Message;
use scheduling::zone::Zone;
use serde_json::{Map, Value, json};
use store::{DataType, Error, Store, Writer};

use crate::delivery::record::{self, Results};
use crate::delivery::route::Routes;
use crate::message::{Import, parse};

/// Octets of attachments that go with an invitation; larger ones stay behind.
const MAX_ATTACHED: usize = 5_000_000;
/// Octets of a description in the text of the mail.
const MAX_DESCRIPTION: usize = 20_000;

/// In whose name they are sent.
#[derive(Clone, Debug)]
pub struct Sender {
    /// Whose account.
    pub account: AccountId,
    /// For people.
    pub name: String,
    /// Of mail.
    pub address: String,
    /// Nobody is at work here: a room answers.
    pub is_automatic: bool,
}

/// Those of the recipients whom no message can reach.
pub fn unreachable<'m>(messages: &'m [Message], routes: &Routes) -> Vec<&'m str> {
    let recipients = messages.iter().flat_map(|message| &message.to);
    recipients
        .filter(|address| !address.email().is_some_and(|email| routes.can_reach(email)))
        .map(CalendarAddress::as_str)
        .collect()
}

/// Sends messages with the transaction that the writer, of the sender's account, is in.
///
/// # Errors
/// The store's.
pub async fn post(
    store: &Store,
    writer: &mut Writer,
    sender: &Sender,
    messages: &[Message],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if messages.is_empty() {
        return Ok(());
    }
    let sent = sent_mailbox(writer).await?;
    let identities = writer.records(DataType::Identity, None).await?;
    let identity = identities.first().map(|record| record.id.clone());
    for message in messages {
        let recipients: Vec<&str> = message.to.iter().filter_map(CalendarAddress::email).collect();
        if recipients.is_empty() {
            continue;
        }
        let mut message = message.clone();
        for event in &mut message.events {
            embed_blobs(store, &sender.account, event).await?;
        }
        let raw = bytes::Bytes::from(compose(sender, &message, &recipients, now));
        let blob_id = store.stage_blob(raw.clone()).await?;
        let import = Import {
            mailbox_ids: [sent.clone()].into(),
            keywords: ["$seen".to_owned()].into(),
            received_at: UtcDate(now),
        };
        let email = writer.insert_email(parse::new_email(&raw).into_new_email(blob_id.clone(), import)).await?;
        writer.keep_blob(&blob_id, Some("message/rfc822")).await?;
        let address = |email: &str| EnvelopeAddress { email: email.to_owned(), parameters: None };
        let envelope = Envelope {
            mail_from: address(&sender.address),
            rcpt_to: recipients.iter().map(|email| address(email)).collect(),
        };
        let mut body = Map::new();
        for (name, value) in [
            ("identityId", json!(identity)),
            ("emailId", json!(email.email_id)),
            ("threadId", json!(email.thread_id)),
            ("envelope", json!(envelope)),
            ("sendAt", json!(UtcDate(now))),
            ("undoStatus", json!("final")),
            ("dsnBlobIds", json!([])),
            ("mdnBlobIds", json!([])),
            (record::MESSAGE, json!(blob_id)),
        ] {
            body.insert(name.to_owned(), value);
        }
        let queued = |email: &&str| ((*email).to_owned(), ("250 2.0.0 Queued".to_owned(), "queued"));
        record::set_statuses(&mut body, &recipients.iter().map(queued).collect::<Results>());
        let id = writer.new_id(DataType::EmailSubmission);
        writer.put_record(DataType::EmailSubmission, &id, body, true).await?;
        writer.schedule_submission(&EmailSubmissionId::from(id), Some(UtcDate(now))).await?;
    }
    Ok(())
}

/// Where what was sent is; the inbox, if there is no such mailbox.
async fn sent_mailbox(writer: &mut Writer) -> Result<MailboxId, Error> {
    let mailboxes = writer.records(DataType::Mailbox, None).await?;
    let with =
        |role: &str| mailboxes.iter().find(|mailbox| mailbox.body.get("role").and_then(Value::as_str) == Some(role));
    let found = with("sent").or_else(|| with("inbox")).or(mailboxes.first());
    found.map(|mailbox| mailbox.id.clone().into()).ok_or(Error::NoMailbox)
}

/// Who gets the message cannot fetch our blobs, so they go with it (draft-ietf-jmap-calendars §5.3).
async fn embed_blobs(store: &Store, account: &AccountId, event: &mut Event) -> Result<(), Error> {
    let Some(Value::Object(mut links)) = event.get("links").cloned() else { return Ok(()) };
    let mut room = MAX_ATTACHED;
    for link in links.values_mut().filter_map(Value::as_object_mut) {
        let Some(Value::String(id)) = link.remove("blobId") else { continue };
        let Some(bytes) = store.blob(account, &BlobId::from(id)).await? else { continue };
        if bytes.len() > room {
            continue;
        }
        room -= bytes.len();
        let media_type = link.get("contentType").and_then(Value::as_str).unwrap_or("application/octet-stream");
        let url = format!("data:{media_type};base64,{}", STANDARD.encode(&bytes));
        link.insert("href".to_owned(), url.into());
    }
    links.retain(|_, link| link.get("href").is_some());
    event.set("links", Value::Object(links));
    Ok(())
}

fn compose(sender: &Sender, message: &Message, recipients: &[&str], now: DateTime<Utc>) -> Vec<u8> {
    let domain = sender.address.rsplit('@').next().unwrap_or("localhost");
    let unique = mail_builder::mime::make_boundary(".");
    let name_of = |email: &str| {
        let address = CalendarAddress::new(email);
        let participant = message.events.iter().find_map(|event| {
            event.participants().find(|participant| participant.calendar_address().as_ref() == Some(&address))
        });
        participant.and_then(|participant| participant.name().map(str::to_owned))
    };
    let to = recipients.iter().map(|email| Address::new_address(name_of(email), (*email).to_owned())).collect();
    let subject = subject(sender, message);
    let calendar =
        ContentType::new("text/calendar").attribute("charset", "utf-8").attribute("method", message.method.as_ical());
    let parts = vec![MimePart::new("text/plain", text(message)), MimePart::new(calendar, message.write(now))];
    let mut builder = MessageBuilder::new()
        .from(Address::new_address(Some(sender.name.clone()), sender.address.clone()))
        .to(Address::new_list(to))
        .subject(subject)
        .date(Date::new(now.timestamp()))
        .header("Message-ID", MessageId::new(format!("{unique}@{domain}")));
    if sender.is_automatic {
        builder = builder.header("Auto-Submitted", HeaderType::Text(Text::new("auto-replied")));
    }
    // Writing into memory does not fail.
    builder.body(MimePart::new("multipart/alternative", parts)).write_to_vec().unwrap_or_default()
}

/// What it is, in a line.
fn subject(sender: &Sender, message: &Message) -> String {
    let event = message.series().or(message.events.first());
    let title = event.map(Event::title).filter(|title| !title.is_empty()).unwrap_or("(no title)");
    let what = match message.method {
        Method::Request if event.is_some_and(|event| event.sequence() > 0) => "Updated invitation",
        Method::Request | Method::Publish | Method::Add => "Invitation",
        Method::Cancel => "Cancelled",
        Method::Counter => "New time proposed",
        Method::DeclineCounter => "Proposal declined",
        Method::Refresh => "Request for an update",
        Method::Reply => {
            let me = [CalendarAddress::new(&sender.address)];
            let status = event.and_then(|event| event.participant_of(&me).map(|me| me.status().to_owned()));
            match status.as_deref() {
                Some("accepted") => "Accepted",
                Some("declined") => "Declined",
                Some("tentative") => "Tentative",
                Some("delegated") => "Delegated",
                _ => "Answer",
            }
        }
    };
    format!("{what}: {}", title.replace(['\r', '\n'], " "))
}

/// For people whose mail program knows no calendars.
fn text(message: &Message) -> String {
    let mut text = String::new();
    if let Some(comment) = &message.comment {
        text.push_str(comment.trim());
        text.push_str("\r\n\r\n");
    }
    for event in &message.events {
        let mut lines = vec![event.title().to_owned(), when(event)];
        let places = event.get("locations").and_then(Value::as_object);
        lines.extend(
            places.into_iter().flat_map(Map::values).filter_map(|place| Some(place.get("name")?.as_str()?.to_owned())),
        );
        let links = event.get("virtualLocations").and_then(Value::as_object);
        lines.extend(
            links.into_iter().flat_map(Map::values).filter_map(|link| Some(link.get("uri")?.as_str()?.to_owned())),
        );
        text.push_str(&lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\r\n"));
        let description = event.description().trim();
        let is_plain = event.get("descriptionContentType").is_none_or(|kind| kind.as_str() == Some("text/plain"));
        if !description.is_empty() && is_plain && message.method != Method::Reply {
            let end = description.floor_char_boundary(MAX_DESCRIPTION.min(description.len()));
            text.push_str("\r\n\r\n");
            text.push_str(description.get(..end).unwrap_or_default());
        }
        text.push_str("\r\n\r\n");
    }
    text
}

fn when(event: &Event) -> String {
    let Some(start) = event.start() else { return String::new() };
    let (lasts, zone) = (event.duration(), event.zone().unwrap_or(Zone::UTC));
    let day = TimeDelta::try_days(lasts.days).and_then(|days| start.checked_add_signed(days)).unwrap_or(start);
    let rest = TimeDelta::try_seconds(lasts.seconds).unwrap_or_default();
    let end = zone.to_utc(day).checked_add_signed(rest).map_or(day, |instant| zone.to_local(instant));
    let repeats = if event.is_recurring() { ", repeating" } else { "" };
    if event.show_without_time() {
        return format!("{}{repeats}", start.format("%A, %-d %B %Y"));
    }
    let end = if end.date() == start.date() { end.format("%H:%M") } else { end.format("%A, %-d %B %Y, %H:%M") };
    let zone = event.time_zone().map(|zone| format!(" ({zone})")).unwrap_or_default();
    format!("{} – {end}{zone}{repeats}", start.format("%A, %-d %B %Y, %H:%M"))
}
