//! Push by server-sent events (RFC 8620 §7.3).

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::unfold;
use jmap::push::StateChange;
use serde::Deserialize;
use tokio::time::{Interval, MissedTickBehavior, interval_at};

use super::push::{Changes, Pushed, Types};
use crate::auth::Principal;
use crate::state::AppState;

/// Pings come no closer and no farther apart than this, in seconds.
const PING_RANGE: std::ops::RangeInclusive<u64> = 1..=900;

/// What the URL says; all three must be there, but some clients leave out what they do not use.
#[derive(Debug, Deserialize)]
pub struct Options {
    #[serde(default)]
    types: Option<String>,
    #[serde(default)]
    closeafter: Option<String>,
    #[serde(default)]
    ping: Option<String>,
}

struct Stream {
    changes: Changes,
    /// What the client missed while it was away.
    missed: Option<StateChange>,
    pings: Option<(u64, Interval)>,
    closes_after_state: bool,
    is_done: bool,
}

/// `GET /jmap/eventsource`.
pub async fn serve(
    State(state): State<AppState>,
    principal: Principal,
    Query(options): Query<Options>,
    headers: HeaderMap,
) -> Response {
    let closes_after_state = match options.closeafter.as_deref() {
        None | Some("" | "no") => false,
        Some("state") => true,
        Some(_) => return StatusCode::BAD_REQUEST.into_response(),
    };
    let ping = match options.ping.as_deref().unwrap_or("0").parse::<u64>() {
        Ok(0) => None,
        Ok(seconds) => Some(seconds.clamp(*PING_RANGE.start(), *PING_RANGE.end())),
        Err(_) => return StatusCode::BAD_REQUEST.into_response(),
    };
    let types: Types = match options.types.as_deref() {
        None | Some("" | "*") => None,
        Some(names) => Some(names.split(',').map(|name| name.trim().to_owned()).collect()),
    };
    let changes = Changes::new(&state, &principal.account_id, types);
    let missed = match headers.get(HeaderName::from_static("last-event-id")).and_then(|id| id.to_str().ok()) {
        Some(seen) => match changes.since(seen).await {
            Ok(missed) => missed,
            Err(error) => {
                tracing::error!(error = %error, "states could not be read for push");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        },
        None => None,
    };
    let pings = ping.map(|seconds| {
        let period = Duration::from_secs(seconds);
        let mut pings = interval_at(tokio::time::Instant::now() + period, period);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        (seconds, pings)
    });
    let stream = unfold(Stream { changes, missed, pings, closes_after_state, is_done: false }, next);
    // Proxies must not keep back what is told now.
    let unbuffered =
        [(header::CACHE_CONTROL, "no-cache, no-transform"), (HeaderName::from_static("x-accel-buffering"), "no")];
    (unbuffered, Sse::new(stream)).into_response()
}

async fn next(mut stream: Stream) -> Option<(Result<Event, Infallible>, Stream)> {
    if stream.is_done {
        return None;
    }
    let pushed = match stream.missed.take() {
        Some(missed) => Some(Pushed::Change(missed)),
        None => match &mut stream.pings {
            Some((seconds, pings)) => tokio::select! {
                pushed = stream.changes.next() => Some(pushed?),
                _ = pings.tick() => {
                    let ping = Event::default().event("ping").data(format!("{{\"interval\":{seconds}}}"));
                    return Some((Ok(ping), stream));
                }
            },
            None => Some(stream.changes.next().await?),
        },
    }?;
    let event = Event::default().data(pushed.to_json().to_string());
    let event = match pushed {
        Pushed::Change(change) => {
            stream.is_done = stream.closes_after_state;
            let event = event.event("state");
            match change.push_state {
                Some(id) => event.id(id),
                None => event,
            }
        }
        Pushed::Alert(_) => event.event("calendarAlert"),
    };
    Some((Ok(event), stream))
}
