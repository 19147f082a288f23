//! A small JMAP server in memory that remembers every state it was in, so that it can be asked
//! about any of them; with another client's edits, and the freedoms that the RFC gives a server.

use std::collections::{BTreeMap, BTreeSet};

use jmap::error::{MethodErrorKind, SetErrorKind};
use jmap::method::{AddedItem, ChangesResponse, GetResponse, QueryChangesResponse, QueryResponse, SetResponse};
use jmap::{AccountId, Id, MethodError, SetError, State};
use mirror::{Place, Properties, TypeName, WindowKey, WindowSpec};
use serde_json::{Map, Value, json};

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Email {
    pub thread: u32,
    pub received: u32,
    pub mailboxes: BTreeSet<String>,
    pub keywords: BTreeSet<String>,
}

type Emails = BTreeMap<Id, Email>;

/// What the RFC leaves to a server, and what may go wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Temper {
    /// Names every mail of a touched thread in `removed`, in the list or not.
    pub naive: bool,
    /// Leaves out what is after `upToId`.
    pub uses_up_to: bool,
    /// Says `canCalculateChanges: false`.
    pub cannot_delta: bool,
}

#[derive(Debug)]
pub(crate) struct Server {
    /// The mail at every state, oldest first.
    pub past: Vec<Emails>,
    pub temper: Temper,
    next: u32,
}

pub(crate) fn window(name: &str) -> (WindowKey, WindowSpec) {
    let properties = ["threadId", "mailboxIds", "keywords", "receivedAt"].map(str::to_owned).to_vec();
    let row_key = (name == "threads").then(|| "threadId".to_owned());
    (name.into(), WindowSpec { of: "Email".into(), properties, row_key })
}

pub(crate) const WINDOWS: [&str; 4] = ["threads", "flat", "unread", "flagged first"];

fn account() -> AccountId {
    "a".into()
}

fn number(state: &State) -> usize {
    state.as_str().parse().unwrap()
}

impl Server {
    pub(crate) fn new(temper: Temper, emails: u32) -> Self {
        let mut it = Self { past: vec![Emails::new()], temper, next: 0 };
        let mut first = Emails::new();
        for n in 0..emails {
            it.next += 1;
            first.insert(it.id(), it.email(n * 7, n % 3 == 0));
        }
        it.past = vec![first];
        it
    }

    fn id(&self) -> Id {
        format!("m{}", self.next).into()
    }

    fn email(&self, entropy: u32, seen: bool) -> Email {
        Email {
            thread: if entropy.is_multiple_of(4) { entropy % 5 } else { 100 + self.next },
            // Some arrive with an old date, in the middle of the list.
            received: if entropy.is_multiple_of(3) { entropy % (self.next + 1) } else { self.next },
            mailboxes: BTreeSet::from(["inbox".to_owned()]),
            keywords: if seen { BTreeSet::from(["$seen".to_owned()]) } else { BTreeSet::new() },
        }
    }

    pub(crate) fn now(&self) -> &Emails {
        self.past.last().unwrap()
    }

    pub(crate) fn state(&self) -> State {
        (self.past.len() - 1).to_string().into()
    }

    fn step(&mut self, change: impl FnOnce(&mut Emails)) {
        let mut next = self.now().clone();
        change(&mut next);
        if next != *self.now() {
            self.past.push(next);
        }
    }

    /// Another client does something.
    pub(crate) fn other_client(&mut self, what: u8, which: u8) {
        let id = self.now().keys().nth(usize::from(which) % self.now().len().max(1)).cloned();
        match (what % 6, id) {
            (0, _) => {
                self.next += 1;
                let (id, email) = (self.id(), self.email(which.into(), false));
                self.step(|it| drop(it.insert(id, email)));
            }
            (1, Some(id)) => self.step(|it| toggle(&mut it.get_mut(&id).unwrap().keywords, "$seen")),
            (2, Some(id)) => self.step(|it| toggle(&mut it.get_mut(&id).unwrap().keywords, "$flagged")),
            (3, Some(id)) => self.step(|it| {
                let mailboxes = &mut it.get_mut(&id).unwrap().mailboxes;
                toggle(mailboxes, "inbox");
                toggle(mailboxes, "archive");
            }),
            (4, Some(id)) => self.step(|it| drop(it.remove(&id))),
            // Many at once.
            (5, Some(_)) => {
                for n in 0..60 {
                    self.other_client(if n % 2 == 0 { 1 } else { 2 }, which.wrapping_add(n));
                }
            }
            (_, _) => {}
        }
    }

