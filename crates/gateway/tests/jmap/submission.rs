//! Sending: to people here, to nobody, to the outside; held back and taken back; while somebody is away.

use gateway::delivery::local::{self, Incoming};
use gateway::delivery::receive::receive;
use gateway::delivery::route::Routes;
use gateway::delivery::{Delivery, record};
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
async fn what_was_delivered_before_the_gateway_stopped_is_not_delivered_again() {
    let world = World::new().await;
    let (alice, bob) = (&world.alice, &world.bob);
    let draft = alice.draft(bob.address(), "Once").await;
    let made = submit(alice, &draft, Value::Null).await;
    let id = made["created"]["s"]["id"].as_str().unwrap();
    let incoming = Incoming {
        account: bob.principal.account_id.clone(),
        recipient: bob.address().to_owned(),
        return_path: alice.address().to_owned(),
        raw: "Subject: Once\r\n\r\nHello".into(),
        once: Some(record::delivery_key(alice.account(), &jmap::Id::from(id), bob.address())),
        now: 1_795_514_400_000,
    };
    // Twice together, as if it were named twice.
    let done = local::deliver(&world.state.store, &[incoming.clone(), incoming]).await;
    assert!(matches!(done.as_slice(), [Ok(Some(_)), Ok(None)]), "{done:?}");

    let mut commits = world.state.store.subscribe();
    let _background = gateway::jmap::start(&world.state);
    loop {
        let got = alice.call("EmailSubmission/get", json!({ "ids": [id] })).await;
        if got["list"][0]["deliveryStatus"][bob.address()]["delivered"] == "yes" {
            break;
        }
        commits.recv().await.unwrap();
    }
    let inbox = bob.mailbox("inbox").await;
    assert_eq!(
        bob.call("Email/query", json!({ "filter": { "inMailbox": inbox } })).await["ids"].as_array().unwrap().len(),
        1
    );
    assert_eq!(world.state.store.next_due().await.unwrap(), None);
}

#[tokio::test]
async fn what_cannot_be_delivered_keeps_no_other_from_it() {
    let world = World::new().await;
    let bob = &world.bob;
    let to = |account: jmap::AccountId, number: usize| Incoming {
        account,
        recipient: bob.address().to_owned(),
        return_path: String::new(),
        raw: format!("Subject: {number}\r\nMessage-ID: <{number}@x>\r\n\r\nHello").into(),
        once: None,
        now: 1_795_514_400_000 + i64::try_from(number).unwrap(),
    };
    let mut incoming: Vec<Incoming> = (0..300).map(|number| to(bob.principal.account_id.clone(), number)).collect();
    incoming[7] = to(jmap::AccountId::from("a999"), 7);
    let done = local::deliver(&world.state.store, &incoming).await;
    let failed: Vec<usize> =
        done.iter().enumerate().filter(|(_, done)| done.is_err()).map(|(place, _)| place).collect();
    assert_eq!((done.len(), failed), (300, vec![7]));
    let found = bob.call("Email/query", json!({ "filter": { "subject": "299" } })).await;
    assert_eq!(found["ids"], json!([done[299].as_ref().unwrap().as_ref().unwrap().email_id]));
}

#[tokio::test]
async fn many_that_are_sent_at_once_all_arrive_once_in_their_order() {
    let (world, _background) = World::delivering().await;
    let (alice, bob) = (&world.alice, &world.bob);
    let (drafts, identity) = (alice.mailbox("drafts").await, alice.identity().await);
    let (mut emails, mut submissions) = (serde_json::Map::new(), serde_json::Map::new());
    for number in 0..40 {
        let to = if number == 20 { "nobody@owlery.example" } else { bob.address() };
        let email = json!({
            "mailboxIds": { drafts.as_str(): true }, "from": [{ "email": alice.address() }], "to": [{ "email": to }],
            "subject": format!("Letter {number}"), "textBody": [{ "partId": "1" }], "bodyValues": { "1": { "value": "Hello" } },
        });
        emails.insert(format!("e{number:02}"), email);
        let submission = json!({ "emailId": format!("#e{number:02}"), "identityId": identity });
        submissions.insert(format!("s{number:02}"), submission);
    }
    let answers = alice
        .calls(vec![
            ("Email/set", json!({ "create": emails })),
            ("EmailSubmission/set", json!({ "create": submissions })),
        ])
        .await;
    assert_eq!(answers[1].1["created"].as_object().unwrap().len(), 40, "{answers:?}");
    let inbox = bob.mailbox("inbox").await;
    let arrived = bob.await_emails(&world.state, json!({ "inMailbox": inbox }), 39).await;
    let got = bob.call("Email/get", json!({ "ids": arrived, "properties": ["subject"] })).await;
    let mut subjects: Vec<&str> =
        got["list"].as_array().unwrap().iter().map(|email| email["subject"].as_str().unwrap()).collect();
    // Newest first.
    subjects.reverse();
    let expect: Vec<String> = (0..40).filter(|number| *number != 20).map(|number| format!("Letter {number}")).collect();
    assert_eq!(subjects, expect);
    let inbox = alice.mailbox("inbox").await;
    alice.await_emails(&world.state, json!({ "inMailbox": inbox, "subject": "Undelivered" }), 1).await;
}

