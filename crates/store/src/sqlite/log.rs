//! What a transaction changed: one entry a record, each with a modseq of its own, so that `changes` can stop after
//! any of them.

use std::collections::{BTreeMap, HashMap};

use jmap::Id;

use crate::DataType;

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Created,
    Updated,
    Destroyed,
    /// Of a mailbox: nothing but counters changed.
    Counted,
}

impl Kind {
    pub(super) fn code(self) -> i64 {
        match self {
            Self::Created => 1,
            Self::Updated => 2,
            Self::Destroyed => 3,
            Self::Counted => 4,
        }
    }

    pub(super) fn from_code(code: i64) -> Option<Self> {
        [Self::Created, Self::Updated, Self::Destroyed, Self::Counted].into_iter().find(|kind| kind.code() == code)
    }

    /// One change after another, seen as one; `None` if nothing is left of both.
    pub(super) fn then(self, next: Self) -> Option<Self> {
        match (self, next) {
            (Self::Created, Self::Destroyed) => None,
            (Self::Created, _) => Some(Self::Created),
            (Self::Destroyed, Self::Created) => Some(Self::Updated),
            (Self::Updated, Self::Counted) => Some(Self::Updated),
            (_, next) => Some(next),
        }
    }
}

/// The changes of a transaction.
pub(super) struct Log {
    before: i64,
    /// `None`: created and destroyed again. The place in the list gives the modseq.
    entries: Vec<(DataType, Id, i64, Option<Kind>)>,
    places: HashMap<(DataType, Id), usize>,
}

impl Log {
    /// A log whose first entry comes after this modseq.
    pub(super) fn after(before: i64) -> Self {
        Self { before, entries: Vec::new(), places: HashMap::new() }
    }

    pub(super) fn created(&mut self, data_type: DataType, id: Id, thread: i64) -> i64 {
        self.add(data_type, id, thread, Kind::Created)
    }

    pub(super) fn updated(&mut self, data_type: DataType, id: Id, thread: i64) -> i64 {
        self.add(data_type, id, thread, Kind::Updated)
    }

    pub(super) fn destroyed(&mut self, data_type: DataType, id: Id, thread: i64) -> i64 {
        self.add(data_type, id, thread, Kind::Destroyed)
    }

    pub(super) fn counted(&mut self, id: Id) -> i64 {
        self.add(DataType::Mailbox, id, 0, Kind::Counted)
    }

    /// The modseq of the record's entry.
    fn add(&mut self, data_type: DataType, id: Id, thread: i64, kind: Kind) -> i64 {
        let place = match self.places.get(&(data_type, id.clone())).copied() {
            Some(place) => {
                if let Some(entry) = self.entries.get_mut(place) {
                    entry.2 = thread;
                    entry.3 = entry.3.map_or(Some(kind), |before| before.then(kind));
                }
                place
            }
            None => {
                self.entries.push((data_type, id.clone(), thread, Some(kind)));
                self.places.insert((data_type, id), self.entries.len() - 1);
                self.entries.len() - 1
            }
        };
        self.modseq_of(place)
    }

    fn modseq_of(&self, place: usize) -> i64 {
        self.before + 1 + i64::try_from(place).unwrap_or(i64::MAX - self.before - 1)
    }

    /// The last modseq that is used.
    pub(super) fn modseq(&self) -> i64 {
        self.before + i64::try_from(self.entries.len()).unwrap_or_default()
    }

    /// The modseq of the last change of a type.
    pub(super) fn last(&self, data_type: DataType) -> Option<i64> {
        self.touched().get(&data_type).copied()
    }

    /// The modseq of the last change of each type that changed.
    pub(super) fn touched(&self) -> BTreeMap<DataType, i64> {
        let changed = self.entries.iter().enumerate().filter(|(_, entry)| entry.3.is_some());
        changed.map(|(place, entry)| (entry.0, self.modseq_of(place))).collect()
    }

    /// Rows for the table: type, modseq, kind, id, thread.
    pub(super) fn entries(&self) -> Vec<(i64, i64, i64, &str, i64)> {
        let changed = self.entries.iter().enumerate().filter_map(|(place, (data_type, id, thread, kind))| {
            Some((data_type.code(), self.modseq_of(place), (*kind)?.code(), id.as_str(), *thread))
        });
        changed.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_changes_of_one_record_count_once() {
        let mut log = Log::after(10);
        assert_eq!(log.created(DataType::Email, Id::from("e1"), 0), 11);
        assert_eq!(log.updated(DataType::Email, Id::from("e2"), 0), 12);
        assert_eq!(log.updated(DataType::Email, Id::from("e1"), 0), 11);
        assert_eq!(log.entries().len(), 2);
        assert_eq!(log.last(DataType::Email), Some(12));
        assert_eq!(log.last(DataType::Mailbox), None);
    }

    #[test]
    fn what_was_created_and_destroyed_leaves_nothing() {
        let mut log = Log::after(0);
        log.created(DataType::Identity, Id::from("i1"), 0);
        log.destroyed(DataType::Identity, Id::from("i1"), 0);
        assert!(log.entries().is_empty());
        assert!(log.touched().is_empty());
    }

    #[test]
    fn counters_do_not_hide_a_change_of_more() {
        let mut log = Log::after(0);
        log.updated(DataType::Mailbox, Id::from("m1"), 0);
        log.counted(Id::from("m1"));
        log.counted(Id::from("m2"));
        log.updated(DataType::Mailbox, Id::from("m2"), 0);
        assert!(log.entries().iter().all(|entry| entry.2 == Kind::Updated.code()));
    }
}
