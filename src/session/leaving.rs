//! What is said while signing out waits for what was written, and asked when that cannot go to the server.

use std::time::Duration;

use leptos::prelude::*;

use super::context::Leaving;
use super::use_session;
use crate::locale::{t, t_count};
use crate::ui::{Button, ButtonKind, Dialog, DialogSize, steady};

/// The dialog; stands once beside the app.
#[component]
pub(super) fn LeavingDialog() -> impl IntoView {
    let session = use_session();
    let leaving = session.leaving();
    let saving = Signal::derive(move || leaving.get() == Some(Leaving::Saving));
    // Most of the time it takes a moment, of which nobody need be told.
    let saves = steady(saving, Duration::from_millis(400), Duration::ZERO);
    let unsaved = Memo::new(move |_| match leaving.get() {
        Some(Leaving::Unsaved(count)) => Some(count as u64),
        Some(Leaving::Saving) | None => None,
    });
    let open = Memo::new(move |_| unsaved.get().is_some() || (saves.get() && saving.get()));
    let title =
        Signal::derive(move || t(if unsaved.get().is_some() { "session.unsavedTitle" } else { "session.savingTitle" }));
    // Also called when the dialog goes because it is done: then nobody has chosen to stay.
    let stay = move |()| {
        if open.get_untracked() {
            session.stay();
        }
    };
    let foot = move || {
        view! {
            <span class="spread"></span>
            <Button autofocus=true on_press=move |()| session.stay()>{t("session.stay")}</Button>
            {move || {
                unsaved
                    .get()
                    .map(|_| {
                        view! {
                            <Button kind=ButtonKind::Danger on_press=move |()| session.sign_out_anyway()>
                                {t("session.leaveAnyway")}
                            </Button>
                        }
                    })
            }}
        }
    };
    view! {
        <Dialog open on_cancel=stay title close_label=t("session.stay") size=DialogSize::Small foot>
            <p role="status">
                {move || match unsaved.get() {
                    Some(count) => t_count("session.unsaved", count, &[]),
                    None => t("session.saving"),
                }}
            </p>
        </Dialog>
    }
}
