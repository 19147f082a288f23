//! Delivery status notifications (RFC 3464): the report to a sender that a message did not arrive.

use std::fmt::Write as _;

use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::mime::{BodyPart, MimePart};

use crate::message::header;
use crate::message::mime::Mime;

/// A recipient who was not reached, and the last words about it: `550 5.1.1 …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// The address.
    pub recipient: String,
    /// An SMTP reply.
    pub reply: String,
}

/// The report. `domain` is ours, `sender` gets it, `original` is what was not delivered.
pub fn report(domain: &str, sender: &str, original: &[u8], failed: &[Failed], now: i64) -> Vec<u8> {
    let mime = Mime::parse(original);
    let root = mime.root();
    let field = |name: &str| root.and_then(|root| root.field(name));
    let subject = field("subject").map(header::as_text).unwrap_or_default();
    let message_id = field("message-id").and_then(header::as_message_ids);

    let mut text = String::from("Your message could not be delivered");
    let _ = if subject.is_empty() { write!(text, ".\n\n") } else { write!(text, ": {subject}\n\n") };
    let mut status = format!("Reporting-MTA: dns; {domain}\r\n");
    if let Some(date) = chrono::DateTime::from_timestamp_millis(now) {
        let _ = write!(status, "Arrival-Date: {}\r\n", date.to_rfc2822());
    }
    for Failed { recipient, reply } in failed {
        let _ = write!(text, "{recipient}\n    {}\n\n", explain(reply));
        let _ = write!(
            status,
            "\r\nFinal-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: {}\r\nDiagnostic-Code: smtp; {}\r\n",
            enhanced(reply),
            reply.replace(['\r', '\n'], " ")
        );
    }
    let header_end = root.map_or(0, |root| original.len() - root.body.len());
    let headers = String::from_utf8_lossy(original.get(..header_end).unwrap_or_default()).into_owned();

    let plain = |media_type: &'static str, content: String| MimePart {
        headers: vec![
            ("Content-Type".into(), ContentType::new(media_type).into()),
            ("Content-Transfer-Encoding".into(), Raw::new("8bit").into()),
        ],
        contents: BodyPart::Text(content.into()),
    };
    let body = MimePart::new(
        ContentType::new("multipart/report").attribute("report-type", "delivery-status"),
        vec![
            MimePart::new("text/plain", text),
            plain("message/delivery-status", status),
            plain("text/rfc822-headers", headers),
        ],
    );
    let unique = mail_builder::mime::make_boundary(".");
    let mut report = MessageBuilder::new()
        .from(Address::new_address(Some("Mail Delivery"), format!("postmaster@{domain}")))
        .to(Address::new_address(None::<&str>, sender.to_owned()))
        .subject(if subject.is_empty() { "Undelivered".to_owned() } else { format!("Undelivered: {subject}") })
        .date(Date::new(now / 1000))
        .header("Message-ID", MessageId::new(format!("{unique}@{domain}")))
        .header("Auto-Submitted", Text::new("auto-replied"));
    if let Some(ids) = message_id {
        report = report.in_reply_to(MessageId::from(ids.clone())).references(MessageId::from(ids));
    }
    // Writing into memory does not fail.
    report.body(body).write_to_vec().unwrap_or_default()
}

/// For people.
fn explain(reply: &str) -> String {
    match enhanced(reply).as_str() {
        "5.1.1" => "There is nobody with this address.".to_owned(),
        _ => reply.replace(['\r', '\n'], " "),
    }
}

/// The enhanced status code of a reply, made from its class if it has none.
fn enhanced(reply: &str) -> String {
    let is_code = |word: &&str| {
        let numbers: Vec<&str> = word.split('.').collect();
        numbers.len() == 3
            && numbers.iter().all(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    reply.split_whitespace().nth(1).filter(is_code).map_or_else(|| "5.0.0".to_owned(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::decode;

    #[test]
    fn a_report_can_be_read_by_people_and_programs() {
        let original =
            b"From: alice@owlery.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <1@x>\r\n\r\nHello";
        let failed = [Failed { recipient: "nobody@owlery.example".into(), reply: "550 5.1.1 No such person".into() }];
        let raw = report("owlery.example", "alice@owlery.example", original, &failed, 1_795_514_400_000);
        let mime = Mime::parse(&raw);
        let types: Vec<&str> = mime.parts.iter().map(|part| part.media_type.as_str()).collect();
        assert_eq!(types, ["multipart/report", "text/plain", "message/delivery-status", "text/rfc822-headers"]);
        assert!(
            decode::text(&mime.parts[1]).0.contains("nobody@owlery.example\n    There is nobody with this address.")
        );
        let status = decode::text(&mime.parts[2]).0;
        assert!(
            status.contains("Final-Recipient: rfc822; nobody@owlery.example\nAction: failed\nStatus: 5.1.1\n"),
            "{status}"
        );
        assert!(decode::text(&mime.parts[3]).0.contains("Message-ID: <1@x>"));
        assert_eq!(mime.parts[0].field("in-reply-to").and_then(header::as_message_ids), Some(vec!["1@x".into()]));
        assert_eq!(mime.parts[0].field("subject").map(header::as_text).as_deref(), Some("Undelivered: Grüße"));
    }

    #[test]
    fn a_reply_without_enhanced_code_has_a_general_one() {
        assert_eq!(enhanced("550 no"), "5.0.0");
        assert_eq!(enhanced("550 5.7.1 no"), "5.7.1");
    }
}
