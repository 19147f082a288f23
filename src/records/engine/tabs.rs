//! This tab among the browser's others: one leads and holds the push connection; each tells the others what it
//! hears from the server and what it changed there.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use jmap::State;
use jmap::push::CalendarAlert;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};

use super::Engine;
use crate::client::push::{Push, PushEvent};
use crate::shell::leadership::{self, Channel};

/// Milliseconds in which states are gathered before anything is asked.
const GATHER: u32 = 120;

/// Milliseconds that a server has to tell all states on a new connection, before it is asked for what was missed.
const TELLING: u32 = 1_000;

#[derive(Default)]
pub(super) struct Tabs {
    channel: RefCell<Option<Channel>>,
    push: RefCell<Option<Push>>,
    leads: RefCell<Option<ReadSignal<bool>>>,
    heard: RefCell<BTreeMap<String, State>>,
    gathers: Cell<bool>,
    /// A connection is new, and what was missed before it is not yet known.
    missed: Cell<bool>,
}

/// What tabs tell each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Told {
    /// The server's states.
    States(BTreeMap<String, State>),
    /// Push was away: compare everything.
    Suspect,
    /// An alert of an event is due.
    Alert(CalendarAlert),
    /// A setting was changed.
    Settings(serde_json::Map<String, serde_json::Value>),
}

impl Engine {
    /// Joins the channel of the account's tabs.
    pub(super) fn tabs_join(self: &Rc<Self>) {
        let Some(account) = self.account() else { return };
        let engine = self.clone();
        let channel = Channel::join(&format!("owlet-records-{account}"), move |told: Told| match told {
            Told::States(states) => engine.hear(states),
            Told::Suspect => engine.suspect(),
            Told::Alert(alert) => engine.ring(&alert),
            Told::Settings(settings) => engine.settings.set(Some(settings.into())),
        });
        self.tabs.channel.replace(channel);
    }

    /// Holds the push connection when this tab leads.
    pub(super) fn tabs_lead(self: &Rc<Self>) {
        if self.tabs.leads.borrow().is_some() {
            // It asked before, for somebody who signed out: the lock is its own or still awaited.
            self.start_push();
            return;
        }
        let leads = leadership::lead();
        self.tabs.leads.replace(Some(leads));
        let engine = self.clone();
        // Not a copy of a signal: becoming the leader is the moment to open a connection.
        Effect::new(move |_| {
            if leads.get() {
                engine.start_push();
            }
        });
    }

    /// Whether this tab leads.
    pub(in crate::records) fn tabs_leads(&self) -> bool {
        self.tabs.leads.borrow().is_some_and(|leads| leads.try_get_untracked().unwrap_or_default())
    }

    fn start_push(self: &Rc<Self>) {
        if !self.ready.get() || !self.tabs_leads() || self.tabs.push.borrow().is_some() {
            return;
        }
        let engine = self.clone();
        let push = Push::start(self.client.clone(), move |event| match event {
            PushEvent::Connected => {
                // Also the first time: something may have changed since the first answers.
                engine.await_states();
                engine.try_now();
            }
            PushEvent::Changed(changed) => {
                let states = engine.account().and_then(|account| changed.get(&account).cloned());
                if let Some(states) = states {
                    if engine.mirror.borrow().is_covered_by(&states) {
                        engine.tabs.missed.set(false);
                    }
                    engine.tell(&Told::States(states.clone()));
                    engine.hear(states);
                }
            }
            PushEvent::Alert(alert) => {
                engine.tell(&Told::Alert(alert.clone()));
                engine.ring(&alert);
            }
            PushEvent::Lost => {}
        });
        self.tabs.push.replace(Some(push));
    }

    /// Asks for everything that was missed before this connection, unless the server tells all states by itself.
    fn await_states(self: &Rc<Self>) {
        if self.tabs.missed.replace(true) {
            return;
        }
        let engine = self.clone();
        spawn_local(async move {
            TimeoutFuture::new(TELLING).await;
            if engine.tabs.missed.replace(false) {
                engine.suspect();
                engine.tell(&Told::Suspect);
            }
        });
    }

    /// Makes the push connection anew.
    pub(super) fn tabs_reconnect(self: &Rc<Self>) {
        self.tabs.push.replace(None);
        self.start_push();
    }

    /// Leaves the channel and closes the connection.
    pub(super) fn tabs_leave(&self) {
        self.tabs.push.replace(None);
        self.tabs.channel.replace(None);
        self.tabs.heard.borrow_mut().clear();
        self.tabs.missed.set(false);
    }

    fn ring(&self, alert: &CalendarAlert) {
        for call in Self::listeners(&self.alerts) {
            call(alert);
        }
    }

    fn tell(&self, told: &Told) {
        if let Some(channel) = self.tabs.channel.borrow().as_ref() {
            channel.tell(told);
        }
    }

    /// Tells the other tabs of a state that an own change has made, so that they need not wait for the push.
    pub(in crate::records) fn tell_states(&self, states: BTreeMap<String, State>) {
        self.tell(&Told::States(states));
    }

    /// Tells the other tabs of changed settings.
    pub(in crate::records) fn tell_settings(&self, settings: serde_json::Map<String, serde_json::Value>) {
        self.tell(&Told::Settings(settings));
    }

    /// Gathers states for a moment: a burst of changes becomes one request.
    fn hear(self: &Rc<Self>, states: BTreeMap<String, State>) {
        self.tabs.heard.borrow_mut().extend(states);
        if self.tabs.gathers.replace(true) {
            return;
        }
        let engine = self.clone();
        spawn_local(async move {
            TimeoutFuture::new(GATHER).await;
            engine.tabs.gathers.set(false);
            let states = engine.tabs.heard.take();
            engine.states(&states);
        });
    }
}
