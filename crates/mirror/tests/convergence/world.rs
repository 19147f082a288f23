//! A mirror, a server, and a network between them that delays, reorders, repeats and loses.

use std::collections::{BTreeMap, BTreeSet};

use jmap::error::MethodErrorKind;
use jmap::method::{ChangesResponse, GetResponse, QueryChangesResponse, QueryResponse, SetResponse};
use jmap::{Id, MethodError, State};
use mirror::{
    Action, Ask, Change, Edit, Limits, Mirror, RowEffect, Selection, Shown, Snapshot, Ticket, Touched, TypeName, WindowKey,
    Wish,
};
use serde_json::{Value, json};

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
    undo: Vec<Change>,
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

    fn follow(&mut self, touched: &Touched) {
        for change in &touched.windows {
            if Some(&change.window) == self.shown.as_ref() {
                self.selection.apply(change, &self.mirror.rows(&change.window));
            }
        }
    }

    fn states(&self) -> BTreeMap<String, State> {
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

    /// The person does something to a mail that is shown.
    fn person(&mut self, which: u8, how: u8) {
        let loaded: Vec<Id> = self
            .mirror
            .records(&email())
            .filter(|(_, it)| it.contains_key("keywords") && it.contains_key("mailboxIds"))
            .map(|(id, _)| id.clone())
            .collect();
        if loaded.is_empty() {
            return;
        }
        let some = 1 + usize::from(how / 16) % 5;
        let ids = (0..some).map(|n| loaded[(usize::from(which) + n * 3) % loaded.len()].clone());
        let ids: BTreeSet<Id> = ids.collect();
        let change = match how % 6 {
            0 | 1 => Change { of: email(), edits: ids.iter().map(|id| self.read(id, how % 6 == 0)).collect() },
            2 | 3 => Change { of: email(), edits: ids.iter().map(|id| self.archive(id)).collect() },
            4 => match self.undo.pop() {
                Some(undo) => undo,
                None => return,
            },
            _ => {
                let destroys = |id: &Id| {
                    let unread = i64::from(!self.has(id, "keywords", "$seen"));
                    let mut edit = Edit::destroy(id.clone());
                    for name in ["inbox", "archive"].into_iter().filter(|name| self.has(id, "mailboxIds", name)) {
                        edit = edit.counting("Mailbox", name.into(), "unreadEmails", -unread);
                    }
                    edit
                };
                Change { of: email(), edits: ids.iter().take(1).map(destroys).collect() }
            }
        };
        if let Some(model) = &mut self.alone {
            let update: Vec<_> = change
                .edits
                .iter()
                .filter_map(|edit| match &edit.action {
                    Action::Patch(patch) => Some((edit.id.clone(), patch.clone())),
                    Action::Destroy => None,
                })
                .collect();
            let gone = |edit: &&Edit| edit.action == Action::Destroy;
            let destroy: Vec<Id> = change.edits.iter().filter(gone).map(|edit| edit.id.clone()).collect();
            if !destroy.is_empty() {
                // An undo of what was done to it would be refused.
                self.undo.clear();
            }
            model.set(&update, &destroy, 0);
        }
        let changed = self.mirror.change(change);
        self.undo.extend(changed.undo.filter(|_| how % 6 != 4));
        self.follow(&changed.touched);
    }

    fn has(&self, id: &Id, property: &str, name: &str) -> bool {
        self.mirror.record(&email(), id).is_some_and(|it| it[property].get(name) == Some(&Value::Bool(true)))
    }

    fn read(&self, id: &Id, seen: bool) -> Edit {
        let value = if seen { json!({"keywords/$seen": true}) } else { json!({"keywords/$seen": null}) };
        let was = self.has(id, "keywords", "$seen");
        let mut edit = Edit::patch(id.clone(), value.as_object().cloned().unwrap());
        for name in ["inbox", "archive"].into_iter().filter(|name| self.has(id, "mailboxIds", name)) {
            edit = edit.counting("Mailbox", name.into(), "unreadEmails", i64::from(was) - i64::from(seen));
        }
        edit
    }

    fn archive(&self, id: &Id) -> Edit {
        let patch = json!({"mailboxIds/inbox": null, "mailboxIds/archive": true});
        let unread = i64::from(!self.has(id, "keywords", "$seen"));
        let by = |name: &str| i64::from(self.has(id, "mailboxIds", name));
        let mut edit = Edit::patch(id.clone(), patch.as_object().cloned().unwrap())
            .counting("Mailbox", "inbox".into(), "unreadEmails", -unread * by("inbox"))
            .counting("Mailbox", "archive".into(), "unreadEmails", unread * (1 - by("archive")));
        // In the collapsed list another mail of the thread takes its place: the server knows.
        for name in WINDOWS.into_iter().filter(|name| *name != "threads") {
            edit.rows.push(RowEffect { window: name.into(), shown: Shown::Hidden });
        }
        edit
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
    fn settle(&mut self, order: u8) {
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

    /// What holds at every moment.
    pub(crate) fn check_always(&self) {
        // What is pending is shown: the last word on each path is the person's.
        let mut paths: BTreeMap<(Id, String), Value> = BTreeMap::new();
        let mut destroyed = BTreeSet::new();
        let mut rows: BTreeMap<(WindowKey, Id), Shown> = BTreeMap::new();
        for (_, change) in self.mirror.outbox().changes {
            for edit in change.edits {
                match edit.action {
                    Action::Patch(patch) => {
                        paths.extend(patch.into_iter().map(|(path, value)| ((edit.id.clone(), path), value)));
                    }
                    Action::Destroy => drop(destroyed.insert(edit.id.clone())),
                }
                rows.extend(edit.rows.into_iter().map(|row| ((row.window, edit.id.clone()), row.shown)));
            }
        }
        for ((id, path), value) in paths {
            if let Some(record) = self.mirror.record(&email(), &id) {
                let (property, name) = path.split_once('/').unwrap();
                if let Some(names) = record.get(property) {
                    assert_eq!(names.get(name).unwrap_or(&Value::Null), &value, "{id} {path}");
                }
            }
        }
        assert!(destroyed.iter().all(|id| self.mirror.record(&email(), id).is_none()));

        for name in WINDOWS {
            let key: WindowKey = name.into();
            let Some(total) = self.mirror.total(&key) else { continue };
            let shown: Vec<Id> = (0..total + 60).filter_map(|at| self.mirror.row(&key, at)).map(|row| row.id).collect();
            let unique: BTreeSet<&Id> = shown.iter().collect();
            assert_eq!(unique.len(), shown.len(), "{name} shows a mail twice: {shown:?}");
            assert!((total..total + 60).all(|at| self.mirror.row(&key, at).is_none()), "{name} has rows past its end");
            for ((window, id), effect) in &rows {
                assert!(
                    *window != key || *effect != Shown::Hidden || !shown.contains(id),
                    "{id} is to be hidden in {name}"
                );
            }
        }
        if let Some(model) = &self.alone {
            self.check_alone(model);
        }
    }

    /// Nothing else happens: then the person never sees anything but their own changes.
    fn check_alone(&self, model: &Server) {
        for of in [email(), mailbox()] {
            for (id, shown) in self.mirror.records(&of) {
                let expect = model.record(&of, id).unwrap_or_else(|| panic!("{id} is shown again"));
                for (name, value) in shown.iter() {
                    assert_eq!(Some(value), expect.get(name), "{of} {id} {name} flickers");
                }
            }
        }
        for name in ["flat", "flagged first"] {
            let key: WindowKey = name.into();
            let list = model.query_all(&key);
            for at in 0..self.mirror.total(&key).unwrap_or(0) {
                if let Some(row) = self.mirror.row(&key, at) {
                    let destroyed = model.record(&email(), &row.id).is_none();
                    assert!(destroyed || list.contains(&row.id), "{} comes back in {name}", row.id);
                }
            }
        }
    }

    /// At rest the mirror is what the server has.
    pub(crate) fn check_at_rest(&mut self, order: u8) {
        for key in WINDOWS.map(WindowKey::from) {
            self.mirror.hide(&key);
        }
        // What the person changed is sent, and changes the lists.
        self.settle(order);
        self.mirror.apply_push(&self.states());
        for name in WINDOWS {
            let key: WindowKey = name.into();
            let expect = self.server.query_all(&key);
            let mut start = 0;
            loop {
                let touched = self.mirror.show(&key, start..start + 60);
                self.follow(&touched);
                self.settle(order);
                start += 60;
                if start >= expect.len() {
                    break;
                }
            }
            let shown: Vec<Option<Id>> =
                (0..expect.len()).map(|at| self.mirror.row(&key, at).map(|row| row.id)).collect();
            assert_eq!(self.mirror.total(&key), Some(expect.len()), "{name}: {shown:?}");
            assert_eq!(shown, expect.into_iter().map(Some).collect::<Vec<_>>(), "{name}");
            self.mirror.hide(&key);
        }
        for of in [email(), mailbox()] {
            for (id, shown) in self.mirror.records(&of) {
                let expect = self.server.record(&of, id).unwrap_or_else(|| panic!("{of} {id} is gone"));
                for (name, value) in shown.iter() {
                    assert_eq!(Some(value), expect.get(name), "{of} {id} {name}");
                }
            }
        }
        assert_eq!(self.mirror.records(&mailbox()).count(), 2);
        assert_eq!((self.mirror.pending(), self.mirror.outbox().changes.len()), (0, 0));
        assert!(self.mirror.wishes().is_empty());
    }
}
