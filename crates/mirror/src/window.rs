//! A window: a query whose result is known in parts (RFC 8620 §5.5, §5.6), however long it is.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jmap::method::{QueryChangesResponse, QueryResponse};
use jmap::{Id, MethodError, State};
use serde::{Deserialize, Serialize};

use crate::{ChangeId, Place, RowAt, Shown, TypeName};

pub(crate) mod list;
pub mod report;

use list::List;

/// What a window lists. The filter and sort themselves stay with the caller, under the
/// window's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowSpec {
    /// The type queried.
    pub of: TypeName,
    /// What a row needs to be drawn; got for every row in view.
    pub properties: Vec<String>,
    /// The property that is a row's identity, if not the id: `threadId` where threads are
    /// collapsed, so that a reply replaces the row's mail but not the row. Must be one of
    /// `properties`, and immutable.
    pub row_key: Option<String>,
}

/// One row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The row's identity; what selection, focus and the view's keys hold on to.
    pub key: Id,
    /// The record to draw.
    pub id: Id,
}

/// How much of a list can be shown.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// Nothing is known yet.
    Loading,
    /// Known, at least in part.
    Ready,
    /// The server cannot answer this query; [`Mirror::retry`](crate::Mirror::retry) asks again.
    Failed(MethodError),
}

/// How many rows are asked at once.
const BLOCK: usize = 50;
/// How many pages of one window may be on their way.
const PAGES: usize = 2;

/// How a delta is to be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Reach {
    /// A few changes, with their records.
    #[default]
    Near,
    /// Many, ids only: the first was too many.
    Far,
}

/// What a pending or confirmed change does to a row until the server's list says so itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Effect {
    pub(crate) change: ChangeId,
    pub(crate) id: Id,
    pub(crate) shown: Shown,
    /// What is asked after this moment has it.
    pub(crate) confirmed: Option<u64>,
}

/// A row that stays although it no longer matches.
#[derive(Clone, Debug)]
struct Held {
    key: Id,
    id: Id,
    after: Option<Id>,
    index: usize,
}

/// The identity of the row that an id stands for.
pub(crate) type RowKey<'a> = &'a dyn Fn(&Id) -> Id;

#[derive(Clone, Debug)]
pub(crate) struct Window {
    pub(crate) spec: WindowSpec,
    /// The state of `truth`; `None` before the first page, and while a lost list is looked up anew.
    pub(crate) query_state: Option<State>,
    pub(crate) can_delta: bool,
    pub(crate) total: Option<usize>,
    pub(crate) truth: List,
    pub(crate) effects: Vec<Effect>,
    held: Vec<Held>,
    /// `truth` with effects and held rows, if there are any.
    shown: Option<List>,
    shown_total: Option<usize>,
    pub(crate) behind: bool,
    pub(crate) reach: Reach,
    /// Answers to pages of an earlier generation are not for us.
    pub(crate) generation: u32,
    pub(crate) view: Option<Range<usize>>,
    pub(crate) parked: Vec<(QueryResponse, usize)>,
    pub(crate) anchor_lost: bool,
    pub(crate) failed: Option<MethodError>,
    pub(crate) shown_at: u64,
    adopted_at: u64,
}

/// What became of an answer.
pub(crate) enum Fate {
    /// The list is up to date with it; these rows are merely not known any more.
    Applied(BTreeSet<Id>),
    /// It belongs to another state of the list; nothing was changed.
    Apart,
    /// The list must be looked up anew.
    Lost,
}

impl Window {
    pub(crate) fn new(spec: WindowSpec) -> Self {
        Self {
            spec,
            query_state: None,
            can_delta: false,
            total: None,
            truth: List::default(),
            effects: Vec::new(),
            held: Vec::new(),
            shown: None,
            shown_total: None,
            behind: false,
            reach: Reach::Near,
            generation: 0,
            view: None,
            parked: Vec::new(),
            anchor_lost: false,
            failed: None,
            shown_at: 0,
            adopted_at: 0,
        }
    }

    pub(crate) fn list(&self) -> &List {
        self.shown.as_ref().unwrap_or(&self.truth)
    }

