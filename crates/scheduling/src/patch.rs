//! Patch objects (RFC 8984 §1.4.9, RFC 8620 §5.3): a map from pointers to new values, null taking away.
//!
//! A patch is applied whole or not at all. Which properties may be patched is for others to say.

use serde_json::{Map, Value};

use crate::invalid::{Invalid, Problem};

/// Pointers of a patch that are looked at. More than any person's change has.
const MOST_POINTERS: usize = 10_000;

/// Applies a patch. On an error nothing is changed.
///
/// # Errors
/// Every pointer that leads nowhere, into a list, or to a value that another pointer changes too.
pub fn apply(target: &mut Map<String, Value>, patch: &Map<String, Value>) -> Result<(), Vec<Invalid>> {
    if patch.len() > MOST_POINTERS {
        return Err(vec![Invalid::new("", Problem::TooMany(MOST_POINTERS))]);
    }
    let mut invalid = overlaps(patch);
    for pointer in patch.keys() {
        invalid.extend(check(target, pointer).err());
    }
    if !invalid.is_empty() {
        return Err(invalid);
    }
    for (pointer, value) in patch {
        let Some((last, parents)) = segments(pointer).split_last().map(|(last, rest)| (last.clone(), rest.to_vec()))
        else {
            continue;
        };
        let parent = parents.iter().try_fold(&mut *target, |object, key| object.get_mut(key)?.as_object_mut());
        // `check` has seen that it is there.
        let Some(parent) = parent else { continue };
        if value.is_null() {
            parent.remove(&last);
        } else {
            parent.insert(last, value.clone());
        }
    }
    Ok(())
}

/// The patch that turns `before` into `after`, with the deepest pointers there are: a change of one participant leaves
/// the others alone.
#[must_use]
pub fn diff(before: &Map<String, Value>, after: &Map<String, Value>) -> Map<String, Value> {
    let mut patch = Map::new();
    collect(before, after, "", &mut patch);
    patch
}

fn collect(before: &Map<String, Value>, after: &Map<String, Value>, path: &str, patch: &mut Map<String, Value>) {
    for (key, old) in before {
        let pointer = join(path, key);
        match (old, after.get(key)) {
            (_, None | Some(Value::Null)) if !old.is_null() => _ = patch.insert(pointer, Value::Null),
            (_, None) => {}
            // A null inside, as in the patch of an occurrence, cannot be reached by a pointer.
            (Value::Object(old), Some(Value::Object(new))) if !new.values().any(Value::is_null) => {
                collect(old, new, &pointer, patch);
            }
            (old, Some(new)) if old != new => _ = patch.insert(pointer, new.clone()),
            _ => {}
        }
    }
    for (key, new) in after {
        if !before.contains_key(key) && !new.is_null() {
            patch.insert(join(path, key), new.clone());
        }
    }
}

/// A pointer's parts, unescaped (RFC 6901). The leading slash is implied.
#[must_use]
pub fn segments(pointer: &str) -> Vec<String> {
    let pointer = pointer.strip_prefix('/').unwrap_or(pointer);
    pointer.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")).collect()
}

/// A part of a pointer, escaped.
#[must_use]
pub fn escape(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { escape(key) } else { format!("{path}/{}", escape(key)) }
}

/// Pointers of which one is the beginning of another.
fn overlaps(patch: &Map<String, Value>) -> Vec<Invalid> {
    let mut pointers: Vec<(Vec<String>, &String)> = patch.keys().map(|pointer| (segments(pointer), pointer)).collect();
    pointers.sort_unstable();
    let mut invalid = Vec::new();
    // In order, all that begin with a pointer follow it.
    let mut shorter: Option<&(Vec<String>, &String)> = None;
    for pointer in &pointers {
        match shorter {
            Some(begin) if pointer.0.starts_with(&begin.0) => {
                invalid.push(Invalid::new(pointer.1.clone(), Problem::Overlap(begin.1.clone())));
            }
            _ => shorter = Some(pointer),
        }
    }
    invalid
}

/// Whether all but the last part are there.
fn check(target: &Map<String, Value>, pointer: &str) -> Result<(), Invalid> {
    let parts = segments(pointer);
    let (last, parents) = parts.split_last().ok_or_else(|| Invalid::new(pointer, Problem::NoPath))?;
    if last.is_empty() && parents.is_empty() {
        return Err(Invalid::new(pointer, Problem::NoPath));
    }
    let mut object = target;
    for key in parents {
        object = match object.get(key) {
            Some(Value::Object(inner)) => inner,
            Some(Value::Array(_)) => return Err(Invalid::new(pointer, Problem::InsideList)),
            _ => return Err(Invalid::new(pointer, Problem::NoPath)),
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn check(target: Value, patch: Value, expect: Value) {
        let mut target = target.as_object().unwrap().clone();
        apply(&mut target, patch.as_object().unwrap()).unwrap();
        assert_eq!(Value::Object(target), expect);
    }

    fn refused(target: Value, patch: Value, expect: &str) {
        let mut changed = target.as_object().unwrap().clone();
        let invalid = apply(&mut changed, patch.as_object().unwrap()).unwrap_err();
        let text: Vec<String> = invalid.iter().map(ToString::to_string).collect();
        assert_eq!(text.join("; "), expect);
        assert_eq!(Value::Object(changed), target, "nothing is changed");
    }

    #[test]
    fn values_are_set_and_null_takes_away() {
        check(
            json!({"a": 1, "b": {"c": 2}}),
            json!({"a": null, "b/c": 3, "b/d": [1], "/e": 5}),
            json!({"b": {"c": 3, "d": [1]}, "e": 5}),
        );
        check(json!({}), json!({"a": null}), json!({}));
        check(json!({"a/b": {"~": 1}}), json!({"a~1b/~0": 2}), json!({"a/b": {"~": 2}}));
    }

    #[test]
    fn a_null_inside_is_kept_in_a_difference() {
        let (before, after) = (json!({"o": {"x": {"a": 1}}}), json!({"o": {"x": {"a": null}}}));
        assert_eq!(
            Value::Object(diff(before.as_object().unwrap(), after.as_object().unwrap())),
            json!({"o/x": {"a": null}})
        );
    }

    #[test]
    fn a_patch_that_leads_nowhere_is_refused_whole() {
        refused(json!({"a": 1}), json!({"a": 2, "b/c": 1}), "b/c does not lead to anything");
        refused(json!({"a": 1}), json!({"a/b": 1}), "a/b does not lead to anything");
        refused(json!({"a": [{}]}), json!({"a/0/b": 1}), "a/0/b leads into a list, which can only be changed whole");
        refused(json!({"a": {"b": 1}}), json!({"a": {}, "a/b": 2}), "a/b changes the same value as \"a\"");
        refused(json!({}), json!({"": 2}), " does not lead to anything");
    }

    fn any_object() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::from),
            (0u8..4).prop_map(Value::from),
            Just(json!([1, {"a": 2}]))
        ];
        leaf.prop_recursive(4, 40, 4, |inner| {
            prop::collection::btree_map("[ab/~]{1,2}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect()))
        })
        .prop_filter("an object", Value::is_object)
    }

    proptest! {
        #[test]
        fn a_difference_applied_gives_the_other(before in any_object(), after in any_object()) {
            let (before, after) = (before.as_object().unwrap(), after.as_object().unwrap());
            let mut changed = before.clone();
            apply(&mut changed, &diff(before, after)).unwrap();
            prop_assert_eq!(&changed, after);
        }
    }
}
