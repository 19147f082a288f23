//! The gateway: an organisation's mail in one process, spoken as JMAP, and the app in front of it.

pub mod config;
