//! Records of any type, their states and their changes (RFC 8620 §1.6, §5.2).

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jmap::{AccountId, Id, State};
use serde_json::{Map, Value};

/// The types of record that have a state of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DataType {
    /// A folder of mail; its counters are columns, the rest is the record's body.
    Mailbox,
    /// A conversation of mails; derived, never put.
    Thread,
    /// A mail; has columns, see [`crate::NewEmail`].
    Email,
    /// No records, only a state: it changes when mail is delivered (RFC 8621 §1.5).
    EmailDelivery,
    /// A sender.
    Identity,
    /// A mail on its way out.
    EmailSubmission,
    /// The answer while one is away: one record, `singleton`.
    VacationResponse,
    /// A collection of events.
    Calendar,
    /// An event or a series; has columns, see [`crate::EventIndex`].
    CalendarEvent,
    /// What somebody else did to an event.
    CalendarEventNotification,
    /// An address as which one takes part in events.
    ParticipantIdentity,
    /// What others share with one changed.
    ShareNotification,
}

impl DataType {
    /// Every type.
    pub const ALL: [Self; 12] = [
        Self::Mailbox,
        Self::Thread,
        Self::Email,
        Self::EmailDelivery,
        Self::Identity,
        Self::EmailSubmission,
        Self::VacationResponse,
        Self::Calendar,
        Self::CalendarEvent,
        Self::CalendarEventNotification,
        Self::ParticipantIdentity,
        Self::ShareNotification,
    ];

    /// Its name in JMAP.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mailbox => "Mailbox",
            Self::Thread => "Thread",
            Self::Email => "Email",
            Self::EmailDelivery => "EmailDelivery",
            Self::Identity => "Identity",
            Self::EmailSubmission => "EmailSubmission",
            Self::VacationResponse => "VacationResponse",
            Self::Calendar => "Calendar",
            Self::CalendarEvent => "CalendarEvent",
            Self::CalendarEventNotification => "CalendarEventNotification",
            Self::ParticipantIdentity => "ParticipantIdentity",
            Self::ShareNotification => "ShareNotification",
        }
    }

    /// The number it has in the database; never changed, never reused.
    pub(crate) fn code(self) -> i64 {
        match self {
            Self::Mailbox => 1,
            Self::Thread => 2,
            Self::Email => 3,
            Self::EmailDelivery => 4,
            Self::Identity => 5,
            Self::EmailSubmission => 6,
            Self::VacationResponse => 7,
            Self::Calendar => 8,
            Self::CalendarEvent => 9,
            Self::CalendarEventNotification => 10,
            Self::ParticipantIdentity => 11,
            Self::ShareNotification => 12,
        }
    }

    pub(crate) fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|data_type| data_type.code() == code)
    }

    /// What its ids start with.
    pub(crate) fn prefix(self) -> char {
        match self {
            Self::Mailbox => 'm',
            Self::Thread => 't',
            Self::Email => 'e',
            Self::EmailDelivery => 'd',
            Self::Identity => 'i',
            Self::EmailSubmission => 's',
            Self::VacationResponse => 'v',
            Self::Calendar => 'c',
            Self::CalendarEvent => 'k',
            Self::CalendarEventNotification => 'n',
            Self::ParticipantIdentity => 'p',
            Self::ShareNotification => 'h',
        }
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// A name that is no type of the store's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such type")]
pub struct UnknownType;

impl FromStr for DataType {
    type Err = UnknownType;

    fn from_str(name: &str) -> Result<Self, UnknownType> {
        Self::ALL.into_iter().find(|data_type| data_type.as_str() == name).ok_or(UnknownType)
    }
}

/// A record as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its id.
    pub id: Id,
    /// Its properties, without `id`.
    pub body: Map<String, Value>,
    /// When it last changed, on the account's scale of changes.
    pub modseq: u64,
}

/// What changed since a state (RFC 8620 §5.2). An id is in one list only; one that was created and destroyed
/// since is in none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// As asked.
    pub old_state: State,
    /// Until when.
    pub new_state: State,
    /// There is more after `new_state`.
    pub has_more: bool,
    /// New.
    pub created: Vec<Id>,
    /// Changed.
    pub updated: Vec<Id>,
    /// Gone.
    pub destroyed: Vec<Id>,
    /// Of mailboxes: `updated` is not empty, and nothing but counters changed in any of them (RFC 8621 §2.2).
    pub only_counts: bool,
}

/// The new state of each type that a transaction changed.
pub type States = BTreeMap<DataType, State>;

/// What a commit changed; see [`crate::Store::subscribe`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Where.
    pub account: AccountId,
    /// What.
    pub states: States,
}

/// The counters of a mailbox (RFC 8621 §2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Emails in it.
    pub total_emails: u64,
    /// Emails in it with neither `$seen` nor `$draft`.
    pub unread_emails: u64,
    /// Threads with an email in it.
    pub total_threads: u64,
    /// Of these, those with an unread email, here or elsewhere. Emails that are only in the trash do not count
    /// elsewhere, and in the trash only those in it count.
    pub unread_threads: u64,
}
