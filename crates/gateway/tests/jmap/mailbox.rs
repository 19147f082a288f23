//! Mailbox: rights, roles, loops, counts, destroying with mail in it.

use serde_json::json;

use super::world::World;

#[tokio::test]
async fn an_account_starts_with_its_standard_mailboxes() {
    let world = World::new().await;
    let got = world.alice.call("Mailbox/get", json!({ "ids": null, "properties": ["role", "totalEmails"] })).await;
    let mut roles: Vec<&str> =
        got["list"].as_array().unwrap().iter().filter_map(|mailbox| mailbox["role"].as_str()).collect();
    roles.sort();
    assert_eq!(roles, ["archive", "drafts", "inbox", "junk", "sent", "trash"]);
}

#[tokio::test]
async fn a_mailbox_with_mail_goes_only_if_the_mail_may_go() {
    let world = World::new().await;
    let alice = &world.alice;
    let inbox = alice.mailbox("inbox").await;
    let made = alice
        .call("Mailbox/set", json!({ "create": { "a": { "name": "A" }, "b": { "name": "B", "parentId": "#a" } } }))
        .await;
    let (a, b) = (made["created"]["a"]["id"].as_str().unwrap(), made["created"]["b"]["id"].as_str().unwrap());
    let alone = alice.import("Subject: alone\r\n\r\nx", b).await;
    let shared = alice.import("Subject: shared\r\n\r\nx", b).await;
    alice.call("Email/set", json!({ "update": { &shared: { format!("mailboxIds/{inbox}"): true } } })).await;

    let refused = alice.call("Mailbox/set", json!({ "destroy": [a] })).await;
    assert_eq!(refused["notDestroyed"][a]["type"], "mailboxHasChild");
    let refused = alice.call("Mailbox/set", json!({ "destroy": [b] })).await;
    assert_eq!(refused["notDestroyed"][b]["type"], "mailboxHasEmail");
    let refused = alice.call("Mailbox/set", json!({ "destroy": [inbox] })).await;
    assert_eq!(refused["notDestroyed"][&inbox]["type"], "forbidden");
    let done = alice.call("Mailbox/set", json!({ "destroy": [a, b], "onDestroyRemoveEmails": true })).await;
    assert_eq!(done["destroyed"], json!([b, a]));
    let got = alice.call("Email/get", json!({ "ids": [alone, shared], "properties": ["mailboxIds"] })).await;
    assert_eq!(got["notFound"], json!([alone]));
    assert_eq!(got["list"][0]["mailboxIds"], json!({ inbox: true }));
}

#[tokio::test]
async fn counts_alone_say_so_in_changes() {
    let world = World::new().await;
    let alice = &world.alice;
    let inbox = alice.mailbox("inbox").await;
    let state = alice.call("Mailbox/get", json!({ "ids": [] })).await["state"].clone();
    alice.import("Subject: x\r\n\r\nx", &inbox).await;
    let changes = alice.call("Mailbox/changes", json!({ "sinceState": state })).await;
    assert_eq!(changes["updated"], json!([inbox]));
    assert!(changes["updatedProperties"].as_array().unwrap().contains(&json!("unreadThreads")));
    let got = alice.call("Mailbox/get", json!({ "ids": [inbox] })).await;
    assert_eq!((got["list"][0]["unreadEmails"].as_u64(), got["list"][0]["totalThreads"].as_u64()), (Some(1), Some(1)));
    assert_eq!(alice.error("Mailbox/changes", json!({ "sinceState": "nonsense" })).await, "cannotCalculateChanges");
    assert_eq!(
        alice.error("Mailbox/changes", json!({ "sinceState": state, "maxChanges": 0 })).await,
        "invalidArguments"
    );
}

#[tokio::test]
async fn query_changes_bring_an_old_result_up_to_date() {
    let world = World::new().await;
    let alice = &world.alice;
    let query = json!({ "sort": [{ "property": "name" }] });
    let before = alice.call("Mailbox/query", query.clone()).await;
    let drafts = alice.mailbox("drafts").await;
    alice
        .call("Mailbox/set", json!({ "create": { "a": { "name": "Aaa" } }, "update": { drafts: { "name": "Zzz" } } }))
        .await;
    let mut asked = query.clone();
    asked["sinceQueryState"] = before["queryState"].clone();
    let changes = alice.call("Mailbox/queryChanges", asked).await;
    let mut ids: Vec<String> = serde_json::from_value(before["ids"].clone()).unwrap();
    ids.retain(|id| !changes["removed"].as_array().unwrap().contains(&json!(id)));
    for added in changes["added"].as_array().unwrap() {
        ids.insert(added["index"].as_u64().unwrap() as usize, added["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(json!(ids), alice.call("Mailbox/query", query).await["ids"]);
}
