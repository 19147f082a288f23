//! The app: a mail client that runs in the browser. What needs a browser is compiled for wasm only, so that the pure
//! parts (records in, values to show out) build and test natively.
//!
//! This file starts it; `app.rs` puts contexts and routes together.

#![allow(unreachable_pub, reason = "`pub` in a program means: for the rest of the program")]
#![cfg_attr(
    not(target_family = "wasm"),
    allow(dead_code, unused_imports, reason = "natively the pure parts are built for their tests only")
)]

#[cfg(target_family = "wasm")]
mod app;
mod calendar;
mod client;
mod locale;
mod mail;
mod records;
mod routes;
mod session;
mod shell;
mod ui;

use mirror::json;

#[cfg(target_family = "wasm")]
fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
    // The bones that index.html painted: the app's own first view is already below them.
    if let Ok(Some(skeleton)) = leptos::prelude::document().query_selector("[data-skeleton]") {
        skeleton.remove();
    }
}

#[cfg(not(target_family = "wasm"))]
fn main() {}
