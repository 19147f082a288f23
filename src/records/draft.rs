//! A mail being written. The composer holds one; `records` keeps it here and on the server.

use jmap::email::EmailAddress;
use jmap::email_submission::{Address, Envelope};
use jmap::identity::Identity;
use jmap::{EmailId, IdentityId, MailboxId, UtcDate};
use mirror::Properties;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Attachment, Failure};
use crate::client::batch::put;

/// Names a draft from its first letter on, also before the server knows it and after a crash.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DraftKey(
    /// Random.
    pub String,
);

/// A mail being written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// Its name.
    pub key: DraftKey,
    /// The sender; the first identity, if `None`.
    pub identity: Option<IdentityId>,
    /// To whom.
    pub to: Vec<EmailAddress>,
    /// Copies.
    pub cc: Vec<EmailAddress>,
    /// Hidden copies.
    pub bcc: Vec<EmailAddress>,
    /// May be empty.
    pub subject: String,
    /// The plain text; always there, made from `html` by the composer for rich mail.
    pub text: String,
    /// The rich text; pictures in it by `cid:` of an inline attachment. `None` for plain mail.
    pub html: Option<String>,
    /// Uploaded files and inline pictures.
    pub attachments: Vec<Attachment>,
    /// Message-IDs without angle brackets.
    pub in_reply_to: Vec<String>,
    /// Message-IDs without angle brackets.
    pub references: Vec<String>,
    /// The mail that this answers: becomes `$answered` when this is sent.
    pub answers: Option<EmailId>,
    /// The mail that this forwards: becomes `$forwarded`.
    pub forwards: Option<EmailId>,
    /// 1 (high) to 5 (low).
    pub priority: Option<u8>,
    /// Ask for a read receipt.
    pub wants_receipt: bool,
    /// The copy on the server that this replaces, when a draft from the Drafts folder is opened.
    /// `records` keeps track of later copies itself.
    pub email: Option<EmailId>,
}

impl Draft {
    /// An empty one.
    pub fn new(key: DraftKey) -> Self {
        Self {
            key,
            identity: None,
            to: Vec::new(),
            cc: Vec::new(),
            bcc: Vec::new(),
            subject: String::new(),
            text: String::new(),
            html: None,
            attachments: Vec::new(),
            in_reply_to: Vec::new(),
            references: Vec::new(),
            answers: None,
            forwards: None,
            priority: None,
            wants_receipt: false,
            email: None,
        }
    }
}

/// When a mail leaves the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Hold {
    /// After so many seconds (HOLDFOR).
    For(u32),
    /// Then (HOLDUNTIL).
    Until(UtcDate),
}

impl Draft {
    /// Whether there is nothing to keep.
    pub(super) fn is_blank(&self) -> bool {
        let recipients = self.to.is_empty() && self.cc.is_empty() && self.bcc.is_empty();
        recipients && self.subject.trim().is_empty() && self.text.trim().is_empty() && self.attachments.is_empty()
    }

    /// Its Message-ID, the same in every copy: so a copy whose arrival was never confirmed is found again.
    pub(super) fn message_id(&self, sender: &Identity) -> String {
        let domain = sender.email.rsplit_once('@').map_or("owlet.invalid", |(_, domain)| domain);
        format!("{}@{domain}", self.key.0)
    }

