//! Reminders on whatever page one is: a stack of those that are due, each put off or put away; and a notification of
//! the system where none of the tabs is looked at. Pattern: a region of `alert`s; the focus stays where it is.
//! Keys: Tab goes to its buttons. When one is due is the server's to say.

use std::sync::Arc;

use jmap::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::{Map, Value, json};
use web_sys::{Notification, NotificationOptions, NotificationPermission};

use super::said::{day_href, title};
use crate::locale::{dates, t, t_count, t_with, zones};
use crate::records::{CalendarAlert, Event, Records, use_records};
use crate::ui::{Button, ButtonKind, ButtonSize, Icon, IconName};

/// How long one is put off, in minutes.
const SNOOZE: f64 = 5.0;
const MINUTE: f64 = 60_000.0;

/// One that is due.
#[derive(Clone, Debug, PartialEq)]
struct Reminder {
    alert: CalendarAlert,
    event: Arc<Event>,
}

/// Those that are due; a context.
#[derive(Clone, Copy)]
pub(super) struct Reminders {
    records: Records,
    due: RwSignal<Vec<Reminder>>,
}

impl Reminders {
    /// Provides it to all below, and listens.
    pub(super) fn provide() {
        let reminders = Self { records: use_records(), due: RwSignal::new(Vec::new()) };
        provide_context(reminders);
        reminders.records.on_alert(move |alert| reminders.ring(alert.clone()));
    }

    fn ring(self, alert: CalendarAlert) {
        spawn_local(async move {
            let base = Id::from(alert.calendar_event_id.as_str());
            // If it can't be got the notification of the mail or the phone remains.
            let Ok(Some(event)) = self.records.load_event(&base).await else { return };
            let event = Arc::new(match &alert.recurrence_id {
                Some(local) => at(&event, local),
                None => event,
            });
            if document().visibility_state() == web_sys::VisibilityState::Hidden && self.records.leads() {
                notify(&event);
            }
            self.due.try_update(|due| {
                due.retain(|other| other.alert.uid != alert.uid || other.alert.alert_id != alert.alert_id);
                due.push(Reminder { alert, event });
            });
        });
    }

    /// It has been seen; with a time, it comes again then.
    fn put_away(self, reminder: &Reminder, again: Option<f64>) {
        let alert = &reminder.alert;
        self.due.update(|due| due.retain(|other| other.alert != *alert));
        let own = reminder.event.raw.get("alerts").and_then(Value::as_object);
        let now = format!("{}Z", zones::local(dates::now(), Some("UTC")));
        let mut patch = Map::new();
        let mut set = |path: String, value: Value, whole: &mut Map<String, Value>| match own {
            Some(_) => drop(patch.insert(format!("alerts/{path}"), value)),
            None => drop(whole.insert(path, value)),
        };
        let mut whole = Map::new();
        match own.and_then(|own| own.get(&alert.alert_id)) {
            Some(_) => set(format!("{}/acknowledged", alert.alert_id), json!(now), &mut whole),
            // It is the calendar's; what is kept of it here is that it was seen.
            None => set(
                alert.alert_id.clone(),
                json!({ "@type": "Alert", "trigger": { "@type": "OffsetTrigger", "offset": "PT0S" }, "acknowledged": now }),
                &mut whole,
            ),
        }
        if let Some(again) = again {
            let when = format!("{}Z", zones::local(again, Some("UTC")));
            let snooze = json!({
                "@type": "Alert",
                "trigger": { "@type": "AbsoluteTrigger", "when": when },
                "relatedTo": { alert.alert_id.as_str(): { "@type": "Relation", "relation": { "snooze": true } } },
            });
            set(format!("snooze-{}", alert.alert_id), snooze, &mut whole);
        }
        if own.is_none() {
            patch.insert("alerts".to_owned(), Value::Object(whole));
        }
        let id = Id::from(alert.calendar_event_id.as_str());
        spawn_local(async move {
            // If it does not get there, it rings again at worst.
            let _told = self.records.update_event(&id, patch, false).await;
        });
    }
}

/// An occurrence of a series, by the start that the rule gives.
fn at(series: &Event, local: &str) -> Event {
    let start = zones::instant(local, series.time_zone.as_deref());
    let length = series.end - series.start;
    Event { start, end: start + length, recurrence_id: Some(local.to_owned()), ..series.clone() }
}

/// "in 10 min", "now", "since 10:00".
fn when(event: &Event, now: f64) -> String {
    let minutes = ((event.start - now) / MINUTE).ceil();
    if event.all_day {
        dates::day_full(event.start)
    } else if minutes > 60.0 {
        dates::medium(event.start, now)
    } else if minutes >= 1.0 {
        t_count("calendar.inMinutes", minutes as u64, &[])
    } else if minutes > -1.0 {
        t("calendar.now")
    } else {
        t_with("calendar.since", &[("time", &dates::time(event.start))])
    }
}

fn notify(event: &Event) {
    if Notification::permission() != NotificationPermission::Granted {
        return;
    }
    let options = NotificationOptions::new();
    options.set_icon("/icon.svg");
    options.set_tag("owlet-reminder");
    options.set_body(&when(event, dates::now()));
    // Where it cannot be shown, the stack is there.
    let _shown = Notification::new_with_options(&title(event), &options);
}

/// The stack.
#[component]
pub(crate) fn ReminderStack() -> impl IntoView {
    let reminders = expect_context::<Reminders>();
    let now = RwSignal::new(dates::now());
    let tick = move || {
        now.try_set(dates::now());
    };
    if let Ok(timer) = set_interval_with_handle(tick, std::time::Duration::from_secs(20)) {
        on_cleanup(move || timer.clear());
    }
    let one = move |reminder: Reminder| {
        let event = reminder.event.clone();
        let said = event.clone();
        let href = day_href(&event);
        let (later, seen) = (reminder.clone(), reminder);
        view! {
            <div class="reminder" role="alert">
                <span class="reminder__icon"><Icon name=IconName::Alert /></span>
                <div class="reminder__words">
                    <a class="reminder__title" href=href>{title(&event)}</a>
                    <p class="secondary">
                        {move || when(&said, now.get())} {event.location.clone().map(|place| format!(" · {place}"))}
                    </p>
                </div>
                <Button
                    kind=ButtonKind::Quiet
                    size=ButtonSize::Compact
                    on_press=move |()| reminders.put_away(&later, Some(dates::now() + SNOOZE * MINUTE))
                >
                    {t("calendar.snooze")}
                </Button>
                <Button kind=ButtonKind::Quiet size=ButtonSize::Compact on_press=move |()| reminders.put_away(&seen, None)>
                    {t("calendar.dismiss")}
                </Button>
            </div>
        }
    };
    let key = |reminder: &Reminder| {
        (reminder.alert.uid.clone(), reminder.alert.alert_id.clone(), reminder.alert.recurrence_id.clone())
    };
    view! {
        <section class="reminders" aria-label=t("calendar.reminders") hidden=move || reminders.due.with(Vec::is_empty)>
            <For each=move || reminders.due.get() key=key children=one />
        </section>
    }
}
