//! Sending: to people here, to nobody, to the outside; held back and taken back; while somebody is away.

use serde_json::{Value, json};

use super::world::{Person, World};

async fn submit(person: &Person, email: &str, envelope: Value) -> Value {
    let (drafts, sent) = (person.mailbox("drafts").await, person.mailbox("sent").await);
    let create = json!({ "identityId": person.identity().await, "emailId": email, "envelope": envelope });
    let on_success = json!({ "#s": { format!("mailboxIds/{drafts}"): null, format!("mailboxIds/{sent}"): true, "keywords/$draft": null } });
    let answers = person
        .calls(vec![("EmailSubmission/set", json!({ "create": { "s": create }, "onSuccessUpdateEmail": on_success }))])
        .await;
    if answers.len() == 2 {
        assert_eq!(answers[1].0, "Email/set");
        assert_eq!(answers[1].1["updated"], json!({ email: null }), "{answers:?}");
    }
    answers[0].1.clone()
}

#[tokio::test]
async fn a_mail_arrives_joins_its_thread_and_shows_in_sent() {
    let (world, _background) = World::delivering().await;
    let (alice, bob) = (&world.alice, &world.bob);
    let draft = alice.draft(bob.address(), "Owls").await;
    let made = submit(alice, &draft, Value::Null).await;
    assert_eq!(made["created"]["s"]["undoStatus"], "final", "{made}");

    let inbox = bob.mailbox("inbox").await;
    let arrived = bob.await_emails(&world.state, json!({ "inMailbox": inbox }), 1).await.remove(0);
    let got = bob.call("Email/get", json!({ "ids": [arrived], "properties": ["subject", "from", "messageId", "keywords", "header:Return-Path"] })).await;
    assert_eq!(got["list"][0]["subject"], "Owls");
    assert_eq!(got["list"][0]["keywords"], json!({}));
    assert_eq!(got["list"][0]["header:Return-Path"], " <alice@owlery.example>");
    let sent = alice.mailbox("sent").await;
    assert_eq!(alice.call("Email/query", json!({ "filter": { "inMailbox": sent } })).await["ids"], json!([draft]));

    // The answer comes back into alice's thread.
    let drafts = bob.mailbox("drafts").await;
    let answer = json!({
        "mailboxIds": { drafts: true }, "from": [{ "email": bob.address() }], "to": [{ "email": alice.address() }],
        "bcc": [{ "email": "alice+secret@owlery.example" }],
        "subject": "Re: Owls", "inReplyTo": got["list"][0]["messageId"], "references": got["list"][0]["messageId"],
        "textBody": [{ "partId": "1" }], "bodyValues": { "1": { "value": "Yes." } },
    });
    let answer = bob.call("Email/set", json!({ "create": { "r": answer } })).await["created"]["r"]["id"].clone();
    submit(bob, answer.as_str().unwrap(), Value::Null).await;
    let inbox = alice.mailbox("inbox").await;
    let arrived = alice.await_emails(&world.state, json!({ "inMailbox": inbox }), 2).await.remove(0);
    let got =
        alice.call("Email/get", json!({ "ids": [arrived, draft], "properties": ["threadId", "header:Bcc"] })).await;
    assert_eq!(got["list"][0]["threadId"], got["list"][1]["threadId"]);
    assert_eq!(got["list"][0]["header:Bcc"], Value::Null);
}

