//! What holds at every moment, and at rest.

use std::collections::{BTreeMap, BTreeSet};

use jmap::Id;
use mirror::{Action, Shown, WindowKey};
use serde_json::Value;

use crate::server::{Server, WINDOWS};
use crate::world::{World, email, mailbox};

impl World {
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
