//! The mirror of one account: the face of this crate.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use jmap::{Id, MethodError, State};

use crate::change::pending::{Pending, Sent};
use crate::record::{DEFAULT, Kind, Whole};
use crate::window::Window;
use crate::window::report::difference;
use crate::{Limits, Properties, Row, Status, Ticket, Touched, TypeName, WindowKey, WindowSpec};

mod answers;
mod changes;
mod wishes;

/// How many windows are kept that are not in view.
const WINDOWS: usize = 20;

/// How much is known of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It was never got.
    Unknown,
    /// It was got, in part or whole.
    Loaded,
    /// The server does not have it (any more), or a pending change destroys it.
    Missing,
}

/// A copy of one account. See the crate's page.
///
/// Reading: [`record`](Self::record), [`row`](Self::row), [`total`](Self::total).
/// Wanting: [`load`](Self::load), [`open`](Self::open), [`show`](Self::show).
/// Talking: [`wishes`](Self::wishes), then exactly one of `apply_*` or [`lost`](Self::lost) for
/// each. Changing: [`change`](Self::change).
#[derive(Clone, Debug, Default)]
pub struct Mirror {
    limits: Limits,
    /// Logical time: tickets, and the moments they are compared with.
    clock: u64,
    pub(crate) kinds: BTreeMap<TypeName, Kind>,
    pub(crate) windows: BTreeMap<WindowKey, Window>,
    pub(crate) pending: Pending,
    flights: BTreeMap<Ticket, Flight>,
}

/// A wish that is on its way.
#[derive(Clone, Debug)]
enum Flight {
    Get { of: TypeName, ids: Option<Vec<Id>>, properties: BTreeSet<String> },
    Changes { of: TypeName },
    Page { window: WindowKey, generation: u32, range: Option<Range<usize>>, anchored: bool, limit: usize },
    QueryChanges { window: WindowKey, generation: u32, up_to: Option<Id> },
    Set { of: TypeName, set: BTreeMap<Id, Sent> },
}

impl Mirror {
    /// An empty mirror.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Says which properties of a type can change at all; the others are never got twice.
    /// Not said: all of them can. For Email: `mailboxIds` and `keywords`.
    pub fn define(&mut self, of: TypeName, mutable: &[&str]) {
        self.kinds.entry(of).or_default().mutable = Some(mutable.iter().map(|name| (*name).to_owned()).collect());
    }

    // --- records -----------------------------------------------------------------------------

    /// A record as it is to be shown: the truth with the pending changes.
    #[must_use]
    pub fn record(&self, of: &TypeName, id: &Id) -> Option<&Arc<Properties>> {
        self.kinds.get(of)?.records.get(id)?.shown.as_ref()
    }

    /// How much is known of a record.
    #[must_use]
    pub fn presence(&self, of: &TypeName, id: &Id) -> Presence {
        match self.kinds.get(of).and_then(|kind| kind.records.get(id)) {
            None => Presence::Unknown,
            Some(record) if record.is_unknown() => Presence::Unknown,
            Some(record) if record.shown.is_some() => Presence::Loaded,
            Some(_) => Presence::Missing,
        }
    }

    /// Whether all these properties of a record are known (and not known to be out of date).
    #[must_use]
    pub fn has(&self, of: &TypeName, id: &Id, properties: &[String]) -> bool {
        self.kinds.get(of).and_then(|kind| kind.records.get(id)).is_some_and(|record| {
            properties.iter().all(|name| record.truth.contains_key(name) && !record.stale.contains(name))
        })
    }

    /// Why the server would not give (all) that was wanted of a record.
    #[must_use]
    pub fn refusal(&self, of: &TypeName, id: &Id) -> Option<&MethodError> {
        self.kinds.get(of)?.refused.get(id).map(|refused| &refused.error)
    }

    /// Wants again what the server would not give.
    pub fn retry_records(&mut self) {
        for kind in self.kinds.values_mut() {
            kind.retry();
        }
    }

    /// The state of a type's records, once some are known.
    #[must_use]
    pub fn state(&self, of: &TypeName) -> Option<&State> {
        self.kinds.get(of)?.state.as_ref()
    }

