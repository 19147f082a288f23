//! Who gets what of an original.

use std::sync::Arc;

use super::*;
use crate::records::Email;

fn address(email: &str) -> EmailAddress {
    EmailAddress { name: None, email: email.to_owned() }
}

fn people(list: &[&str]) -> Vec<EmailAddress> {
    list.iter().map(|email| address(email)).collect()
}

fn identity(email: &str) -> Identity {
    Identity {
        id: email.replace(['@', '.'], "-").into(),
        name: String::new(),
        email: email.to_owned(),
        reply_to: None,
        bcc: None,
        text_signature: String::new(),
        html_signature: String::new(),
        may_delete: false,
    }
}

fn mail(from: &[&str], to: &[&str], cc: &[&str], reply_to: &[&str]) -> EmailDetails {
    EmailDetails {
        email: Arc::new(Email {
            id: "e1".into(),
            thread_id: "t1".into(),
            mailbox_ids: Default::default(),
            seen: true,
            flagged: false,
            draft: false,
            answered: false,
            forwarded: false,
            keywords: Default::default(),
            from: people(from),
            to: people(to),
            subject: "Lamps".to_owned(),
            received_at: jmap::UtcDate::from_millis(0),
            preview: String::new(),
            has_attachment: true,
            size: 900,
        }),
        blob_id: "b0".into(),
        sender: Vec::new(),
        reply_to: people(reply_to),
        cc: people(cc),
        bcc: Vec::new(),
        sent_at: None,
        message_id: vec!["m3@a.example".to_owned()],
        in_reply_to: vec!["m2@a.example".to_owned()],
        references: vec!["m1@a.example".to_owned(), "m2@a.example".to_owned()],
        attachments: ["plan.pdf", "lamp.png"]
            .into_iter()
            .map(|name| Attachment {
                blob_id: name.replace('.', "-").into(),
                name: name.to_owned(),
                media_type: "image/png".to_owned(),
                size: 10,
                cid: Some(format!("{name}@a.example")),
                inline: false,
            })
            .collect(),
        text: String::new(),
        is_html: true,
        list_unsubscribe: None,
        priority: None,
    }
}

fn begun(answer: Answer, details: &EmailDetails, list: Option<&str>) -> (Draft, Body) {
    let identities = [identity("alice@x.example"), identity("desk@x.example")];
    let body = html::parse("<p>Look: <img src='cid:lamp.png@a.example'></p>", Source::Quoted);
    let list = list.map(address);
    let original = Original { details, body: &body, identities: &identities, list: list.as_ref() };
    let words = Words {
        attribution: "Bob wrote:".to_owned(),
        forwarded: "Forwarded mail".to_owned(),
        fields: ["From", "Date", "Subject", "To", "Cc"].map(str::to_owned),
        date: "Friday".to_owned(),
    };
    begin(answer, original, DraftKey("k".into()), &words)
}

#[track_caller]
fn check(answer: Answer, details: &EmailDetails, list: Option<&str>, to: &[&str], cc: &[&str]) {
    let (draft, _) = begun(answer, details, list);
    assert_eq!((draft.to, draft.cc), (people(to), people(cc)));
}

const ALICE: &str = "Alice@x.example";
const BOB: &str = "bob@x.example";
const CAROL: &str = "carol@x.example";
const LIST: &str = "list@x.example";

#[test]
fn a_reply_goes_to_the_writer_or_where_they_say() {
    check(Answer::Reply, &mail(&[BOB], &[ALICE, CAROL], &[], &[]), None, &[BOB], &[]);
    check(Answer::Reply, &mail(&[BOB], &[ALICE], &[], &[CAROL]), None, &[CAROL], &[]);
}

#[test]
fn a_reply_to_all_leaves_oneself_out_and_nobody_twice() {
    check(Answer::ReplyAll, &mail(&[BOB], &[ALICE, CAROL], &["BOB@x.example"], &[]), None, &[BOB, CAROL], &[]);
    check(Answer::ReplyAll, &mail(&[BOB], &[CAROL], &["desk@x.example", ALICE], &[]), None, &[BOB, CAROL], &[]);
    check(Answer::ReplyAll, &mail(&[BOB], &[ALICE], &[CAROL], &[]), None, &[BOB], &[CAROL]);
}

