//! A mail as views see it: for a row, and whole for the reading pane; and its conversation.

use std::collections::BTreeSet;
use std::sync::Arc;

use jmap::email::EmailAddress;
use jmap::{BlobId, Date, EmailId, Id, MailboxId, ThreadId, UtcDate};
use mirror::Properties;
use serde::Deserialize;
use serde_json::Value;

/// What a list needs of a mail.
pub(super) const LIST: &[&str] = &[
    "id",
    "threadId",
    "mailboxIds",
    "keywords",
    "from",
    "to",
    "subject",
    "receivedAt",
    "preview",
    "hasAttachment",
    "size",
];
/// What a row needs of the other mails of its thread.
pub(super) const MEMBER: &[&str] = &["id", "threadId", "mailboxIds", "keywords", "from", "receivedAt", "hasAttachment"];
/// Our own property, where the server has it (`urn:x-owlet:jmap:mail`).
pub(super) const SUMMARY: &str = "threadSummary";
/// What can change in a mail at all (RFC 8621 §4.6).
pub(super) const MUTABLE: &[&str] = &["mailboxIds", "keywords"];
/// What the reading pane needs besides [`LIST`].
pub(super) const DETAILS: &[&str] = &[
    "blobId",
    "sender",
    "replyTo",
    "cc",
    "bcc",
    "sentAt",
    "messageId",
    "inReplyTo",
    "references",
    "attachments",
    "textBody",
    "htmlBody",
    "bodyValues",
    "header:List-Unsubscribe:asRaw",
    "header:X-Priority:asText",
];
/// What is asked of each body part.
pub(super) const PART: &[&str] = &["partId", "blobId", "size", "name", "type", "disposition", "cid"];
/// Octets of text that the reading pane gets with a mail.
pub(super) const TEXT_LIMIT: u64 = 65_536;

/// What a list shows of a mail.
#[derive(Clone, Debug, PartialEq)]
pub struct Email {
    /// Its id.
    pub id: EmailId,
    /// Its conversation.
    pub thread_id: ThreadId,
    /// The folders it is in.
    pub mailbox_ids: BTreeSet<MailboxId>,
    /// Read.
    pub seen: bool,
    /// Flagged.
    pub flagged: bool,
    /// Not sent yet.
    pub draft: bool,
    /// It has an answer.
    pub answered: bool,
    /// It was forwarded.
    pub forwarded: bool,
    /// All keywords, those above included (`$seen`), and categories.
    pub keywords: BTreeSet<String>,
    /// Who wrote it.
    pub from: Vec<EmailAddress>,
    /// To whom.
    pub to: Vec<EmailAddress>,
    /// May be empty.
    pub subject: String,
    /// When it came.
    pub received_at: UtcDate,
    /// The beginning of its text.
    pub preview: String,
    /// It has an attachment that is not shown in the body.
    pub has_attachment: bool,
    /// Octets.
    pub size: u64,
}

/// What the reading pane and the composer need besides [`Email`].
#[derive(Clone, Debug, PartialEq)]
pub struct EmailDetails {
    /// What lists show.
    pub email: Arc<Email>,
    /// The whole message, for "Show source" and "Save as".
    pub blob_id: BlobId,
    /// Who sent it for whom it is from; often nobody.
    pub sender: Vec<EmailAddress>,
    /// Where answers go, if not to the writer.
    pub reply_to: Vec<EmailAddress>,
    /// Who has a copy.
    pub cc: Vec<EmailAddress>,
    /// Who has a hidden copy: known only of own mail.
    pub bcc: Vec<EmailAddress>,
    /// When its writer sent it, in the writer's zone.
    pub sent_at: Option<Date>,
    /// Without angle brackets.
    pub message_id: Vec<String>,
    /// Without angle brackets.
    pub in_reply_to: Vec<String>,
    /// Without angle brackets.
    pub references: Vec<String>,
    /// Files, and pictures that belong into the body (`inline`).
    pub attachments: Vec<Attachment>,
    /// The plain text of the body; of HTML mail its words, if the mail carries them. At most 64 KiB.
    pub text: String,
    /// It has a body in HTML.
    pub is_html: bool,
    /// Where `List-Unsubscribe` points, raw.
    pub list_unsubscribe: Option<String>,
    /// 1 (high) to 5 (low) from `X-Priority`.
    pub priority: Option<u8>,
}

