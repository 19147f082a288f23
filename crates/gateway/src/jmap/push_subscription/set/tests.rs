//! What may be a subscription, and for how long.

use super::*;

const NOW: i64 = 1_790_000_000_000;
const DAY: i64 = 86_400_000;
const P256DH: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn check_new(more: Value, at_fault: Option<&str>) {
    let mut wanted = object(json!({ "deviceClientId": "d", "url": "https://push.example" }));
    wanted.extend(object(more.clone()));
    let properties = read_new(&wanted, Credential::Password, NOW).err().and_then(|error| error.properties);
    assert_eq!(properties, at_fault.map(|name| vec![name.to_owned()]), "{more}");
}

#[test]
fn a_new_subscription_is_read_or_refused_by_property() {
    check_new(json!({}), None);
    check_new(json!({ "types": null, "expires": null, "keys": null, "verificationCode": null }), None);
    check_new(json!({ "types": ["Email", "Owl"], "expires": "2030-01-01T00:00:00Z" }), None);
    check_new(json!({ "keys": { "p256dh": P256DH, "auth": AUTH } }), None);
    check_new(json!({ "keys": { "p256dh": format!("{P256DH}="), "auth": format!("{AUTH}==") } }), None);
    check_new(json!({ "keys": { "p256dh": AUTH, "auth": AUTH } }), Some("keys"));
    check_new(json!({ "keys": { "p256dh": P256DH, "auth": "" } }), Some("keys"));
    check_new(json!({ "keys": { "p256dh": P256DH } }), Some("keys"));
    check_new(json!({ "keys": "none" }), Some("keys"));
    check_new(json!({ "deviceClientId": "" }), Some("deviceClientId"));
    check_new(json!({ "deviceClientId": "d".repeat(256) }), Some("deviceClientId"));
    check_new(json!({ "url": 7 }), Some("url"));
    check_new(json!({ "verificationCode": "guessed" }), Some("verificationCode"));
    check_new(json!({ "expires": "2020-01-01T00:00:00Z" }), Some("expires"));
    check_new(json!({ "expires": "tomorrow" }), Some("expires"));
    check_new(json!({ "types": "Email" }), Some("types"));
    check_new(json!({ "types": (0..65).map(|n| n.to_string()).collect::<Vec<_>>() }), Some("types"));
    check_new(json!({ "id": "p1" }), Some("id"));
    check_new(json!({ "owl": true }), Some("owl"));
    let missing = read_new(&object(json!({ "deviceClientId": "d" })), Credential::Password, NOW).unwrap_err();
    assert_eq!(missing.properties, Some(vec!["url".to_owned()]));
}

fn current() -> PushSubscription {
    PushSubscription {
        id: "p1".into(),
        account: "a1".into(),
        credential: Credential::Password,
        device_client_id: "d".to_owned(),
        url: "https://push.example".to_owned(),
        keys: Some(PushKeys { p256dh: BASE64.decode(P256DH).unwrap(), auth: BASE64.decode(AUTH).unwrap() }),
        verification_code: "code".to_owned(),
        code_sent: true,
        is_verified: false,
        expires_at: Some(UtcDate::from_millis(NOW + DAY)),
        types: None,
        pushed: 0,
    }
}

fn check_change(current: &PushSubscription, patch: Value, expect: Result<PushChange, &str>) {
    let change = read_change(current, &object(patch.clone()), NOW);
    let change = change.map_err(|error| error.properties.unwrap_or_default());
    assert_eq!(change, expect.map_err(|name| vec![name.to_owned()]), "{patch}");
}

#[test]
fn code_end_and_types_are_changed_and_nothing_else() {
    let current = current();
    let same = PushChange { is_verified: false, expires_at: current.expires_at, types: None };
    let verified = PushChange { is_verified: true, ..same.clone() };
    check_change(&current, json!({}), Ok(same.clone()));
    check_change(&current, json!({ "verificationCode": "code" }), Ok(verified));
    check_change(&current, json!({ "verificationCode": "edoc" }), Err("verificationCode"));
    check_change(&current, json!({ "verificationCode": "" }), Err("verificationCode"));
    check_change(&current, json!({ "verificationCode": null }), Ok(same.clone()));
    let later = UtcDate::from_millis(NOW + 9 * DAY);
    check_change(&current, json!({ "expires": later }), Ok(PushChange { expires_at: Some(later), ..same.clone() }));
    check_change(&current, json!({ "expires": "2020-01-01T00:00:00Z" }), Err("expires"));
    let types = Some(BTreeSet::from(["Email".to_owned()]));
    check_change(&current, json!({ "types": ["Email"] }), Ok(PushChange { types, ..same.clone() }));
    check_change(&current, json!({ "url": "https://push.example" }), Ok(same.clone()));
    check_change(&current, json!({ "url": "https://elsewhere.example" }), Err("url"));
    check_change(&current, json!({ "keys": { "p256dh": P256DH, "auth": AUTH } }), Ok(same));
    check_change(&current, json!({ "keys": null }), Err("keys"));
    check_change(&current, json!({ "keys/auth": "AAAAAAAAAAAAAAAAAAAAAA" }), Err("keys"));
    check_change(&current, json!({ "deviceClientId": "e" }), Err("deviceClientId"));
    check_change(&current, json!({ "owl": 1 }), Err("owl"));
}

#[test]
fn a_verified_one_stays_verified() {
    let current = PushSubscription { is_verified: true, ..current() };
    let same = PushChange { is_verified: true, expires_at: current.expires_at, types: None };
    check_change(&current, json!({ "verificationCode": "code" }), Ok(same));
    check_change(&current, json!({ "verificationCode": "edoc" }), Err("verificationCode"));
    check_change(&current, json!({ "verificationCode": null }), Err("verificationCode"));
}

#[test]
fn a_password_bounds_the_end_and_a_session_does_not() {
    let at = |days: i64| Some(UtcDate::from_millis(NOW + days * DAY));
    for credential in [Credential::Password, Credential::AppPassword(1)] {
        assert_eq!(bounded(None, credential, NOW), at(7));
        assert_eq!(bounded(at(30), credential, NOW), at(7));
        assert_eq!(bounded(at(2), credential, NOW), at(2));
    }
    assert_eq!(bounded(None, Credential::Session([1; 32]), NOW), None);
    assert_eq!(bounded(at(30), Credential::Session([1; 32]), NOW), at(30));
}