    fn list(emails: &Emails, name: &WindowKey) -> Vec<Id> {
        let mut rows: Vec<(&Id, &Email)> = emails.iter().filter(|(_, it)| it.mailboxes.contains("inbox")).collect();
        if name.as_str() == "unread" {
            rows.retain(|(_, it)| !it.keywords.contains("$seen"));
        }
        let flagged_first = name.as_str() == "flagged first";
        rows.sort_by_key(|(id, it)| {
            let flagged = flagged_first && it.keywords.contains("$flagged");
            std::cmp::Reverse((flagged, it.received, (*id).clone()))
        });
        if name.as_str() == "threads" {
            let mut seen = BTreeSet::new();
            rows.retain(|(_, it)| seen.insert(it.thread));
        }
        rows.into_iter().map(|(id, _)| id.clone()).collect()
    }

    pub(crate) fn query_all(&self, name: &WindowKey) -> Vec<Id> {
        Self::list(self.now(), name)
    }

    pub(crate) fn query(&self, name: &WindowKey, place: &Place, limit: usize) -> Result<QueryResponse, MethodError> {
        let all = self.query_all(name);
        let start = match place {
            Place::Position(start) => (*start).min(all.len()),
            Place::Anchor { id, offset } => {
                let at = all.iter().position(|it| it == id).ok_or(MethodErrorKind::AnchorNotFound)?;
                at.saturating_add_signed(isize::try_from(*offset).unwrap())
            }
        };
        Ok(QueryResponse {
            account_id: account(),
            query_state: self.state(),
            can_calculate_changes: !self.temper.cannot_delta,
            position: start as u64,
            ids: all.iter().skip(start).take(limit).cloned().collect(),
            total: Some(all.len() as u64),
            limit: None,
        })
    }

    pub(crate) fn query_changes(
        &self,
        name: &WindowKey,
        since: &State,
        up_to: Option<&Id>,
        max: usize,
    ) -> Result<QueryChangesResponse, MethodError> {
        if self.temper.cannot_delta {
            return Err(MethodErrorKind::CannotCalculateChanges.into());
        }
        let then = &self.past[number(since)];
        let (old, new) = (Self::list(then, name), self.query_all(name));
        let moved = self.moved(then, &old, &new);
        let mut removed: Vec<Id> = if self.temper.naive {
            moved.iter().cloned().collect()
        } else {
            old.iter().filter(|id| moved.contains(*id)).cloned().collect()
        };
        let mut added: Vec<AddedItem> = (0..)
            .zip(&new)
            .filter(|(_, id)| moved.contains(*id))
            .map(|(index, id)| AddedItem { id: id.clone(), index })
            .collect();
        let last = up_to.filter(|_| self.temper.uses_up_to).and_then(|id| {
            let old_at = old.iter().position(|it| it == id)?;
            Some((old_at, new.iter().position(|it| it == id)?)).filter(|_| !moved.contains(id))
        });
        if let Some((old_at, new_at)) = last {
            removed.retain(|id| old.iter().position(|it| it == id).is_some_and(|at| at < old_at));
            added.retain(|item| item.index < new_at as u64);
        }
        if removed.len() + added.len() > max {
            return Err(MethodErrorKind::TooManyChanges.into());
        }
        Ok(QueryChangesResponse {
            account_id: account(),
            old_query_state: since.clone(),
            new_query_state: self.state(),
            total: Some(new.len() as u64),
            removed,
            added,
        })
    }

    /// The ids to take out and put in so that the old list becomes the new one.
    fn moved(&self, then: &Emails, old: &[Id], new: &[Id]) -> BTreeSet<Id> {
        let changed = |id: &&Id| then.get(*id) != self.now().get(*id);
        let touched: BTreeSet<&Id> = then.keys().chain(self.now().keys()).filter(changed).collect();
        if self.temper.naive {
            let thread = |id: &Id| then.get(id).or_else(|| self.now().get(id)).map(|it| it.thread);
            let threads: BTreeSet<Option<u32>> = touched.iter().map(|id| thread(id)).collect();
            return then.keys().chain(self.now().keys()).filter(|id| threads.contains(&thread(id))).cloned().collect();
        }
        let (was, is): (BTreeSet<&Id>, BTreeSet<&Id>) = (old.iter().collect(), new.iter().collect());
        let mut moved: BTreeSet<Id> = was.symmetric_difference(&is).map(|id| (*id).clone()).collect();
        // Of those in both, only a changed one can have another place.
        moved.extend(touched.into_iter().filter(|id| was.contains(id) && is.contains(id)).cloned());
        moved
    }

    fn mailbox_count(emails: &Emails, name: &str) -> i64 {
        let unread = |it: &&Email| it.mailboxes.contains(name) && !it.keywords.contains("$seen");
        i64::try_from(emails.values().filter(unread).count()).unwrap()
    }

