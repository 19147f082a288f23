//! The JMAP server over HTTP, in one process: alice and bob of owlery.example, each test with a store of its own.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers too"
)]

#[path = "jmap/blob.rs"]
mod blob;
#[path = "jmap/calendar.rs"]
mod calendar;
#[path = "jmap/calendar_event.rs"]
mod calendar_event;
#[path = "jmap/calendar_hostile.rs"]
mod calendar_hostile;
#[path = "jmap/email.rs"]
mod email;
#[path = "jmap/envelope.rs"]
mod envelope;
#[path = "jmap/hostile.rs"]
mod hostile;
#[path = "jmap/lmtp.rs"]
mod lmtp;
#[path = "jmap/mailbox.rs"]
mod mailbox;
#[path = "jmap/principal.rs"]
mod principal;
#[path = "jmap/push.rs"]
mod push;
#[path = "jmap/push_service.rs"]
mod push_service;
#[path = "jmap/push_subscription.rs"]
mod push_subscription;
#[path = "jmap/scheduling.rs"]
mod scheduling;
#[path = "jmap/submission.rs"]
mod submission;
#[path = "jmap/world.rs"]
mod world;
