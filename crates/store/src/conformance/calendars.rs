//! Calendars, events, what is shared, alerts, principals.

use std::collections::BTreeSet;

use bytes::Bytes;
use jmap::{AccountId, CalendarEventId, CalendarId, Comparator, Filter, Id, Operator, State, UtcDate};
use serde_json::json;

use super::world::{World, body};
use crate::{
    DataType, Discretion, Error, EventCondition, EventIndex, EventQuery, EventText, Moment, NewAccount, PrincipalPatch,
    Result,
};

const DAY: i64 = 86_400_000;

fn at(day: i64) -> UtcDate {
    UtcDate::from_millis(1_790_000_000_000 + day * DAY)
}

async fn calendar(world: &World) -> CalendarId {
    world.store.records(&world.alice, DataType::Calendar, None).await.unwrap()[0].id.clone().into()
}

fn index(uid: &str, calendar: &CalendarId, start: Option<i64>, end: Option<i64>) -> EventIndex {
    EventIndex {
        uid: uid.to_owned(),
        start: start.map(at),
        end: end.map(at),
        calendar_ids: BTreeSet::from([calendar.clone()]),
        ..EventIndex::default()
    }
}

async fn put(world: &World, index: &EventIndex) -> Result<CalendarEventId> {
    let mut writer = world.store.begin(&world.alice).await?;
    let id = CalendarEventId::from(writer.new_id(DataType::CalendarEvent));
    writer.put_event(&id, body(json!({ "title": index.text.title })), index, true).await?;
    writer.commit().await?;
    Ok(id)
}

async fn find(world: &World, filter: Filter<EventCondition>) -> Vec<String> {
    let query = EventQuery { filter: Some(filter), sort: vec![Comparator::ascending("start")], within: None };
    let found = world.store.query_events(&world.alice, &query).await.unwrap();
    found.events.into_iter().map(|event| event.uid).collect()
}

fn moment(day: i64) -> Moment {
    Moment { instant: at(day), clock: at(day) }
}

async fn find_between(world: &World, after: i64, before: i64) -> Vec<String> {
    let (ends_after, starts_before) = (Some(moment(after)), Some(moment(before)));
    find(world, Filter::Condition(EventCondition { ends_after, starts_before, ..EventCondition::default() })).await
}

pub async fn an_event_is_put_changed_and_destroyed(world: World) {
    let calendar = calendar(&world).await;
    let start = world.store.state(&world.alice, DataType::CalendarEvent).await.unwrap();
    let mut event = index("a", &calendar, Some(0), Some(1));
    let id = put(&world, &event).await.unwrap();
    event.uid = "b".to_owned();
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    writer.put_event(&id, body(json!({ "title": "new" })), &event, false).await.unwrap();
    let missing = CalendarEventId::from("k999");
    let gone = writer.put_event(&missing, body(json!({})), &event, false).await;
    assert!(matches!(gone, Err(Error::NotFound(DataType::CalendarEvent, _))));
    writer.commit().await.unwrap();
    let record = world.store.records(&world.alice, DataType::CalendarEvent, None).await.unwrap().remove(0);
    assert_eq!(record.body, body(json!({ "title": "new" })));
    assert!(world.store.events_by_uid(&world.alice, "a").await.unwrap().is_empty());
    assert_eq!(world.store.events_by_uid(&world.alice, "b").await.unwrap(), std::slice::from_ref(&id));
    let changes = world.store.changes(&world.alice, DataType::CalendarEvent, &start, None).await.unwrap();
    assert_eq!(changes.created, [Id::from(&id)]);
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    writer.destroy_record(DataType::CalendarEvent, &Id::from(&id)).await.unwrap();
    writer.commit().await.unwrap();
    assert!(world.store.events_by_uid(&world.alice, "b").await.unwrap().is_empty());
    assert!(find_between(&world, -9, 9).await.is_empty());
}

pub async fn events_are_found_by_time(world: World) {
    let calendar = calendar(&world).await;
    for (uid, start, end) in [
        ("before", Some(0), Some(1)),
        ("touching", Some(1), Some(2)),
        ("within", Some(3), Some(4)),
        ("long", Some(-300), Some(300)),
        ("over", Some(-300), Some(2)),
        ("endless", Some(-200), None),
        ("late", Some(9), None),
        ("timeless", None, None),
    ] {
        put(&world, &index(uid, &calendar, start, end)).await.unwrap();
    }
    assert_eq!(find_between(&world, 2, 9).await, ["long", "endless", "within"]);
    assert_eq!(find_between(&world, 3, 4).await, ["long", "endless", "within"]);
    assert_eq!(find_between(&world, 400, 401).await, ["endless", "late"]);
    let late = EventCondition { ends_after: Some(moment(299)), ..EventCondition::default() };
    assert_eq!(find(&world, Filter::Condition(late)).await, ["long", "endless", "late"]);
    let all = find(&world, Filter::Condition(EventCondition::default())).await;
    assert_eq!(all.last().map(String::as_str), Some("timeless"));
}

