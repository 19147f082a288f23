//! The rail: where one can go, and at its foot settings and oneself. On a phone a bar below, with words.
//! Only what the session offers is there.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::me::{MeMenu, SettingsMenu};
use crate::locale::t;
use crate::records::{Role, use_records};
use crate::ui::{Dot, Icon, IconName, Owl};

/// Where each page was left; a context.
#[derive(Clone, Copy)]
pub(crate) struct Places {
    /// The address of mail.
    pub(crate) mail: Signal<String>,
    /// The address of the calendar.
    pub(crate) calendar: Signal<String>,
}

/// The rail.
#[component]
pub(super) fn Rail() -> impl IntoView {
    let records = use_records();
    let places = expect_context::<Places>();
    let path = use_location().pathname;
    let in_calendar = Memo::new(move |_| path.with(|path| path.starts_with("/calendar")));
    let mailboxes = records.mailboxes();
    let mail_waits = Memo::new(move |_| {
        mailboxes.with(|all| all.iter().any(|it| it.role == Some(Role::Inbox) && it.unread_emails > 0))
    });
    // Told by the server's session, which is there with the first answer.
    let has_calendars = Memo::new(move |_| {
        mailboxes.track();
        records.has_calendars()
    });
    let mail_icon = move || if in_calendar.get() { IconName::Mail } else { IconName::MailFilled };
    let calendar_icon = move || if in_calendar.get() { IconName::CalendarFilled } else { IconName::Calendar };
    view! {
        <nav class="rail" aria-label=t("shell.rail") data-pane="[aria-current]">
            <span class="rail__mark"><Owl /></span>
            <a
                class="rail__link"
                href=move || places.mail.get()
                aria-current=move || (!in_calendar.get()).then_some("page")
                data-tooltip=t("shell.mail")
            >
                <span class="rail__icon">
                    {move || view! { <Icon name=mail_icon() /> }}
                    {move || mail_waits.get().then(|| view! { <Dot label=t("shell.unreadWaits") /> })}
                </span>
                <span class="rail__words">{t("shell.mail")}</span>
            </a>
            {move || {
                has_calendars
                    .get()
                    .then(|| {
                        view! {
                            <a
                                class="rail__link"
                                href=move || places.calendar.get()
                                aria-current=move || in_calendar.get().then_some("page")
                                data-tooltip=t("shell.calendar")
                            >
                                <span class="rail__icon">{move || view! { <Icon name=calendar_icon() /> }}</span>
                                <span class="rail__words">{t("shell.calendar")}</span>
                            </a>
                        }
                    })
            }}
            <span class="spread"></span>
            <SettingsMenu />
            <MeMenu />
        </nav>
    }
}
