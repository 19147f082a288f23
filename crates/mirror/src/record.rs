//! The records of one type: what the server said of them, how far that can be trusted, and what
//! is wanted of them still.
//!
//! An answer's data is taken over what is known only if it cannot be older: it carries the state
//! that we are in, or was asked after we came into it, and after our last own write to the
//! record. Anything else only fills what was never loaded, and is asked again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jmap::{Id, MethodError, State};
use serde_json::Value;

use crate::Properties;

pub(crate) mod patch;

/// Stands for the server's default properties where names of properties are listed.
pub(crate) const DEFAULT: &str = "*";

#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    /// What the server said.
    pub(crate) truth: Arc<Properties>,
    /// That with the pending changes; `None` while the record is missing.
    pub(crate) shown: Option<Arc<Properties>>,
    pub(crate) missing: bool,
    /// The server's default properties were got.
    pub(crate) complete: bool,
    /// Properties that may be out of date.
    pub(crate) stale: BTreeSet<String>,
    /// Answers to questions before this moment do not know our last write.
    pub(crate) floor: u64,
}

impl Record {
    /// Nothing was ever got of it; only that we wrote to it is known.
    pub(crate) fn is_unknown(&self) -> bool {
        !self.missing && self.truth.is_empty()
    }
}

/// Whether all records of a type are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Whole {
    /// Only those asked for.
    #[default]
    No,
    /// All, and they are to be asked.
    Wanted,
    /// All are known.
    Known,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Kind {
    pub(crate) state: Option<State>,
    /// The last state heard of, by whichever way.
    pub(crate) heard: Option<State>,
    /// `/changes` is to be asked.
    pub(crate) behind: bool,
    /// When `state` last moved.
    pub(crate) moved_at: u64,
    /// `hasMoreChanges` in a row.
    pub(crate) rounds: u32,
    /// The properties that can change; all, if not said.
    pub(crate) mutable: Option<Vec<String>>,
    pub(crate) whole: Whole,
    pub(crate) records: BTreeMap<Id, Record>,
    /// Records that were got in a later state than ours, and in which.
    pub(crate) ahead: BTreeMap<Id, State>,
    pub(crate) wanted: BTreeMap<Id, BTreeSet<String>>,
    /// What is wanted and on its way.
    pub(crate) asked: BTreeSet<(Id, String)>,
    /// What the server would not give: not asked again until somebody says so.
    pub(crate) refused: BTreeMap<Id, NotGiven>,
}

/// What a `/get` that failed for good had asked of a record, and why it failed.
#[derive(Clone, Debug)]
pub(crate) struct NotGiven {
    pub(crate) properties: BTreeSet<String>,
    pub(crate) error: MethodError,
}

/// Where an answer stands in time.
#[derive(Clone, Copy)]
pub(crate) struct Provenance<'a> {
    /// When it was asked.
    pub(crate) asked_at: u64,
    /// The state it carries.
    pub(crate) state: &'a State,
}

impl Kind {
    pub(crate) fn is_mutable(&self, property: &str) -> bool {
        property != "id" && self.mutable.as_ref().is_none_or(|names| names.iter().any(|name| name == property))
    }

    /// Whether an answer can't be older than what the type's state covers.
    pub(crate) fn trusts(&self, from: Provenance<'_>) -> bool {
        self.state.as_ref() == Some(from.state) || from.asked_at >= self.moved_at
    }

    pub(crate) fn want(&mut self, id: &Id, properties: impl IntoIterator<Item = String>) {
        let record = self.records.get(id);
        if record.is_some_and(|record| record.missing) {
            return;
        }
        let refused = self.refused.get(id);
        let lacking: Vec<String> = properties
            .into_iter()
            .filter(|name| refused.is_none_or(|refused| !refused.properties.contains(name)))
            .filter(|name| {
                record.is_none_or(|record| {
                    let known = if name == DEFAULT { record.complete } else { record.truth.contains_key(name) };
                    !known || record.stale.contains(name)
                })
            })
            .collect();
        if !lacking.is_empty() {
            self.wanted.entry(id.clone()).or_default().extend(lacking);
        }
    }

    /// These properties (all, if not said) of a record may have changed.
    pub(crate) fn doubt(&mut self, id: &Id, properties: Option<&[String]>) {
        let Some(record) = self.records.get(id).filter(|record| !record.missing) else { return };
        let names: Vec<String> = record
            .truth
            .keys()
            .filter(|name| match properties {
                Some(properties) => properties.contains(name),
                None => self.is_mutable(name),
            })
            .cloned()
            .collect();
        if names.is_empty() {
            return;
        }
        if let Some(record) = self.records.get_mut(id) {
            record.stale.extend(names.iter().cloned());
        }
        self.wanted.entry(id.clone()).or_default().extend(names);
    }