pub async fn a_floating_event_is_where_the_clock_of_who_asks_shows_its_time(world: World) {
    let calendar = calendar(&world).await;
    let floating = EventIndex { is_floating: true, ..index("floating", &calendar, Some(3), Some(4)) };
    put(&world, &floating).await.unwrap();
    put(&world, &index("zoned", &calendar, Some(3), Some(4))).await.unwrap();
    // For somebody two days east, whose clock shows the fifth day on the third.
    let east = |day: i64| Some(Moment { instant: at(day - 2), clock: at(day) });
    let day = async |day: i64| {
        let condition =
            EventCondition { ends_after: east(day), starts_before: east(day + 1), ..EventCondition::default() };
        find(&world, Filter::Condition(condition)).await
    };
    assert_eq!(day(3).await, ["floating"]);
    assert_eq!(day(5).await, ["zoned"]);
    let late = EventCondition { starts_before: east(5), ..EventCondition::default() };
    assert_eq!(find(&world, Filter::Condition(late)).await, ["floating"]);
}

pub async fn others_neither_see_what_is_secret_nor_search_what_is_private(world: World) {
    let calendar = calendar(&world).await;
    for (uid, discretion) in [("open", Discretion::None), ("private", Discretion::Words), ("secret", Discretion::Whole)]
    {
        let mut event = EventIndex { discretion, ..index(uid, &calendar, Some(0), Some(1)) };
        event.text.title = "Party".to_owned();
        put(&world, &event).await.unwrap();
    }
    let found = async |within: Option<Vec<CalendarId>>, title: Option<&str>| {
        let condition = EventCondition { title: title.map(str::to_owned), ..EventCondition::default() };
        let query = EventQuery { within, filter: Some(Filter::Condition(condition)), sort: Vec::new() };
        world.store.query_events(&world.alice, &query).await.unwrap().events.len()
    };
    assert_eq!((found(None, None).await, found(None, Some("party")).await), (3, 3));
    let within = Some(vec![calendar]);
    assert_eq!((found(within.clone(), None).await, found(within, Some("party")).await), (2, 1));
    assert_eq!(found(Some(Vec::new()), None).await, 0);
}

pub async fn events_are_found_by_words_and_by_calendar(world: World) {
    let first = calendar(&world).await;
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    let second = writer.new_id(DataType::Calendar);
    writer.put_record(DataType::Calendar, &second, body(json!({ "name": "Second" })), true).await.unwrap();
    writer.commit().await.unwrap();
    let second = CalendarId::from(second);
    let mut meeting = index("meeting", &first, Some(0), Some(1));
    meeting.text = EventText {
        title: "Opening week".to_owned(),
        location: "Long table".to_owned(),
        attendee: "Bob Barker bob@owlery.example".to_owned(),
        ..EventText::default()
    };
    put(&world, &meeting).await.unwrap();
    let mut both = index("both", &first, Some(1), Some(2));
    both.calendar_ids.insert(second.clone());
    both.text.description = "A long week".to_owned();
    put(&world, &both).await.unwrap();

    let with = |change: &dyn Fn(&mut EventCondition)| {
        let mut condition = EventCondition::default();
        change(&mut condition);
        Filter::Condition(condition)
    };
    assert_eq!(find(&world, with(&|c| c.text = Some("week".into()))).await, ["meeting", "both"]);
    assert_eq!(find(&world, with(&|c| c.title = Some("week".into()))).await, ["meeting"]);
    assert_eq!(find(&world, with(&|c| c.location = Some("\"long table\"".into()))).await, ["meeting"]);
    assert_eq!(find(&world, with(&|c| c.attendee = Some("barker".into()))).await, ["meeting"]);
    assert!(find(&world, with(&|c| c.owner = Some("barker".into()))).await.is_empty());
    assert!(find(&world, with(&|c| c.text = Some("\"\"".into()))).await.is_empty());
    assert_eq!(find(&world, with(&|c| c.calendar_ids = Some(vec![second.clone()]))).await, ["both"]);
    assert_eq!(find(&world, with(&|c| c.uid = Some("both".into()))).await, ["both"]);
    let not = Filter::Operator {
        operator: Operator::Not,
        conditions: vec![with(&|c| c.calendar_ids = Some(vec![second.clone()]))],
    };
    assert_eq!(find(&world, not).await, ["meeting"]);
    let within = EventQuery { within: Some(vec![second]), ..EventQuery::default() };
    assert_eq!(world.store.query_events(&world.alice, &within).await.unwrap().events.len(), 1);
}