    /// The mail as `Email/set` creates it (RFC 8621 §4.6).
    pub(super) fn email(&self, sender: &Identity, drafts: &MailboxId) -> Value {
        let mut email = Map::new();
        let mut set = |name: &str, value: Value| drop(email.insert(name.to_owned(), value));
        let name = Some(sender.name.clone()).filter(|name| !name.is_empty());
        let from = EmailAddress { name, email: sender.email.clone() };
        set("mailboxIds", json!({ drafts.as_str(): true }));
        set("keywords", json!({ "$draft": true, "$seen": true }));
        set("messageId", json!([self.message_id(sender)]));
        set("from", json!([from]));
        set("subject", json!(self.subject));
        for (name, list) in [("to", &self.to), ("cc", &self.cc), ("bcc", &self.bcc)] {
            // A header has no place for what is no address yet: it would keep all else from being kept.
            let list: Vec<&EmailAddress> = list.iter().filter(|address| is_whole(&address.email)).collect();
            if !list.is_empty() {
                set(name, json!(list));
            }
        }
        if let Some(reply_to) = &sender.reply_to {
            set("replyTo", json!(reply_to));
        }
        for (name, list) in [("inReplyTo", &self.in_reply_to), ("references", &self.references)] {
            if !list.is_empty() {
                set(name, json!(list));
            }
        }
        if let Some(priority) = self.priority {
            set("header:X-Priority:asText", json!(priority.to_string()));
        }
        if self.wants_receipt {
            set("header:Disposition-Notification-To:asAddresses", json!([from]));
        }
        let mut values = json!({ "text": { "value": self.text } });
        set("textBody", json!([{ "partId": "text", "type": "text/plain" }]));
        if let Some(html) = &self.html {
            put(&mut values, "html", json!({ "value": html }));
            set("htmlBody", json!([{ "partId": "html", "type": "text/html" }]));
        }
        set("bodyValues", values);
        if !self.attachments.is_empty() {
            set("attachments", self.attachments.iter().map(Attachment::part).collect());
        }
        Value::Object(email)
    }

    /// Sender and recipients for SMTP, each recipient once.
    pub(super) fn envelope(&self, sender: &Identity, hold: Option<Hold>) -> Envelope {
        let parameter = hold.and_then(|hold| match hold {
            Hold::For(0) => None,
            Hold::For(seconds) => Some(("HOLDFOR".to_owned(), Some(seconds.to_string()))),
            Hold::Until(time) => {
                Some(("HOLDUNTIL".to_owned(), serde_json::to_value(time).ok()?.as_str().map(str::to_owned)))
            }
        });
        let mut recipients: Vec<Address> = Vec::new();
        let own = sender.bcc.iter().flatten();
        for to in self.to.iter().chain(&self.cc).chain(&self.bcc).chain(own) {
            if !recipients.iter().any(|known| known.email.eq_ignore_ascii_case(&to.email)) {
                recipients.push(Address { email: to.email.clone(), parameters: None });
            }
        }
        let parameters = parameter.map(|parameter| [parameter].into());
        Envelope { mail_from: Address { email: sender.email.clone(), parameters }, rcpt_to: recipients }
    }

    /// A draft of the server's, to go on with. `properties` has what [`super::email::DETAILS`] and a list name,
    /// and the body values of text and HTML.
    pub(super) fn read(key: DraftKey, id: EmailId, email: &super::EmailDetails, properties: &Properties) -> Self {
        let value = |name: &str, media_type: &str| {
            let parts = properties.get(name)?.as_array()?;
            let part = parts.iter().find(|part| part.get("type").and_then(Value::as_str) == Some(media_type))?;
            let id = part.get("partId")?.as_str()?;
            Some(properties.get("bodyValues")?.get(id)?.get("value")?.as_str()?.to_owned())
        };
        Self {
            identity: None,
            to: email.email.to.clone(),
            cc: email.cc.clone(),
            bcc: email.bcc.clone(),
            subject: email.email.subject.clone(),
            text: value("textBody", "text/plain").unwrap_or_default(),
            html: value("htmlBody", "text/html"),
            attachments: email.attachments.clone(),
            in_reply_to: email.in_reply_to.clone(),
            references: email.references.clone(),
            priority: email.priority,
            email: Some(id),
            ..Self::new(key)
        }
    }
}

/// Whether something can be an address in a header; whether mail gets there is asked when it is sent.
fn is_whole(address: &str) -> bool {
    let parts = address.trim().rsplit_once('@');
    parts.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
        && !address.trim().contains(|c: char| c.is_control() || c.is_whitespace() || "<>,;\"".contains(c))
}

