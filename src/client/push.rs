//! Push: one connection on which the gateway says that states have changed. A WebSocket (RFC 8887), or an
//! EventSource (RFC 8620 §7.3) where no WebSocket gets through.
//!
//! It reconnects by itself: after a growing wait, at once when the network or the reader is back, and when
//! the line has been silent for too long and does not answer. What was missed meanwhile is not its
//! business: it says [`PushEvent::Connected`], and whoever listens compares states.

use std::pin::pin;

use futures::StreamExt;
use futures::channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use jmap::push::{CalendarAlert, Changed, ClientFrame, StateChange};
use jmap::{Invocation, capability};
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventSource, EventTarget, MessageEvent, WebSocket};

use super::Client;
use super::backoff::Backoff;
use super::connection::path_of;
use crate::json;

/// What the connection says.
#[derive(Clone, Debug, PartialEq)]
pub enum PushEvent {
    /// It stands: everything may have changed before. A server that can tells all states next.
    Connected,
    /// States changed.
    Changed(Changed),
    /// An alert of an event is due.
    Alert(CalendarAlert),
    /// It is broken, and being made anew.
    Lost,
}

/// A push connection; closed when dropped.
pub struct Push {
    nudge: UnboundedSender<Nudge>,
    _listeners: Vec<Listener>,
}

/// Something that happened beside the connection.
enum Nudge {
    /// The network or the reader is back: see whether the line still stands.
    Check,
    /// Nobody listens any more.
    Close,
}

impl Drop for Push {
    fn drop(&mut self) {
        // The loop may be gone already.
        let _gone = self.nudge.unbounded_send(Nudge::Close);
    }
}

/// An event listener; removed when dropped.
struct Listener {
    target: EventTarget,
    name: &'static str,
    closure: Closure<dyn Fn(Event)>,
}

impl Listener {
    fn new(target: &EventTarget, name: &'static str, call: impl Fn(Event) + 'static) -> Option<Self> {
        let closure = Closure::<dyn Fn(Event)>::new(call);
        target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref()).ok()?;
        Some(Self { target: target.clone(), name, closure })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.closure.as_ref().unchecked_ref();
        // Nothing to do if the target is gone.
        let _gone = self.target.remove_event_listener_with_callback(self.name, callback);
    }
}

/// What comes from a line, whatever it is made of.
enum Incoming {
    Open,
    Text(String),
    /// A sign of life without content.
    Alive,
    Closed,
}

enum Line {
    Socket(WebSocket),
    Source(EventSource),
}

/// A line and its listeners; closed when dropped.
struct Connected {
    line: Line,
    incoming: UnboundedReceiver<Incoming>,
    _listeners: Vec<Listener>,
}

impl Drop for Connected {
    fn drop(&mut self) {
        match &self.line {
            Line::Socket(socket) => drop(socket.close()),
            Line::Source(source) => source.close(),
        }
    }
}

/// Milliseconds of silence after which the line is asked whether it still stands.
const SILENCE: u32 = 45_000;
/// Milliseconds that it has to answer, or to open.
const PATIENCE: u32 = 10_000;

impl Push {
    /// Opens the connection and keeps it, until this is dropped.
    pub fn start(client: Client, listen: impl Fn(PushEvent) + 'static) -> Self {
        let (nudge, nudges) = mpsc::unbounded();
        let mut listeners = Vec::new();
        if let Some(window) = web_sys::window() {
            let on_line = nudge.clone();
            listeners.extend(Listener::new(&window, "online", move |_| drop(on_line.unbounded_send(Nudge::Check))));
            if let Some(document) = window.document() {
                let visible = nudge.clone();
                listeners.extend(Listener::new(&document.clone(), "visibilitychange", move |_| {
                    if !document.hidden() {
                        drop(visible.unbounded_send(Nudge::Check));
                    }
                }));
            }
        }
        spawn_local(keep(client, nudges, listen));
        Self { nudge, _listeners: listeners }
    }
}

async fn keep(client: Client, mut nudges: UnboundedReceiver<Nudge>, listen: impl Fn(PushEvent)) {
    let mut backoff = Backoff::default();
    // How often a WebSocket did not even open: then a proxy is in the way, and an EventSource may do.
    let mut refused = 0;
    loop {
        let mut opened = false;
        if let Some(mut connected) = connect(&client, refused < 3) {
            let end = hold(&mut connected, &mut nudges, |event| {
                opened |= event == PushEvent::Connected;
                listen(event);
            });
            if let End::Closed = end.await {
                return;
            }
            if opened {
                backoff.reset();
                refused = 0;
                listen(PushEvent::Lost);
            } else if matches!(connected.line, Line::Socket(_)) {
                refused += 1;
            } else {
                // Neither opens: the gateway is away. Begin with the better one again.
                refused = 0;
            }
        }
        let wait = TimeoutFuture::new(backoff.next(js_sys::Math::random()));
        if let Either::Left((Some(Nudge::Close) | None, _)) = select(nudges.next(), wait).await {
            return;
        }
    }
}

enum End {
    /// By us.
    Closed,
    /// By the other side, or it is silent.
    Broken,
}

