//! Whatever is sent: an error of the RFC, never a panic, and the server goes on.

use axum::http::StatusCode;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::world::{ALL, World};

const METHODS: [&str; 55] = [
    "Core/echo",
    "Mailbox/get",
    "Mailbox/changes",
    "Mailbox/query",
    "Mailbox/queryChanges",
    "Mailbox/set",
    "Thread/get",
    "Thread/changes",
    "Email/get",
    "Email/changes",
    "Email/query",
    "Email/queryChanges",
    "Email/set",
    "Email/copy",
    "Email/import",
    "Email/parse",
    "SearchSnippet/get",
    "Identity/get",
    "Identity/set",
    "EmailSubmission/get",
    "EmailSubmission/query",
    "EmailSubmission/queryChanges",
    "EmailSubmission/set",
    "VacationResponse/get",
    "VacationResponse/set",
    "Blob/copy",
    "Blob/upload",
    "Blob/get",
    "Blob/lookup",
    "Quota/get",
    "Quota/query",
    "Recipient/suggest",
    "Calendar/get",
    "Calendar/changes",
    "Calendar/set",
    "CalendarEvent/get",
    "CalendarEvent/changes",
    "CalendarEvent/query",
    "CalendarEvent/queryChanges",
    "CalendarEvent/set",
    "CalendarEvent/copy",
    "CalendarEvent/parse",
    "CalendarEvent/propose",
    "CalendarEvent/forward",
    "CalendarEventNotification/query",
    "CalendarEventNotification/set",
    "ParticipantIdentity/set",
    "Principal/get",
    "Principal/changes",
    "Principal/query",
    "Principal/set",
    "Principal/getAvailability",
    "Principal/suggestTimes",
    "ShareNotification/query",
    "Owl/hoot",
];

const NAMES: [&str; 44] = [
    "ids",
    "properties",
    "create",
    "update",
    "destroy",
    "filter",
    "sort",
    "position",
    "anchor",
    "anchorOffset",
    "limit",
    "calculateTotal",
    "collapseThreads",
    "sinceState",
    "sinceQueryState",
    "maxChanges",
    "upToId",
    "ifInState",
    "emails",
    "blobIds",
    "emailIds",
    "bodyProperties",
    "fetchAllBodyValues",
    "maxBodyValueBytes",
    "onSuccessUpdateEmail",
    "onSuccessDestroyEmail",
    "onDestroyRemoveEmails",
    "text",
    "typeNames",
    "fromAccountId",
    "#ids",
    "mailboxIds",
    "keywords",
    "name",
    "parentId",
    "operator",
    "conditions",
    "inMailbox",
    "bodyStructure",
    "subParts",
    "textBody",
    "bodyValues",
    "attachments",
    "envelope",
];

pub(super) fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop_oneof![
            "[ -~]{0,12}",
            "\\PC{0,6}",
            Just("#a".to_owned()),
            Just("e1".to_owned()),
            Just("m1".to_owned()),
            Just("AND".to_owned())
        ]
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(
                prop_oneof![proptest::sample::select(&NAMES[..]).prop_map(str::to_owned), "[a-z#/:$]{0,8}"],
                inner,
                0..4
            )
            .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

#[test]
fn any_arguments_get_an_answer() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let world = runtime.block_on(World::new());
    let arguments = proptest::collection::btree_map(proptest::sample::select(&NAMES[..]), value(), 0..4);
    let calls = proptest::collection::vec((proptest::sample::select(&METHODS[..]), arguments), 1..4);
    let mut runner = TestRunner::new(Config { cases: 400, ..Config::default() });
    runner
        .run(&calls, |calls| {
            let calls: Vec<Value> = calls
                .into_iter()
                .map(|(name, arguments)| {
                    let mut arguments: serde_json::Map<String, Value> =
                        arguments.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
                    arguments.insert("accountId".into(), json!(world.alice.account()));
                    json!([name, arguments, "0"])
                })
                .collect();
            let body = json!({ "using": ALL, "methodCalls": calls }).to_string();
            let (status, answer) = runtime.block_on(world.alice.post(body));
            prop_assert_eq!(status, StatusCode::OK);
            for answer in answer["methodResponses"].as_array().unwrap() {
                prop_assert_ne!(&answer[1]["type"], "serverFail", "{:?}", calls);
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn any_octets_get_an_answer() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let world = runtime.block_on(World::new());
    let mut runner = TestRunner::new(Config { cases: 200, ..Config::default() });
    runner
        .run(
            &prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..200),
                "[\\[\\]{}\":,0-9a-z ]{0,200}".prop_map(String::into_bytes)
            ],
            |body| {
                let (status, _) = runtime.block_on(world.alice.post(body));
                prop_assert!(status == StatusCode::BAD_REQUEST || status == StatusCode::OK);
                Ok(())
            },
        )
        .unwrap();
}

#[tokio::test]
async fn too_deep_too_many_and_too_strange_are_refused() {
    let world = World::new().await;
    let alice = &world.alice;
    let deep = format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(alice.post(deep).await.0, StatusCode::BAD_REQUEST);
    let mut filter = json!({ "text": "x" });
    for _ in 0..40 {
        filter = json!({ "operator": "NOT", "conditions": [filter] });
    }
    assert_eq!(alice.error("Email/query", json!({ "filter": filter })).await, "unsupportedFilter");
    let many: Vec<String> = (0..1001).map(|n| format!("m{n}")).collect();
    assert_eq!(alice.error("Mailbox/set", json!({ "destroy": many })).await, "requestTooLarge");
    let wide: Vec<Value> = (0..500).map(|n| json!({ "subject": format!("w{n}") })).collect();
    let answers =
        alice.calls(vec![("Email/query", json!({ "filter": { "operator": "OR", "conditions": wide } }))]).await;
    assert_ne!(answers[0].1["type"], "serverFail");
    for text in ["\"", "*", "a AND (", "\u{0}", "NEAR(", "-x", "^"] {
        let answers = alice.calls(vec![("Email/query", json!({ "filter": { "text": text } }))]).await;
        assert_eq!(answers[0].0, "Email/query", "{text:?}: {answers:?}");
    }
    // Still there.
    alice.call("Core/echo", json!({})).await;
}