impl Attachment {
    /// As a part of a new mail.
    fn part(&self) -> Value {
        json!({
            "blobId": self.blob_id,
            "type": self.media_type,
            "name": (!self.name.is_empty()).then_some(&self.name),
            "cid": self.cid,
            "disposition": if self.inline { "inline" } else { "attachment" },
        })
    }
}

/// How safe a draft is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum DraftStatus {
    /// Nothing was written yet.
    #[default]
    Empty,
    /// On its way to the server; already safe in this browser.
    Saving,
    /// On the server: "Draft kept 10:31".
    Kept {
        /// When.
        at: UtcDate,
    },
    /// In this browser only, until the connection is back: "Kept on this device".
    KeptHere {
        /// When.
        at: UtcDate,
    },
    /// In this browser only: the server does not take it.
    Failed(Failure),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alice() -> Identity {
        Identity {
            id: "i1".into(),
            name: "Alice".into(),
            email: "alice@owlery.example".into(),
            reply_to: None,
            bcc: None,
            text_signature: String::new(),
            html_signature: String::new(),
            may_delete: false,
        }
    }

    fn to(address: &str) -> EmailAddress {
        EmailAddress { name: None, email: address.to_owned() }
    }

    fn draft() -> Draft {
        Draft { to: vec![to("bob@owlery.example")], text: "Hello".into(), ..Draft::new(DraftKey("k".into())) }
    }

    #[test]
    fn a_plain_draft_has_one_text() {
        assert_eq!(
            draft().email(&alice(), &"drafts".into()),
            json!({
                "mailboxIds": { "drafts": true }, "keywords": { "$draft": true, "$seen": true },
                "messageId": ["k@owlery.example"], "from": [{ "name": "Alice", "email": "alice@owlery.example" }],
                "to": [{ "name": null, "email": "bob@owlery.example" }], "subject": "",
                "textBody": [{ "partId": "text", "type": "text/plain" }], "bodyValues": { "text": { "value": "Hello" } },
            })
        );
    }

    #[test]
    fn what_is_no_address_yet_keeps_no_draft_from_the_server() {
        let to = ["nobody at all", "bob@owlery.example", "carol@", "dora"].map(to);
        let email = Draft { to: to.into(), ..draft() }.email(&alice(), &"drafts".into());
        assert_eq!(email["to"], json!([{ "name": null, "email": "bob@owlery.example" }]));
    }

    #[test]
    fn a_rich_draft_has_both_texts_and_its_files() {
        let file = Attachment {
            blob_id: "b1".into(),
            name: String::new(),
            media_type: "image/png".into(),
            size: 3,
            cid: Some("logo".into()),
            inline: true,
        };
        let draft = Draft { html: Some("<p>Hello</p>".into()), attachments: vec![file], ..draft() };
        let email = draft.email(&alice(), &"drafts".into());
        assert_eq!(email["bodyValues"]["html"]["value"], "<p>Hello</p>");
        let part = json!({ "blobId": "b1", "type": "image/png", "name": null, "cid": "logo", "disposition": "inline" });
        assert_eq!(email["attachments"], json!([part]));
    }

    #[test]
    fn each_recipient_is_in_the_envelope_once() {
        let draft = Draft { cc: vec![to("BOB@owlery.example"), to("carol@owlery.example")], ..draft() };
        let envelope = draft.envelope(&alice(), Some(Hold::For(10)));
        let to: Vec<_> = envelope.rcpt_to.iter().map(|to| to.email.as_str()).collect();
        assert_eq!(to, ["bob@owlery.example", "carol@owlery.example"]);
        assert_eq!(serde_json::to_value(&envelope.mail_from).unwrap()["parameters"], json!({ "HOLDFOR": "10" }));
        assert_eq!(draft.envelope(&alice(), Some(Hold::For(0))).mail_from.parameters, None);
    }

    #[test]
    fn a_draft_with_any_word_is_worth_keeping() {
        let blank = Draft::new(DraftKey("k".into()));
        assert!(blank.is_blank());
        assert!(!Draft { subject: "Owls".into(), ..blank.clone() }.is_blank());
        assert!(Draft { text: " \n".into(), ..blank }.is_blank());
    }
}
