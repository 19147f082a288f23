//! What becomes of what was typed: a new event, a change of one, of one occurrence, of those that follow or of all.
//!
//! It waits for the server's answer; if that is no, the form stays as it is and says why.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;

use super::draft::is_told;
use super::editor::Editor;
use super::reader::CLOCK;
use super::repeat::{Ends, Repeat, parse_local};
use crate::calendar::desk::failure_words;
use crate::locale::{t, t_with, zones};
use crate::records::{Event, Failure};
use crate::ui::Toast;

/// How much of a series is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::calendar) enum Scope {
    /// This occurrence.
    One,
    /// This one and all after it.
    Following,
    /// All of them.
    All,
}

impl Editor {
    /// What has to be chosen before it is saved; one of a kind is no choice.
    pub(super) fn scopes(self) -> Vec<Scope> {
        let is_occurrence = self.event.with_value(|event| event.as_ref().is_some_and(|event| event.base.is_some()));
        if !is_occurrence || self.series.with_untracked(Option::is_none) {
            return vec![Scope::One];
        }
        // How it repeats, and in which calendar it is, is not one occurrence's.
        let is_for_all = self.draft.with_untracked(|draft| {
            self.before.with_untracked(|before| draft.repeat != before.repeat || draft.calendar != before.calendar)
        });
        if is_for_all { vec![Scope::Following, Scope::All] } else { vec![Scope::One, Scope::Following, Scope::All] }
    }

    /// Saves.
    pub(super) fn save(self, scope: Scope) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let saved = match self.event.get_value() {
                None => self.create().await,
                Some(event) => self.update(&event, scope).await,
            };
            self.busy.try_set(false);
            if let Err(failure) = saved {
                let words = t_with("event.notSaved", &[("why", &failure_words(&failure))]);
                self.failure.try_set(Some(words));
            }
        });
    }

    fn close(self) {
        // Saved: nothing is left to be kept.
        self.before.set(self.draft.get_untracked());
        self.desk.editing.set(None);
    }

    fn title(self) -> String {
        let title = self.draft.with_untracked(|draft| draft.title.trim().to_owned());
        if title.is_empty() { t("calendar.untitled") } else { title }
    }

    async fn create(self) -> Result<(), Failure> {
        let me = self.me.get_value();
        let event = self.draft.with_untracked(|draft| draft.create(&me, &CLOCK));
        let has_guests = event.contains_key("participants");
        let id = self.desk.records.create_event(event, has_guests).await?;
        let title = self.title();
        let desk = self.desk;
        self.close();
        let key = if has_guests { "event.sent" } else { "event.made" };
        let back = Callback::new(move |()| {
            let id = id.clone();
            spawn_local(async move {
                if let Err(failure) = desk.records.destroy_event(&id, has_guests).await {
                    desk.failed(&failure);
                }
            });
        });
        desk.toasts.show(Toast::new(t_with(key, &[("title", &title)])).act(t("calendar.undo"), back));
        Ok(())
    }

    async fn update(self, event: &Event, scope: Scope) -> Result<(), Failure> {
        let (me, records) = (self.me.get_value(), self.desk.records);
        let (draft, before) = (self.draft.get_untracked(), self.before.get_untracked());
        let series = self.series.get_untracked();
        let at = event.recurrence_id.as_deref().and_then(parse_local);
        let is_first = series.as_ref().is_some_and(|series| Some(&series.local_start) == event.recurrence_id.as_ref());
        let is_with_guests = !draft.guests.is_empty() || !before.guests.is_empty();
        match (scope, series, at) {
            (Scope::Following, Some(series), Some(at)) if !is_first => {
                let left = left(self, &series, at).await?;
                let (new, end) = draft.split(&before, (&series, at), left, &me, &CLOCK);
                let made = records.create_event(new, is_with_guests).await?;
                if let Err(failure) = records.update_event(&series.id, end, is_with_guests).await {
                    // Else these would be there twice.
                    let _ = records.destroy_event(&made, is_with_guests).await;
                    return Err(failure);
                }
            }
            (Scope::Following | Scope::All, Some(series), Some(_)) => {
                let patch = draft.patch_series(&before, &series, &me, &CLOCK);
                let notify = is_with_guests && is_told(&patch);
                records.update_event(&series.id, patch, notify).await?;
            }
            (_, _, _) => {
                let mut patch = draft.patch(&before, &event.raw, &me, &CLOCK);
                if event.base.is_some() {
                    // Not an occurrence's.
                    patch.remove("recurrenceRule");
                    patch.remove("calendarIds");
                }
                let notify = is_with_guests && is_told(&patch);
                records.update_event(&event.id, patch, notify).await?;
            }
        }
        let words = t_with("event.saved", &[("title", &self.title())]);
        self.close();
        self.desk.toasts.show(Toast::new(words));
        Ok(())
    }
}

/// How many occurrences a rule that counts has left from this one on.
async fn left(editor: Editor, series: &Event, at: chrono::NaiveDateTime) -> Result<Option<u64>, Failure> {
    let Some(Ends::After(count)) = series.rule.as_ref().and_then(Repeat::from_json).map(|rule| rule.ends) else {
        return Ok(None);
    };
    let uid = series.raw.get("uid").and_then(Value::as_str).unwrap_or_default();
    let zone = series.time_zone.clone().unwrap_or_else(zones::here);
    let before = super::repeat::format_local(at);
    let gone = editor.desk.records.occurrences_between(uid, &series.local_start, &before, &zone).await?;
    // Those that were taken out count too.
    let overrides = series.raw.get("recurrenceOverrides").and_then(Value::as_object);
    let is_excluded = |(key, value): &(&String, &Value)| {
        value.get("excluded") == Some(&Value::Bool(true)) && parse_local(key).is_some_and(|key| key < at)
    };
    let excluded = overrides.into_iter().flatten().filter(is_excluded).count();
    Ok(Some(count.saturating_sub(gone + excluded as u64).max(1)))
}