#[tokio::test]
async fn a_mail_to_nobody_here_comes_back_with_a_report() {
    let (world, _background) = World::delivering().await;
    let alice = &world.alice;
    let draft = alice.draft("nobody@owlery.example", "Lost").await;
    let made = submit(alice, &draft, Value::Null).await;
    let inbox = alice.mailbox("inbox").await;
    let report = alice.await_emails(&world.state, json!({ "inMailbox": inbox }), 1).await.remove(0);
    let got = alice
        .call(
            "Email/get",
            json!({ "ids": [report, draft], "properties": ["subject", "bodyStructure", "threadId", "blobId"] }),
        )
        .await;
    let email = &got["list"][0];
    assert_eq!(email["subject"], "Undelivered: Lost");
    assert_eq!(email["bodyStructure"]["type"], "multipart/report");

    let id = made["created"]["s"]["id"].as_str().unwrap();
    let mut commits = world.state.store.subscribe();
    loop {
        let got = alice.call("EmailSubmission/get", json!({ "ids": [id] })).await;
        let status = &got["list"][0]["deliveryStatus"]["nobody@owlery.example"];
        if status["delivered"] == "no" {
            assert!(status["smtpReply"].as_str().unwrap().starts_with("550 5.1.1 "));
            assert_eq!(got["list"][0]["dsnBlobIds"], json!([email["blobId"]]));
            break;
        }
        commits.recv().await.unwrap();
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_before() {
    let world = World::new().await;
    let alice = &world.alice;
    let draft = alice.draft("eve@elsewhere.example", "Out").await;
    let refused = submit(alice, &draft, Value::Null).await;
    assert_eq!(refused["notCreated"]["s"]["type"], "invalidRecipients");
    assert_eq!(refused["notCreated"]["s"]["invalidRecipients"], json!(["eve@elsewhere.example"]));
    assert!(refused["notCreated"]["s"]["description"].as_str().unwrap().contains("outside"));

    let from_bob = |from: &str| json!({ "mailFrom": { "email": from }, "rcptTo": [{ "email": "bob@owlery.example" }] });
    let refused = submit(alice, &draft, from_bob("bob@owlery.example")).await;
    assert_eq!(refused["notCreated"]["s"]["type"], "forbiddenMailFrom");
    let nobody = json!({ "mailFrom": { "email": alice.address() }, "rcptTo": [] });
    assert_eq!(submit(alice, &draft, nobody).await["notCreated"]["s"]["type"], "noRecipients");

    let inbox = alice.mailbox("inbox").await;
    let forged = alice.import("From: bob@owlery.example\r\nTo: bob@owlery.example\r\n\r\nx", &inbox).await;
    let refused = alice
        .call(
            "EmailSubmission/set",
            json!({ "create": { "s": { "identityId": alice.identity().await, "emailId": forged } } }),
        )
        .await;
    assert_eq!(refused["notCreated"]["s"]["type"], "forbiddenFrom");
    let refused = alice
        .call("EmailSubmission/set", json!({ "create": { "s": { "identityId": "i999", "emailId": forged } } }))
        .await;
    assert_eq!(refused["notCreated"]["s"]["properties"], json!(["identityId"]));
}

#[tokio::test]
async fn a_mail_that_is_held_back_can_be_taken_back() {
    let (world, _background) = World::delivering().await;
    let (alice, bob) = (&world.alice, &world.bob);
    let draft = alice.draft(bob.address(), "Hasty").await;
    let held = json!({ "mailFrom": { "email": alice.address(), "parameters": { "HOLDFOR": "3600" } }, "rcptTo": [{ "email": bob.address() }] });
    let made = submit(alice, &draft, held).await;
    let id = made["created"]["s"]["id"].as_str().unwrap_or_else(|| panic!("{made}"));
    assert_eq!(made["created"]["s"]["undoStatus"], "pending");
    let found = alice.call("EmailSubmission/query", json!({ "filter": { "undoStatus": "pending" } })).await;
    assert_eq!(found["ids"], json!([id]));
    let refused = alice.call("EmailSubmission/set", json!({ "destroy": [id] })).await;
    assert_eq!(refused["notDestroyed"][id]["type"], "forbidden");
    let done = alice.call("EmailSubmission/set", json!({ "update": { id: { "undoStatus": "canceled" } } })).await;
    assert_eq!(done["updated"], json!({ id: null }));
    let again = alice.call("EmailSubmission/set", json!({ "update": { id: { "undoStatus": "pending" } } })).await;
    assert_eq!(again["notUpdated"][id]["type"], "invalidProperties");
    let due = world.state.store.next_due().await.unwrap();
    assert_eq!(due, None);

    // What is sent at once cannot be taken back.
    let draft = alice.draft(bob.address(), "Sure").await;
    let made = submit(alice, &draft, Value::Null).await;
    let id = made["created"]["s"]["id"].as_str().unwrap();
    let late = alice.call("EmailSubmission/set", json!({ "update": { id: { "undoStatus": "canceled" } } })).await;
    assert_eq!(late["notUpdated"][id]["type"], "cannotUnsend");
}

#[tokio::test]
async fn a_held_mail_is_sent_when_its_time_comes_even_if_its_draft_is_gone() {
    let (world, _background) = World::delivering().await;
    let (alice, bob) = (&world.alice, &world.bob);
    let draft = alice.draft(bob.address(), "Later").await;
    let until = (chrono::Utc::now() + chrono::TimeDelta::milliseconds(1500)).to_rfc3339();
    let held = json!({ "mailFrom": { "email": alice.address(), "parameters": { "HOLDUNTIL": until } }, "rcptTo": [{ "email": bob.address() }] });
    submit(alice, &draft, held).await;
    alice.call("Email/set", json!({ "destroy": [draft] })).await;
    let inbox = bob.mailbox("inbox").await;
    assert_eq!(bob.call("Email/query", json!({ "filter": { "inMailbox": inbox } })).await["ids"], json!([]));
    bob.await_emails(&world.state, json!({ "inMailbox": inbox, "subject": "Later" }), 1).await;
}

#[tokio::test]
async fn who_is_away_answers_once() {
    let (world, _background) = World::delivering().await;
    let (alice, bob) = (&world.alice, &world.bob);
    let away = json!({ "isEnabled": true, "subject": "Away", "textBody": "Back on Monday." });
    let done = bob.call("VacationResponse/set", json!({ "update": { "singleton": away } })).await;
    assert_eq!(done["updated"], json!({ "singleton": null }));
    for subject in ["One", "Two"] {
        let draft = alice.draft(bob.address(), subject).await;
        submit(alice, &draft, Value::Null).await;
        bob.await_emails(&world.state, json!({ "subject": subject }), 1).await;
    }
    let inbox = alice.mailbox("inbox").await;
    let answers = alice.await_emails(&world.state, json!({ "inMailbox": inbox }), 1).await;
    let got = alice
        .call(
            "Email/get",
            json!({ "ids": answers, "properties": ["subject", "preview", "header:Auto-Submitted:asText"] }),
        )
        .await;
    assert_eq!(got["list"][0]["subject"], "Away");
    assert_eq!(got["list"][0]["preview"], "Back on Monday.");
    assert_eq!(got["list"][0]["header:Auto-Submitted:asText"], "auto-replied");
}

#[tokio::test]
async fn people_are_suggested_from_the_organisation() {
    let world = World::new().await;
    let found = world.alice.call("Recipient/suggest", json!({ "text": "ba", "limit": 5 })).await;
    assert_eq!(
        found["list"],
        json!([{ "name": "Bob Baker", "email": "bob@owlery.example", "source": "organisation" }])
    );
}
