//! What to ask next, from what is known, wanted and on its way: nothing is queued, so nothing
//! that has left the screen is asked.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jmap::{Id, State};

use super::{Flight, Mirror};
use crate::record::{DEFAULT, Whole};
use crate::window::Reach;
use crate::{Action, Ask, Place, Ticket, TypeName, WindowKey, Wish};

/// `maxChanges` of `/changes`.
const CHANGES: usize = 200;
/// `maxChanges` of `/queryChanges`, first and then.
const NEAR: usize = 50;
const FAR: usize = 500;
/// The most records of one `/set`.
const SET: usize = 500;

impl Mirror {
    /// What to ask the server now, in the order to ask it. Each wish is given once; answer all
    /// of them, in any order. Call it again after every answer, push, `show`, `load`, `change`.
    pub fn wishes(&mut self) -> Vec<Wish> {
        let mut wishes = Vec::new();
        self.wish_set(&mut wishes);
        self.wish_changes(&mut wishes);
        self.wish_lists(&mut wishes);
        self.wish_records(&mut wishes);
        wishes
    }

    /// A ticket for a `/get` that the caller makes on its own (a message's body).
    pub fn ticket(&mut self) -> Ticket {
        Ticket(self.tick())
    }

    fn wish(&mut self, wishes: &mut Vec<Wish>, ask: Ask, flight: Flight) {
        let ticket = self.ticket();
        self.flights.insert(ticket, flight);
        wishes.push(Wish { ticket, ask });
    }

    /// One `/set` at a time, so that the server makes changes in the order the person did.
    fn wish_set(&mut self, wishes: &mut Vec<Wish>) {
        if self.flights.values().any(|flight| matches!(flight, Flight::Set { .. })) {
            return;
        }
        let Some((of, set)) = self.pending.next_set(self.limits.objects_in_set.clamp(1, SET)) else { return };
        self.pending.mark_sent(&set);
        let (mut update, mut destroy) = (Vec::new(), Vec::new());
        for (id, sent) in &set {
            match &sent.action {
                Action::Patch(patch) => update.push((id.clone(), patch.clone())),
                Action::Destroy => destroy.push(id.clone()),
            }
        }
        self.wish(wishes, Ask::Set { of: of.clone(), update, destroy }, Flight::Set { of, set });
    }

    fn wish_changes(&mut self, wishes: &mut Vec<Wish>) {
        let mut asks: Vec<(TypeName, State)> = Vec::new();
        for (of, kind) in &mut self.kinds {
            let asked =
                self.flights.values().any(|flight| matches!(flight, Flight::Changes { of: other } if other == of));
            if let Some(since) = kind.state.clone().filter(|_| kind.behind && !asked) {
                kind.behind = false;
                asks.push((of.clone(), since));
            }
        }
        for (of, since) in asks {
            let ask = Ask::Changes { of: of.clone(), since, max_changes: CHANGES };
            self.wish(wishes, ask, Flight::Changes { of });
        }
    }

    fn wish_lists(&mut self, wishes: &mut Vec<Wish>) {
        let mut asks = Vec::new();
        for (key, it) in self.windows.iter_mut().filter(|(_, it)| it.view.is_some()) {
            let asked_delta = self.flights.values().any(|flight| {
                matches!(flight, Flight::QueryChanges { window, generation, .. }
                    if window == key && *generation == it.generation)
            });
            if let Some(since) = it.query_state.clone().filter(|_| it.behind && !asked_delta) {
                if it.can_delta {
                    it.behind = false;
                    let up_to = it.up_to();
                    let near = it.reach == Reach::Near;
                    let ask = Ask::QueryChanges {
                        window: key.clone(),
                        since,
                        up_to_id: up_to.clone(),
                        max_changes: if near { NEAR } else { FAR },
                        calculate_total: true,
                        with_records: near,
                    };
                    let flight = Flight::QueryChanges { window: key.clone(), generation: it.generation, up_to };
                    asks.push((ask, flight));
                } else {
                    it.renew();
                }
            }
            let asked = pages(&self.flights, key, it.generation);
            for (place, limit) in it.wanted(&asked) {
                let range = match &place {
                    Place::Position(start) => Some(*start..start + limit),
                    Place::Anchor { .. } => None,
                };
                let flight = Flight::Page {
                    window: key.clone(),
                    generation: it.generation,
                    anchored: range.is_none(),
                    range,
                    limit,
                };
                let calculate_total = it.query_state.is_none() || it.total.is_none();
                asks.push((Ask::Page { window: key.clone(), place, limit, calculate_total }, flight));
            }
            // What the rows in view need; usually it came with the page.
            let ids: Vec<Id> =
                it.view.clone().into_iter().flatten().filter_map(|at| it.list().get(at)).cloned().collect();
            let kind = self.kinds.entry(it.spec.of.clone()).or_default();
            for id in ids {
                kind.want(&id, it.spec.properties.iter().cloned());
            }
        }
        for (ask, flight) in asks {
            self.wish(wishes, ask, flight);
        }
    }

    fn wish_records(&mut self, wishes: &mut Vec<Wish>) {
        let most = self.limits.objects_in_get.max(1);
        let mut asks: Vec<(TypeName, Option<Vec<Id>>, BTreeSet<String>)> = Vec::new();
        for (of, kind) in &mut self.kinds {
            let whole_asked = self
                .flights
                .values()
                .any(|flight| matches!(flight, Flight::Get { of: other, ids: None, .. } if other == of));
            if kind.whole == Whole::Wanted && !whole_asked {
                asks.push((of.clone(), None, BTreeSet::from([DEFAULT.to_owned()])));
            }
            let mut groups: BTreeMap<BTreeSet<String>, Vec<Id>> = BTreeMap::new();
            for (id, names) in &kind.wanted {
                let names: BTreeSet<String> = names
                    .iter()
                    .filter(|name| !kind.asked.contains(&(id.clone(), (*name).clone())))
                    // Until the change is answered, its count cannot be told.
                    .filter(|name| !self.pending.is_ambiguous(of, id, name, u64::MAX))
                    .cloned()
                    .collect();
                if !names.is_empty() {
                    groups.entry(names).or_default().push(id.clone());
                }
            }
            for (names, ids) in groups {
                for name in &names {
                    kind.asked.extend(ids.iter().map(|id| (id.clone(), name.clone())));
                }
                asks.extend(ids.chunks(most).map(|part| (of.clone(), Some(part.to_vec()), names.clone())));
            }
        }
        for (of, ids, names) in asks {
            let properties = if names.contains(DEFAULT) { None } else { Some(names.iter().cloned().collect()) };
            let ask = Ask::Get { of: of.clone(), ids: ids.clone(), properties };
            self.wish(wishes, ask, Flight::Get { of, ids, properties: names });
        }
    }
}

/// The pages of a window that are on their way; `None` for one whose place is not known.
fn pages(flights: &BTreeMap<Ticket, Flight>, key: &WindowKey, now: u32) -> Vec<Option<Range<usize>>> {
    flights
        .values()
        .filter_map(|flight| match flight {
            Flight::Page { window, generation, range, .. } if window == key && *generation == now => {
                Some(range.clone())
            }
            Flight::Page { .. }
            | Flight::Get { .. }
            | Flight::Changes { .. }
            | Flight::QueryChanges { .. }
            | Flight::Set { .. } => None,
        })
        .collect()
}
