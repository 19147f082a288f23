//! `Foo/set` for any type: the order of things, `ifInState`, creation ids, limits, and the answer (RFC 8620 §5.3).
//! What may be set is the type's own business, behind [`Changer`].

use std::collections::{BTreeMap, BTreeSet};

use jmap::error::{MethodErrorKind, SetErrorKind, SetErrors};
use jmap::{AccountId, Id, State};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::{DataType, Writer};

use super::arguments;
use super::context::Context;
use super::failure::{Failure, Refusal};
use super::limits::MAX_OBJECTS_IN_SET;

/// The standard arguments.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Set {
    /// Where.
    pub account_id: AccountId,
    /// Only if this is the state.
    #[serde(default)]
    pub if_in_state: Option<State>,
    /// By creation id.
    #[serde(default)]
    pub create: Option<Map<String, Value>>,
    /// By id: patches.
    #[serde(default)]
    pub update: Option<Map<String, Value>>,
    /// Which.
    #[serde(default)]
    pub destroy: Option<Vec<Id>>,
}

impl Set {
    /// Reads and checks the arguments.
    pub fn read(context: &Context<'_>, call: Map<String, Value>) -> Result<Self, Failure> {
        let set: Self = arguments::read(call)?;
        context.check_account(&set.account_id)?;
        let count = |map: &Option<Map<String, Value>>| map.as_ref().map_or(0, Map::len);
        if count(&set.create) + count(&set.update) + set.destroy.as_ref().map_or(0, Vec::len) > MAX_OBJECTS_IN_SET {
            return Err(MethodErrorKind::RequestTooLarge.into());
        }
        Ok(set)
    }
}

/// What changes the records of one type.
pub trait Changer: Send {
    /// The type.
    const DATA_TYPE: DataType;

    /// Creates one: its id, and the properties that the server set.
    fn create(
        &mut self,
        context: &Context<'_>,
        writer: &mut Writer,
        creation_id: &str,
        object: &Map<String, Value>,
    ) -> impl Future<Output = Result<(Id, Map<String, Value>), Refusal>> + Send;

    /// Changes one: the properties that changed otherwise than the client asked.
    fn update(
        &mut self,
        context: &Context<'_>,
        writer: &mut Writer,
        id: &Id,
        patch: &Map<String, Value>,
    ) -> impl Future<Output = Result<Option<Map<String, Value>>, Refusal>> + Send;

    /// Destroys one.
    fn destroy(
        &mut self,
        context: &Context<'_>,
        writer: &mut Writer,
        id: &Id,
    ) -> impl Future<Output = Result<(), Refusal>> + Send;

    /// The creation ids of the same call that must be created before this one.
    fn needs(&self, _object: &Map<String, Value>) -> Vec<String> {
        Vec::new()
    }

    /// In which order to destroy: a record before what it refers to. As asked, if nothing is said.
    fn destroy_order(
        &mut self,
        _writer: &mut Writer,
        ids: Vec<Id>,
    ) -> impl Future<Output = Result<Vec<Id>, Failure>> + Send {
        async { Ok(ids) }
    }

    /// Once all was done and before it is committed: what else follows from it.
    fn finish(
        &mut self,
        _context: &Context<'_>,
        _writer: &mut Writer,
        _outcome: &mut Outcome,
    ) -> impl Future<Output = Result<(), Failure>> + Send {
        async { Ok(()) }
    }

    /// A state of the account as the asker sees it.
    fn seen(&self, state: State) -> State {
        state
    }
}

/// What became of the records of a call.
#[derive(Debug, Default)]
pub struct Outcome {
    pub(in crate::jmap) created: BTreeMap<Id, Map<String, Value>>,
    pub(in crate::jmap) updated: BTreeMap<Id, Option<Map<String, Value>>>,
    pub(in crate::jmap) destroyed: Vec<Id>,
    pub(in crate::jmap) not_created: SetErrors,
    pub(in crate::jmap) not_updated: SetErrors,
    pub(in crate::jmap) not_destroyed: SetErrors,
}

