//! What the person does: marks mail as read, archives it, destroys it, and undoes that.

use std::collections::BTreeSet;

use jmap::Id;
use mirror::{Action, Change, Edit, RowEffect, Shown};
use serde_json::{Value, json};

use crate::server::WINDOWS;
use crate::world::{World, email};

impl World {
    /// The person does something to a mail that is shown.
    pub(crate) fn person(&mut self, which: u8, how: u8) {
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
}
