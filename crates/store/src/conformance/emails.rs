//! Emails, threads, counters, blobs.

use std::collections::BTreeSet;

use bytes::Bytes;
use jmap::{Id, UtcDate};
use serde_json::json;

use super::world::{World, answering, body, known_as, person, words};
use crate::{DataType, EmailQuery, Error, ThreadMember};

pub async fn an_email_is_kept_as_it_was_given(world: World) {
    let mut mail = world.mail("Quotes \" and \u{0} and \\ 会議");
    mail.keywords = words(&["$seen", "work"]);
    mail.envelope.cc = Some(vec![]);
    mail.envelope.sent_at = Some(serde_json::from_str("\"2026-11-24T10:12:00+01:00\"").unwrap());
    mail.has_attachment = true;
    let inserted = world.deliver_one(mail.clone()).await;
    let kept = world.email(&inserted.email_id).await;
    assert_eq!((&kept.id, &kept.thread_id), (&inserted.email_id, &inserted.thread_id));
    assert_eq!(
        (&kept.envelope, &kept.keywords, &kept.mailbox_ids),
        (&mail.envelope, &mail.keywords, &mail.mailbox_ids)
    );
    assert_eq!((kept.received_at, kept.has_attachment, kept.preview), (mail.received_at, true, mail.preview));
    let usage = world.store.usage(&world.alice).await.unwrap();
    assert_eq!((usage.emails, usage.octets), (1, kept.size));
    let ids = ["e999".into(), inserted.email_id.clone(), "nonsense".into()];
    assert_eq!(world.store.emails(&world.alice, &ids).await.unwrap().len(), 1);
}

pub async fn counters_follow_every_change(world: World) {
    let one = world.deliver_one(world.mail("one")).await.email_id;
    let two = world.deliver_one(answering(known_as(world.mail("Re: one"), "two"), &["one"])).await.email_id;
    assert_eq!(world.counts("inbox").await, [2, 2, 1, 1]);
    world.update(&one, &["inbox"], &["$seen"]).await;
    assert_eq!(world.counts("inbox").await, [2, 1, 1, 1]);
    world.update(&two, &["archive", "sent"], &[]).await;
    assert_eq!(world.counts("inbox").await, [1, 0, 1, 1], "unread elsewhere");
    assert_eq!(world.counts("archive").await, [1, 1, 1, 1]);
    world.update(&two, &["archive"], &["$draft"]).await;
    assert_eq!(world.counts("inbox").await, [1, 0, 1, 0], "a draft is not unread");
    assert_eq!(world.counts("sent").await, [0; 4]);
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    writer.destroy_email(&one).await.unwrap();
    writer.destroy_email(&two).await.unwrap();
    assert!(matches!(writer.destroy_email(&one).await, Err(Error::NotFound(..))));
    writer.commit().await.unwrap();
    assert_eq!(world.counts("archive").await, [0; 4]);
    assert_eq!(world.store.usage(&world.alice).await.unwrap().emails, 0);
}

pub async fn only_counters_changed_is_said(world: World) {
    let since = world.store.state(&world.alice, DataType::Mailbox).await.unwrap();
    world.deliver_one(world.mail("one")).await;
    let changes = world.store.changes(&world.alice, DataType::Mailbox, &since, None).await.unwrap();
    assert_eq!(changes.updated, [Id::from(world.mailbox("inbox"))]);
    assert!(changes.only_counts);
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    let inbox = Id::from(world.mailbox("inbox"));
    let renamed = body(json!({"name": "In", "role": "inbox", "totalEmails": 7}));
    writer.put_record(DataType::Mailbox, &inbox, renamed, false).await.unwrap();
    writer.commit().await.unwrap();
    let changes = world.store.changes(&world.alice, DataType::Mailbox, &since, None).await.unwrap();
    assert!(!changes.only_counts);
    let kept = world.store.records(&world.alice, DataType::Mailbox, Some(&[inbox])).await.unwrap();
    assert!(!kept[0].body.contains_key("totalEmails"));
}