/// A file in a mail, or uploaded for one.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// Its content.
    pub blob_id: BlobId,
    /// Its name; empty if it has none.
    pub name: String,
    /// `image/png`.
    pub media_type: String,
    /// Octets.
    pub size: u64,
    /// The body refers to it by `cid:`.
    pub cid: Option<String>,
    /// Shown within the body, not listed.
    pub inline: bool,
}

/// A conversation, in all folders.
#[derive(Clone, Debug, PartialEq)]
pub struct Thread {
    /// Its id.
    pub id: ThreadId,
    /// Oldest first. Mail in the trash, junk and drafts is among them: see `mailbox_ids`.
    pub emails: Vec<Arc<Email>>,
}

/// What a row says of its conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThreadSummary {
    /// Who wrote in it: each once, the last writer last.
    pub participants: Vec<EmailAddress>,
    /// Mails in it, without those in the trash or junk (unless the list shows these).
    pub emails: usize,
    /// Unread ones among them.
    pub unread: usize,
    /// One of them is flagged.
    pub flagged: bool,
    /// One of them has an attachment.
    pub has_attachment: bool,
}

/// One row of a list. Equal rows look equal.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What selection, focus and a keyed `<For>` hold on to: the thread's id in a list of conversations,
    /// the mail's otherwise. A reply replaces `email`, not `key`.
    pub key: Id,
    /// The newest mail that matches.
    pub email: Arc<Email>,
    /// Its conversation; of that one mail only, in a list of single messages.
    pub thread: Arc<ThreadSummary>,
}

fn text(properties: &Properties, name: &str) -> String {
    properties.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The members of a set written as `{"a": true}`.
fn members<'a>(properties: &'a Properties, name: &str) -> impl Iterator<Item = &'a str> {
    let set = properties.get(name).and_then(Value::as_object);
    set.into_iter().flatten().filter(|(_, is)| **is == Value::Bool(true)).map(|(name, _)| name.as_str())
}

fn addresses(value: Option<&Value>) -> Vec<EmailAddress> {
    let address = |value: &Value| {
        Some(EmailAddress {
            name: value.get("name").and_then(Value::as_str).filter(|name| !name.is_empty()).map(str::to_owned),
            email: value.get("email")?.as_str()?.to_owned(),
        })
    };
    value.and_then(Value::as_array).map(|list| list.iter().filter_map(address).collect()).unwrap_or_default()
}

