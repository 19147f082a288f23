//! Push subscriptions, and secrets.

use std::collections::BTreeSet;

use jmap::UtcDate;

use super::world::{World, words};
use crate::{Credential, DataType, Error, NewPushSubscription, NewSession, PushChange, PushKeys, PushSubscription};

const AT: fn(i64) -> UtcDate = UtcDate::from_millis;

fn subscription(credential: Credential) -> NewPushSubscription {
    NewPushSubscription {
        credential,
        device_client_id: "a device".to_owned(),
        url: "https://push.example/1".to_owned(),
        keys: Some(PushKeys { p256dh: vec![4; 65], auth: vec![7; 16] }),
        verification_code: "code".to_owned(),
        expires_at: Some(AT(1_000)),
        types: Some(BTreeSet::from(["Email".to_owned()])),
    }
}

async fn subscribe(world: &World, credential: Credential) -> PushSubscription {
    let made = world.store.create_push_subscription(&world.alice, subscription(credential), AT(0), 9).await;
    made.unwrap().unwrap()
}

pub async fn a_push_subscription_is_kept_changed_and_destroyed(world: World) {
    let (store, alice) = (&world.store, &world.alice);
    world.deliver([world.mail("before")]).await;
    let made = subscribe(&world, Credential::Password).await;
    let newest = store.states(alice).await.unwrap().into_values().map(|state| state.as_str().parse::<u64>().unwrap());
    assert_eq!(made.pushed, newest.max().unwrap(), "what was there before is not news");
    assert_eq!(store.push_subscription(&made.id, AT(999)).await.unwrap(), Some(made.clone()));
    assert_eq!(store.push_subscription(&made.id, AT(1_000)).await.unwrap(), None, "it expired");
    let change = PushChange { is_verified: true, expires_at: Some(AT(2_000)), types: None };
    assert!(store.change_push_subscription(&made.id, &change).await.unwrap());
    store.note_code_sent(&made.id).await.unwrap();
    store.note_pushed(&[(made.id.clone(), 77)]).await.unwrap();
    let other = world.open(world.dir.clone()).await;
    let kept = other.push_subscription(&made.id, AT(1_999)).await.unwrap().unwrap();
    let expected = PushSubscription {
        code_sent: true,
        is_verified: true,
        expires_at: Some(AT(2_000)),
        types: None,
        pushed: 77,
        ..made.clone()
    };
    assert_eq!(kept, expected, "also when it is opened again");
    other.close().await;
    assert!(store.destroy_push_subscription(&made.id).await.unwrap());
    assert!(!store.destroy_push_subscription(&made.id).await.unwrap());
    assert!(!store.change_push_subscription(&made.id, &change).await.unwrap());
    assert_ne!(subscribe(&world, Credential::Password).await.id, made.id, "its id is not used again");
}

pub async fn a_push_subscription_belongs_to_what_it_was_made_with(world: World) {
    let (store, alice) = (&world.store, &world.alice);
    let phone = Credential::AppPassword(store.add_app_password(alice, "Phone", "hash").await.unwrap().id);
    let own = subscribe(&world, Credential::Password).await;
    let phones = subscribe(&world, phone).await;
    let seen = async |account, credential| store.push_subscriptions_of(account, &credential, AT(0)).await.unwrap();
    assert_eq!(seen(alice, Credential::Password).await, std::slice::from_ref(&own));
    assert_eq!(seen(alice, phone).await, std::slice::from_ref(&phones));
    assert_eq!(seen(&world.bob, Credential::Password).await, []);
    assert_eq!(seen(alice, Credential::Session([1; 32])).await, []);
    assert_eq!(store.push_subscriptions(Some(alice), AT(0)).await.unwrap(), [own.clone(), phones.clone()]);
    assert_eq!(store.push_subscriptions(None, AT(0)).await.unwrap(), [own, phones]);
    assert_eq!(store.push_subscriptions(Some(&world.bob), AT(0)).await.unwrap(), []);
}

