//! A person's changes: shown at once, undone by their inverse, confirmed or refused by the
//! answer to `/set`.

use std::collections::{BTreeMap, BTreeSet};

use jmap::error::SetErrorKind;
use jmap::method::SetResponse;
use jmap::{Id, SetError};

use super::{Flight, Mirror};
use crate::change::pending::{Pending, Sent};
use crate::record::patch;
use crate::window::Effect;
use crate::{
    Action, Change, ChangeId, Changed, Counter, Edit, Outbox, Refusal, RowEffect, Shown, Ticket, Touched, TypeName,
    WindowKey,
};

impl Mirror {
    /// Changes records at once and queues the change for the server.
    pub fn change(&mut self, change: Change) -> Changed {
        let undo = self.inverse(&change);
        let id = ChangeId(self.pending.next);
        let mut touched = Touched { outbox: true, ..Touched::default() };
        self.take_up(id, change, &mut touched);
        Changed { id, undo, touched }
    }

    /// How many edits the server has not confirmed.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// The queue of unconfirmed changes, to be stored whenever [`Touched::outbox`] says so.
    #[must_use]
    pub fn outbox(&self) -> Outbox {
        self.pending.outbox()
    }

    /// Takes up a stored queue after a reload: shows it and sends it again.
    pub fn replay(&mut self, outbox: Outbox) -> Touched {
        let mut touched = Touched::default();
        for (id, change) in outbox.changes {
            self.take_up(id, change, &mut touched);
        }
        // The server may have had them before the reload.
        self.pending.mark_all_sent();
        touched
    }

    fn take_up(&mut self, id: ChangeId, change: Change, touched: &mut Touched) {
        let mut rows: BTreeMap<WindowKey, Vec<Effect>> = BTreeMap::new();
        let mut records: BTreeSet<(TypeName, Id)> = BTreeSet::new();
        for edit in &change.edits {
            records.insert((change.of.clone(), edit.id.clone()));
            records.extend(edit.counters.iter().map(|counter| (counter.of.clone(), counter.id.clone())));
            for RowEffect { window, shown } in &edit.rows {
                rows.entry(window.clone()).or_default().push(Effect {
                    change: id,
                    id: edit.id.clone(),
                    shown: shown.clone(),
                    confirmed: None,
                });
            }
        }
        self.pending.add(id, change);
        for (of, id) in records {
            self.refresh(&of, &id, touched);
        }
        for (window, effects) in rows {
            self.redraw(&window, touched, |it| {
                // A restored window may have it already.
                it.effects.retain(|old| effects.iter().all(|new| (new.change, &new.id) != (old.change, &old.id)));
                it.effects.extend(effects);
                BTreeSet::new()
            });
        }
    }

    /// The change that takes this one back, as far as what it changes is known.
    fn inverse(&self, change: &Change) -> Option<Change> {
        let mut edits = Vec::with_capacity(change.edits.len());
        for edit in &change.edits {
            let Action::Patch(patch) = &edit.action else { return None };
            let before = self.record(&change.of, &edit.id)?;
            let counters = edit.counters.iter().map(|counter| Counter { by: -counter.by, ..counter.clone() });
            let rows = edit.rows.iter().map(|row| RowEffect {
                window: row.window.clone(),
                shown: self.windows.get(&row.window).map_or(Shown::AsKnown, |it| it.whereabouts(&edit.id)),
            });
            edits.push(Edit {
                id: edit.id.clone(),
                action: Action::Patch(patch::inverse(before, patch)?),
                rows: rows.collect(),
                counters: counters.collect(),
            });
        }
        Some(Change { of: change.of.clone(), edits })
    }

    /// The answer to [`Ask::Set`](crate::Ask::Set): confirms, or refuses id by id.
    pub fn apply_set(&mut self, ticket: Ticket, answer: SetResponse) -> Touched {
        let mut touched = Touched::default();
        let Some(Flight::Set { of, set }) = self.flights.remove(&ticket) else { return touched };
        let now = self.tick();
        let mut updated = answer.updated.unwrap_or_default();
        let destroyed: BTreeSet<Id> = answer.destroyed.into_iter().flatten().collect();
        let mut errors = answer.not_updated.unwrap_or_default();
        errors.extend(answer.not_destroyed.unwrap_or_default());

        let kind = self.kinds.entry(of.clone()).or_default();
        let alone = kind.state.is_some() && kind.state == answer.old_state;
        if alone {
            // Nothing else happened in between, so this is all there is to know.
            kind.move_to(answer.new_state.clone(), now, true);
        } else {
            kind.behind = kind.state.is_some();
            kind.moved_at = now;
        }
        kind.heard = Some(answer.new_state);

        let (mut confirmed, mut refused) = (BTreeMap::new(), Vec::new());
        for (id, sent) in set {
            let gone = errors.get(&id).is_some_and(|error| error.kind == SetErrorKind::NotFound);
            let done = match sent.action {
                Action::Patch(_) => updated.contains_key(&id),
                Action::Destroy => destroyed.contains(&id) || gone,
            };
            if done {
                let server_set = updated.remove(&id).flatten();
                confirmed.insert(id, (sent, server_set));
            } else {
                let error = errors
                    .remove(&id)
                    .unwrap_or_else(|| SetError::from(SetErrorKind::from("serverPartialFail".to_owned())));
                refused.push((id, sent, error));
            }
        }
        self.confirm(&of, confirmed, now, alone, &mut touched);
        self.refuse(&of, refused, &mut touched);
        touched
    }

