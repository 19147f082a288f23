//! iCalendar (RFC 5545, 7986, 9073, 9074) to JSCalendar and back.
//!
//! `calcard` parses, writes, and turns properties that have nothing to do with time into JSON and back, keeping those
//! that it does not know (the event's `iCalendar` property, JSPROP lines; draft-ietf-calext-jscalendar-icalendar).
//! Times, zones, rules and occurrences are turned here, since they have to agree with how this crate reads them: a
//! start in a skipped or repeated hour, a zone that only its definition knows, an all-day RECURRENCE-ID, what differs
//! between an occurrence and its series as the smallest patch.
//!
//! A file may hold anything: each component that cannot be read is told with the reason, and the rest is read.

mod component;
mod describe;
mod entry;
mod freebusy;
mod header;
mod jscalendar;
mod occurrences;
mod read;
mod rule;
mod times;
mod write;
mod zones;

pub use freebusy::{FreeBusy, write_freebusy};
pub use header::{Header, Method};
pub use read::{Calendar, Problem, ReadError, Reader, read};
pub use write::{write, write_event};

#[cfg(test)]
mod tests;
