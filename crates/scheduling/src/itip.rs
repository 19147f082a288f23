//! Scheduling messages (iTIP, RFC 5546): which are due when an event is changed, and what an arriving one changes.
//!
//! Both ways are functions of the event before, the event after or the message, and whose calendar it is. Sending,
//! storing, and asking the person are the gateway's.
//!
//! The sequence counts the changes after which an answer has to be given again: of time, of place, and whether it takes
//! place at all. Other changes are told by a newer DTSTAMP and leave the answers alone (RFC 5546 §2.1.4, §2.1.5).

mod attendee;
mod compare;
mod message;
mod organizer;
mod plan;
mod proposal;
mod receive;
mod reply;
mod request;

pub use crate::icalendar::Method;
pub use message::Message;
pub use plan::{Plan, plan};
pub use proposal::{counter, decline_counter, forward, refresh};
pub use receive::{Change, Outcome, Reason, receive};

#[cfg(test)]
mod tests;