    /// Wants these properties of these records (`None`: the server's default); what is there and
    /// up to date is not asked again.
    pub fn load(&mut self, of: &TypeName, ids: &[Id], properties: Option<&[String]>) {
        let kind = self.kinds.entry(of.clone()).or_default();
        for id in ids {
            match properties {
                Some(properties) => kind.want(id, properties.iter().cloned()),
                None => kind.want(id, [DEFAULT.to_owned()]),
            }
        }
    }

    /// Wants all records of a type, now and as they are created: mailboxes, identities.
    pub fn load_all(&mut self, of: &TypeName) {
        let kind = self.kinds.entry(of.clone()).or_default();
        if kind.whole == Whole::No {
            kind.whole = Whole::Wanted;
        }
    }

    /// Whether all records of a type are known; see [`load_all`](Self::load_all).
    #[must_use]
    pub fn has_all(&self, of: &TypeName) -> bool {
        self.kinds.get(of).is_some_and(|kind| kind.whole == Whole::Known)
    }

    /// Every record of a type that is shown, by id.
    pub fn records(&self, of: &TypeName) -> impl Iterator<Item = (&Id, &Arc<Properties>)> {
        self.kinds
            .get(of)
            .into_iter()
            .flat_map(|kind| kind.records.iter().filter_map(|(id, record)| Some((id, record.shown.as_ref()?))))
    }

    // --- windows -----------------------------------------------------------------------------

    /// Makes a window known; does nothing if it is.
    pub fn open(&mut self, window: &WindowKey, spec: WindowSpec) {
        if self.windows.contains_key(window) {
            return;
        }
        let mut new = Window::new(spec);
        new.effects = self.pending.effects(window);
        new.shown_at = self.tick();
        self.windows.insert(window.clone(), new);
        self.redraw_all(window);
    }

    /// These rows are in view now (before the first answer: those that fit). Call it when
    /// scrolling has rested for some 60 ms. A window that was not in view forgets its held rows
    /// and is asked what it missed.
    pub fn show(&mut self, window: &WindowKey, rows: Range<usize>) -> Touched {
        let now = self.tick();
        let mut touched = Touched::default();
        let Some(it) = self.windows.get_mut(window) else { return touched };
        it.shown_at = now;
        let comes = it.view.replace(rows).is_none();
        if comes {
            touched = self.release(window);
            self.evict();
        }
        touched
    }

    /// The window is out of view: it stays, among the twenty last shown, and goes stale.
    pub fn hide(&mut self, window: &WindowKey) {
        if let Some(it) = self.windows.get_mut(window) {
            it.view = None;
        }
    }

    /// The row of this key stays in the list although it no longer matches (the mail being read
    /// in a list of unread mail), until [`release`](Self::release) or the next first
    /// [`show`](Self::show). A change that hides it hides it nevertheless.
    pub fn hold(&mut self, window: &WindowKey, row_key: &Id) {
        let kinds = &self.kinds;
        if let Some(it) = self.windows.get_mut(window) {
            let spec = it.spec.clone();
            it.hold(row_key, &|id| key_of(kinds, &spec, id));
        }
    }

    /// Lets the held rows go.
    pub fn release(&mut self, window: &WindowKey) -> Touched {
        let mut touched = Touched::default();
        if !self.windows.get(window).is_some_and(Window::holds_rows) {
            return touched;
        }
        self.redraw(window, &mut touched, |it| {
            it.release();
            BTreeSet::new()
        });
        touched
    }

    /// Asks a failed window again.
    pub fn retry(&mut self, window: &WindowKey) {
        if let Some(it) = self.windows.get_mut(window) {
            it.failed = None;
        }
    }

    /// Whether a window can be shown.
    #[must_use]
    pub fn status(&self, window: &WindowKey) -> Status {
        match self.windows.get(window) {
            Some(Window { failed: Some(error), .. }) => Status::Failed(error.clone()),
            Some(it) if it.query_state.is_some() || it.truth.known() > 0 => Status::Ready,
            Some(_) | None => Status::Loading,
        }
    }

    /// How many rows a window has, as shown; `None` while that is unknown.
    #[must_use]
    pub fn total(&self, window: &WindowKey) -> Option<usize> {
        self.windows.get(window)?.shown_total()
    }

    /// The row at an index, if that part has been seen.
    #[must_use]
    pub fn row(&self, window: &WindowKey, index: usize) -> Option<Row> {
        let it = self.windows.get(window)?;
        let id = it.list().get(index)?;
        Some(Row { key: key_of(&self.kinds, &it.spec, id), id: id.clone() })
    }

