//! Records, states and changes.

use jmap::{Id, State, UtcDate};
use serde_json::json;

use super::world::{World, body};
use crate::{Changes, DataType, Error};

async fn put(world: &World, id: &str, name: &str, create: bool) -> State {
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    writer.put_record(DataType::Identity, &Id::from(id), body(json!({"name": name})), create).await.unwrap();
    writer.commit().await.unwrap();
    world.store.state(&world.alice, DataType::Identity).await.unwrap()
}

async fn destroy(world: &World, id: &str) {
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    writer.destroy_record(DataType::Identity, &Id::from(id)).await.unwrap();
    writer.commit().await.unwrap();
}

async fn changes(world: &World, since: &State, max: Option<u64>) -> Changes {
    world.store.changes(&world.alice, DataType::Identity, since, max).await.unwrap()
}

pub async fn a_record_is_created_changed_and_destroyed(world: World) {
    let before = world.store.state(&world.alice, DataType::Identity).await.unwrap();
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    let id = writer.new_id(DataType::Identity);
    assert_ne!(id, writer.new_id(DataType::Identity));
    writer.put_record(DataType::Identity, &id, body(json!({"id": "x", "name": "A"})), true).await.unwrap();
    let exists = writer.put_record(DataType::Identity, &id, body(json!({})), true).await;
    assert!(matches!(exists, Err(Error::Exists(..))));
    assert_eq!(writer.get_record(DataType::Identity, &id).await.unwrap().unwrap().body, body(json!({"name": "A"})));
    let predicted = writer.state(DataType::Identity);
    let states = writer.commit().await.unwrap();
    assert_eq!(states[&DataType::Identity], predicted);
    assert_eq!(world.store.state(&world.alice, DataType::Identity).await.unwrap(), predicted);
    assert_eq!(changes(&world, &before, None).await.created, std::slice::from_ref(&id));

    put(&world, id.as_str(), "B", false).await;
    assert_eq!(changes(&world, &predicted, None).await.updated, std::slice::from_ref(&id));
    let ids = [id.clone(), Id::from("i999")];
    let found = world.store.records(&world.alice, DataType::Identity, Some(&ids)).await.unwrap();
    assert_eq!((found.len(), found[0].body["name"].as_str()), (1, Some("B")));
    destroy(&world, id.as_str()).await;
    assert_eq!(changes(&world, &predicted, None).await.destroyed, std::slice::from_ref(&id));
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    let gone = writer.put_record(DataType::Identity, &id, body(json!({})), false).await;
    assert!(matches!(gone, Err(Error::NotFound(..))));
    assert!(matches!(writer.destroy_record(DataType::Identity, &id).await, Err(Error::NotFound(..))));
}

pub async fn the_same_body_changes_nothing(world: World) {
    let state = put(&world, "i90", "A", true).await;
    assert_eq!(put(&world, "i90", "A", false).await, state);
}

pub async fn a_dropped_writer_takes_everything_back(world: World) {
    let state = world.store.state(&world.alice, DataType::Identity).await.unwrap();
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    writer.put_record(DataType::Identity, &Id::from("i90"), body(json!({})), true).await.unwrap();
    drop(writer);
    assert_eq!(world.store.state(&world.alice, DataType::Identity).await.unwrap(), state);
    assert_eq!(world.store.records(&world.alice, DataType::Identity, None).await.unwrap().len(), 1);
    put(&world, "i90", "A", true).await;
}

pub async fn changes_can_stop_after_any_record(world: World) {
    let start = world.store.state(&world.alice, DataType::Identity).await.unwrap();
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    for n in 90..100 {
        let id = Id::from(format!("i{n}"));
        writer.put_record(DataType::Identity, &id, body(json!({"n": n})), true).await.unwrap();
    }
    writer.commit().await.unwrap();
    put(&world, "i90", "changed", false).await;
    for max in 1..12 {
        let (mut since, mut seen) = (start.clone(), std::collections::BTreeSet::new());
        loop {
            let page = changes(&world, &since, Some(max)).await;
            let count = page.created.len() + page.updated.len() + page.destroyed.len();
            assert!(count as u64 <= max);
            seen.extend(page.created.into_iter().chain(page.updated));
            if !page.has_more {
                break;
            }
            assert_ne!(page.new_state, since);
            since = page.new_state;
        }
        assert_eq!(seen.len(), 10, "max {max}");
    }
}

