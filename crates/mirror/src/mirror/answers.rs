//! The server's answers and pushes (RFC 8620 §5.1, §5.2, §5.5, §5.6, §7.1).

use std::collections::{BTreeMap, BTreeSet};

use jmap::error::{MethodErrorKind, SetErrorKind};
use jmap::method::{ChangesResponse, GetResponse, QueryChangesResponse, QueryResponse};
use jmap::{Id, MethodError, SetError, State};

use super::{Flight, Mirror};
use crate::record::{DEFAULT, Provenance, Whole};
use crate::window::{Fate, Reach};
use crate::{Ticket, Touched, TypeName, WindowChange, WindowKey};

/// `hasMoreChanges` this often in a row is a server that does not come to an end.
const ROUNDS: u32 = 50;

impl Mirror {
    /// The server's states as pushed (RFC 8620 §7.1), by type.
    pub fn apply_push(&mut self, states: &BTreeMap<String, State>) {
        for (of, state) in states {
            let of = TypeName::from(of.as_str());
            self.hear(&of, state);
            if let Some(kind) = self.kinds.get_mut(&of) {
                kind.behind |= kind.state.as_ref().is_some_and(|ours| ours != state);
            }
        }
    }

    /// Whether these are the states of every type of which something is known: with them, nothing was missed.
    #[must_use]
    pub fn is_covered_by(&self, states: &BTreeMap<String, State>) -> bool {
        self.kinds.iter().all(|(of, kind)| kind.state.is_none() || states.contains_key(of.as_str()))
    }

    /// Connection was lost for a while: everything may have changed.
    pub fn suspect(&mut self) {
        for kind in self.kinds.values_mut() {
            kind.behind = kind.state.is_some();
        }
        for it in self.windows.values_mut() {
            it.behind = true;
        }
    }

    /// A state that was not heard of before: lists of the type may have changed.
    fn hear(&mut self, of: &TypeName, state: &State) {
        let kind = self.kinds.entry(of.clone()).or_default();
        if kind.heard.as_ref() != Some(state) {
            kind.heard = Some(state.clone());
            for it in self.windows.values_mut().filter(|it| it.spec.of == *of) {
                it.behind = true;
            }
        }
    }

    /// The answer to [`Ask::Get`](crate::Ask::Get), or of a `/get` chained to another wish.
    pub fn apply_get(&mut self, ticket: Ticket, of: &TypeName, answer: GetResponse) -> Touched {
        let mut touched = Touched::default();
        let (ids, asked) = match self.flights.get(&ticket) {
            Some(Flight::Get { of: other, .. }) if other == of => match self.land(ticket) {
                Some(Flight::Get { ids, properties, .. }) => (Some(ids), properties),
                _ => (None, BTreeSet::new()),
            },
            Some(_) | None => (None, BTreeSet::new()),
        };
        let now = self.tick();
        let first_heard = self.kinds.get(of).is_none_or(|kind| kind.heard.is_none());
        let kind = self.kinds.entry(of.clone()).or_default();
        if kind.state.is_none() && ticket.0 >= kind.moved_at {
            kind.state = Some(answer.state.clone());
            kind.moved_at = now;
            kind.behind = kind.heard.as_ref().is_some_and(|heard| *heard != answer.state);
        }
        kind.behind |= kind.state.as_ref().is_some_and(|ours| *ours != answer.state);
        if first_heard {
            kind.heard = Some(answer.state.clone());
        } else {
            self.hear(of, &answer.state);
        }

        let from = Provenance { asked_at: ticket.0, state: &answer.state };
        let kind = self.kinds.entry(of.clone()).or_default();
        let trusted = kind.trusts(from);
        let whole = matches!(ids, Some(None)) && trusted;
        if whole {
            kind.whole = Whole::Known;
        }
        let mut rest: BTreeSet<Id> = if whole { kind.records.keys().cloned().collect() } else { BTreeSet::new() };
        for properties in answer.list {
            let Some(id) = properties.get("id").and_then(|id| id.as_str()).map(Id::from) else { continue };
            rest.remove(&id);
            let pending = &self.pending;
            let frozen = |name: &str| pending.is_ambiguous(of, &id, name, ticket.0);
            let kind = self.kinds.entry(of.clone()).or_default();
            for name in kind.merge(&id, properties, from, &frozen, &asked) {
                self.pending.settle(of, &id, &name, ticket.0);
            }
            self.refresh(of, &id, &mut touched);
        }
        if trusted {
            rest.extend(answer.not_found);
            for id in rest {
                self.lose(of, &id, &mut touched);
            }
        }
        touched
    }

