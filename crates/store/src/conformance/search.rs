//! Search: what a filter's texts find.

use serde_json::{Value, json};

use super::world::{World, person};
use crate::{EmailQuery, NewEmail, SearchText};

/// Delivers a mail with this body.
async fn with_body(world: &World, subject: &str, body: &str) {
    let mut mail: NewEmail = world.mail(subject);
    mail.text = SearchText { body: body.to_owned(), ..SearchText::default() }.into();
    world.deliver_one(mail).await;
}

/// How many emails a filter finds.
async fn found(world: &World, filter: Value) -> usize {
    let filter = Some(serde_json::from_value(filter).unwrap());
    world.store.query_emails(&world.alice, &EmailQuery { filter, ..EmailQuery::default() }).await.unwrap().ids.len()
}

async fn check(world: &World, cases: &[(&str, usize)]) {
    for (text, expect) in cases {
        assert_eq!(found(world, json!({"text": text})).await, *expect, "{text:?}");
    }
}

pub async fn words_are_found_by_their_beginning_and_phrases_whole(world: World) {
    with_body(&world, "one", "The annual report of the owlery is attached.").await;
    with_body(&world, "two", "Report back, this annual thing is done.").await;
    check(
        &world,
        &[
            ("report", 2),
            ("rep annu", 2),
            ("\"annual report\"", 1),
            ("\"annual rep\"", 0),
            ("eport", 0),
            ("owlery report", 2),
            ("attached", 1),
            ("absent", 0),
            ("!!!", 0),
            ("\"", 0),
            ("AND OR NOT NEAR(", 0),
            ("body:report* ^the", 0),
        ],
    )
    .await;
    assert_eq!(found(&world, json!({"operator": "NOT", "conditions": [{"text": "attached"}]})).await, 1);
    let either = json!({"operator": "OR", "conditions": [{"text": "attached"}, {"subject": "two"}]});
    assert_eq!(found(&world, either).await, 2);
    let inbox = world.mailbox("inbox");
    assert_eq!(found(&world, json!({"text": "report", "inMailbox": inbox})).await, 2);
    assert_eq!(found(&world, json!({"text": "report", "inMailbox": world.mailbox("sent")})).await, 0);
}

pub async fn accents_and_case_do_not_matter(world: World) {
    with_body(&world, "one", "Crème brûlée in der Große Straße, Łódź; CAFE\u{301}").await;
    check(
        &world,
        &[("creme", 1), ("BRÛLÉE", 1), ("brulee", 1), ("strasse", 1), ("lodz", 1), ("café", 1), ("cafes", 0)],
    )
    .await;
}

pub async fn chinese_japanese_and_korean_are_found(world: World) {
    with_body(&world, "会議の資料", "明日の会議の資料を送ります。").await;
    with_body(&world, "two", "学校에서 만나요 학교에서").await;
    with_body(&world, "three", "我们明天在北京见面").await;
    check(
        &world,
        &[("会議", 1), ("議会", 0), ("資料を", 1), ("학교", 1), ("北京", 1), ("京北", 0), ("明", 2), ("ビル", 0)],
    )
    .await;
}

pub async fn each_field_is_searched_by_itself(world: World) {
    let mut mail = world.mail("Harvest");
    mail.envelope.from = Some(vec![person("Fiona Field", "fiona@hollow.example")]);
    mail.envelope.to = Some(vec![person("Tom", "tom@hollow.example")]);
    mail.envelope.cc = Some(vec![person("Cecil", "cecil@hollow.example")]);
    mail.envelope.bcc = Some(vec![person("Beth", "beth@hollow.example")]);
    let text = SearchText { body: "pumpkins".into(), attachments: "spreadsheet.ods".into(), headers: Vec::new() };
    mail.text = text.into();
    world.deliver_one(mail).await;
    for (field, text) in [
        ("from", "fiona@hollow.example"),
        ("from", "field"),
        ("to", "tom"),
        ("cc", "cecil"),
        ("bcc", "beth"),
        ("subject", "harv"),
        ("body", "pumpkin"),
    ] {
        assert_eq!(found(&world, json!({field: text})).await, 1, "{field} {text}");
        assert_eq!(found(&world, json!({"text": text})).await, 1, "{text}");
        for other in ["from", "to", "cc", "bcc", "subject", "body"].into_iter().filter(|other| *other != field) {
            assert_eq!(found(&world, json!({other: text.replace("@hollow.example", "")})).await, 0, "{other} {text}");
        }
    }
    assert_eq!(found(&world, json!({"text": "spreadsheet"})).await, 1);
    assert_eq!(found(&world, json!({"from": "\"Fiona field\""})).await, 1);
    assert_eq!(found(&world, json!({"from": "\"field fiona\""})).await, 0, "no phrase from the name into the address");
}

pub async fn headers_are_found_by_name_and_word(world: World) {
    let mut mail = world.mail("one");
    let headers = vec![
        ("List-Id".to_owned(), "The owls <owls.hollow.example>".to_owned()),
        ("X-Mailer".to_owned(), "Pigeon 3".to_owned()),
    ];
    mail.text = SearchText { headers, ..SearchText::default() }.into();
    world.deliver_one(mail).await;
    world.deliver_one(world.mail("two")).await;
    for (header, expect) in [
        (json!(["List-Id"]), 1),
        (json!(["list-id"]), 1),
        (json!(["List"]), 0),
        (json!(["X-Other"]), 0),
        (json!(["list-id", "owls"]), 1),
        (json!(["list-id", "\"owls hollow\""]), 1),
        (json!(["list-id", "pigeon"]), 0),
        (json!(["x-mailer", "pig"]), 1),
    ] {
        assert_eq!(found(&world, json!({"header": header})).await, expect, "{header}");
    }
    check(&world, &[("pigeon", 0)]).await;
}

pub async fn a_destroyed_email_is_not_found(world: World) {
    let inserted = world.deliver_one(world.mail("ephemeral")).await;
    check(&world, &[("ephemeral", 1)]).await;
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    writer.destroy_email(&inserted.email_id).await.unwrap();
    writer.commit().await.unwrap();
    check(&world, &[("ephemeral", 0)]).await;
}
