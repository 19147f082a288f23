//! Who of the guests is free at the event's time: their principals are looked up by address, their busy time is asked
//! for, and said beside them.

use std::collections::BTreeMap;
use std::time::Duration;

use jmap::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::editor::Editor;
use super::free::{self, Free, Taken};
use super::reader::{CLOCK, utc};
use crate::locale::{dates, t, t_with};
use crate::records::{Failure, Millis, Principal, Records};

/// What is known of the guests' time. `Copy`; a context within the form.
#[derive(Clone, Copy)]
pub(super) struct Times {
    /// Who is behind an address in small letters; `None`: nobody of the organisation.
    known: RwSignal<BTreeMap<String, Option<Principal>>>,
    /// The day or days that `taken` is about.
    span: RwSignal<Option<(Millis, Millis)>>,
    taken: RwSignal<BTreeMap<Id, Option<Vec<Taken>>>>,
    range: Memo<(Millis, Millis)>,
    own: Option<(Millis, Millis)>,
    asked: StoredValue<u32>,
    editor: Editor,
}

/// Days before and after the event's that are asked too, so that a step in time is answered at once.
const MARGIN: Millis = 86_400_000.0;

impl Times {
    /// Looks up the guests of an event as they come, and their time as the event moves.
    pub(super) fn new(editor: Editor) -> Self {
        let range = Memo::new(move |_| editor.draft.with(|draft| (draft.from(&CLOCK), draft.until(&CLOCK))));
        let times = Self {
            known: RwSignal::new(BTreeMap::new()),
            span: RwSignal::new(None),
            taken: RwSignal::new(BTreeMap::new()),
            range,
            own: editor.event.with_value(|event| event.as_ref().map(|event| (event.start, event.end))),
            asked: StoredValue::new(0),
            editor,
        };
        let addresses = Memo::new(move |_| {
            let all = |it: &super::draft::Invitee| it.guest.address.to_lowercase();
            editor.draft.with(|draft| draft.guests.iter().map(all).collect::<Vec<_>>())
        });
        // Asks the server, when there is somebody or a day that it was not asked about yet.
        Effect::new(move |_| {
            let wanted = addresses.get();
            let (from, until) = range.get();
            let missing = times.known.with(|known| wanted.iter().any(|address| !known.contains_key(address)));
            let inside = times.span.get().is_some_and(|(first, last)| first <= from && until <= last);
            if wanted.is_empty() || (!missing && inside) {
                return;
            }
            let number = times.asked.try_update_value(|asked| {
                *asked += 1;
                *asked
            });
            set_timeout(
                move || {
                    if times.asked.try_get_value() == number {
                        spawn_local(times.ask(wanted, (from - MARGIN, until + MARGIN), number));
                    }
                },
                Duration::from_millis(150),
            );
        });
        times
    }

    /// Somebody whose principal is known already, as it was found by its name.
    pub(super) fn learn(self, principal: &Principal) {
        if let Some(email) = &principal.email {
            self.known.update(|known| {
                known.insert(email.to_lowercase(), Some(principal.clone()));
            });
            self.span.set(None);
        }
    }

    async fn ask(self, addresses: Vec<String>, span: (Millis, Millis), number: Option<u32>) {
        let records = self.editor.desk.records;
        let is_new =
            |address: &String| self.known.try_with_untracked(|known| !known.contains_key(address)) == Some(true);
        for (address, principal) in look_up(records, addresses.into_iter().filter(is_new)).await {
            self.known.try_update(|known| known.insert(address, principal));
        }
        let Some(ids) = self.known.try_with_untracked(|known| {
            known.values().flatten().map(|it| Id::from(it.id.as_str())).collect::<Vec<_>>()
        }) else {
            return;
        };
        let told = taken(records, &ids, span).await;
        // Meanwhile it was asked about another time.
        if self.asked.try_get_value() != number {
            return;
        }
        let Ok(told) = told else { return };
        self.taken.try_set(told);
        self.span.try_set(Some(span));
    }

    /// The principal behind an address.
    pub(super) fn principal(self, address: &str) -> Option<Principal> {
        self.known.with(|known| known.get(&address.to_lowercase()).cloned().flatten())
    }

    /// Whether an address is free at the event's time; `None` until it is known.
    pub(super) fn of(self, address: &str) -> Option<Free> {
        let id = match self.known.with(|known| known.get(&address.to_lowercase()).cloned())? {
            Some(principal) => Id::from(principal.id.as_str()),
            None => return Some(Free::Unknown),
        };
        self.span.get()?;
        self.taken.with(|taken| match taken.get(&id) {
            Some(Some(taken)) => Some(free::at(taken, self.range.get(), self.own)),
            Some(None) => Some(Free::Unknown),
            None => None,
        })
    }
}

/// Who is behind addresses in small letters, all at once; those that could not be asked about are left out.
pub(super) async fn look_up(
    records: Records,
    addresses: impl Iterator<Item = String>,
) -> Vec<(String, Option<Principal>)> {
    let found = addresses.map(|address| async move {
        let found = records.find_principals(&address, 5).await.ok()?;
        let is_it = |it: &Principal| it.email.as_ref().is_some_and(|it| it.eq_ignore_ascii_case(&address));
        Some((found.into_iter().find(is_it), address))
    });
    let found = futures::future::join_all(found).await;
    found.into_iter().flatten().map(|(principal, address)| (address, principal)).collect()
}

/// When principals are busy between two moments.
pub(super) async fn taken(
    records: Records,
    ids: &[Id],
    (from, until): (Millis, Millis),
) -> Result<BTreeMap<Id, Option<Vec<Taken>>>, Failure> {
    let millis = |date: &jmap::UtcDate| date.0.timestamp_millis() as Millis;
    let taken = |period: &jmap::principal::BusyPeriod| Taken {
        from: millis(&period.utc_start),
        until: millis(&period.utc_end),
        is_tentative: period.busy_status == jmap::principal::BusyStatus::Tentative,
    };
    let told = records.availability(ids, &utc(from), &utc(until)).await?;
    Ok(told.into_iter().map(|(id, all)| (id, all.map(|all| all.iter().map(taken).collect()))).collect())
}

/// "Busy to 10:30".
pub(super) fn words(free: Free) -> String {
    match free {
        Free::Free => t("event.free"),
        Free::Perhaps => t("event.perhapsBusy"),
        Free::Busy => t("event.busy"),
        Free::BusyTo(time) => t_with("event.busyTo", &[("time", &dates::time(time))]),
        Free::BusyFrom(time) => t_with("event.busyFrom", &[("time", &dates::time(time))]),
        Free::Unknown => t("event.notShared"),
    }
}
