//! Email: get in all its forms, query, changes, set, parse, snippets.

use serde_json::{Value, json};

use super::world::World;

const MIXED: &str = "From: =?utf-8?q?J=C3=B6rg?= <joerg@elsewhere.example>\r\nTo: alice@owlery.example\r\nSubject: Three owls\r\nMessage-ID: <owls@x>\r\nX-Mood: =?utf-8?q?fr=C3=B6hlich?=\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe b\u{e4}rn owl hoots.\r\n--b\r\nContent-Type: application/pdf; name=owls.pdf\r\nContent-Disposition: attachment; filename=owls.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\nMIME-Version: 1.0\r\n\r\nInside.\r\n--b--\r\n";

#[tokio::test]
async fn a_message_is_shown_whole() {
    let world = World::new().await;
    let alice = &world.alice;
    let inbox = alice.mailbox("inbox").await;
    let id = alice.import(MIXED, &inbox).await;
    let got = alice
        .call(
            "Email/get",
            json!({
                "ids": [id, "e999"],
                "properties": ["subject", "from", "hasAttachment", "preview", "textBody", "attachments", "bodyValues",
                    "bodyStructure", "header:X-Mood:asText", "header:Subject", "header:X-None:all", "threadSummary"],
                "bodyProperties": ["partId", "type", "name", "size", "blobId"],
                "fetchTextBodyValues": true, "maxBodyValueBytes": 6,
            }),
        )
        .await;
    assert_eq!(got["notFound"], json!(["e999"]));
    let email = &got["list"][0];
    assert_eq!(email["from"][0], json!({ "name": "Jörg", "email": "joerg@elsewhere.example" }));
    assert_eq!(email["header:X-Mood:asText"], "fröhlich");
    assert_eq!(email["header:Subject"], " Three owls");
    assert_eq!(email["header:X-None:all"], json!([]));
    assert_eq!(
        email["bodyValues"],
        json!({ "1": { "value": "The b", "isTruncated": true, "isEncodingProblem": false } })
    );
    assert_eq!(email["bodyStructure"]["subParts"].as_array().unwrap().len(), 3);
    assert_eq!(email["attachments"][0]["name"], "owls.pdf");
    assert_eq!(email["threadSummary"]["emailCount"], 1);

    let pdf = email["attachments"][0]["blobId"].as_str().unwrap();
    let (_, headers, body) =
        alice.get(&format!("/jmap/download/{}/{pdf}/owls.pdf?accept=application/pdf", alice.account())).await;
    assert_eq!(body, "%PDF");
    assert_eq!(headers["content-type"], "application/pdf");
    assert_eq!(headers["x-content-type-options"], "nosniff");

    let inner = email["attachments"][1]["blobId"].as_str().unwrap();
    let parsed =
        alice.call("Email/parse", json!({ "blobIds": [inner, pdf, "nothing"], "fetchAllBodyValues": true })).await;
    assert_eq!(parsed["parsed"][inner]["subject"], "inner");
    assert_eq!(parsed["parsed"][inner]["bodyValues"]["1"]["value"], "Inside.");
    assert_eq!(parsed["notParsable"], json!([pdf]));
    assert_eq!(parsed["notFound"], json!(["nothing"]));
}

#[tokio::test]
async fn wrong_properties_are_named() {
    let world = World::new().await;
    for arguments in [
        json!({ "ids": [], "properties": ["colour"] }),
        json!({ "ids": [], "properties": ["header:From:asDate"] }),
        json!({ "ids": [], "bodyProperties": ["colour"] }),
        json!({ "ids": [], "maxBodyValueBytes": -1 }),
        json!({ "ids": "e1" }),
        json!({ "ids": [1] }),
    ] {
        assert_eq!(world.alice.error("Email/get", arguments.clone()).await, "invalidArguments", "{arguments}");
    }
    assert_eq!(world.alice.call("Email/get", json!({ "ids": null })).await["list"], json!([]));
    let many: Vec<String> = (0..1001).map(|n| format!("e{n}")).collect();
    assert_eq!(world.alice.error("Email/get", json!({ "ids": many })).await, "requestTooLarge");
}