    /// The type's state has moved, and stays for now if it is `at_rest`. What a record had in a
    /// state that we never were in may have changed again unseen: `/changes` may leave out what
    /// came and went between the states that it compares.
    pub(crate) fn move_to(&mut self, state: State, now: u64, at_rest: bool) {
        self.moved_at = now;
        if at_rest {
            for (id, ahead) in std::mem::take(&mut self.ahead) {
                if ahead != state {
                    self.doubt(&id, None);
                }
            }
        }
        self.state = Some(state);
    }

    /// Nothing is known of what changed: doubts everything, starting from a new state.
    pub(crate) fn doubt_all(&mut self, now: u64) {
        self.state = None;
        self.behind = false;
        self.rounds = 0;
        self.moved_at = now;
        self.ahead.clear();
        if self.whole == Whole::Known {
            self.whole = Whole::Wanted;
        }
        let ids: Vec<Id> = self.records.keys().cloned().collect();
        for id in ids {
            self.doubt(&id, None);
        }
    }

    /// The server would not give these properties of a record.
    pub(crate) fn refuse(&mut self, id: &Id, properties: &BTreeSet<String>, error: &MethodError) {
        if let Some(wanted) = self.wanted.get_mut(id) {
            wanted.retain(|name| !properties.contains(name));
            if wanted.is_empty() {
                self.wanted.remove(id);
            }
        }
        let none = || NotGiven { properties: BTreeSet::new(), error: error.clone() };
        let refused = self.refused.entry(id.clone()).or_insert_with(none);
        refused.properties.extend(properties.iter().cloned());
        refused.error = error.clone();
    }

    /// Wants again what was refused.
    pub(crate) fn retry(&mut self) {
        for (id, refused) in std::mem::take(&mut self.refused) {
            self.want(&id, refused.properties);
        }
    }

    /// Whether something of a record is known, or on its way.
    pub(crate) fn expects(&self, id: &Id) -> bool {
        let asked = || self.whole == Whole::Wanted || self.asked.iter().any(|(other, _)| other == id);
        self.records.get(id).map_or_else(asked, |record| !record.missing)
    }

    pub(crate) fn lose(&mut self, id: &Id) {
        self.wanted.remove(id);
        self.refused.remove(id);
        self.records.entry(id.clone()).or_default().missing = true;
    }

    /// Takes over what an answer says of a record. `frozen` are properties whose value cannot
    /// be told from what pending changes made of it; `asked` those the answer had to have. Says
    /// which were taken.
    pub(crate) fn merge(
        &mut self,
        id: &Id,
        mut properties: Properties,
        from: Provenance<'_>,
        frozen: &dyn Fn(&str) -> bool,
        asked: &BTreeSet<String>,
    ) -> Vec<String> {
        let mut taken = Vec::new();
        let trusted = self.trusts(from) && self.records.get(id).is_none_or(|record| from.asked_at >= record.floor);
        let known_missing = self.records.get(id).is_some_and(|record| record.missing);
        if known_missing && !trusted {
            return taken;
        }
        for name in asked.iter().filter(|name| *name != DEFAULT) {
            properties.entry(name.clone()).or_insert(Value::Null);
        }
        if trusted && self.state.as_ref() != Some(from.state) {
            self.ahead.insert(id.clone(), from.state.clone());
        }
        let doubtful: BTreeSet<String> =
            properties.keys().filter(|name| self.is_mutable(name) && (!trusted || frozen(name))).cloned().collect();
        self.refused.remove(id);
        let record = self.records.entry(id.clone()).or_default();
        let wanted = self.wanted.entry(id.clone()).or_default();
        record.missing = false;
        let truth = Arc::make_mut(&mut record.truth);
        for (name, value) in properties {
            if !doubtful.contains(&name) {
                record.stale.remove(&name);
                wanted.remove(&name);
                taken.push(name.clone());
                truth.insert(name, value);
            } else if frozen(&name) || from.asked_at < record.floor {
                // Showing it would take back for a moment what the person did.
                record.stale.insert(name.clone());
                wanted.insert(name);
            } else if !truth.contains_key(&name) {
                record.stale.insert(name.clone());
                wanted.insert(name.clone());
                taken.push(name.clone());
                truth.insert(name, value);
            }
        }
        if asked.contains(DEFAULT) {
            record.complete = true;
            wanted.remove(DEFAULT);
        }
        if wanted.is_empty() {
            self.wanted.remove(id);
        }
        taken
    }
}