pub async fn a_uid_is_in_an_account_once(world: World) {
    let calendar = calendar(&world).await;
    let event = index("a", &calendar, Some(0), Some(1));
    put(&world, &event).await.unwrap();
    assert!(matches!(put(&world, &event).await, Err(Error::UidTaken(_))));
    let single = EventIndex { recurrence_id: Some("2026-11-24T10:00:00".into()), ..event };
    assert!(matches!(put(&world, &single).await, Err(Error::UidTaken(_))));
    let single = EventIndex { uid: "b".into(), ..single };
    put(&world, &single).await.unwrap();
    assert!(matches!(put(&world, &single).await, Err(Error::UidTaken(_))));
    let other = EventIndex { recurrence_id: Some("2026-11-25T10:00:00".into()), ..single.clone() };
    put(&world, &other).await.unwrap();
    assert!(matches!(put(&world, &EventIndex { recurrence_id: None, ..single }).await, Err(Error::UidTaken(_))));
    assert_eq!(world.store.events_by_uid(&world.alice, "b").await.unwrap().len(), 2);
}

pub async fn a_calendar_with_events_is_not_destroyed(world: World) {
    let calendar = calendar(&world).await;
    let nowhere = EventIndex { calendar_ids: BTreeSet::new(), ..index("a", &calendar, Some(0), Some(1)) };
    assert!(matches!(put(&world, &nowhere).await, Err(Error::NoCalendar)));
    let foreign = index("a", &CalendarId::from("c9999"), Some(0), Some(1));
    assert!(matches!(put(&world, &foreign).await, Err(Error::NotFound(DataType::Calendar, _))));
    let id = put(&world, &index("a", &calendar, Some(0), Some(1))).await.unwrap();
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    let refused = writer.destroy_record(DataType::Calendar, &Id::from(&calendar)).await;
    assert!(matches!(refused, Err(Error::CalendarNotEmpty(_))));
    assert_eq!(writer.calendar_events(&calendar).await.unwrap(), std::slice::from_ref(&id));
    writer.destroy_record(DataType::CalendarEvent, &Id::from(&id)).await.unwrap();
    writer.destroy_record(DataType::Calendar, &Id::from(&calendar)).await.unwrap();
    writer.commit().await.unwrap();
}

pub async fn what_is_shared_is_known_to_both(world: World) {
    let calendar = calendar(&world).await;
    let id = Id::from(&calendar);
    let bob = format!("u{}", world.bob.as_str().trim_start_matches('a'));
    let share = async |with: serde_json::Value| {
        let mut writer = world.store.begin(&world.alice).await.unwrap();
        let record = json!({ "name": "Calendar", "shareWith": with });
        writer.put_record(DataType::Calendar, &id, body(record), false).await.unwrap();
        writer.commit().await.unwrap();
        world.store.shared_calendars(&world.bob, None).await.unwrap()
    };
    assert!(world.store.shared_calendars(&world.bob, None).await.unwrap().is_empty());
    let shared = share(json!({ bob.clone(): { "mayReadItems": true } })).await.remove(0);
    assert_eq!((&shared.owner, &shared.id), (&world.alice, &calendar));
    assert_eq!(shared.rights, body(json!({ "mayReadItems": true })));
    let state = world.store.state(&world.alice, DataType::Calendar).await.unwrap();
    assert_eq!(State::from(shared.since.to_string()), state);

    let mut writer = world.store.begin(&world.alice).await.unwrap();
    writer.put_personal(DataType::Calendar, &id, &world.bob, &body(json!({ "color": "teal" }))).await.unwrap();
    let missing = writer.put_personal(DataType::Calendar, &Id::from("c999"), &world.bob, &body(json!({}))).await;
    assert!(matches!(missing, Err(Error::NotFound(..))));
    writer.commit().await.unwrap();
    let changes = world.store.changes(&world.alice, DataType::Calendar, &state, None).await.unwrap();
    assert_eq!(changes.updated, std::slice::from_ref(&id));
    assert_eq!(
        world.store.shared_calendars(&world.bob, Some(&world.alice)).await.unwrap()[0].personal["color"],
        "teal"
    );
    assert!(world.store.shared_calendars(&world.bob, Some(&world.bob)).await.unwrap().is_empty());

    let unshared = share(json!(null)).await.remove(0);
    assert!(unshared.rights.is_empty() && unshared.since > shared.since);
    world.store.remove_account(&world.bob).await.unwrap();
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    assert!(writer.shares(&calendar).await.unwrap().is_empty());
}

