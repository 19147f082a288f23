//! A mirror, a server, and a network between them that delays, reorders, repeats and loses.

use std::collections::BTreeMap;

use jmap::error::MethodErrorKind;
use jmap::method::{ChangesResponse, GetResponse, QueryChangesResponse, QueryResponse, SetResponse};
use jmap::{Id, MethodError, State};
use mirror::{Ask, Change, Limits, Mirror, Selection, Snapshot, Ticket, Touched, TypeName, WindowKey, Wish};
use serde_json::Value;

use crate::server::{Server, Temper, WINDOWS, window};

#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Get(TypeName, GetResponse),
    Changes(ChangesResponse),
    /// With the records chained to it.
    Page(QueryResponse, GetResponse),
    QueryChanges(QueryChangesResponse, Option<GetResponse>),
    Set(SetResponse),
    Error(MethodError),
}

pub(crate) struct World {
    pub server: Server,
    pub mirror: Mirror,
    requests: Vec<Wish>,
    answers: Vec<(Ticket, Answer)>,
    pushes: Vec<BTreeMap<String, State>>,
    /// The inverses of what the person did, the latest last.
    pub undo: Vec<Change>,
    selection: Selection,
    /// Nobody else writes and nothing is refused: then what is shown may never be anything but
    /// this.
    pub alone: Option<Server>,
    shown: Option<WindowKey>,
}

pub(crate) fn email() -> TypeName {
    "Email".into()
}

pub(crate) fn mailbox() -> TypeName {
    "Mailbox".into()
}

fn define(mirror: &mut Mirror) {
    mirror.define(email(), &["mailboxIds", "keywords"]);
    mirror.define(mailbox(), &["unreadEmails", "name"]);
    mirror.load_all(&mailbox());
    for name in WINDOWS {
        let (key, spec) = window(name);
        mirror.open(&key, spec);
    }
}

const LIMITS: Limits = Limits { objects_in_get: 20, objects_in_set: 3 };

impl World {
    pub(crate) fn new(temper: Temper, emails: u32, alone: bool) -> Self {
        let mut mirror = Mirror::new(LIMITS);
        define(&mut mirror);
        Self {
            server: Server::new(temper, emails),
            mirror,
            requests: Vec::new(),
            answers: Vec::new(),
            pushes: Vec::new(),
            undo: Vec::new(),
            selection: Selection::default(),
            alone: alone.then(|| Server::new(temper, emails)),
            shown: None,
        }
    }

    pub(crate) fn step(&mut self, (what, which, how): (u8, u8, u8)) {
        match what % 16 {
            0..=2 => self.ask(),
            3..=5 => self.serve(which, how),
            6..=8 => self.deliver(which, how),
            9 if self.alone.is_none() => self.server.other_client(how, which),
            9 | 10 => self.push(which, how),
            11 | 12 => self.person(which, how),
            13 | 14 => self.look(which, how),
            _ if which < 40 => self.reload(how),
            _ => self.ask(),
        }
    }

    fn ask(&mut self) {
        self.requests.extend(self.mirror.wishes());
    }

    /// A request reaches the server, or is lost on the way.
    fn serve(&mut self, which: u8, how: u8) {
        if self.requests.is_empty() {
            return;
        }
        let wish = self.requests.swap_remove(usize::from(which) % self.requests.len());
        if how % 8 == 0 {
            self.mirror.lost(wish.ticket);
            return;
        }
        let answer = self.answer(wish.ask, how);
        self.answers.push((wish.ticket, answer));
    }

    fn answer(&mut self, ask: Ask, how: u8) -> Answer {
        let server = &mut self.server;
        let cannot = how % 16 == 7;
        match ask {
            Ask::Get { of, ids, properties } => {
                let answer = server.get(&of, ids.as_deref(), properties.as_deref());
                Answer::Get(of, answer)
            }
            Ask::Changes { .. } | Ask::QueryChanges { .. } if cannot => {
                Answer::Error(MethodErrorKind::CannotCalculateChanges.into())
            }
            Ask::Changes { of, since, max_changes } => Answer::Changes(server.changes(&of, &since, max_changes)),
            Ask::Page { window: key, place, limit, .. } => match server.query(&key, &place, limit) {
                Ok(page) => {
                    let records = server.get(&email(), Some(&page.ids), Some(&window(key.as_str()).1.properties));
                    Answer::Page(page, records)
                }
                Err(error) => Answer::Error(error),
            },
            Ask::QueryChanges { window: key, since, up_to_id, max_changes, with_records, .. } => {
                match server.query_changes(&key, &since, up_to_id.as_ref(), max_changes) {
                    Ok(delta) => {
                        let ids: Vec<Id> = delta.added.iter().map(|item| item.id.clone()).collect();
                        let properties = window(key.as_str()).1.properties;
                        let records = with_records.then(|| server.get(&email(), Some(&ids), Some(&properties)));
                        Answer::QueryChanges(delta, records)
                    }
                    Err(error) => Answer::Error(error),
                }
            }
            Ask::Set { update, destroy, .. } => {
                if self.alone.is_none() && how % 16 == 9 {
                    return Answer::Error(MethodErrorKind::Forbidden.into());
                }
                let refuses = if self.alone.is_none() && how % 4 == 3 { how } else { 0 };
                Answer::Set(server.set(&update, &destroy, refuses))
            }
        }
    }

