//! Puts an event into the store, found by what it says: the one way in, whoever brings it.

use chrono::Utc;
use jmap::error::SetErrorKind;
use jmap::{CalendarEventId, Id, SetError, UtcDate};
use scheduling::Event;
use store::{DataType, Error, Writer};

use super::access::Access;
use super::{index, reminders};

/// Why an event was not kept.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    /// The event is at fault; nothing was changed.
    #[error(transparent)]
    Refused(SetError),
    /// The store failed.
    #[error(transparent)]
    Store(Error),
}

impl From<Error> for NotKept {
    fn from(error: Error) -> Self {
        let taken = |id: Id| {
            let reason = "There is an event with this uid already.";
            SetError::new(SetErrorKind::AlreadyExists, reason).with("existingId", id.as_str())
        };
        Self::Refused(match error {
            Error::UidTaken(id) => taken(id),
            Error::NoCalendar => SetError::invalid_properties(["calendarIds"], "An event is in a calendar."),
            Error::NotFound(DataType::Calendar, _) => {
                SetError::invalid_properties(["calendarIds"], "There is no such calendar.")
            }
            Error::NotFound(..) => SetErrorKind::NotFound.into(),
            Error::NoBlob => SetError::invalid_properties(["links"], "There is no such blob."),
            other => return Self::Store(other),
        })
    }
}

/// Creates an event or replaces it, in an account that is seen by `access`, and says when its owner is reminded of it.
///
/// # Errors
/// [`NotKept`].
pub async fn put(
    writer: &mut Writer,
    id: &CalendarEventId,
    event: &Event,
    access: &Access,
    create: bool,
) -> Result<(), NotKept> {
    writer.put_event(id, event.as_map().clone(), &index::of(event), create).await?;
    if access.is_owner() {
        reminders::schedule(writer, access, &id.into(), event, Utc::now()).await?;
    } else {
        // Others do not see what the owner is reminded by: it is looked at again, at once.
        writer.schedule_alert(id, &access.account, Some(UtcDate(Utc::now()))).await?;
    }
    Ok(())
}
