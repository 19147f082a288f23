//! Queries: pages, anchors, refusals. Filters, sorts and changes are in `random.rs`.

use jmap::email::FilterCondition;
use jmap::{Comparator, Filter, Operator, UtcDate};
use serde_json::json;

use super::world::World;
use crate::{EmailQuery, Error};

pub async fn a_page_is_where_it_says(world: World) {
    let mails = (0..20).map(|n| {
        let mut mail = world.mail(&format!("mail {n}"));
        mail.received_at = UtcDate::from_millis(1_790_000_000_000 + n * 1000);
        mail
    });
    let mut ids: Vec<_> = world.deliver(mails).await.into_iter().map(|inserted| inserted.email_id).collect();
    ids.reverse();
    let filter = || Some(serde_json::from_value(json!({"inMailbox": world.mailbox("inbox")})).unwrap());
    for collapse_threads in [false, true] {
        let query = || EmailQuery {
            filter: filter(),
            collapse_threads,
            limit: Some(5),
            calculate_total: true,
            ..EmailQuery::default()
        };
        for (position, at) in [(0, 0), (7, 7), (18, 18), (30, 30), (-3, 17), (-50, 0)] {
            let page = world.store.query_emails(&world.alice, &EmailQuery { position, ..query() }).await.unwrap();
            assert_eq!(page.ids, ids.iter().skip(at).take(5).cloned().collect::<Vec<_>>(), "{position}");
            assert_eq!((page.position, page.total), (at as u64, Some(20)), "{position}");
        }
        for (anchor_offset, at) in [(0, 10), (-4, 6), (3, 13), (-99, 0), (99, 109)] {
            let anchored = EmailQuery { anchor: Some(ids[10].clone()), anchor_offset, ..query() };
            let page = world.store.query_emails(&world.alice, &anchored).await.unwrap();
            assert_eq!(page.position, at as u64);
            assert_eq!(page.ids, ids.iter().skip(at).take(5).cloned().collect::<Vec<_>>(), "{anchor_offset}");
        }
    }
}

pub async fn every_window_is_a_part_of_the_whole(world: World) {
    let mails = (0..40).map(|n| {
        let mut mail = world.mail(&format!("mail {}", n % 7));
        // Two have the same time each, every third answers another.
        mail.received_at = UtcDate::from_millis(1_790_000_000_000 + (n * 29 % 40) / 2 * 1000);
        mail.envelope.message_id = Some(vec![format!("{n}@x")]);
        mail.envelope.references = (n % 3 == 0).then(|| vec![format!("{}@x", (n + 7) % 40)]);
        if n % 5 == 0 {
            mail.text = crate::SearchText { body: "rare".to_owned(), ..Default::default() }.into();
        }
        mail
    });
    world.deliver(mails).await;
    let inbox = json!({"inMailbox": world.mailbox("inbox")});
    // Found in few, in most, and with more than the search.
    let searches = [
        json!({"text": "rare"}),
        json!({"text": "body"}),
        json!({"text": "body", "inMailbox": world.mailbox("inbox")}),
    ];
    let filters = searches.into_iter().chain([
        inbox.clone(),
        json!({}),
        json!({"inMailbox": world.mailbox("inbox"), "notKeyword": "$seen"}),
    ]);
    for filter in filters {
        for (property, is_ascending) in [("receivedAt", false), ("receivedAt", true), ("subject", true)] {
            for collapse_threads in [false, true] {
                let query = EmailQuery {
                    filter: Some(serde_json::from_value(filter.clone()).unwrap()),
                    sort: vec![Comparator { is_ascending, ..Comparator::ascending(property) }],
                    collapse_threads,
                    calculate_total: true,
                    ..EmailQuery::default()
                };
                let whole = world.store.query_emails(&world.alice, &query).await.unwrap();
                assert_eq!(whole.total, Some(whole.ids.len() as u64), "{query:?}");
                for at in 0..whole.ids.len() + 2 {
                    let expect: Vec<_> = whole.ids.iter().skip(at).take(3).cloned().collect();
                    let position = i64::try_from(at).unwrap();
                    let part = EmailQuery { position, limit: Some(3), ..query.clone() };
                    let page = world.store.query_emails(&world.alice, &part).await.unwrap();
                    assert_eq!((&page.ids, page.total), (&expect, whole.total), "{part:?}");
                    let uncounted = EmailQuery { calculate_total: false, ..part };
                    let page = world.store.query_emails(&world.alice, &uncounted).await.unwrap();
                    assert_eq!((&page.ids, page.total), (&expect, None), "{uncounted:?}");
                    if let Some(anchor) = expect.first() {
                        let anchored = EmailQuery { anchor: Some(anchor.clone()), limit: Some(3), ..query.clone() };
                        let page = world.store.query_emails(&world.alice, &anchored).await.unwrap();
                        assert_eq!((&page.ids, page.position), (&expect, at as u64), "{anchored:?}");
                    }
                }
            }
        }
    }
}