#[tokio::test]
async fn answers_join_their_thread_and_a_list_shows_the_newest() {
    let world = World::new().await;
    let alice = &world.alice;
    let inbox = alice.mailbox("inbox").await;
    let first = alice.import("Message-ID: <1@x>\r\nSubject: Owls\r\n\r\nfirst", &inbox).await;
    let other = alice.import("Message-ID: <9@x>\r\nSubject: Mice\r\n\r\nother", &inbox).await;
    let reply = alice.import("Message-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\nSubject: Re: Owls\r\n\r\nreply", &inbox).await;
    let ask = json!({ "filter": { "inMailbox": inbox }, "collapseThreads": true, "calculateTotal": true });
    let found = alice.call("Email/query", ask.clone()).await;
    assert_eq!(found["total"], 2);
    let got = alice.call("Email/get", json!({ "ids": [first, reply], "properties": ["threadId"] })).await;
    assert_eq!(got["list"][0]["threadId"], got["list"][1]["threadId"]);
    let thread = alice.call("Thread/get", json!({ "ids": [got["list"][0]["threadId"]] })).await;
    assert_eq!(thread["list"][0]["emailIds"], json!([first, reply]));

    // Then the delta of the list, after a flag, a removal and an arrival.
    alice.call("Email/set", json!({ "update": { &first: { "keywords/$flagged": true } }, "destroy": [other] })).await;
    alice.import("Subject: New\r\n\r\nnew", &inbox).await;
    let mut delta = ask.clone();
    delta["sinceQueryState"] = found["queryState"].clone();
    let changes = alice.call("Email/queryChanges", delta).await;
    let mut ids: Vec<Value> = found["ids"].as_array().unwrap().clone();
    ids.retain(|id| !changes["removed"].as_array().unwrap().contains(id));
    for added in changes["added"].as_array().unwrap() {
        ids.insert(added["index"].as_u64().unwrap() as usize, added["id"].clone());
    }
    assert_eq!(json!(ids), alice.call("Email/query", ask).await["ids"]);
}

#[tokio::test]
async fn an_email_is_patched_and_refused_what_cannot_change() {
    let world = World::new().await;
    let alice = &world.alice;
    let (inbox, archive) = (alice.mailbox("inbox").await, alice.mailbox("archive").await);
    let id = alice.import(MIXED, &inbox).await;
    let patch = json!({ "keywords/$Seen": true, format!("mailboxIds/{inbox}"): null, format!("mailboxIds/{archive}"): true, "subject": "Three owls" });
    let done = alice.call("Email/set", json!({ "update": { &id: patch } })).await;
    assert_eq!(done["updated"], json!({ &id: null }), "{done}");
    let got = alice.call("Email/get", json!({ "ids": [id], "properties": ["keywords", "mailboxIds"] })).await;
    assert_eq!(got["list"][0], json!({ "id": id, "keywords": { "$seen": true }, "mailboxIds": { &archive: true } }));
    for (patch, error) in [
        (json!({ "subject": "Two owls" }), "invalidProperties"),
        (json!({ "mailboxIds": {} }), "invalidProperties"),
        (json!({ "mailboxIds": { "m999": true } }), "invalidProperties"),
        (json!({ format!("mailboxIds/{archive}"): null }), "invalidProperties"),
        (json!({ "keywords": { "a b": true } }), "invalidProperties"),
        (json!({ "keywords/$seen": false }), "invalidProperties"),
        (json!({ "keywords": {}, "keywords/$seen": null }), "invalidPatch"),
        (json!({ "keywords/a/b": true }), "invalidPatch"),
        (json!(null), "invalidPatch"),
    ] {
        let answer = alice.call("Email/set", json!({ "update": { &id: patch } })).await;
        assert_eq!(answer["notUpdated"][&id]["type"], error, "{patch}: {answer}");
    }
    let answer = alice.call("Email/set", json!({ "update": { "e999": {}, &id: {} }, "destroy": [id, "e998"] })).await;
    assert_eq!(answer["notUpdated"]["e999"]["type"], "notFound");
    assert_eq!(answer["notUpdated"][&id]["type"], "willDestroy");
    assert_eq!(answer["notDestroyed"]["e998"]["type"], "notFound");
    assert_eq!(answer["destroyed"], json!([id]));
}