pub async fn an_answer_joins_its_thread(world: World) {
    let since = world.store.state(&world.alice, DataType::Thread).await.unwrap();
    let mut late = known_as(world.mail("Lunch"), "a");
    late.received_at = UtcDate::from_millis(1_790_000_000_001);
    let first = world.deliver_one(late).await;
    let changes = world.store.changes(&world.alice, DataType::Thread, &since, None).await.unwrap();
    assert_eq!(changes.created, [Id::from(&first.thread_id)]);
    let since = changes.new_state;
    let answer = world.deliver_one(answering(known_as(world.mail("RE: lunch"), "b"), &["a"])).await;
    assert_eq!(answer.thread_id, first.thread_id);
    let changes = world.store.changes(&world.alice, DataType::Thread, &since, None).await.unwrap();
    assert_eq!(changes.updated, [Id::from(&first.thread_id)]);
    let threads = world.store.threads(&world.alice, &["t9".into(), first.thread_id]).await.unwrap();
    assert_eq!(threads[0].email_ids, [answer.email_id, first.email_id], "oldest first");
    // What it answers may come after it.
    let orphan = world.deliver_one(answering(known_as(world.mail("Re: Tea"), "d"), &["c"])).await;
    assert_eq!(world.deliver_one(known_as(world.mail("Tea"), "c")).await.thread_id, orphan.thread_id);
}

pub async fn another_subject_is_another_thread(world: World) {
    let first = world.deliver_one(known_as(world.mail("Lunch"), "a")).await;
    let other = world.deliver_one(answering(known_as(world.mail("Dinner"), "b"), &["a"])).await;
    assert_ne!(first.thread_id, other.thread_id);
}

pub async fn two_threads_become_one_with_new_ids(world: World) {
    let first = world.deliver_one(known_as(world.mail("Lunch"), "a")).await;
    let more = world.deliver_one(answering(known_as(world.mail("Re: Lunch"), "b"), &["a"])).await;
    let apart = world.deliver_one(answering(known_as(world.mail("Re: Lunch"), "d"), &["c"])).await;
    assert_ne!(apart.thread_id, first.thread_id);
    world.update(&apart.email_id, &["archive"], &["$flagged", "work"]).await;
    let emails = world.store.state(&world.alice, DataType::Email).await.unwrap();
    let threads = world.store.state(&world.alice, DataType::Thread).await.unwrap();
    let link = world.deliver_one(answering(known_as(world.mail("Re: Lunch"), "c"), &["b"])).await;
    assert_eq!(link.thread_id, first.thread_id);
    let changes = world.store.changes(&world.alice, DataType::Email, &emails, None).await.unwrap();
    assert_eq!(changes.destroyed, [Id::from(&apart.email_id)]);
    assert_eq!((changes.created.len(), changes.updated.len()), (2, 0));
    let moved = changes.created.into_iter().find(|id| *id != Id::from(&link.email_id)).unwrap();
    let moved = world.email(&moved.into()).await;
    assert_eq!((moved.thread_id, moved.keywords), (first.thread_id.clone(), words(&["$flagged", "work"])));
    let changes = world.store.changes(&world.alice, DataType::Thread, &threads, None).await.unwrap();
    assert_eq!(
        (changes.updated, changes.destroyed),
        (vec![Id::from(&first.thread_id)], vec![Id::from(&apart.thread_id)])
    );
    // It is still found, and a further answer to it comes to the right thread.
    let filter = serde_json::from_value(json!({"text": "lunch"})).unwrap();
    let query = EmailQuery { filter: Some(filter), ..EmailQuery::default() };
    assert_eq!(world.store.query_emails(&world.alice, &query).await.unwrap().ids.len(), 4);
    let further = world.deliver_one(answering(known_as(world.mail("Re: Lunch"), "e"), &["d"])).await;
    assert_eq!(further.thread_id, more.thread_id);
}

pub async fn threads_joined_before_a_commit_keep_their_ids(world: World) {
    let inserted = world
        .deliver([
            known_as(world.mail("Lunch"), "a"),
            answering(known_as(world.mail("Re: Lunch"), "d"), &["c"]),
            answering(known_as(world.mail("Re: Lunch"), "c"), &["a"]),
        ])
        .await;
    let ids: Vec<_> = inserted.iter().map(|inserted| inserted.email_id.clone()).collect();
    let kept = world.store.emails(&world.alice, &ids).await.unwrap();
    assert_eq!(kept.len(), 3);
    assert!(kept.iter().all(|email| email.thread_id == inserted[0].thread_id));
    assert_eq!(world.counts("inbox").await, [3, 3, 1, 1]);
}