/// The whole method.
pub async fn set<C: Changer>(
    context: &mut Context<'_>,
    set: Set,
    changer: &mut C,
) -> Result<Map<String, Value>, Failure> {
    let mut writer = context.store().begin(&set.account_id).await?;
    let old_state = changer.seen(writer.state(C::DATA_TYPE));
    if set.if_in_state.as_ref().is_some_and(|expected| *expected != old_state) {
        return Err(MethodErrorKind::StateMismatch.into());
    }
    let mut outcome = Outcome::default();
    create_all(context, &mut writer, set.create.unwrap_or_default(), changer, &mut outcome).await?;

    let destroy: BTreeSet<Id> = set.destroy.iter().flatten().filter_map(|id| context.resolve(id.as_str())).collect();
    for (key, patch) in set.update.unwrap_or_default() {
        let result = match (context.resolve(&key), &patch) {
            (Some(id), _) if destroy.contains(&id) => Err(SetErrorKind::WillDestroy.into()),
            (Some(id), Value::Object(patch)) => changer.update(context, &mut writer, &id, patch).await,
            (Some(_), _) => Err(SetErrorKind::InvalidPatch.into()),
            (None, _) => Err(SetErrorKind::NotFound.into()),
        };
        match result {
            Ok(changed) => {
                outcome.updated.insert(context.resolve(&key).unwrap_or_else(|| Id::from(key)), changed);
            }
            Err(Refusal::Record(error)) => {
                outcome.not_updated.insert(Id::from(key), error);
            }
            Err(Refusal::Call(failure)) => return Err(failure),
        }
    }

    let mut asked = Vec::new();
    for id in set.destroy.unwrap_or_default() {
        match context.resolve(id.as_str()) {
            Some(id) if !asked.contains(&id) => asked.push(id),
            Some(_) => {}
            None => {
                outcome.not_destroyed.insert(id, SetErrorKind::NotFound.into());
            }
        }
    }
    for id in changer.destroy_order(&mut writer, asked).await? {
        match changer.destroy(context, &mut writer, &id).await {
            Ok(()) => outcome.destroyed.push(id),
            Err(Refusal::Record(error)) => {
                outcome.not_destroyed.insert(id, error);
            }
            Err(Refusal::Call(failure)) => return Err(failure),
        }
    }

    changer.finish(context, &mut writer, &mut outcome).await?;
    let new_state = if outcome.changed_something() {
        let states = writer.commit().await?;
        states.get(&C::DATA_TYPE).cloned().map_or_else(|| old_state.clone(), |state| changer.seen(state))
    } else {
        old_state.clone()
    };
    outcome.answer(set.account_id, old_state, new_state)
}

/// Creates in an order in which every record that another needs comes first.
async fn create_all<C: Changer>(
    context: &mut Context<'_>,
    writer: &mut Writer,
    create: Map<String, Value>,
    changer: &mut C,
    outcome: &mut Outcome,
) -> Result<(), Failure> {
    let mut waiting: Vec<(String, Value)> = create.into_iter().collect();
    while !waiting.is_empty() {
        let names: BTreeSet<String> = waiting.iter().map(|(name, _)| name.clone()).collect();
        let (mut ready, blocked): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(name, value)| {
            let needs = value.as_object().map(|object| changer.needs(object)).unwrap_or_default();
            !needs.iter().any(|need| need != name && names.contains(need))
        });
        waiting = blocked;
        if ready.is_empty() {
            // They need each other: each is told that what it refers to is not there.
            ready = std::mem::take(&mut waiting);
        }
        for (creation_id, value) in ready {
            let result = match &value {
                Value::Object(object) => changer.create(context, writer, &creation_id, object).await,
                _ => Err(SetErrorKind::InvalidProperties.into()),
            };
            match result {
                Ok((id, mut properties)) => {
                    properties.insert("id".to_owned(), id.as_str().into());
                    context.created.insert(Id::from(creation_id.as_str()), id);
                    outcome.created.insert(Id::from(creation_id), properties);
                }
                Err(Refusal::Record(error)) => {
                    outcome.not_created.insert(Id::from(creation_id), error);
                }
                Err(Refusal::Call(failure)) => return Err(failure),
            }
        }
    }
    Ok(())
}

impl Outcome {
    /// Whether a record was created, updated or destroyed.
    pub(in crate::jmap) fn changed_something(&self) -> bool {
        !(self.created.is_empty() && self.updated.is_empty() && self.destroyed.is_empty())
    }

    /// Whether everything that was asked for was done.
    pub(in crate::jmap) fn is_flawless(&self) -> bool {
        self.not_created.is_empty() && self.not_updated.is_empty() && self.not_destroyed.is_empty()
    }

    fn answer(self, account_id: AccountId, old_state: State, new_state: State) -> Result<Map<String, Value>, Failure> {
        let mut answer = self.answer_without_state()?;
        answer.insert("accountId".to_owned(), json!(account_id));
        answer.insert("oldState".to_owned(), json!(old_state));
        answer.insert("newState".to_owned(), json!(new_state));
        Ok(answer)
    }

    /// For records that belong to no account and have no state (RFC 8620 §7.2.2).
    pub(in crate::jmap) fn answer_without_state(self) -> Result<Map<String, Value>, Failure> {
        fn some<K: Ord, V>(map: BTreeMap<K, V>) -> Option<BTreeMap<K, V>> {
            (!map.is_empty()).then_some(map)
        }
        arguments::answer(&json!({
            "created": some(self.created),
            "updated": some(self.updated),
            "destroyed": (!self.destroyed.is_empty()).then_some(self.destroyed),
            "notCreated": some(self.not_created),
            "notUpdated": some(self.not_updated),
            "notDestroyed": some(self.not_destroyed),
        }))
    }
}
