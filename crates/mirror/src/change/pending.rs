//! The changes that the server has not confirmed, in the order they were made, and the counts
//! they move.

use std::collections::BTreeMap;
use std::sync::Arc;

use jmap::Id;
use serde_json::Value;

use super::{Action, Change, ChangeId, Counter, Edit};
use crate::record::patch;
use crate::{Properties, TypeName};

#[derive(Clone, Debug, Default)]
pub(crate) struct Pending {
    pub(crate) next: u64,
    pub(crate) changes: BTreeMap<ChangeId, (TypeName, BTreeMap<Id, Edit>)>,
    /// Which changes have an edit of a record with this id.
    by_id: BTreeMap<Id, Vec<ChangeId>>,
    pub(crate) tallies: Vec<Tally>,
}

/// A count that is moved until the counting record, got again, says so itself.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    pub(crate) counter: Counter,
    change: ChangeId,
    edit: Id,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// What the server says does not have it.
    Queued,
    /// What the server says may have it.
    Sent,
    /// What is asked after this moment has it.
    Confirmed(u64),
}

/// What one `/set` does to one record, and whose changes that fulfils.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) action: Action,
    pub(crate) changes: Vec<ChangeId>,
}

impl Pending {
    pub(crate) fn add(&mut self, id: ChangeId, change: Change) {
        self.next = self.next.max(id.0 + 1);
        let mut edits = BTreeMap::new();
        for edit in change.edits {
            self.by_id.entry(edit.id.clone()).or_default().push(id);
            self.tallies.extend(edit.counters.iter().map(|counter| Tally {
                counter: counter.clone(),
                change: id,
                edit: edit.id.clone(),
                phase: Phase::Queued,
            }));
            edits.insert(edit.id.clone(), edit);
        }
        self.changes.insert(id, (change.of, edits));
    }

    pub(crate) fn len(&self) -> usize {
        self.changes.values().map(|(_, edits)| edits.len()).sum()
    }

    /// The pending edits of a record, oldest first.
    fn edits(&self, of: &TypeName, id: &Id) -> impl Iterator<Item = &Edit> {
        self.by_id.get(id).into_iter().flatten().filter_map(move |change| {
            let (kind, edits) = self.changes.get(change)?;
            if kind == of { edits.get(id) } else { None }
        })
    }

    /// A record's truth with what is pending on top.
    pub(crate) fn over(&self, truth: &Arc<Properties>, of: &TypeName, id: &Id) -> Option<Arc<Properties>> {
        let mut shown = truth.clone();
        for edit in self.edits(of, id) {
            match &edit.action {
                Action::Patch(patch) => patch::apply(Arc::make_mut(&mut shown), patch),
                Action::Destroy => return None,
            }
        }
        for tally in self.tallies.iter().filter(|tally| tally.is_of(of, id)) {
            let name = &tally.counter.property;
            if let Some(count) = shown.get(name).and_then(Value::as_i64) {
                let count = Value::from(count + tally.counter.by);
                Arc::make_mut(&mut shown).insert(name.clone(), count);
            }
        }
        Some(shown)
    }

    /// The next `/set`: as many edits as fit, in order, those of one record composed.
    pub(crate) fn next_set(&self, most: usize) -> Option<(TypeName, BTreeMap<Id, Sent>)> {
        let (of, _) = self.changes.values().next()?;
        let mut set: BTreeMap<Id, Sent> = BTreeMap::new();
        'full: for (change, (_, edits)) in self.changes.iter().take_while(|(_, (other, _))| other == of) {
            for (id, edit) in edits {
                if let Some(sent) = set.get_mut(id) {
                    sent.changes.push(*change);
                    match (&mut sent.action, &edit.action) {
                        (Action::Patch(earlier), Action::Patch(later)) => patch::compose(earlier, later),
                        (Action::Patch(_), Action::Destroy) => sent.action = Action::Destroy,
                        (Action::Destroy, _) => {}
                    }
                } else if set.len() < most {
                    set.insert(id.clone(), Sent { action: edit.action.clone(), changes: vec![*change] });
                } else {
                    break 'full;
                }
            }
        }
        Some((of.clone(), set))
    }

    pub(crate) fn mark_sent(&mut self, set: &BTreeMap<Id, Sent>) {
        for tally in &mut self.tallies {
            if set.get(&tally.edit).is_some_and(|sent| sent.changes.contains(&tally.change)) {
                tally.phase = Phase::Sent;
            }
        }
    }

    /// Whatever is queued may have been sent by somebody who is no more.
    pub(crate) fn mark_all_sent(&mut self) {
        for tally in self.tallies.iter_mut().filter(|tally| tally.phase == Phase::Queued) {
            tally.phase = Phase::Sent;
        }
    }

    /// The counts of confirmed changes that are not settled yet.
    pub(crate) fn unsettled(&self) -> Vec<Counter> {
        let confirmed = self.tallies.iter().filter(|tally| matches!(tally.phase, Phase::Confirmed(_)));
        confirmed.map(|tally| tally.counter.clone()).collect()
    }

    /// Takes them up again; whatever is asked from now on has them.
    pub(crate) fn take_unsettled(&mut self, counters: Vec<Counter>) {
        self.tallies.extend(counters.into_iter().map(|counter| Tally {
            edit: counter.id.clone(),
            change: ChangeId(u64::MAX),
            counter,
            phase: Phase::Confirmed(0),
        }));
    }

    /// Takes an edit out of the queue. Its counts stay until they are settled if it was
    /// confirmed, and are taken back if it was refused.
    pub(crate) fn take(&mut self, change: ChangeId, id: &Id, confirmed: Option<u64>) -> Option<Edit> {
        let (_, edits) = self.changes.get_mut(&change)?;
        let edit = edits.remove(id);
        if edits.is_empty() {
            self.changes.remove(&change);
        }
        if let Some(changes) = self.by_id.get_mut(id) {
            changes.retain(|other| *other != change);
            if changes.is_empty() {
                self.by_id.remove(id);
            }
        }
        let ours = |tally: &Tally| tally.change == change && tally.edit == *id;
        match confirmed {
            Some(at) => {
                for tally in self.tallies.iter_mut().filter(|tally| ours(tally)) {
                    tally.phase = Phase::Confirmed(at);
                }
            }
            None => self.tallies.retain(|tally| !ours(tally)),
        }
        edit
    }

    /// Whether a count as asked at that moment may or may not have a pending change in it.
    pub(crate) fn is_ambiguous(&self, of: &TypeName, id: &Id, property: &str, asked_at: u64) -> bool {
        self.tallies.iter().any(|tally| {
            tally.is_of(of, id)
                && tally.counter.property == property
                && match tally.phase {
                    Phase::Queued => false,
                    Phase::Sent => true,
                    Phase::Confirmed(at) => asked_at <= at,
                }
        })
    }

    /// A count as asked at that moment was taken over: the confirmed changes are in it.
    pub(crate) fn settle(&mut self, of: &TypeName, id: &Id, property: &str, asked_at: u64) {
        self.tallies.retain(|tally| {
            !(tally.is_of(of, id)
                && tally.counter.property == property
                && matches!(tally.phase, Phase::Confirmed(at) if at < asked_at))
        });
    }

    /// Counts of records that are gone are nobody's.
    pub(crate) fn forget(&mut self, of: &TypeName, id: &Id) {
        self.tallies.retain(|tally| !tally.is_of(of, id) || !matches!(tally.phase, Phase::Confirmed(_)));
    }
}

impl Tally {
    fn is_of(&self, of: &TypeName, id: &Id) -> bool {
        self.counter.id == *id && self.counter.of == *of
    }
}
