//! Before one signs out: what only this browser has goes to the server.

use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::ReadUntracked as _;

use super::engine::Engine;

/// Milliseconds that it may take.
const PATIENCE: u32 = 6_000;
/// Milliseconds between two looks.
const STEP: u32 = 50;

impl Engine {
    /// Brings drafts, changes and mail on its way to the server now. Answers how many of them are not there.
    pub(super) async fn bring_all(self: Rc<Self>) -> usize {
        self.flush_drafts();
        self.pump_soon();
        for _ in 0..PATIENCE / STEP {
            let away = self.connection.read_untracked().offline || self.client.has_ended();
            if away || self.only_here() == 0 {
                break;
            }
            TimeoutFuture::new(STEP).await;
        }
        self.only_here()
    }

    fn only_here(&self) -> usize {
        self.unsaved_drafts().len() + self.waiting()
    }
}