    /// Where a row is, if that part has been seen.
    #[must_use]
    pub fn index_of(&self, window: &WindowKey, row_key: &Id) -> Option<usize> {
        let it = self.windows.get(window)?;
        it.list().iter().find(|(_, id)| key_of(&self.kinds, &it.spec, id) == *row_key).map(|(index, _)| index)
    }

    /// The list as a [`Selection`](crate::Selection) sees it.
    #[must_use]
    pub fn rows(&self, window: &WindowKey) -> WindowRows<'_> {
        WindowRows { mirror: self, window: window.clone() }
    }

    // --- within ------------------------------------------------------------------------------

    /// A new moment, later than all before.
    fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    /// Shows a record anew.
    fn refresh(&mut self, of: &TypeName, id: &Id, touched: &mut Touched) {
        let Some(record) = self.kinds.get_mut(of).and_then(|kind| kind.records.get_mut(id)) else { return };
        let shown = if record.missing || record.is_unknown() { None } else { self.pending.over(&record.truth, of, id) };
        if shown != record.shown {
            record.shown = shown;
            touched.records.insert((of.clone(), id.clone()));
        }
    }

    /// Shows every record for the first time.
    pub(crate) fn refresh_all(&mut self) {
        let records = self.kinds.iter().flat_map(|(of, kind)| kind.records.keys().map(|id| (of.clone(), id.clone())));
        for (of, id) in records.collect::<Vec<_>>() {
            self.refresh(&of, &id, &mut Touched::default());
        }
    }

    /// Changes a window, shows it anew and tells the difference. `change` says which rows are
    /// merely not known any more.
    fn redraw(&mut self, window: &WindowKey, touched: &mut Touched, change: impl FnOnce(&mut Window) -> BTreeSet<Id>) {
        let kinds = &self.kinds;
        let Some(it) = self.windows.get_mut(window) else { return };
        let spec = it.spec.clone();
        let key = |id: &Id| key_of(kinds, &spec, id);
        let before = it.rows(&key);
        let before_total = it.shown_total();
        it.note_held();
        let forgotten = change(it).iter().map(key).collect();
        it.rebuild(&key);
        let after = it.rows(&key);
        let view = it.view.clone().unwrap_or(0..0);
        if before == after && before_total == it.shown_total() {
            return;
        }
        let told = difference(window, &before, &after, &forgotten, view);
        if let Some(view) = it.view.as_mut().filter(|view| view.start > 0) {
            let start = view.start.saturating_add_signed(told.shift);
            *view = start..start + view.len();
        }
        touched.windows.push(told);
    }

    /// Shows a window for the first time.
    pub(crate) fn redraw_all(&mut self, window: &WindowKey) {
        let kinds = &self.kinds;
        if let Some(it) = self.windows.get_mut(window) {
            let spec = it.spec.clone();
            it.rebuild(&|id| key_of(kinds, &spec, id));
        }
    }

    fn evict(&mut self) {
        while self.windows.values().filter(|it| it.view.is_none()).count() > WINDOWS {
            let oldest = self.windows.iter().filter(|(_, it)| it.view.is_none()).min_by_key(|(_, it)| it.shown_at);
            let Some(key) = oldest.map(|(key, _)| key.clone()) else { return };
            self.windows.remove(&key);
        }
    }
}

/// The identity of a row: a property of its record if the list says so and it is known.
fn key_of(kinds: &BTreeMap<TypeName, Kind>, spec: &WindowSpec, id: &Id) -> Id {
    spec.row_key
        .as_ref()
        .and_then(|name| kinds.get(&spec.of)?.records.get(id)?.truth.get(name)?.as_str())
        .map_or_else(|| id.clone(), Id::from)
}

/// A window's rows, for [`Selection`](crate::Selection).
#[derive(Debug)]
pub struct WindowRows<'a> {
    mirror: &'a Mirror,
    window: WindowKey,
}

impl crate::Rows for WindowRows<'_> {
    fn total(&self) -> usize {
        self.mirror.total(&self.window).unwrap_or(0)
    }

    fn key(&self, index: usize) -> Option<Id> {
        self.mirror.row(&self.window, index).map(|row| row.key)
    }

    fn index(&self, key: &Id) -> Option<usize> {
        self.mirror.index_of(&self.window, key)
    }
}
