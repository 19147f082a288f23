//! What outlives a reload: the mirror's recent windows and records, and the queue of changes.
//!
//! Both are plain serde values; where they are kept (IndexedDB) is the caller's matter. A snapshot can be long: taking
//! one copies no record, and as [`lines`](Snapshot::into_lines) it is written in as many moments as one likes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jmap::{Id, State};
use serde::{Deserialize, Serialize};

use crate::mirror::Mirror;
use crate::record::{Kind, Record, Whole};
use crate::window::list::List;
use crate::window::{Effect, Window};
use crate::{Change, ChangeId, Counter, Limits, Properties, TypeName, WindowKey, WindowSpec, json};

/// A part of a mirror, to be restored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    types: Vec<StoredType>,
    windows: Vec<StoredWindow>,
    /// Of changes that were confirmed, but are not in the counting records yet.
    counters: Vec<Counter>,
}

/// The changes that the server has not confirmed, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outbox {
    /// Each with what is left of it.
    pub changes: Vec<(ChangeId, Change)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct StoredType {
    name: TypeName,
    state: State,
    mutable: Option<Vec<String>>,
    whole: bool,
    records: Vec<StoredRecord>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct StoredRecord {
    id: Id,
    properties: Arc<Properties>,
    complete: bool,
    stale: BTreeSet<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct StoredWindow {
    key: WindowKey,
    spec: WindowSpec,
    query_state: State,
    can_delta: bool,
    total: Option<usize>,
    rows: List,
    effects: Vec<Effect>,
}

impl Snapshot {
    /// As JSON, in lines: all but the records, then each record.
    pub fn into_lines(mut self) -> impl Iterator<Item = String> {
        let mut records = Vec::new();
        for (at, stored) in self.types.iter_mut().enumerate() {
            records.extend(std::mem::take(&mut stored.records).into_iter().map(|record| (at, record)));
        }
        // Maps with keys that are texts: writing them cannot fail.
        let first = std::iter::once_with(move || json::write(&self).unwrap_or_default());
        first.chain(records.into_iter().map(|record| json::write(&record).unwrap_or_default()))
    }

    /// From the lines, joined by line ends; `None` if they are none of a snapshot.
    #[must_use]
    pub fn from_lines(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut snapshot: Self = json::read(lines.next()?)?;
        for line in lines {
            let (at, record): (usize, StoredRecord) = json::read(line)?;
            snapshot.types.get_mut(at)?.records.push(record);
        }
        Some(snapshot)
    }
}

impl Mirror {
    /// What is worth keeping for a reload: the windows last shown (so many, with so many of
    /// their first rows each), the records of those rows, and all records of the types in
    /// `whole`. Pending changes are not in it: see [`outbox`](Self::outbox).
    #[must_use]
    pub fn snapshot(&self, windows: usize, rows: usize, whole: &[TypeName]) -> Snapshot {
        let mut recent: Vec<(&WindowKey, &Window)> = self.windows.iter().collect();
        recent.sort_by_key(|(_, it)| std::cmp::Reverse(it.shown_at));
        let mut needed: BTreeMap<&TypeName, BTreeSet<&Id>> = BTreeMap::new();
        let mut stored = Vec::new();
        for (key, it) in recent.into_iter().take(windows) {
            let Some(query_state) = it.query_state.clone() else { continue };
            let ids = it.truth.iter().filter(|(index, _)| *index < rows).map(|(_, id)| id);
            needed.entry(&it.spec.of).or_default().extend(ids);
            stored.push(StoredWindow {
                key: key.clone(),
                spec: it.spec.clone(),
                query_state,
                can_delta: it.can_delta,
                total: it.total,
                rows: it.truth.within(0..rows),
                effects: it.effects.clone(),
            });
        }
        let types = self.kinds.iter().filter_map(|(name, kind)| {
            let all = whole.contains(name);
            let records = kind.records.iter().filter(|(id, record)| {
                !record.missing && !record.is_unknown() && (all || needed.get(name).is_some_and(|ids| ids.contains(id)))
            });
            Some(StoredType {
                name: name.clone(),
                state: kind.state.clone()?,
                mutable: kind.mutable.clone(),
                whole: all && kind.whole == Whole::Known,
                records: records
                    .map(|(id, record)| StoredRecord {
                        id: id.clone(),
                        properties: record.truth.clone(),
                        complete: record.complete,
                        stale: record.stale.clone(),
                    })
                    .collect(),
            })
        });
        Snapshot { types: types.collect(), windows: stored, counters: self.pending.unsettled() }
    }

    /// A mirror as it was; it asks what it missed, of windows when they are shown. Give it the
    /// stored outbox next ([`replay`](Self::replay)).
    #[must_use]
    pub fn restore(snapshot: Snapshot, limits: Limits) -> Self {
        let mut mirror = Self::new(limits);
        for stored in snapshot.types {
            let mut kind = Kind {
                heard: Some(stored.state.clone()),
                state: Some(stored.state),
                behind: true,
                mutable: stored.mutable,
                whole: if stored.whole { Whole::Known } else { Whole::No },
                ..Kind::default()
            };
            for it in stored.records {
                let truth = it.properties;
                if !it.stale.is_empty() {
                    kind.wanted.insert(it.id.clone(), it.stale.clone());
                }
                let shown = Some(truth.clone());
                let record = Record { truth, shown, complete: it.complete, stale: it.stale, ..Record::default() };
                kind.records.insert(it.id, record);
            }
            mirror.kinds.insert(stored.name, kind);
        }
        mirror.pending.take_unsettled(snapshot.counters);
        mirror.refresh_all();
        for stored in snapshot.windows {
            let mut window = Window::new(stored.spec);
            window.query_state = Some(stored.query_state);
            window.can_delta = stored.can_delta;
            window.total = stored.total;
            window.truth = stored.rows;
            window.effects = stored.effects;
            for effect in &mut window.effects {
                // Confirmed before anything that is asked now; or in the outbox, which says so.
                effect.confirmed = Some(0);
                mirror.pending.next = mirror.pending.next.max(effect.change.0 + 1);
            }
            window.behind = true;
            mirror.windows.insert(stored.key.clone(), window);
            mirror.redraw_all(&stored.key);
        }
        mirror
    }
}