pub async fn a_push_subscription_ends_with_its_credentials(world: World) {
    let (store, alice) = (&world.store, &world.alice);
    let phone = store.add_app_password(alice, "Phone", "hash").await.unwrap().id;
    let session = |token| NewSession {
        token_hash: [token; 32],
        account: alice.clone(),
        user_agent: String::new(),
        expires_at: AT(500),
    };
    for token in [1, 2] {
        store.create_session(session(token), AT(0)).await.unwrap();
    }
    let ids = async |now| {
        let all = store.push_subscriptions(None, AT(now)).await.unwrap();
        all.into_iter().map(|subscription| subscription.id).collect::<Vec<_>>()
    };
    let mut made = Vec::new();
    for credential in [
        Credential::Password,
        Credential::AppPassword(phone),
        Credential::Session([1; 32]),
        Credential::Session([2; 32]),
    ] {
        made.push(subscribe(&world, credential).await.id);
    }
    assert_eq!(ids(499).await, made);
    assert_eq!(ids(500).await, made[..2], "the sessions expired");
    store.delete_session(&[1; 32]).await.unwrap();
    assert_eq!(ids(0).await, [made[0].clone(), made[1].clone(), made[3].clone()], "signed out");
    store.remove_app_password(alice, phone).await.unwrap();
    assert_eq!(ids(0).await, [made[0].clone(), made[3].clone()]);
    store.set_password_hash(alice, "another").await.unwrap();
    assert_eq!(ids(0).await, [made[3].clone()]);
    store.remove_account(alice).await.unwrap();
    assert_eq!(ids(0).await, []);
}

pub async fn push_subscriptions_are_limited_and_swept(world: World) {
    let (store, alice) = (&world.store, &world.alice);
    let make = async |expires_at| {
        let new = NewPushSubscription { expires_at, ..subscription(Credential::Password) };
        store.create_push_subscription(alice, new, AT(100), 2).await.unwrap().map(|made| made.id)
    };
    let (first, second) = (make(Some(AT(1_000))).await.unwrap(), make(None).await.unwrap());
    assert_eq!(make(None).await, None);
    assert_eq!(store.sweep_push_subscriptions(AT(999), AT(100)).await.unwrap(), 0);
    assert_eq!(store.sweep_push_subscriptions(AT(1_000), AT(100)).await.unwrap(), 1);
    assert_eq!(store.push_subscription(&first, AT(0)).await.unwrap(), None);
    let change = PushChange { is_verified: true, expires_at: None, types: None };
    store.change_push_subscription(&second, &change).await.unwrap();
    let third = make(None).await.unwrap();
    assert_eq!(store.sweep_push_subscriptions(AT(1_000), AT(101)).await.unwrap(), 1, "never verified");
    assert_eq!(store.push_subscription(&third, AT(0)).await.unwrap(), None);
    assert!(store.push_subscription(&second, AT(1_000)).await.unwrap().is_some());
}

pub async fn a_secret_is_kept_once(world: World) {
    assert_eq!(world.store.secret("a").await.unwrap(), None);
    assert_eq!(world.store.keep_secret("a", b"first").await.unwrap(), b"first");
    assert_eq!(world.store.keep_secret("a", b"second").await.unwrap(), b"first");
    assert_eq!(world.store.secret("a").await.unwrap().as_deref(), Some(&b"first"[..]));
    assert_eq!(world.store.secret("b").await.unwrap(), None);
}

pub async fn states_are_told_of_one_moment(world: World) {
    let mut mail = world.mail("one");
    mail.keywords = words(&["$seen"]);
    world.deliver([mail]).await;
    let states = world.store.states(&world.alice).await.unwrap();
    for data_type in DataType::ALL {
        assert_eq!(states[&data_type], world.store.state(&world.alice, data_type).await.unwrap(), "{data_type}");
    }
    assert!(matches!(world.store.states(&"a99".into()).await, Err(Error::NoAccount(_))));
}
