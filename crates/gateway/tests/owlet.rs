//! The `/owlet` API and the app's files, asked as a browser asks: one file an address.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

#[path = "owlet/application_passwords.rs"]
mod application_passwords;
#[path = "owlet/body.rs"]
mod body;
#[path = "owlet/organisation.rs"]
mod organisation;
#[path = "owlet/push_subscription.rs"]
mod push_subscription;
#[path = "owlet/session.rs"]
mod session;
#[path = "owlet/settings.rs"]
mod settings;