    fn confirm(
        &mut self,
        of: &TypeName,
        confirmed: BTreeMap<Id, (Sent, Option<crate::Properties>)>,
        now: u64,
        alone: bool,
        touched: &mut Touched,
    ) {
        let mut counted = BTreeSet::new();
        let mut settled: BTreeSet<(ChangeId, Id)> = BTreeSet::new();
        for (id, (sent, server_set)) in confirmed {
            let mut names: BTreeSet<String> = BTreeSet::new();
            for change in &sent.changes {
                let Some(edit) = self.pending.take(*change, &id, Some(now)) else { continue };
                counted.extend(edit.counters.into_iter().map(|counter| (counter.of, counter.id, counter.property)));
                settled.insert((*change, id.clone()));
            }
            let kind = self.kinds.entry(of.clone()).or_default();
            match (&sent.action, kind.records.get_mut(&id)) {
                (Action::Destroy, _) => kind.lose(&id),
                (Action::Patch(_), None) => kind.records.entry(id.clone()).or_default().floor = now,
                (Action::Patch(patch), Some(record)) => {
                    let truth = std::sync::Arc::make_mut(&mut record.truth);
                    patch::apply(truth, patch);
                    truth.extend(server_set.into_iter().flatten());
                    record.floor = now;
                    names.extend(patch.keys().map(|path| patch::property(path)));
                }
            }
            if !alone {
                let names: Vec<String> = names.into_iter().collect();
                kind.doubt(&id, Some(&names));
            }
            self.refresh(of, &id, touched);
        }
        for (of, id, property) in counted {
            match self.kinds.get_mut(&of).filter(|kind| kind.expects(&id)) {
                Some(kind) => kind.doubt(&id, Some(&[property])),
                None => self.pending.forget(&of, &id),
            }
        }
        for it in self.windows.values_mut() {
            let mut ours = false;
            for effect in &mut it.effects {
                if settled.contains(&(effect.change, effect.id.clone())) {
                    effect.confirmed = Some(now);
                    ours = true;
                }
            }
            it.behind |= ours || it.spec.of == *of;
        }
        touched.outbox |= !settled.is_empty();
    }

    /// Undoes these edits, and only these.
    pub(super) fn refuse(&mut self, of: &TypeName, refused: Vec<(Id, Sent, SetError)>, touched: &mut Touched) {
        let mut undone: BTreeSet<(ChangeId, Id)> = BTreeSet::new();
        for (id, sent, error) in refused {
            for change in sent.changes {
                let Some(edit) = self.pending.take(change, &id, None) else { continue };
                undone.insert((change, id.clone()));
                for counter in edit.counters {
                    self.refresh(&counter.of, &counter.id, touched);
                }
                touched.refusals.push(Refusal { change, of: of.clone(), id: id.clone(), error: error.clone() });
            }
            let kind = self.kinds.entry(of.clone()).or_default();
            if error.kind == SetErrorKind::NotFound {
                kind.lose(&id);
            } else {
                kind.doubt(&id, None);
            }
            self.refresh(of, &id, touched);
        }
        let windows: Vec<WindowKey> = self
            .windows
            .iter()
            .filter(|(_, it)| it.effects.iter().any(|effect| undone.contains(&(effect.change, effect.id.clone()))))
            .map(|(key, _)| key.clone())
            .collect();
        for window in windows {
            self.redraw(&window, touched, |it| {
                it.effects.retain(|effect| !undone.contains(&(effect.change, effect.id.clone())));
                BTreeSet::new()
            });
        }
        touched.outbox |= !undone.is_empty();
    }
}

impl Pending {
    /// What the queued changes do to a window's rows.
    pub(crate) fn effects(&self, window: &WindowKey) -> Vec<Effect> {
        let mut effects = Vec::new();
        for (change, (_, edits)) in &self.changes {
            for edit in edits.values() {
                effects.extend(edit.rows.iter().filter(|row| row.window == *window).map(|row| Effect {
                    change: *change,
                    id: edit.id.clone(),
                    shown: row.shown.clone(),
                    confirmed: None,
                }));
            }
        }
        effects
    }

    /// What is left to send, to be stored.
    fn outbox(&self) -> Outbox {
        let changes = self
            .changes
            .iter()
            .map(|(id, (of, edits))| (*id, Change { of: of.clone(), edits: edits.values().cloned().collect() }));
        Outbox { changes: changes.collect() }
    }
}