/// Listens to a line until it breaks.
async fn hold(
    connected: &mut Connected,
    nudges: &mut UnboundedReceiver<Nudge>,
    mut tell: impl FnMut(PushEvent),
) -> End {
    // Whether an answer is due; before it is open, its opening is.
    let mut due = true;
    loop {
        let patience = TimeoutFuture::new(if due { PATIENCE } else { SILENCE });
        let next = select(connected.incoming.next(), nudges.next());
        match select(pin!(next), patience).await {
            Either::Left((Either::Left((incoming, _)), _)) => {
                due = false;
                match incoming {
                    None | Some(Incoming::Closed) => return End::Broken,
                    Some(Incoming::Alive) => {}
                    Some(Incoming::Open) => {
                        if let Line::Socket(socket) = &connected.line {
                            enable(socket);
                        }
                        tell(PushEvent::Connected);
                    }
                    Some(Incoming::Text(text)) => {
                        if let Some(event) = read(&text) {
                            tell(event);
                        }
                    }
                }
            }
            Either::Left((Either::Right((Some(Nudge::Check), _)), _)) | Either::Right(_) if !due => {
                match &connected.line {
                    Line::Socket(socket) => due = ping(socket),
                    // The server pings it every thirty seconds: silence means that it is broken.
                    Line::Source(_) => return End::Broken,
                }
            }
            Either::Left((Either::Right((Some(Nudge::Check), _)), _)) => {}
            Either::Left((Either::Right((Some(Nudge::Close) | None, _)), _)) => return End::Closed,
            Either::Right(_) => return End::Broken,
        }
    }
}

fn connect(client: &Client, by_socket: bool) -> Option<Connected> {
    if client.has_ended() {
        return None;
    }
    let session = client.session()?;
    let socket_url = session
        .capabilities
        .get(capability::WEBSOCKET)
        .filter(|capability| capability.get("supportsPush").and_then(serde_json::Value::as_bool).unwrap_or(true))
        .and_then(|capability| capability.get("url")?.as_str());
    let socket = socket_url.filter(|_| by_socket).and_then(open_socket);
    socket.or_else(|| open_source(&session.event_source_url))
}

/// A WebSocket's address needs scheme and host: those of this page.
fn socket_address(url: &str) -> Option<String> {
    let location = web_sys::window()?.location();
    let scheme = if location.protocol().ok()? == "http:" { "ws" } else { "wss" };
    Some(format!("{scheme}://{}{}", location.host().ok()?, path_of(url)))
}

fn open_socket(url: &str) -> Option<Connected> {
    let socket = WebSocket::new_with_str(&socket_address(url)?, "jmap").ok()?;
    let (incoming, listeners) = listen_to(&socket, "message");
    Some(Connected { line: Line::Socket(socket), incoming, _listeners: listeners })
}

fn open_source(template: &str) -> Option<Connected> {
    let url = path_of(template).replace("{types}", "*").replace("{closeafter}", "no").replace("{ping}", "30");
    let source = EventSource::new(&url).ok()?;
    let (incoming, listeners) = listen_to(&source, "state");
    Some(Connected { line: Line::Source(source), incoming, _listeners: listeners })
}

fn listen_to(target: &EventTarget, message: &'static str) -> (UnboundedReceiver<Incoming>, Vec<Listener>) {
    let (sender, incoming) = mpsc::unbounded();
    let on = |name: &'static str, make: fn(Event) -> Incoming| {
        let sender = sender.clone();
        // The receiver may be gone: then the listener soon is.
        Listener::new(target, name, move |event| drop(sender.unbounded_send(make(event))))
    };
    let text = |event: Event| {
        let data = event.dyn_into::<MessageEvent>().ok().and_then(|event| event.data().as_string());
        data.map_or(Incoming::Alive, Incoming::Text)
    };
    let listeners = [
        on("open", |_| Incoming::Open),
        on(message, text),
        on("calendarAlert", text),
        on("ping", |_| Incoming::Alive),
        on("close", |_| Incoming::Closed),
        on("error", |_| Incoming::Closed),
    ];
    (incoming, listeners.into_iter().flatten().collect())
}

fn send(socket: &WebSocket, frame: &ClientFrame) -> bool {
    json::write(frame).is_some_and(|text| socket.send_with_str(&text).is_ok())
}

/// Asks for changes since a push state that no server gives (RFC 8887 §4.3.5.2), which is for where all types stand.
fn enable(socket: &WebSocket) {
    send(socket, &ClientFrame::WebSocketPushEnable { data_types: None, push_state: Some(String::new()) });
}

/// Asks for a sign of life. The browser hides the protocol's own pings, so it is the smallest request.
fn ping(socket: &WebSocket) -> bool {
    let echo = Invocation("Core/echo".to_owned(), serde_json::Map::new(), "0".to_owned());
    send(
        socket,
        &ClientFrame::Request {
            id: Some("ping".to_owned()),
            using: vec![capability::CORE.to_owned()],
            method_calls: vec![echo],
            created_ids: None,
        },
    );
    true
}

fn read(text: &str) -> Option<PushEvent> {
    // Over a WebSocket answers come too: they are neither.
    let changed = || json::read::<StateChange>(text).map(|change| PushEvent::Changed(change.changed));
    changed().or_else(|| json::read::<CalendarAlert>(text).map(PushEvent::Alert))
}
