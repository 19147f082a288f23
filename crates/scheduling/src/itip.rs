//! Scheduling messages (iTIP, RFC 5546): which are due when an event is changed, and what an arriving one changes.
//!
//! Both ways are functions of the event before, the event after or the message, and whose calendar it is. Sending,
//! storing, and asking the person are the gateway's.

mod message;

pub use crate::icalendar::Method;
pub use message::Message;