fn list(properties: &Properties, name: &str) -> Vec<String> {
    let items = properties.get(name).and_then(Value::as_array);
    items.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The keywords of a mail, as far as they are known.
pub(super) fn has_keyword(properties: &Properties, keyword: &str) -> Option<bool> {
    let keywords = properties.get("keywords")?.as_object()?;
    Some(keywords.get(keyword) == Some(&Value::Bool(true)))
}

/// The folders of a mail, if they are known.
pub(super) fn mailbox_ids(properties: &Properties) -> Option<BTreeSet<MailboxId>> {
    properties.get("mailboxIds")?.as_object()?;
    Some(members(properties, "mailboxIds").map(MailboxId::from).collect())
}

impl Email {
    /// From a record; `None` if not all that a list needs has been got.
    pub(super) fn read(id: &Id, properties: &Properties) -> Option<Self> {
        if !["preview", "subject", "keywords"].iter().all(|name| properties.contains_key(*name)) {
            return None;
        }
        let keywords: BTreeSet<String> = members(properties, "keywords").map(str::to_owned).collect();
        Some(Self {
            id: id.clone().into(),
            thread_id: ThreadId::from(properties.get("threadId")?.as_str()?),
            mailbox_ids: mailbox_ids(properties)?,
            seen: keywords.contains("$seen"),
            flagged: keywords.contains("$flagged"),
            draft: keywords.contains("$draft"),
            answered: keywords.contains("$answered"),
            forwarded: keywords.contains("$forwarded"),
            keywords,
            from: addresses(properties.get("from")),
            to: addresses(properties.get("to")),
            subject: text(properties, "subject"),
            received_at: UtcDate::deserialize(properties.get("receivedAt")?).ok()?,
            preview: text(properties, "preview"),
            has_attachment: properties.get("hasAttachment").and_then(Value::as_bool).unwrap_or_default(),
            size: properties.get("size").and_then(Value::as_u64).unwrap_or_default(),
        })
    }
}

impl EmailDetails {
    /// From a record; `None` if not all that the reading pane needs has been got.
    pub(super) fn read(email: Arc<Email>, properties: &Properties) -> Option<Self> {
        let attachments = properties.get("attachments")?.as_array()?;
        let parts = |name: &str| properties.get(name).and_then(Value::as_array).into_iter().flatten();
        let is = |part: &Value, media_type: &str| part.get("type").and_then(Value::as_str) == Some(media_type);
        let value = |part: &Value| {
            let id = part.get("partId")?.as_str()?;
            properties.get("bodyValues")?.get(id)?.get("value")?.as_str()
        };
        let texts: Vec<&str> = parts("textBody").filter(|part| is(part, "text/plain")).filter_map(value).collect();
        let header = |name: &str| properties.get(name).and_then(Value::as_str).map(|text| text.trim().to_owned());
        Some(Self {
            blob_id: BlobId::from(properties.get("blobId")?.as_str()?),
            sender: addresses(properties.get("sender")),
            reply_to: addresses(properties.get("replyTo")),
            cc: addresses(properties.get("cc")),
            bcc: addresses(properties.get("bcc")),
            sent_at: properties.get("sentAt").and_then(|date| Date::deserialize(date).ok()),
            message_id: list(properties, "messageId"),
            in_reply_to: list(properties, "inReplyTo"),
            references: list(properties, "references"),
            attachments: attachments.iter().filter_map(Attachment::read).collect(),
            text: texts.join("\n"),
            is_html: parts("htmlBody").any(|part| is(part, "text/html")),
            list_unsubscribe: header("header:List-Unsubscribe:asRaw"),
            priority: header("header:X-Priority:asText").and_then(|text| text.get(..1)?.parse().ok()),
            email,
        })
    }
}

impl Attachment {
    /// From a body part (RFC 8621 §4.1.4).
    fn read(part: &Value) -> Option<Self> {
        let text = |name: &str| part.get(name).and_then(Value::as_str);
        let cid = text("cid").map(str::to_owned);
        let media_type = text("type").unwrap_or("application/octet-stream").to_owned();
        let inline = cid.is_some() && media_type.starts_with("image/") && text("disposition") != Some("attachment");
        Some(Self {
            blob_id: BlobId::from(text("blobId")?),
            name: text("name").unwrap_or_default().to_owned(),
            size: part.get("size").and_then(Value::as_u64).unwrap_or_default(),
            media_type,
            cid,
            inline,
        })
    }
}

impl ThreadSummary {
    /// As the server tells it.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let count = |name: &str| value.get(name).and_then(Value::as_u64).map(|count| count as usize);
        let is = |name: &str| value.get(name).and_then(Value::as_bool).unwrap_or_default();
        Some(Self {
            participants: addresses(value.get("participants")),
            emails: count("emailCount")?,
            unread: count("unreadCount").unwrap_or_default(),
            flagged: is("isFlagged"),
            has_attachment: is("hasAttachment"),
        })
    }

    /// Of the mails themselves, oldest first, passing over those that are only in `hidden` folders. `None` if
    /// one of them is not known well enough.
    pub(super) fn of<'a>(
        emails: impl IntoIterator<Item = Option<&'a Arc<Properties>>>,
        hidden: &BTreeSet<MailboxId>,
    ) -> Option<Self> {
        let mut summary = Self::default();
        for email in emails {
            let email = email?;
            let mailboxes = mailbox_ids(email)?;
            if !mailboxes.is_empty() && mailboxes.is_subset(hidden) {
                continue;
            }
            summary.emails += 1;
            let unread = !has_keyword(email, "$seen")? && !has_keyword(email, "$draft")?;
            summary.unread += usize::from(unread);
            summary.flagged |= has_keyword(email, "$flagged")?;
            summary.has_attachment |= email.get("hasAttachment")?.as_bool().unwrap_or_default();
            for writer in addresses(email.get("from")) {
                summary.participants.retain(|known| !known.email.eq_ignore_ascii_case(&writer.email));
                summary.participants.push(writer);
            }
        }
        Some(summary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn record(value: Value) -> Arc<Properties> {
        Arc::new(value.as_object().unwrap().clone())
    }

    fn member(from: &str, mailbox: &str, seen: bool) -> Arc<Properties> {
        record(json!({
            "threadId": "t1", "mailboxIds": { mailbox: true }, "keywords": { "$seen": seen },
            "from": [{ "name": null, "email": from }], "hasAttachment": false,
        }))
    }

    #[test]
    fn a_mail_is_read_only_when_a_list_can_show_it() {
        let id = Id::from("e1");
        assert_eq!(Email::read(&id, &member("bob@owlery.example", "m1", true)), None);
        let whole = record(json!({
            "threadId": "t1", "mailboxIds": { "m1": true }, "keywords": { "$seen": true, "$flagged": true },
            "from": [{ "name": "Bob", "email": "bob@owlery.example" }], "to": null, "subject": null, "size": 12,
            "receivedAt": "2026-11-24T10:00:00Z", "preview": "Hello", "hasAttachment": true,
        }));
        let email = Email::read(&id, &whole).unwrap();
        assert!(email.seen && email.flagged && !email.draft && email.has_attachment);
        assert_eq!(email.subject, "");
        assert_eq!(email.from.first().unwrap().name.as_deref(), Some("Bob"));
    }

    #[test]
    fn a_thread_is_summed_up_without_its_mail_in_the_trash() {
        let trash = BTreeSet::from([MailboxId::from("trash")]);
        let mails = [
            member("bob@owlery.example", "m1", true),
            member("carol@owlery.example", "m1", false),
            member("dan@owlery.example", "trash", false),
            member("Bob@owlery.example", "sent", true),
        ];
        let summary = ThreadSummary::of(mails.iter().map(Some), &trash).unwrap();
        assert_eq!((summary.emails, summary.unread), (3, 1));
        let writers: Vec<_> = summary.participants.iter().map(|writer| writer.email.as_str()).collect();
        assert_eq!(writers, ["carol@owlery.example", "Bob@owlery.example"]);
    }

    #[test]
    fn a_thread_with_an_unknown_mail_is_not_summed_up() {
        let known = member("bob@owlery.example", "m1", true);
        assert_eq!(ThreadSummary::of([Some(&known), None], &BTreeSet::new()), None);
    }

    #[test]
    fn an_inline_picture_is_told_from_a_file() {
        let part = json!({ "blobId": "b1", "type": "image/png", "cid": "logo", "disposition": "inline", "size": 3 });
        assert!(Attachment::read(&part).unwrap().inline);
        let file = json!({ "blobId": "b1", "type": "image/png", "cid": "logo", "disposition": "attachment" });
        assert!(!Attachment::read(&file).unwrap().inline);
    }
}
