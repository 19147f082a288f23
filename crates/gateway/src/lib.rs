//! The gateway: an organisation's mail in one process, spoken as JMAP, and the app in front of it.
//!
//! [`router`] is everything that is served: [`jmap`], the small [`api`] under `/owlet`, and the app itself
//! ([`assets`]), behind one [`security`] guard. [`html`] makes a mail safe to look at; [`push`] tells devices that
//! hold no connection; [`command`] is what an administrator types. Mail, accounts and blobs are kept by the crate
//! `store`, which alone knows SQL.

pub mod api;
pub mod assets;
pub mod auth;
pub mod calendar;
pub mod command;
pub mod config;
pub mod delivery;
pub mod html;
pub mod jmap;
pub mod mail_files;
pub mod message;
pub mod pictures;
pub mod problem;
pub mod push;
pub mod sample;
pub mod security;
pub mod serve;
pub mod signature;
pub mod state;
pub mod trace;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tower_http::compression::CompressionLayer;
use tower_http::compression::CompressionLevel;

use state::AppState;

/// Everything that is served to people and programs.
pub fn router(state: AppState) -> Router {
    let app = Router::new()
        .merge(jmap::router())
        .merge(api::router())
        // What is embedded was compressed when it was built; this is for what is made for one request.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .route("/healthz", get(|| async { (StatusCode::OK, "ok\n") }))
        .fallback(assets::serve)
        .layer(from_fn_with_state(state.clone(), security::guard));
    trace::layer(app).with_state(state)
}