    pub(crate) fn shown_total(&self) -> Option<usize> {
        if self.shown.is_some() { self.shown_total } else { self.total }
    }

    /// Rows as the view knows them.
    pub(crate) fn rows(&self, key: RowKey<'_>) -> Vec<RowAt> {
        self.list().iter().map(|(index, id)| RowAt { index, key: key(id) }).collect()
    }

    /// `upToId`: only where nothing is missing before the last known row, since what the server
    /// leaves out would leave the rows after a gap at unknown places.
    pub(crate) fn up_to(&self) -> Option<Id> {
        let end = self.truth.end();
        let contiguous = self.truth.first_gap() == end;
        if contiguous && self.total != Some(end) { self.truth.get(end.checked_sub(1)?).cloned() } else { None }
    }

    /// What to ask for, given what is on its way.
    pub(crate) fn wanted(&self, asked: &[Option<Range<usize>>]) -> Vec<(Place, usize)> {
        let Some(view) = self.view.clone().filter(|_| self.failed.is_none()) else { return Vec::new() };
        if self.query_state.is_none() {
            return if asked.is_empty() { vec![self.look(&view)] } else { Vec::new() };
        }
        if view.is_empty() {
            return Vec::new();
        }
        // Rows in view are a little elsewhere in the truth if some are hidden or added before.
        let slack = self.effects.len() + self.held.len();
        let end = self.total.unwrap_or(usize::MAX);
        let view = view.start.saturating_sub(slack).min(end)..view.end.saturating_add(slack).min(end);
        let parked = self.parked.iter().map(|(page, limit)| {
            let start = usize::try_from(page.position).unwrap_or(usize::MAX);
            start..start.saturating_add(*limit)
        });
        let asked: Vec<Range<usize>> = asked.iter().flatten().cloned().chain(parked).collect();
        let mut wanted = Vec::new();
        let mut want = |part: Range<usize>| {
            let missing = self.truth.missing(part);
            let (Some(from), Some(to)) = (missing.first(), missing.last()) else { return true };
            let part = from.start..to.end;
            let overlaps = asked.iter().any(|other| other.start < part.end && part.start < other.end);
            if !overlaps && !part.is_empty() && asked.len() + wanted.len() < PAGES {
                wanted.push((Place::Position(part.start), part.len()));
            }
            false
        };
        // What is in view comes first and alone; what is around it when that is there.
        if want(view.clone()) {
            let (first, last) = (view.start / BLOCK, view.end.saturating_sub(1) / BLOCK);
            for block in (first..=last).chain(Some(last + 1)).chain(first.checked_sub(1)) {
                want(block * BLOCK..((block + 1) * BLOCK).min(end));
            }
        }
        wanted
    }

    /// The first look, or the first after the list was lost: around the row that was on top.
    fn look(&self, view: &Range<usize>) -> (Place, usize) {
        if view.is_empty() {
            // Only the total is of interest.
            return (Place::Position(0), 0);
        }
        let top = view.clone().find_map(|index| {
            let id = self.list().get(index)?;
            self.truth.position(id).map(|_| (index, id.clone()))
        });
        match top {
            Some((index, id)) if view.start > 0 && !self.anchor_lost => {
                let before = index - view.start + BLOCK / 2;
                let offset = i64::try_from(before).map_or(0, i64::wrapping_neg);
                (Place::Anchor { id, offset }, view.len() + BLOCK)
            }
            _ => (Place::Position(view.start), view.len()),
        }
    }

    /// Gives the list up: what is known stays on screen until a page of the new one comes.
    pub(crate) fn renew(&mut self) {
        self.query_state = None;
        self.behind = false;
        self.reach = Reach::Near;
        self.anchor_lost = false;
        self.generation += 1;
        self.parked.clear();
    }