    pub(crate) fn record(&self, of: &TypeName, id: &Id) -> Option<Properties> {
        let record = match of.as_str() {
            "Email" => {
                let it = self.now().get(id)?;
                let set = |names: &BTreeSet<String>| {
                    names.iter().map(|name| (name.clone(), true.into())).collect::<Map<_, _>>()
                };
                json!({
                    "id": id, "threadId": format!("t{}", it.thread), "receivedAt": it.received,
                    "mailboxIds": set(&it.mailboxes), "keywords": set(&it.keywords),
                })
            }
            "Mailbox" if ["inbox", "archive"].contains(&id.as_str()) => {
                json!({"id": id, "name": id, "unreadEmails": Self::mailbox_count(self.now(), id.as_str())})
            }
            _ => return None,
        };
        record.as_object().cloned()
    }

    pub(crate) fn get(&self, of: &TypeName, ids: Option<&[Id]>, properties: Option<&[String]>) -> GetResponse {
        let all: Vec<Id> = match of.as_str() {
            "Mailbox" => vec!["inbox".into(), "archive".into()],
            _ => self.now().keys().cloned().collect(),
        };
        let (mut list, mut not_found) = (Vec::new(), Vec::new());
        for id in ids.unwrap_or(&all) {
            match self.record(of, id) {
                Some(mut record) => {
                    record.retain(|name, _| name == "id" || properties.is_none_or(|names| names.contains(name)));
                    list.push(record);
                }
                None => not_found.push(id.clone()),
            }
        }
        GetResponse { account_id: account(), state: self.state(), list, not_found }
    }

    pub(crate) fn changes(&self, of: &TypeName, since: &State, max: usize) -> ChangesResponse {
        let from = number(since);
        // A small step, to have many of them.
        let to = (from + max.min(7)).min(self.past.len() - 1);
        let (then, now) = (&self.past[from], &self.past[to]);
        let mut answer = ChangesResponse {
            account_id: account(),
            old_state: since.clone(),
            new_state: to.to_string().into(),
            has_more_changes: to < self.past.len() - 1,
            created: Vec::new(),
            updated: Vec::new(),
            destroyed: Vec::new(),
            updated_properties: None,
        };
        if of.as_str() == "Mailbox" {
            answer.updated = ["inbox", "archive"]
                .into_iter()
                .filter(|name| Self::mailbox_count(then, name) != Self::mailbox_count(now, name))
                .map(Id::from)
                .collect();
            answer.updated_properties = Some(vec!["unreadEmails".to_owned()]);
            return answer;
        }
        for id in then.keys().chain(now.keys()).collect::<BTreeSet<_>>() {
            match (then.get(id), now.get(id)) {
                (None, Some(_)) => answer.created.push(id.clone()),
                (Some(_), None) => answer.destroyed.push(id.clone()),
                (old, new) if old != new => answer.updated.push(id.clone()),
                _ => {}
            }
        }
        answer
    }

    /// `refuses` some ids, by its bits.
    pub(crate) fn set(&mut self, update: &[(Id, Properties)], destroy: &[Id], refuses: u8) -> SetResponse {
        let old_state = self.state();
        let (mut updated, mut destroyed) = (BTreeMap::new(), Vec::new());
        let (mut not_updated, mut not_destroyed) = (BTreeMap::new(), BTreeMap::new());
        let mut emails = self.now().clone();
        for (n, (id, patch)) in update.iter().enumerate() {
            match emails.get_mut(id) {
                _ if refuses >> (n % 8) & 1 == 1 => {
                    not_updated.insert(id.clone(), SetError::from(SetErrorKind::Forbidden));
                }
                None => drop(not_updated.insert(id.clone(), SetError::from(SetErrorKind::NotFound))),
                Some(email) => {
                    for (path, value) in patch {
                        let (property, name) = path.split_once('/').unwrap();
                        let names = if property == "keywords" { &mut email.keywords } else { &mut email.mailboxes };
                        if *value == Value::Null {
                            names.remove(name)
                        } else {
                            names.insert(name.to_owned())
                        };
                    }
                    updated.insert(id.clone(), None);
                }
            }
        }
        for id in destroy {
            if emails.remove(id).is_some() {
                destroyed.push(id.clone());
            } else {
                not_destroyed.insert(id.clone(), SetError::from(SetErrorKind::NotFound));
            }
        }
        self.step(|it| *it = emails);
        SetResponse {
            account_id: account(),
            old_state: Some(old_state),
            new_state: self.state(),
            created: None,
            updated: Some(updated),
            destroyed: Some(destroyed),
            not_created: None,
            not_updated: Some(not_updated),
            not_destroyed: Some(not_destroyed),
        }
    }
}

fn toggle(names: &mut BTreeSet<String>, name: &str) {
    if !names.remove(name) {
        names.insert(name.to_owned());
    }
}
