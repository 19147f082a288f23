//! Calendar data and its rules: JSCalendar 2.0 events (draft-ietf-calext-jscalendarbis; RFC 8984's names understood),
//! recurrence, time zones, iTIP, availability, and iCalendar both ways.
//!
//! Everything here is a function of its arguments: no input or output, no clock (now is an argument), no runtime.
//! Who may see or change what, and where it is kept, is the gateway's.

pub mod availability;
pub mod date;
pub mod event;
pub mod icalendar;
mod invalid;
pub mod itip;
pub mod patch;
pub mod recurrence;
pub mod zone;

pub use event::{CalendarAddress, Event};
pub use invalid::{Invalid, Problem};
pub use zone::Zone;