    pub(crate) fn apply_page(&mut self, asked_at: u64, page: QueryResponse, limit: usize) -> Fate {
        match &self.query_state {
            Some(ours) if *ours == page.query_state => self.take(page, limit),
            Some(_) if self.can_delta => {
                self.parked.push((page, limit));
                self.behind = true;
                return Fate::Apart;
            }
            Some(_) if asked_at < self.adopted_at => {
                self.behind = true;
                return Fate::Apart;
            }
            Some(_) | None => {
                self.query_state = Some(page.query_state.clone());
                self.adopted_at = asked_at;
                self.reach = Reach::Near;
                self.failed = None;
                self.truth = List::default();
                self.total = None;
                self.take(page, limit);
                self.settle(asked_at);
            }
        }
        Fate::Applied(BTreeSet::new())
    }

    fn take(&mut self, page: QueryResponse, limit: usize) {
        let start = usize::try_from(page.position).unwrap_or(usize::MAX);
        let end = start.saturating_add(page.ids.len());
        self.can_delta = page.can_calculate_changes;
        if let Some(total) = page.total.and_then(|total| usize::try_from(total).ok()) {
            self.total = Some(total);
        }
        // A page that is short for no other reason is the last, whatever the total says:
        // asking on would never end.
        if limit == 0 {
            return;
        }
        if page.ids.is_empty() && start < self.total.unwrap_or(usize::MAX) {
            self.total = Some(start);
        } else if page.ids.len() < limit && page.limit.is_none() {
            self.total = Some(end);
        }
        self.truth.put(start, page.ids);
    }

    /// RFC 8620 §5.6.
    pub(crate) fn apply_delta(&mut self, asked_at: u64, delta: QueryChangesResponse, up_to: Option<&Id>) -> Fate {
        if self.query_state.as_ref() != Some(&delta.old_query_state) {
            self.behind = true;
            return Fate::Apart;
        }
        let mut forgotten = BTreeSet::new();
        let mut total_before = self.total;
        if let Some(last) = up_to {
            // Changes after it were left out.
            let Some(last) = self.truth.position(last) else { return Fate::Lost };
            if self.cut(last + 1, &mut forgotten) {
                return Fate::Lost;
            }
            total_before = None;
        }
        let total = delta.total.and_then(|total| usize::try_from(total).ok());
        let gaps = self.truth.first_gap() < self.truth.end();
        let removed: BTreeSet<Id> = delta.removed.into_iter().collect();
        let first_gap = self.truth.first_gap();
        let in_front = self.truth.within(0..first_gap).iter().filter(|(_, id)| removed.contains(id)).count();
        let found = self.truth.remove(&removed);
        if gaps && found.len() < removed.len() {
            // The others were in a gap, so what follows has moved; or they never were in the list
            // (a server may name every mail that changed), as the totals can prove.
            let really = match (total_before, total) {
                (Some(before), Some(after)) => (before + delta.added.len()).checked_sub(after),
                _ => None,
            };
            if really != Some(found.len()) && self.cut(first_gap - in_front, &mut forgotten) {
                return Fate::Lost;
            }
        }
        // Should the server add what it did not remove, it is still in the list but once.
        self.truth.remove(&delta.added.iter().map(|item| item.id.clone()).collect());
        let added = delta.added.len();
        for item in delta.added {
            let Ok(index) = usize::try_from(item.index) else { continue };
            self.truth.insert(index, item.id);
        }
        self.total = total.or_else(|| self.total.map(|total| (total + added).saturating_sub(found.len())));
        self.query_state = Some(delta.new_query_state);
        self.reach = Reach::Near;
        self.settle(asked_at);
        Fate::Applied(forgotten)
    }

    /// Forgets the rows from `index` on; says whether that would leave the view empty-handed.
    fn cut(&mut self, index: usize, forgotten: &mut BTreeSet<Id>) -> bool {
        let in_view =
            self.view.as_ref().is_some_and(|view| view.end > index && self.truth.within(index..view.end).known() > 0);
        if !in_view {
            forgotten.extend(self.truth.within(index..usize::MAX).iter().map(|(_, id)| id.clone()));
            self.truth.truncate(index);
        }
        in_view
    }