#[test]
fn an_answer_to_ones_own_mail_goes_to_those_who_got_it() {
    check(Answer::Reply, &mail(&[ALICE], &[BOB], &[CAROL], &[]), None, &[BOB], &[]);
    check(Answer::ReplyAll, &mail(&[ALICE], &[BOB], &[CAROL], &[]), None, &[BOB], &[CAROL]);
    check(Answer::Reply, &mail(&[ALICE], &[ALICE], &[], &[]), None, &[ALICE], &[]);
}

#[test]
fn a_list_gets_what_is_for_all_only() {
    let mail = mail(&[BOB], &[LIST], &[], &[LIST]);
    check(Answer::Reply, &mail, Some(LIST), &[BOB], &[]);
    check(Answer::ReplyAll, &mail, Some(LIST), &[LIST], &[]);
    check(Answer::Reply, &mail, None, &[LIST], &[]);
}

#[test]
fn it_is_written_as_whom_it_was_written_to() {
    let (draft, _) = begun(Answer::Reply, &mail(&[BOB], &[CAROL, "Desk@x.example"], &[], &[]), None);
    assert_eq!(draft.identity, Some("desk-x-example".into()));
    let (draft, _) = begun(Answer::Reply, &mail(&[BOB], &[LIST], &[], &[]), None);
    assert_eq!(draft.identity, None);
}

#[test]
fn a_reply_hangs_on_its_thread_and_keeps_pictures_only() {
    let (draft, body) = begun(Answer::Reply, &mail(&[BOB], &[ALICE], &[], &[]), None);
    assert_eq!(draft.in_reply_to, ["m3@a.example"]);
    assert_eq!(draft.references, ["m1@a.example", "m2@a.example", "m3@a.example"]);
    assert_eq!(draft.subject, "Re: Lamps");
    let files: Vec<(&str, bool)> = draft.attachments.iter().map(|file| (file.name.as_str(), file.inline)).collect();
    assert_eq!(files, [("lamp.png", true)]);
    assert_eq!(body.text().trim(), "Bob wrote:\n\n> Look:");
    assert!(body.written.is_empty());
}

#[test]
fn a_forward_keeps_files_and_pictures() {
    let (draft, body) = begun(Answer::Forward, &mail(&[BOB], &[ALICE], &[CAROL], &[]), None);
    let files: Vec<(&str, bool)> = draft.attachments.iter().map(|file| (file.name.as_str(), file.inline)).collect();
    assert_eq!(files, [("plan.pdf", false), ("lamp.png", true)]);
    assert!(draft.to.is_empty() && draft.in_reply_to.is_empty());
    let expect = "---------- Forwarded mail ----------\nFrom: bob@x.example\nDate: Friday\nSubject: Lamps\n\
                  To: Alice@x.example\nCc: carol@x.example\n\nLook:";
    assert_eq!(body.text().trim(), expect);
}

#[test]
fn a_mail_is_forwarded_whole_as_a_file() {
    let (draft, body) = begun(Answer::ForwardAsAttachment, &mail(&[BOB], &[ALICE], &[], &[]), None);
    assert_eq!(draft.attachments.first().map(|file| file.name.as_str()), Some("Lamps.eml"));
    assert_eq!(draft.attachments.len(), 1);
    assert_eq!(body, Body::default());
}

#[test]
fn a_long_chain_of_references_keeps_its_ends() {
    let mut details = mail(&[BOB], &[ALICE], &[], &[]);
    details.references = (0..200).map(|number| format!("{number}@a.example")).collect();
    let ids = references(&details);
    assert_eq!(ids.len(), 40);
    assert_eq!(ids.first().map(String::as_str), Some("0@a.example"));
    assert_eq!(ids.last().map(String::as_str), Some("m3@a.example"));
}
