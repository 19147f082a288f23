//! The calendar: days, weeks and months of events, and the form they are made with. Shows JMAP's Calendar and
//! CalendarEvent; what is on the server and how it changes is [`records`](crate::records)'.
//!
//! [`CalendarPage`] is the way in; all that it draws is a part of the app that is fetched when it is first wanted.
//! [`CalendarDesk`](desk::CalendarDesk) is what is shown, chosen and edited.

mod colour;
mod cursor;
mod day;
mod drag;
mod form;
mod layout;
mod placing;
mod sentence;

#[cfg(target_family = "wasm")]
mod agenda;
#[cfg(target_family = "wasm")]
mod clock;
#[cfg(target_family = "wasm")]
mod desk;
#[cfg(target_family = "wasm")]
mod event_block;
#[cfg(target_family = "wasm")]
mod gate;
#[cfg(target_family = "wasm")]
mod grid;
#[cfg(target_family = "wasm")]
mod month;
#[cfg(target_family = "wasm")]
mod more;
#[cfg(target_family = "wasm")]
mod page;
#[cfg(target_family = "wasm")]
mod reminders;
#[cfg(target_family = "wasm")]
mod said;
#[cfg(target_family = "wasm")]
mod side;

#[cfg(target_family = "wasm")]
pub(crate) use gate::{CalendarPage, provide};
#[cfg(target_family = "wasm")]
pub(crate) use reminders::ReminderStack;
#[cfg(target_family = "wasm")]
pub(crate) use said::{day_href, title};