    /// After a delta: pages that came too early for it.
    pub(crate) fn unpark(&mut self) {
        for (page, limit) in std::mem::take(&mut self.parked) {
            if self.query_state.as_ref() == Some(&page.query_state) {
                self.take(page, limit);
            }
        }
    }

    /// The truth was asked at that moment: what was confirmed before is in it.
    fn settle(&mut self, asked_at: u64) {
        self.effects.retain(|effect| effect.confirmed.is_none_or(|at| asked_at < at));
    }

    pub(crate) fn hold(&mut self, row: &Id, key: RowKey<'_>) {
        let at = self.list().iter().find(|(_, id)| key(id) == *row).map(|(index, id)| (index, id.clone()));
        if let Some((index, id)) = at
            && !self.held.iter().any(|held| held.key == *row)
        {
            self.held.push(Held { key: row.clone(), id, after: None, index });
        }
    }

    pub(crate) fn release(&mut self) {
        self.held.clear();
    }

    pub(crate) fn holds_rows(&self) -> bool {
        !self.held.is_empty()
    }

    /// Whether a page only says more of the list that is shown: no row of it is elsewhere now.
    pub(crate) fn is_extended_by(&self, page: &QueryResponse) -> bool {
        let start = usize::try_from(page.position).unwrap_or(usize::MAX);
        self.shown.is_none()
            && self.query_state.as_ref() == Some(&page.query_state)
            && self.truth.agrees_with(start, &page.ids)
    }

    /// Before the truth changes: where the held rows are now.
    pub(crate) fn note_held(&mut self) {
        let mut held = std::mem::take(&mut self.held);
        for row in &mut held {
            let list = self.list();
            if let Some(index) = list.position(&row.id) {
                row.index = index;
                row.after = index.checked_sub(1).and_then(|above| list.get(above)).cloned();
            }
        }
        self.held = held;
    }

    /// The row as a change would find it, for its undo.
    pub(crate) fn whereabouts(&self, id: &Id) -> Shown {
        let list = self.list();
        match list.position(id) {
            Some(index) => Shown::At { after: index.checked_sub(1).and_then(|above| list.get(above)).cloned(), index },
            None if self.effects.iter().any(|effect| effect.id == *id && effect.shown == Shown::Hidden) => {
                Shown::Hidden
            }
            None => Shown::AsKnown,
        }
    }

    /// Puts the shown list together: the truth, what changes hide or show, what is held.
    pub(crate) fn rebuild(&mut self, key: RowKey<'_>) {
        if self.effects.is_empty() && self.held.is_empty() {
            self.shown = None;
            return;
        }
        // The last change has the say.
        let mut last: BTreeMap<&Id, &Shown> = BTreeMap::new();
        for effect in &self.effects {
            last.insert(&effect.id, &effect.shown);
        }
        let hidden: BTreeSet<Id> =
            last.iter().filter(|(_, shown)| ***shown == Shown::Hidden).map(|(id, _)| (*id).clone()).collect();
        // What was put away stays away, also when the server has confirmed it and its effect is over.
        self.held.retain(|held| !hidden.contains(&held.id));
        let mut list = self.truth.clone();
        let gone = list.remove(&hidden).len();
        let mut total = self.total.map(|total| total.saturating_sub(gone));
        let mut keys: BTreeSet<Id> = list.iter().map(|(_, id)| key(id)).collect();
        let shown = self.effects.iter().filter_map(|effect| match last.get(&effect.id) {
            Some(Shown::At { after, index }) => Some((&effect.id, after.as_ref(), *index)),
            Some(Shown::Hidden | Shown::AsKnown) | None => None,
        });
        let held = self.held.iter().map(|held| (&held.id, held.after.as_ref(), held.index));
        for (id, after, index) in shown.chain(held) {
            if hidden.contains(id) || !keys.insert(key(id)) {
                continue;
            }
            let near = total.unwrap_or(list.end()).min(index);
            let at = after.and_then(|after| list.position(after)).map_or(near, |above| above + 1);
            list.insert(at, id.clone());
            total = total.map(|total| total + 1);
        }
        self.shown = Some(list);
        self.shown_total = total;
    }
}