pub async fn an_anchor_that_is_not_there_is_an_error(world: World) {
    world.deliver_one(world.mail("one")).await;
    for anchor in ["e999", "nonsense"] {
        let query = EmailQuery { anchor: Some(anchor.into()), ..EmailQuery::default() };
        assert!(matches!(world.store.query_emails(&world.alice, &query).await, Err(Error::AnchorNotFound)));
    }
}

pub async fn what_cannot_be_asked_is_refused(world: World) {
    let ask = async |query: EmailQuery| world.store.query_emails(&world.alice, &query).await;
    let filter = |filter| EmailQuery { filter: Some(serde_json::from_value(filter).unwrap()), ..EmailQuery::default() };
    for header in [json!([]), json!(["a", "b", "c"])] {
        assert!(matches!(ask(filter(json!({"header": header}))).await, Err(Error::UnsupportedFilter(_))));
    }
    let condition = Filter::Condition(FilterCondition { has_attachment: Some(true), ..FilterCondition::default() });
    let deep = |depth| {
        let nested = (0..depth)
            .fold(condition.clone(), |inner, _| Filter::Operator { operator: Operator::Not, conditions: vec![inner] });
        EmailQuery { filter: Some(nested), ..EmailQuery::default() }
    };
    assert!(ask(deep(100)).await.is_ok());
    assert!(matches!(ask(deep(102)).await, Err(Error::UnsupportedFilter(_))));
    let sort = |comparator| EmailQuery { sort: vec![comparator], ..EmailQuery::default() };
    assert!(matches!(ask(sort(Comparator::ascending("nonsense"))).await, Err(Error::UnsupportedSort(_))));
    assert!(matches!(ask(sort(Comparator::ascending("hasKeyword"))).await, Err(Error::UnsupportedSort(_))));
    let collation = Comparator { collation: Some("x".to_owned()), ..Comparator::ascending("subject") };
    assert!(matches!(ask(sort(collation)).await, Err(Error::UnsupportedSort(_))));
    assert!(ask(filter(json!({"inMailbox": "m999"}))).await.unwrap().ids.is_empty());
}

pub async fn another_account_sees_nothing(world: World) {
    let inserted = world.deliver_one(world.mail("secret")).await;
    for filter in [json!({}), json!({"text": "secret"}), json!({"inMailbox": world.mailbox("inbox")})] {
        let query = EmailQuery { filter: Some(serde_json::from_value(filter).unwrap()), ..EmailQuery::default() };
        assert!(world.store.query_emails(&world.bob, &query).await.unwrap().ids.is_empty());
    }
    assert!(world.store.emails(&world.bob, &[inserted.email_id]).await.unwrap().is_empty());
    assert!(world.store.threads(&world.bob, &[inserted.thread_id]).await.unwrap().is_empty());
}