    fn lose(&mut self, of: &TypeName, id: &Id, touched: &mut Touched) {
        self.kinds.entry(of.clone()).or_default().lose(id);
        self.pending.forget(of, id);
        self.refresh(of, id, touched);
    }

    /// The answer to [`Ask::Changes`](crate::Ask::Changes).
    pub fn apply_changes(&mut self, ticket: Ticket, answer: ChangesResponse) -> Touched {
        let mut touched = Touched::default();
        let Some(Flight::Changes { of }) = self.land(ticket) else { return touched };
        let now = self.tick();
        let kind = self.kinds.entry(of.clone()).or_default();
        if kind.state.as_ref() != Some(&answer.old_state) {
            kind.behind = kind.state.is_some();
            return touched;
        }
        kind.rounds = if answer.has_more_changes { kind.rounds + 1 } else { 0 };
        if answer.has_more_changes && (answer.new_state == answer.old_state || kind.rounds > ROUNDS) {
            kind.doubt_all(now);
            return touched;
        }
        kind.behind |= answer.has_more_changes;
        if answer.new_state != answer.old_state {
            kind.move_to(answer.new_state.clone(), now, !answer.has_more_changes);
        }
        for id in &answer.updated {
            kind.doubt(id, answer.updated_properties.as_deref());
        }
        for id in answer.created {
            if kind.records.get(&id).is_some_and(|record| record.missing) {
                kind.records.remove(&id);
            }
            if kind.whole == Whole::Known {
                kind.want(&id, [DEFAULT.to_owned()]);
            }
        }
        for id in answer.destroyed {
            self.lose(&of, &id, &mut touched);
        }
        self.hear(&of, &answer.new_state);
        touched
    }

    /// The answer to [`Ask::Page`](crate::Ask::Page).
    pub fn apply_page(&mut self, ticket: Ticket, answer: QueryResponse) -> Touched {
        let mut touched = Touched::default();
        let Some(Flight::Page { window, generation, limit, .. }) = self.land(ticket) else { return touched };
        if self.windows.get(&window).is_none_or(|it| it.generation != generation) {
            return touched;
        }
        // So it is most often, and then nothing need be compared.
        if let Some(it) = self.windows.get_mut(&window).filter(|it| it.is_extended_by(&answer)) {
            it.apply_page(ticket.0, answer, limit);
            touched.windows.push(unchanged(&window));
            return touched;
        }
        let first = self.windows.get(&window).is_some_and(|it| it.query_state.is_none());
        self.redraw(&window, &mut touched, |it| {
            it.apply_page(ticket.0, answer, limit);
            BTreeSet::new()
        });
        // A page brings to light what was there: nothing has come or gone.
        for told in &mut touched.windows {
            told.inserted.clear();
            told.removed.clear();
            told.above = 0;
        }
        if first && touched.windows.is_empty() {
            touched.windows.push(unchanged(&window));
        }
        touched
    }

    /// The answer to [`Ask::QueryChanges`](crate::Ask::QueryChanges).
    pub fn apply_query_changes(&mut self, ticket: Ticket, answer: QueryChangesResponse) -> Touched {
        let mut touched = Touched::default();
        let Some(Flight::QueryChanges { window, generation, up_to }) = self.land(ticket) else { return touched };
        if self.windows.get(&window).is_none_or(|it| it.generation != generation) {
            return touched;
        }
        self.redraw(&window, &mut touched, |it| match it.apply_delta(ticket.0, answer, up_to.as_ref()) {
            Fate::Applied(forgotten) => {
                it.unpark();
                forgotten
            }
            Fate::Apart => BTreeSet::new(),
            Fate::Lost => {
                it.renew();
                BTreeSet::new()
            }
        });
        touched
    }