    /// An answer arrives: once, twice, or not at all.
    fn deliver(&mut self, which: u8, how: u8) {
        if self.answers.is_empty() {
            return;
        }
        let at = usize::from(which) % self.answers.len();
        let (ticket, answer) = if how % 8 == 1 { self.answers[at].clone() } else { self.answers.swap_remove(at) };
        if how % 8 == 2 {
            self.mirror.lost(ticket);
            return;
        }
        self.apply(ticket, answer);
    }

    fn apply(&mut self, ticket: Ticket, answer: Answer) {
        let mirror = &mut self.mirror;
        let touched = match answer {
            Answer::Get(of, get) => mirror.apply_get(ticket, &of, get),
            Answer::Changes(changes) => mirror.apply_changes(ticket, changes),
            Answer::Page(page, records) => {
                let first = mirror.apply_get(ticket, &email(), records);
                self.follow(&first);
                self.mirror.apply_page(ticket, page)
            }
            Answer::QueryChanges(delta, records) => {
                if let Some(records) = records {
                    let first = mirror.apply_get(ticket, &email(), records);
                    self.follow(&first);
                }
                self.mirror.apply_query_changes(ticket, delta)
            }
            Answer::Set(set) => mirror.apply_set(ticket, set),
            Answer::Error(error) => mirror.apply_error(ticket, &error),
        };
        self.follow(&touched);
    }

    pub(crate) fn follow(&mut self, touched: &Touched) {
        for change in &touched.windows {
            if Some(&change.window) == self.shown.as_ref() {
                self.selection.apply(change, &self.mirror.rows(&change.window));
            }
        }
    }

    pub(crate) fn states(&self) -> BTreeMap<String, State> {
        ["Email", "Mailbox"].into_iter().map(|of| (of.to_owned(), self.server.state())).collect()
    }

    fn push(&mut self, which: u8, how: u8) {
        if how % 2 == 0 || self.pushes.is_empty() {
            self.pushes.push(self.states());
        } else {
            let states = self.pushes.swap_remove(usize::from(which) % self.pushes.len());
            self.mirror.apply_push(&states);
        }
    }

    fn look(&mut self, which: u8, how: u8) {
        let key: WindowKey = WINDOWS[usize::from(how) % WINDOWS.len()].into();
        if how >= 192 {
            let row = usize::from(which) % 10;
            if let Some(row) = self.mirror.row(&key, row) {
                if self.alone.is_none() {
                    self.mirror.hold(&key, &row.key);
                }
                self.selection.toggle(&row.key, &self.mirror.rows(&key));
            }
            return;
        }
        if self.shown.as_ref() != Some(&key) {
            if let Some(other) = self.shown.replace(key.clone()) {
                self.mirror.hide(&other);
            }
            self.selection = Selection::default();
        }
        let start = usize::from(which) * 2;
        let touched = self.mirror.show(&key, start..start + 9);
        self.follow(&touched);
    }

    /// The tab is closed and opened.
    fn reload(&mut self, how: u8) {
        let text = |it: Value| it.to_string();
        let outbox = text(serde_json::to_value(self.mirror.outbox()).unwrap());
        let snapshot: Vec<String> = self.mirror.snapshot(3, 60, &[mailbox()]).into_lines().collect();
        for wish in std::mem::take(&mut self.requests) {
            if how % 2 == 0 && matches!(wish.ask, Ask::Set { .. }) {
                // It was on its way already.
                self.answer(wish.ask, 4);
            }
        }
        self.answers.clear();
        self.mirror = Mirror::restore(Snapshot::from_lines(&snapshot.join("\n")).unwrap(), LIMITS);
        let touched = self.mirror.replay(serde_json::from_str(&outbox).unwrap());
        self.shown = None;
        self.selection = Selection::default();
        define(&mut self.mirror);
        self.follow(&touched);
    }

    /// Everything is sent and answered, in whatever order.
    pub(crate) fn settle(&mut self, order: u8) {
        for round in 0.. {
            assert!(round < 500, "it never comes to rest: {:?}", self.requests);
            self.ask();
            if self.requests.is_empty() && self.answers.is_empty() {
                return;
            }
            while !self.requests.is_empty() {
                let wish = self.requests.swap_remove(usize::from(order) % self.requests.len());
                let answer = self.answer(wish.ask, 4);
                self.answers.push((wish.ticket, answer));
            }
            while !self.answers.is_empty() {
                let (ticket, answer) = self.answers.swap_remove(usize::from(order) % self.answers.len());
                self.apply(ticket, answer);
                self.check_always();
            }
        }
    }
}