pub async fn the_trash_counts_for_itself(world: World) {
    let one = world.deliver_one(world.mail("one")).await.email_id;
    let two = world.deliver_one(answering(known_as(world.mail("Re: one"), "two"), &["one"])).await.email_id;
    world.update(&one, &["inbox"], &["$seen"]).await;
    world.update(&two, &["trash"], &[]).await;
    assert_eq!(world.counts("inbox").await, [1, 0, 1, 0]);
    assert_eq!(world.counts("trash").await, [1, 1, 1, 1]);
    world.update(&one, &["inbox"], &[]).await;
    world.update(&two, &["trash"], &["$seen"]).await;
    assert_eq!(world.counts("inbox").await, [1, 1, 1, 1]);
    assert_eq!(world.counts("trash").await, [1, 0, 1, 0]);
}

pub async fn another_mailbox_becomes_the_trash(world: World) {
    let one = world.deliver_one(world.mail("one")).await.email_id;
    let two = world.deliver_one(answering(known_as(world.mail("Re: one"), "two"), &["one"])).await.email_id;
    world.update(&one, &["inbox"], &["$seen"]).await;
    world.update(&two, &["archive"], &[]).await;
    assert_eq!(world.counts("inbox").await, [1, 0, 1, 1]);
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    for (mailbox, role) in [("trash", json!(null)), ("archive", json!("trash"))] {
        let id = Id::from(world.mailbox(mailbox));
        writer.put_record(DataType::Mailbox, &id, body(json!({"name": mailbox, "role": role})), false).await.unwrap();
    }
    writer.commit().await.unwrap();
    assert_eq!(world.counts("inbox").await, [1, 0, 1, 0]);
    assert_eq!(world.counts("archive").await, [1, 1, 1, 1]);
}

pub async fn a_mailbox_with_emails_is_not_destroyed(world: World) {
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    let id = writer.new_id(DataType::Mailbox);
    writer.put_record(DataType::Mailbox, &id, body(json!({"name": "New"})), true).await.unwrap();
    let mut mail = world.mail("one");
    mail.mailbox_ids = BTreeSet::from([id.clone().into()]);
    mail.blob_id = world.store.stage_blob(Bytes::from_static(b"one")).await.unwrap();
    mail.size = 3;
    let email = writer.insert_email(mail).await.unwrap().email_id;
    assert!(matches!(writer.destroy_record(DataType::Mailbox, &id).await, Err(Error::MailboxNotEmpty(_))));
    assert_eq!(writer.mailbox_emails(&id.clone().into()).await.unwrap(), std::slice::from_ref(&email));
    let inbox = BTreeSet::from([world.mailbox("inbox")]);
    writer.update_email(&email, &inbox, &BTreeSet::new()).await.unwrap();
    assert_eq!(writer.email(&email).await.unwrap().unwrap().mailbox_ids, inbox);
    writer.destroy_record(DataType::Mailbox, &id).await.unwrap();
    writer.commit().await.unwrap();
    assert_eq!(world.counts("inbox").await, [1, 1, 1, 1]);
}

pub async fn an_email_without_a_mailbox_or_a_blob_is_refused(world: World) {
    let staged = world.store.stage_blob(Bytes::from_static(b"one")).await.unwrap();
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    let mut mail = world.mail("one");
    (mail.blob_id, mail.size) = (staged, 3);
    let mut homeless = mail.clone();
    homeless.mailbox_ids.clear();
    assert!(matches!(writer.insert_email(homeless).await, Err(Error::NoMailbox)));
    for id in ["m999", "e1", "nonsense"] {
        let mut lost = mail.clone();
        lost.mailbox_ids = BTreeSet::from([id.into()]);
        assert!(matches!(writer.insert_email(lost).await, Err(Error::NotFound(DataType::Mailbox, _))), "{id}");
    }
    for blob in ["b", "nonsense", &format!("b{}", "0".repeat(64))] {
        let mut empty = mail.clone();
        empty.blob_id = blob.into();
        assert!(matches!(writer.insert_email(empty).await, Err(Error::NoBlob)), "{blob}");
    }
    writer.commit().await.unwrap();
    assert_eq!(world.counts("inbox").await, [0; 4]);
}

pub async fn an_email_destroyed_in_its_transaction_leaves_nothing(world: World) {
    let since = world.store.state(&world.alice, DataType::Email).await.unwrap();
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    let mut mail = world.mail("one");
    (mail.blob_id, mail.size) = (world.store.stage_blob(Bytes::from_static(b"one")).await.unwrap(), 3);
    let email = writer.insert_email(mail).await.unwrap().email_id;
    writer.destroy_email(&email).await.unwrap();
    assert!(writer.email(&email).await.unwrap().is_none());
    writer.commit().await.unwrap();
    assert_eq!(world.store.state(&world.alice, DataType::Email).await.unwrap(), since);
}