pub async fn alerts_are_due_at_their_time(world: World) {
    let calendar = calendar(&world).await;
    let id = put(&world, &index("a", &calendar, Some(0), Some(1))).await.unwrap();
    let schedule = async |person: &AccountId, when: Option<UtcDate>| {
        let mut writer = world.store.begin(&world.alice).await.unwrap();
        writer.schedule_alert(&id, person, when).await.unwrap();
        writer.commit().await.unwrap();
    };
    schedule(&world.alice, Some(at(3))).await;
    schedule(&world.alice, Some(at(2))).await;
    schedule(&world.bob, Some(at(1))).await;
    assert_eq!(world.store.next_alert().await.unwrap(), Some(at(1)));
    let due = world.store.due_alerts(at(2), 9).await.unwrap();
    let due: Vec<_> = due.iter().map(|alert| (&alert.account, &alert.person, alert.at)).collect();
    assert_eq!(due, [(&world.alice, &world.bob, at(1)), (&world.alice, &world.alice, at(2))]);
    schedule(&world.bob, None).await;
    assert_eq!(world.store.due_alerts(at(9), 9).await.unwrap().len(), 1);
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    writer.destroy_record(DataType::CalendarEvent, &Id::from(&id)).await.unwrap();
    writer.commit().await.unwrap();
    assert_eq!(world.store.next_alert().await.unwrap(), None);
}

pub async fn an_event_keeps_its_blobs(world: World) {
    let calendar = calendar(&world).await;
    let mut event = index("a", &calendar, Some(0), Some(1));
    let foreign = world.store.put_blob(&world.bob, Bytes::from("theirs"), None).await.unwrap();
    event.blob_ids = BTreeSet::from([foreign]);
    assert!(matches!(put(&world, &event).await, Err(Error::NoBlob)));
    let blob = world.store.put_blob(&world.alice, Bytes::from("plan"), None).await.unwrap();
    event.blob_ids = BTreeSet::from([blob.clone()]);
    let id = put(&world, &event).await.unwrap();
    let later = UtcDate::from_millis(UtcDate(chrono::Utc::now()).millis() + 2 * DAY);
    world.store.sweep(later).await.unwrap();
    assert_eq!(world.store.blob(&world.alice, &blob).await.unwrap(), Some(Bytes::from("plan")));
    assert_eq!(world.store.blob(&world.bob, &blob).await.unwrap(), None);
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    writer.put_event(&id, body(json!({ "title": "more" })), &event, false).await.unwrap();
    writer.destroy_record(DataType::CalendarEvent, &Id::from(&id)).await.unwrap();
    writer.commit().await.unwrap();
    world.store.sweep(later).await.unwrap();
    assert_eq!(world.store.blob(&world.alice, &blob).await.unwrap(), None);
}

pub async fn principals_follow_the_accounts(world: World) {
    let (start, all) = world.store.principals().await.unwrap();
    assert_eq!(all.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["Alice", "Bob Barker"]);
    let new = NewAccount { address: "room@owlery.example".into(), name: "Room".into(), password_hash: String::new() };
    let room = world.store.create_account(new).await.unwrap().id;
    let patch = PrincipalPatch {
        kind: Some("location".into()),
        booking: Some(json!({ "capacity": 8 })),
        ..PrincipalPatch::default()
    };
    world.store.set_principal(&room, &patch).await.unwrap();
    world.store.set_account_name(&world.alice, "Alice Archer").await.unwrap();
    let (now, all) = world.store.principals().await.unwrap();
    let found = all.iter().find(|principal| principal.account == room).unwrap();
    assert_eq!((found.kind.as_str(), &found.booking["capacity"]), ("location", &json!(8)));
    let changes = world.store.principal_changes(&start, None).await.unwrap();
    assert_eq!((changes.created, changes.updated), (vec![room.clone()], vec![world.alice.clone()]));
    assert_eq!(changes.new_state, now);
    let first = world.store.principal_changes(&start, Some(1)).await.unwrap();
    assert!(first.has_more);
    let second = world.store.principal_changes(&first.new_state, Some(1)).await.unwrap();
    assert!(!second.has_more && second.new_state == now);
    world.store.remove_account(&room).await.unwrap();
    assert_eq!(world.store.principal_changes(&now, None).await.unwrap().destroyed, [room]);
    let unseen = world.store.principal_changes(&start, None).await.unwrap();
    assert!(unseen.created.is_empty() && unseen.destroyed.is_empty());
    let wrong = world.store.principal_changes(&State::from("999"), None).await;
    assert!(matches!(wrong, Err(Error::CannotCalculateChanges)));
}