    /// The method failed for good (RFC 8620 §3.6.2): a delta gives way to a new look, a change
    /// is refused. For `serverUnavailable` and its like call [`lost`](Self::lost) instead.
    pub fn apply_error(&mut self, ticket: Ticket, error: &MethodError) -> Touched {
        let mut touched = Touched::default();
        let Some(flight) = self.land(ticket) else { return touched };
        let now = self.tick();
        match flight {
            Flight::Get { of, ids, properties } => {
                // Asking the same again would end the same.
                let kind = self.kinds.entry(of.clone()).or_default();
                match ids {
                    None => kind.whole = Whole::No,
                    Some(ids) => {
                        for id in ids {
                            kind.refuse(&id, &properties, error);
                            touched.records.insert((of.clone(), id));
                        }
                    }
                }
            }
            Flight::Changes { of } => {
                self.kinds.entry(of.clone()).or_default().doubt_all(now);
                for it in self.windows.values_mut().filter(|it| it.spec.of == of) {
                    it.behind = true;
                }
            }
            Flight::Page { window, generation, anchored, .. } => {
                let it = self.windows.get_mut(&window).filter(|it| it.generation == generation);
                if let Some(it) = it {
                    if anchored && error.kind == MethodErrorKind::AnchorNotFound {
                        it.anchor_lost = true;
                    } else {
                        it.failed = Some(error.clone());
                        touched.windows.push(unchanged(&window));
                    }
                }
            }
            Flight::QueryChanges { window, generation, .. } => {
                let it = self.windows.get_mut(&window).filter(|it| it.generation == generation);
                if let Some(it) = it {
                    if error.kind == MethodErrorKind::TooManyChanges && it.reach == Reach::Near {
                        it.reach = Reach::Far;
                        it.behind = true;
                    } else {
                        it.renew();
                    }
                }
            }
            Flight::Set { of, set } => {
                let kind = self.kinds.entry(of.clone()).or_default();
                kind.behind = kind.state.is_some();
                let mut why = SetError::from(SetErrorKind::from(error.kind.as_str().to_owned()));
                why.description.clone_from(&error.description);
                let refused = set.into_iter().map(|(id, sent)| (id, sent, why.clone())).collect();
                self.refuse(&of, refused, &mut touched);
            }
        }
        touched
    }

    /// No answer came, or one that says to try later: wished again, as soon as the caller asks.
    pub fn lost(&mut self, ticket: Ticket) {
        match self.land(ticket) {
            Some(Flight::Changes { of }) => {
                let kind = self.kinds.entry(of).or_default();
                kind.behind = kind.state.is_some();
            }
            Some(Flight::QueryChanges { window, .. }) => {
                if let Some(it) = self.windows.get_mut(&window) {
                    it.behind = true;
                }
            }
            // These are wished for as long as they are wanted.
            Some(Flight::Get { .. } | Flight::Page { .. } | Flight::Set { .. }) | None => {}
        }
    }

    /// Takes a wish off the list of those on their way.
    fn land(&mut self, ticket: Ticket) -> Option<Flight> {
        let flight = self.flights.remove(&ticket)?;
        if let Flight::Get { of, ids: Some(ids), properties } = &flight {
            let kind = self.kinds.entry(of.clone()).or_default();
            for id in ids {
                for name in properties {
                    kind.asked.remove(&(id.clone(), name.clone()));
                }
            }
        }
        Some(flight)
    }
}

/// A window to look at again, though its rows are where they were.
fn unchanged(window: &WindowKey) -> WindowChange {
    WindowChange {
        window: window.clone(),
        removed: Vec::new(),
        inserted: Vec::new(),
        shift: 0,
        above: 0,
        steps: Vec::new(),
    }
}