pub async fn emails_inserted_together_thread_as_one_by_one(world: World) {
    let known = world.deliver_one(world.mail("Lunch")).await;
    // Answers to what is there, to each other and to nothing; and more than are written at once.
    let mut mails = vec![answering(known_as(world.mail("Re: Lunch"), "second"), &["Lunch"])];
    mails.push(answering(known_as(world.mail("Re: Lunch"), "third"), &["second"]));
    mails.extend((0..1500).map(|number| known_as(world.mail("Tea"), &format!("tea {number}"))));
    mails.push(answering(known_as(world.mail("Re: Tea"), "answer"), &["tea 3", "tea 4"]));
    let bytes = mails.iter().map(|mail| Bytes::from(format!("{:?}", mail.envelope))).collect::<Vec<_>>();
    let sizes: Vec<usize> = bytes.iter().map(Bytes::len).collect();
    let blob_ids = world.store.stage_blobs(bytes).await.unwrap();
    for (mail, (blob_id, size)) in mails.iter_mut().zip(blob_ids.into_iter().zip(sizes)) {
        (mail.blob_id, mail.size) = (blob_id, size as u64);
    }
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    let inserted = writer.insert_emails(mails).await.unwrap();
    writer.commit().await.unwrap();
    assert_eq!((&inserted[0].thread_id, &inserted[1].thread_id), (&known.thread_id, &known.thread_id));
    assert_eq!(world.email(&inserted[5].email_id).await.thread_id, world.email(&inserted[6].email_id).await.thread_id);
    assert_eq!(inserted.len(), 1503);
    assert_eq!(world.counts("inbox").await, [1504, 1504, 1500, 1500]);
    assert_eq!(world.store.check_integrity().await.unwrap(), Vec::<String>::new());
}

pub async fn the_members_of_a_thread_are_told_oldest_first(world: World) {
    let mut first = known_as(world.mail("Lunch"), "a");
    first.has_attachment = true;
    first.keywords = words(&["$seen", "work"]);
    let first = world.deliver_one(first).await;
    let mut second = answering(known_as(world.mail("Re: Lunch"), "b"), &["a"]);
    second.envelope.from = Some(vec![person("Bob", "bob@owlery.example"), person("Carol", "carol@hollow.example")]);
    second.mailbox_ids = BTreeSet::from([world.mailbox("archive")]);
    second.keywords = words(&["$flagged"]);
    let mut third = answering(known_as(world.mail("Re: Lunch"), "c"), &["a"]);
    third.envelope.from = None;
    third.keywords = words(&["$draft"]);
    world.deliver([second, third]).await;
    world.deliver_one(world.mail("Tea")).await;
    let known = world.store.thread_members(&world.alice, &[first.thread_id.clone(), "t999".into()]).await.unwrap();
    assert_eq!(known.keys().collect::<Vec<_>>(), [&first.thread_id]);
    let [lunch, answer, draft] = known[&first.thread_id].as_slice() else { panic!("{known:?}") };
    let inbox = BTreeSet::from([world.mailbox("inbox")]);
    let author = Some(person("Carol Cole", "carol@hollow.example"));
    let expect = ThreadMember { mailbox_ids: inbox.clone(), has_attachment: true, author, ..ThreadMember::default() };
    assert_eq!(*lunch, expect);
    assert_eq!(
        (answer.is_unread, answer.is_flagged, &answer.mailbox_ids),
        (true, true, &BTreeSet::from([world.mailbox("archive")]))
    );
    assert_eq!(answer.author, Some(person("Bob", "bob@owlery.example")));
    let expect = ThreadMember { mailbox_ids: inbox, is_draft: true, ..ThreadMember::default() };
    assert_eq!(*draft, expect);
}