pub async fn what_was_created_and_destroyed_since_is_not_named(world: World) {
    let start = world.store.state(&world.alice, DataType::Identity).await.unwrap();
    put(&world, "i90", "A", true).await;
    let middle = put(&world, "i90", "B", false).await;
    assert_eq!(changes(&world, &start, None).await.created, [Id::from("i90")]);
    destroy(&world, "i90").await;
    let all = changes(&world, &start, None).await;
    assert!(all.created.is_empty() && all.updated.is_empty() && all.destroyed.is_empty());
    assert_eq!(changes(&world, &middle, None).await.destroyed, [Id::from("i90")]);
}

pub async fn a_foreign_state_is_refused(world: World) {
    for state in ["", "x", "-1", "01", "+1", "999999", "1.5"] {
        let changes = world.store.changes(&world.alice, DataType::Email, &State::from(state), None).await;
        assert!(matches!(changes, Err(Error::CannotCalculateChanges)), "{state:?}");
    }
    let nobody = world.store.state(&"a99".into(), DataType::Email).await;
    assert!(matches!(nobody, Err(Error::NoAccount(_))));
}

pub async fn commits_are_told_to_subscribers(world: World) {
    let mut told = world.store.subscribe();
    let state = put(&world, "i90", "A", true).await;
    let committed = told.recv().await.unwrap();
    assert_eq!(committed.account, world.alice);
    assert_eq!(committed.states.into_iter().collect::<Vec<_>>(), [(DataType::Identity, state)]);
    world.deliver_one(world.mail("hello")).await;
    let types: Vec<_> = told.recv().await.unwrap().states.into_keys().collect();
    assert_eq!(types, [DataType::Mailbox, DataType::Thread, DataType::Email]);
}

pub async fn submissions_are_due_at_their_time(world: World) {
    let at = UtcDate::from_millis;
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    let id = writer.new_id(DataType::EmailSubmission);
    writer.put_record(DataType::EmailSubmission, &id, body(json!({})), true).await.unwrap();
    writer.schedule_submission(&id.clone().into(), Some(at(5_000))).await.unwrap();
    writer.commit().await.unwrap();
    assert_eq!(world.store.next_due().await.unwrap(), Some(at(5_000)));
    assert!(world.store.due_submissions(at(4_999)).await.unwrap().is_empty());
    assert_eq!(world.store.due_submissions(at(5_000)).await.unwrap(), [(world.alice.clone(), id.clone().into())]);
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    writer.destroy_record(DataType::EmailSubmission, &id).await.unwrap();
    writer.commit().await.unwrap();
    assert_eq!(world.store.next_due().await.unwrap(), None);
}

pub async fn submissions_of_one_moment_are_due_in_the_order_of_their_making(world: World) {
    let mut made = Vec::new();
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    // More than a hundred, so that their numbers get one digit more on the way.
    for _ in 0..120 {
        let id = writer.new_id(DataType::EmailSubmission);
        writer.put_record(DataType::EmailSubmission, &id, body(json!({})), true).await.unwrap();
        writer.schedule_submission(&id.clone().into(), Some(UtcDate::from_millis(5_000))).await.unwrap();
        made.push((world.alice.clone(), id.into()));
    }
    writer.commit().await.unwrap();
    assert_eq!(world.store.due_submissions(UtcDate::from_millis(5_000)).await.unwrap(), made);
}

pub async fn an_import_key_is_seen_once_committed(world: World) {
    let key = [7; 32];
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    assert!(!writer.import_seen(&key).await.unwrap());
    assert!(writer.import_seen(&key).await.unwrap());
    drop(writer);
    assert!(!world.store.import_seen(&world.alice, &key).await.unwrap());
    let mut writer = world.store.begin(&world.alice).await.unwrap();
    assert!(!writer.import_seen(&key).await.unwrap());
    writer.commit().await.unwrap();
    assert!(world.store.import_seen(&world.alice, &key).await.unwrap());
    assert!(!world.store.import_seen(&world.bob, &key).await.unwrap());
}

pub async fn old_changes_are_swept_and_then_not_known(world: World) {
    let start = world.store.state(&world.alice, DataType::Identity).await.unwrap();
    let middle = put(&world, "i90", "A", true).await;
    let end = put(&world, "i90", "B", false).await;
    let now = UtcDate(chrono::Utc::now());
    assert_eq!(world.store.sweep(now).await.unwrap().changes, 0);
    let later = UtcDate::from_millis(now.millis() + 31 * 86_400_000);
    assert!(world.store.sweep(later).await.unwrap().changes > 2);
    for old in [start, middle] {
        let changes = world.store.changes(&world.alice, DataType::Identity, &old, None).await;
        assert!(matches!(changes, Err(Error::CannotCalculateChanges)));
    }
    assert!(changes(&world, &end, None).await.updated.is_empty());
    put(&world, "i90", "C", false).await;
    assert_eq!(changes(&world, &end, None).await.updated, [Id::from("i90")]);
}