#[tokio::test]
async fn search_finds_words_and_shows_where() {
    let world = World::new().await;
    let alice = &world.alice;
    let inbox = alice.mailbox("inbox").await;
    let id = alice.import(MIXED, &inbox).await;
    alice.import("Subject: Mice\r\n\r\nNothing here.", &inbox).await;
    let filter = json!({ "operator": "AND", "conditions": [{ "text": "barn" }, { "hasAttachment": true }] });
    let answers = alice
        .calls(vec![
            ("Email/query", json!({ "filter": filter })),
            (
                "SearchSnippet/get",
                json!({ "filter": filter, "#emailIds": { "resultOf": "0", "name": "Email/query", "path": "/ids" } }),
            ),
        ])
        .await;
    assert_eq!(answers[0].1["ids"], json!([id]), "{answers:?}");
    assert!(answers[1].1["list"][0]["preview"].as_str().unwrap().contains("<mark>bärn</mark>"), "{answers:?}");
    assert_eq!(alice.error("Email/query", json!({ "filter": { "colour": "red" } })).await, "unsupportedFilter");
    assert_eq!(alice.error("Email/query", json!({ "filter": { "minSize": "big" } })).await, "invalidArguments");
    assert_eq!(alice.error("Email/query", json!({ "sort": [{ "property": "colour" }] })).await, "unsupportedSort");
    assert_eq!(alice.error("Email/query", json!({ "anchor": "e999" })).await, "anchorNotFound");
}

#[tokio::test]
async fn a_created_email_reads_back_as_it_was_written() {
    let world = World::new().await;
    let alice = &world.alice;
    let picture = alice.upload(&b"\x89PNG"[..], "image/png").await;
    let drafts = alice.mailbox("drafts").await;
    let email = json!({
        "mailboxIds": { drafts.clone(): true }, "keywords": { "$draft": true },
        "from": [{ "name": "Alice", "email": "alice@owlery.example" }],
        "subject": "Grüße", "inReplyTo": ["a@b"], "references": ["a@b"],
        "header:X-Priority:asText": "1",
        "textBody": [{ "partId": "t", "type": "text/plain" }],
        "htmlBody": [{ "partId": "h", "type": "text/html" }],
        "attachments": [{ "blobId": picture, "type": "image/png", "cid": "p@x", "disposition": "inline", "name": "p.png" }],
        "bodyValues": { "t": { "value": "Zeile eins\nZeile zwei ä" }, "h": { "value": "<p>Zeile eins<br>Zeile zwei ä</p><img src=\"cid:p@x\">" } },
    });
    let made = alice.call("Email/set", json!({ "create": { "a": email } })).await;
    let id = made["created"]["a"]["id"].as_str().unwrap_or_else(|| panic!("{made}"));
    let got = alice.call("Email/get", json!({ "ids": [id], "fetchAllBodyValues": true, "properties": ["subject", "inReplyTo", "messageId", "textBody", "htmlBody", "attachments", "bodyValues", "hasAttachment", "header:X-Priority:asText"] })).await;
    let email = &got["list"][0];
    assert_eq!(email["subject"], "Grüße");
    assert_eq!(email["inReplyTo"], json!(["a@b"]));
    assert_eq!(email["header:X-Priority:asText"], "1");
    assert_eq!(email["hasAttachment"], false);
    let value = |list: &str| email["bodyValues"][email[list][0]["partId"].as_str().unwrap()]["value"].clone();
    assert_eq!(value("textBody"), "Zeile eins\nZeile zwei ä");
    assert_eq!(value("htmlBody"), "<p>Zeile eins<br>Zeile zwei ä</p><img src=\"cid:p@x\">");
    assert_eq!(email["attachments"][0]["cid"], "p@x");
    assert_eq!(email["attachments"][0]["size"], 4);

    for (broken, error) in [
        (json!({ "mailboxIds": {} }), "invalidProperties"),
        (json!({ "subject": "no mailbox" }), "invalidProperties"),
        (json!({ "mailboxIds": { drafts.clone(): true }, "size": 1 }), "invalidProperties"),
        (json!({ "mailboxIds": { drafts.clone(): true }, "headers": [] }), "invalidProperties"),
        (json!({ "mailboxIds": { drafts.clone(): true }, "attachments": [{ "blobId": "nothing" }] }), "blobNotFound"),
        (json!(7), "invalidProperties"),
    ] {
        let answer = alice.call("Email/set", json!({ "create": { "a": broken } })).await;
        assert_eq!(answer["notCreated"]["a"]["type"], error, "{broken}: {answer}");
    }
}