#[tokio::test]
async fn who_is_away_answers_once() {
    let world = World::new().await;
    let (alice, bob) = (&world.alice, &world.bob);
    let away = json!({ "isEnabled": true, "subject": "Away", "textBody": "Back on Monday." });
    let done = bob.call("VacationResponse/set", json!({ "update": { "singleton": away } })).await;
    assert_eq!(done["updated"], json!({ "singleton": null }));
    let delivery = Delivery::new(world.state.store.clone(), world.state.config.clone());
    let routes = Routes::load(&delivery.store, &delivery.config).await.unwrap();
    for subject in ["One", "Two"] {
        let incoming = Incoming {
            account: bob.principal.account_id.clone(),
            recipient: bob.address().to_owned(),
            return_path: alice.address().to_owned(),
            raw: format!("To: bob@owlery.example\r\nSubject: {subject}\r\n\r\nHello").into(),
            once: None,
            now: 1_795_514_400_000,
        };
        receive(&delivery, &routes, &[incoming]).await.remove(0).unwrap();
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

/// A relay for one message: what it was told, a line each.
async fn relay_once(listener: tokio::net::TcpListener, answer_to_data: &'static str) -> Vec<String> {
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    let (socket, _) = listener.accept().await.unwrap();
    let (read, mut write) = socket.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut told = Vec::new();
    let mut is_data = false;
    write.write_all(b"220 relay\r\n").await.unwrap();
    while let Some(line) = lines.next_line().await.unwrap() {
        told.push(line.clone());
        let answer = match line.as_str() {
            "." if is_data => {
                is_data = false;
                answer_to_data
            }
            _ if is_data => continue,
            "DATA" => {
                is_data = true;
                "354 go on"
            }
            "QUIT" => return told,
            _ => "250 ok",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
        if line == "." {
            return told;
        }
    }
    told
}

async fn sent_by_relay(answer_to_data: &'static str) -> (World, gateway::delivery::Background, Vec<String>, Value) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut config = gateway::config::Config::default();
    config.smtp.host = Some("127.0.0.1".to_owned());
    config.smtp.port = Some(listener.local_addr().unwrap().port());
    config.smtp.tls = gateway::config::SmtpTls::None;
    let world = World::with(config).await;
    let background = gateway::jmap::start(&world.state);
    let relay = tokio::spawn(relay_once(listener, answer_to_data));
    let mut commits = world.state.store.subscribe();
    let draft = world.alice.draft("eve@elsewhere.example", "Out").await;
    let made = submit(&world.alice, &draft, Value::Null).await;
    let id = made["created"]["s"]["id"].clone();
    let told = relay.await.unwrap();
    loop {
        let got = world.alice.call("EmailSubmission/get", json!({ "ids": [id] })).await;
        let submission = got["list"][0].clone();
        let status = &submission["deliveryStatus"]["eve@elsewhere.example"];
        if status["smtpReply"] != "250 2.0.0 Queued" {
            return (world, background, told, status.clone());
        }
        commits.recv().await.unwrap();
    }
}

#[tokio::test]
async fn a_mail_to_the_outside_goes_by_the_relay() {
    let (_world, _background, told, status) = sent_by_relay("250 2.0.0 taken").await;
    assert!(told.iter().any(|line| line.starts_with("MAIL FROM:<alice@owlery.example>")), "{told:?}");
    assert!(told.contains(&"RCPT TO:<eve@elsewhere.example>".to_owned()), "{told:?}");
    assert!(told.contains(&"Subject: Out".to_owned()), "{told:?}");
    assert_eq!(status["delivered"], "unknown");
    assert!(status["smtpReply"].as_str().unwrap().starts_with("250"), "{status}");
}

#[tokio::test]
async fn what_the_relay_refuses_comes_back_and_what_it_puts_off_waits() {
    let (world, _background, _, status) = sent_by_relay("550 5.7.1 no owls").await;
    assert_eq!(status["delivered"], "no", "{status}");
    let inbox = world.alice.mailbox("inbox").await;
    world.alice.await_emails(&world.state, json!({ "inMailbox": inbox, "subject": "Undelivered" }), 1).await;

    let (world, _background, _, status) = sent_by_relay("451 4.3.0 later").await;
    assert_eq!(status["delivered"], "queued", "{status}");
    assert!(world.state.store.next_due().await.unwrap().is_some());
}