pub async fn a_blob_is_read_by_those_who_may(world: World) {
    let store = &world.store;
    let upload = store.put_blob(&world.alice, Bytes::from_static(b"0123456789"), Some("text/plain")).await.unwrap();
    assert_eq!(store.blob(&world.alice, &upload).await.unwrap().unwrap(), "0123456789");
    assert_eq!(store.blob(&world.bob, &upload).await.unwrap(), None);
    assert_eq!(store.blob_range(&world.alice, &upload, 2..4).await.unwrap().unwrap(), "23");
    assert_eq!(store.blob_range(&world.alice, &upload, 8..40).await.unwrap().unwrap(), "89");
    assert_eq!(store.blob_range(&world.alice, &upload, 20..40).await.unwrap().unwrap(), "");
    let info = store.blob_info(&world.alice, &upload).await.unwrap().unwrap();
    assert_eq!((info.size, info.media_type.as_deref()), (10, Some("text/plain")));
    let inserted = world.deliver_one(world.mail("one")).await;
    let message = world.email(&inserted.email_id).await.blob_id;
    assert!(store.blob(&world.alice, &message).await.unwrap().is_some());
    assert_eq!(store.blob(&world.bob, &message).await.unwrap(), None);
    let holders = store.blob_holders(&world.alice, &message).await.unwrap();
    assert_eq!((holders.emails, holders.threads), (vec![inserted.email_id], vec![inserted.thread_id]));
    assert_eq!(holders.mailboxes, [world.mailbox("inbox")]);
    assert_eq!(store.blob(&world.alice, &"../secret".into()).await.unwrap(), None);
}

pub async fn a_kept_blob_outlives_its_email(world: World) {
    let store = &world.store;
    let mut writer = store.begin(&world.alice).await.unwrap();
    let (mut mail, bytes) = (world.mail("one"), Bytes::from_static(b"one"));
    (mail.blob_id, mail.size) = (store.stage_blob(bytes).await.unwrap(), 3);
    let message = mail.blob_id.clone();
    let inserted = writer.insert_email(mail).await.unwrap();
    assert!(writer.keep_blob(&message, Some("message/rfc822")).await.unwrap());
    writer.destroy_email(&inserted.email_id).await.unwrap();
    writer.commit().await.unwrap();
    assert_eq!(store.blob(&world.alice, &message).await.unwrap().unwrap(), "one");
    assert_eq!(store.blob_holders(&world.alice, &message).await.unwrap(), crate::BlobHolders::default());

    let mut stranger = store.begin(&world.bob).await.unwrap();
    for blob in [message, "b".into(), format!("b{}", "0".repeat(64)).into()] {
        assert!(!stranger.keep_blob(&blob, None).await.unwrap(), "{blob}");
    }
}

pub async fn unused_blobs_are_swept(world: World) {
    let store = &world.store;
    let upload = store.put_blob(&world.alice, Bytes::from_static(b"upload"), None).await.unwrap();
    store.stage_blob(Bytes::from_static(b"staged and forgotten")).await.unwrap();
    let inserted = world.deliver_one(world.mail("one")).await;
    let message = world.email(&inserted.email_id).await.blob_id;
    let now = chrono::Utc::now();
    let after = |hours| UtcDate(now + chrono::Duration::hours(hours));
    assert_eq!(store.sweep(after(23)).await.unwrap().blobs, 0);
    assert!(store.blob(&world.alice, &upload).await.unwrap().is_some());
    let swept = store.sweep(after(25)).await.unwrap();
    assert_eq!((swept.uploads, swept.blobs), (1, 2));
    assert_eq!(store.blob(&world.alice, &upload).await.unwrap(), None);
    assert!(store.blob(&world.alice, &message).await.unwrap().is_some());
}

pub async fn a_backup_opens_as_a_store(world: World) {
    let inserted = world.deliver_one(world.mail("one")).await;
    let file = world.dir.join("backup.tar");
    world.store.backup(&file).await.unwrap();
    let since = {
        world.deliver_one(world.mail("after the backup")).await;
        world.store.state(&world.alice, DataType::Email).await.unwrap()
    };
    let dir = world.dir.join("restored");
    tar::Archive::new(std::fs::File::open(&file).unwrap()).unpack(&dir).unwrap();
    let restored = world.open(dir).await;
    assert_eq!(restored.check_integrity().await.unwrap(), Vec::<String>::new());
    let email = restored.emails(&world.alice, &[inserted.email_id]).await.unwrap().remove(0);
    assert!(restored.blob(&world.alice, &email.blob_id).await.unwrap().is_some());
    let changes = restored.changes(&world.alice, DataType::Email, &since, None).await;
    assert!(matches!(changes, Err(Error::CannotCalculateChanges)), "a state that only the other store gave");
}
