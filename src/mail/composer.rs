//! Writing mail: new, an answer, a forward, a draft, a `mailto:` link.
//!
//! It holds one [`Draft`](crate::records::Draft) and shows it as a form. What is typed is given to `records`, which
//! keeps it in this browser at once and on the server soon; sending, holding and taking back are the server's. It
//! leaves to others: reading, lists, and where on the screen a composer stands.

pub mod body;
pub mod checks;
pub mod html;
pub mod mailto;
pub mod recipients;
pub mod reply;
