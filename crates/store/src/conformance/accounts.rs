//! Accounts, sessions, settings, people.

use jmap::UtcDate;
use serde_json::json;

use super::world::{World, person, words};
use crate::{DataType, Error, NewAccount, NewSession};

pub async fn an_account_begins_with_its_mailboxes(world: World) {
    let roles: Vec<_> = world.mailboxes.keys().map(String::as_str).collect();
    assert_eq!(roles, ["archive", "drafts", "inbox", "junk", "sent", "trash"]);
    for data_type in [DataType::Identity, DataType::VacationResponse] {
        assert_eq!(world.store.records(&world.alice, data_type, None).await.unwrap().len(), 1);
    }
    assert_eq!(world.counts("inbox").await, [0; 4]);
}

pub async fn an_address_is_taken_whatever_its_case(world: World) {
    let again =
        NewAccount { address: "Alice@OWLERY.example".to_owned(), name: String::new(), password_hash: String::new() };
    assert!(matches!(world.store.create_account(again).await, Err(Error::AddressTaken)));
    let found = world.store.account_by_address("ALICE@owlery.example").await.unwrap().unwrap();
    assert_eq!((found.id, found.name.as_str()), (world.alice.clone(), "Alice"));
    world.store.set_password_hash(&world.alice, "other").await.unwrap();
    assert_eq!(world.store.account(&world.alice).await.unwrap().unwrap().password_hash, "other");
    assert_eq!(world.store.accounts().await.unwrap().len(), 2);
}

pub async fn a_removed_account_leaves_nothing_and_its_id_is_not_used_again(world: World) {
    world.deliver([world.mail("one"), world.mail("two")]).await;
    world.store.remove_account(&world.alice).await.unwrap();
    assert!(world.store.account(&world.alice).await.unwrap().is_none());
    assert!(matches!(world.store.begin(&world.alice).await, Err(Error::NoAccount(_))));
    assert!(matches!(world.store.remove_account(&world.alice).await, Err(Error::NoAccount(_))));
    let new =
        NewAccount { address: "dave@owlery.example".to_owned(), name: String::new(), password_hash: String::new() };
    assert!(world.store.create_account(new).await.unwrap().id > world.bob);
}

pub async fn app_passwords_are_added_used_and_removed(world: World) {
    let made = world.store.add_app_password(&world.alice, "Phone", "hash").await.unwrap();
    world.store.touch_app_password(made.id, UtcDate::from_millis(1_900_000_000_000)).await.unwrap();
    let listed = world.store.app_passwords(&world.alice).await.unwrap();
    assert_eq!((listed.len(), listed[0].label.as_str()), (1, "Phone"));
    assert_eq!(listed[0].last_used_at, Some(UtcDate::from_millis(1_900_000_000_000)));
    assert!(!world.store.remove_app_password(&world.bob, made.id).await.unwrap());
    assert!(world.store.remove_app_password(&world.alice, made.id).await.unwrap());
}

fn session(world: &World, token: u8) -> NewSession {
    NewSession {
        token_hash: [token; 32],
        account: world.alice.clone(),
        user_agent: "a browser".to_owned(),
        expires_at: UtcDate::from_millis(1_000_000),
    }
}

pub async fn a_session_is_found_until_it_expires(world: World) {
    let at = UtcDate::from_millis;
    world.store.create_session(session(&world, 1), at(0)).await.unwrap();
    let found = world.store.find_session(&[1; 32], at(30_000), None).await.unwrap().unwrap();
    assert_eq!(found.last_used_at, at(0), "the use is noted once a minute");
    world.store.find_session(&[1; 32], at(90_000), Some(at(2_000_000))).await.unwrap().unwrap();
    let found = world.store.find_session(&[1; 32], at(1_500_000), None).await.unwrap().unwrap();
    assert_eq!((found.account, found.expires_at), (world.alice.clone(), at(2_000_000)));
    assert!(world.store.find_session(&[1; 32], at(2_000_000), None).await.unwrap().is_none());
    assert!(world.store.find_session(&[2; 32], at(0), None).await.unwrap().is_none());
    assert_eq!(world.store.sweep(at(2_000_000)).await.unwrap().sessions, 1);
}

pub async fn sessions_end_one_by_one_or_all(world: World) {
    let at = UtcDate::from_millis;
    for token in 1..=4 {
        world.store.create_session(session(&world, token), at(0)).await.unwrap();
    }
    assert!(world.store.delete_session(&[1; 32]).await.unwrap());
    assert!(!world.store.delete_session(&[1; 32]).await.unwrap());
    assert_eq!(world.store.delete_sessions(&world.alice, Some(&[2; 32])).await.unwrap(), 2);
    assert_eq!(world.store.sessions(&world.alice, at(1)).await.unwrap().len(), 1);
    assert_eq!(world.store.delete_sessions(&world.alice, None).await.unwrap(), 1);
}

pub async fn settings_and_trusted_senders_are_kept(world: World) {
    let (store, alice) = (&world.store, &world.alice);
    store.set_setting(alice, "theme", Some(&json!("dark"))).await.unwrap();
    store.set_setting(alice, "theme", Some(&json!({"name": "light"}))).await.unwrap();
    assert_eq!(store.setting(alice, "theme").await.unwrap(), Some(json!({"name": "light"})));
    assert_eq!(store.setting(&world.bob, "theme").await.unwrap(), None);
    store.set_setting(alice, "theme", None).await.unwrap();
    assert_eq!(store.setting(alice, "theme").await.unwrap(), None);
    store.set_trusted_sender(alice, "News@Hollow.example", true).await.unwrap();
    assert!(store.is_trusted_sender(alice, "news@hollow.EXAMPLE").await.unwrap());
    store.set_trusted_sender(alice, "news@hollow.example", false).await.unwrap();
    assert!(store.trusted_senders(alice).await.unwrap().is_empty());
}

pub async fn people_are_suggested_by_how_often_one_writes_to_them(world: World) {
    let mut sent = world.mail("to Zoé");
    sent.envelope.from = Some(vec![person("Alice", "Alice@owlery.example")]);
    sent.envelope.to = Some(vec![person("Zoé Carter", "zoe@hollow.example")]);
    let mut junk = world.mail("junk");
    junk.keywords = words(&["$junk"]);
    junk.envelope.from = Some(vec![person("Car Prize", "prize@junk.example")]);
    world.deliver([sent, world.mail("from Carol"), junk]).await;
    let emails = |found: Vec<crate::Suggestion>| found.into_iter().map(|found| found.email).collect::<Vec<_>>();
    let found = world.store.suggest(&world.alice, "car", 10).await.unwrap();
    assert_eq!(emails(found), ["zoe@hollow.example", "carol@hollow.example"]);
    assert_eq!(emails(world.store.suggest(&world.alice, "ZOE c", 10).await.unwrap()), ["zoe@hollow.example"]);
    let found = world.store.suggest(&world.alice, "bark", 10).await.unwrap();
    assert_eq!((found[0].email.as_str(), found[0].is_local), ("bob@owlery.example", true));
    assert!(world.store.suggest(&world.alice, "ob", 10).await.unwrap().is_empty(), "not in the middle of a word");
}
