//! PatchObjects (RFC 8620 §5.3): apply, invert, compose. Paths have no leading slash.

use serde_json::Value;

use crate::Properties;

fn segments(path: &str) -> impl Iterator<Item = String> {
    path.split('/').map(|part| part.replace("~1", "/").replace("~0", "~"))
}

/// The value at a path; `None` if it is not there.
fn at<'a>(properties: &'a Properties, path: &str) -> Option<&'a Value> {
    let mut segments = segments(path);
    let mut value = properties.get(&segments.next()?)?;
    for segment in segments {
        value = value.as_object()?.get(&segment)?;
    }
    Some(value)
}

/// The property that a path is in.
pub(crate) fn property(path: &str) -> String {
    segments(path).next().unwrap_or_default()
}

/// Sets one path. A property that was never loaded is not made up from a part of it.
fn set(properties: &mut Properties, path: &str, value: &Value) {
    let mut parts: Vec<String> = segments(path).collect();
    let Some(last) = parts.pop() else { return };
    if parts.is_empty() {
        properties.insert(last, value.clone());
        return;
    }
    let mut object = properties;
    for part in parts {
        match object.get_mut(&part) {
            Some(Value::Object(inner)) => object = inner,
            _ => return,
        }
    }
    if value.is_null() {
        object.remove(&last);
    } else {
        object.insert(last, value.clone());
    }
}

pub(crate) fn apply(properties: &mut Properties, patch: &Properties) {
    for (path, value) in patch {
        set(properties, path, value);
    }
}

/// The patch that leads back, or `None` if what was there is not known.
pub(crate) fn inverse(properties: &Properties, patch: &Properties) -> Option<Properties> {
    patch
        .keys()
        .map(|path| {
            let known = properties.contains_key(&property(path));
            known.then(|| (path.clone(), at(properties, path).cloned().unwrap_or(Value::Null)))
        })
        .collect()
}

/// Adds a later patch to an earlier one: no path is left within another.
pub(crate) fn compose(earlier: &mut Properties, later: &Properties) {
    for (path, value) in later {
        let within = format!("{path}/");
        earlier.retain(|other, _| !other.starts_with(&within));
        let outer = earlier.keys().find(|other| path.starts_with(&format!("{other}/"))).cloned();
        match outer.and_then(|outer| Some((path.get(outer.len() + 1..)?, earlier.get_mut(&outer)?))) {
            Some((rest, Value::Object(whole))) => {
                if rest.contains('/') || !value.is_null() {
                    set(whole, rest, value);
                } else {
                    whole.remove(&segments(rest).collect::<String>());
                }
            }
            _ => drop(earlier.insert(path.clone(), value.clone())),
        }
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::single_range_in_vec_init,
    reason = "a test that panics has failed"
)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(value: Value) -> Properties {
        value.as_object().cloned().unwrap()
    }

    #[track_caller]
    fn check(properties: Value, patch: Value, expect: Value) {
        let (before, patch) = (map(properties), map(patch));
        let mut after = before.clone();
        apply(&mut after, &patch);
        assert_eq!(after, map(expect));
        if let Some(back) = inverse(&before, &patch) {
            apply(&mut after, &back);
            assert_eq!(after, before);
        }
    }

    #[test]
    fn a_patch_sets_and_removes() {
        check(json!({"keywords": {}}), json!({"keywords/$seen": true}), json!({"keywords": {"$seen": true}}));
        check(
            json!({"mailboxIds": {"a": true}}),
            json!({"mailboxIds/a": null, "mailboxIds/b": true}),
            json!({"mailboxIds": {"b": true}}),
        );
        check(json!({"name": "x"}), json!({"name": "y"}), json!({"name": "y"}));
        check(json!({"k": {"a/b~": 1}}), json!({"k/a~1b~0": 2}), json!({"k": {"a/b~": 2}}));
    }

    #[test]
    fn what_is_not_loaded_is_not_made_up() {
        check(json!({"id": "1"}), json!({"keywords/$seen": true}), json!({"id": "1"}));
        assert_eq!(inverse(&map(json!({})), &map(json!({"keywords/$seen": true}))), None);
    }

    #[test]
    fn composed_patches_do_the_same_as_one_after_the_other() {
        for (first, second) in [
            (json!({"k/a": true}), json!({"k/a": null})),
            (json!({"k/a": true}), json!({"k": {"c": true}})),
            (json!({"k": {"a": true}}), json!({"k/b": true, "k/a": null})),
            (json!({"k/a": null}), json!({"m/x": true})),
        ] {
            let start = map(json!({"k": {"a": true, "z": true}, "m": {}}));
            let (mut one, mut two) = (start.clone(), start);
            apply(&mut one, &map(first.clone()));
            apply(&mut one, &map(second.clone()));
            let mut both = map(first);
            compose(&mut both, &map(second));
            apply(&mut two, &both);
            assert_eq!(one, two, "{both:?}");
        }
    }
}
