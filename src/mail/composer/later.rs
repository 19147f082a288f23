//! Sending at a time: the menu beside Send, with times that fit the hour, and the dialog for any other.

use jmap::UtcDate;
use leptos::prelude::*;

use super::outcome::When;
use super::schedule::occasions;
use crate::locale::{dates, t, t_with};
use crate::ui::{
    Button, ButtonKind, Dialog, DialogSize, FieldKind, IconName, MenuButton, MenuFace, MenuItem, MenuRule, TextField,
};

/// The menu and its dialog.
#[component]
pub(super) fn SendLater(
    /// A time was chosen.
    #[prop(into)]
    on_time: Callback<When>,
) -> impl IntoView {
    let picks = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let items = move || {
        // Made anew each time the menu opens.
        let offered = local(dates::now()).map(occasions).unwrap_or_default();
        offered
            .into_iter()
            .map(|(occasion, time)| {
                let millis = millis(&time.format("%Y-%m-%dT%H:%M").to_string());
                let words = t_with(occasion.key(), &[("time", &dates::time(millis.unwrap_or_default()))]);
                let choose = Callback::new(move |()| {
                    if let Some(millis) = millis {
                        on_time.run(When::At(UtcDate::from_millis(millis as i64)));
                    }
                });
                view! { <MenuItem words=words icon=IconName::Clock on_press=choose /> }
            })
            .collect_view()
    };
    let pick = Callback::new(move |()| {
        let start = local(dates::now() + 3_600_000.0);
        typed.set(start.map(|time| time.format("%Y-%m-%dT%H:00").to_string()).unwrap_or_default());
        error.set(None);
        picks.set(true);
    });
    let close = Callback::new(move |()| picks.set(false));
    let save = Callback::new(move |()| match millis(&typed.get_untracked()) {
        Some(time) if time > dates::now() + 60_000.0 => {
            picks.set(false);
            on_time.run(When::At(UtcDate::from_millis(time as i64)));
        }
        Some(_) => error.set(Some(t("composer.timePast"))),
        None => error.set(Some(t("composer.timeWrong"))),
    });
    view! {
        <MenuButton name=t("composer.sendLater") face=MenuFace::Icon(IconName::ChevronDown)>
            {items()}
            <MenuRule />
            <MenuItem words=t("composer.pickTime") icon=IconName::Calendar on_press=pick />
        </MenuButton>
        <Dialog
            open=picks
            on_cancel=close
            title=t("composer.sendLater")
            close_label=t("composer.close")
            size=DialogSize::Small
            foot=move || {
                view! {
                    <Button kind=ButtonKind::Quiet on_press=close>{t("composer.cancel")}</Button>
                    <Button kind=ButtonKind::Primary on_press=save>{t("composer.sendThen")}</Button>
                }
            }
        >
            <TextField
                label=t("composer.time")
                kind=FieldKind::DateTime
                value=typed
                on_input=Callback::new(move |text| {
                    error.set(None);
                    typed.set(text);
                })
                error=error
                autofocus=true
                on_enter=save
            />
        </Dialog>
    }
}

/// The reader's own clock.
fn local(millis: f64) -> Option<chrono::NaiveDateTime> {
    let date = js_sys::Date::new(&millis.into());
    let offset = date.get_timezone_offset() * 60_000.0;
    chrono::DateTime::from_timestamp_millis((millis - offset) as i64).map(|time| time.naive_utc())
}

/// The time of `2026-11-24T08:00` on the reader's own clock.
fn millis(local: &str) -> Option<f64> {
    let time = js_sys::Date::parse(local);
    time.is_finite().then_some(time)
}
