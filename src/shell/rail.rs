//! The rail: where one can go, and at its foot settings and oneself. On a phone a bar below, with words.
//! Only what the session offers is there; today that is mail.

use leptos::prelude::*;

use super::me::{MeMenu, SettingsMenu};
use crate::locale::t;
use crate::ui::{Dot, Icon, IconName, Owl};

/// The rail.
#[component]
pub(super) fn Rail(
    /// Unread mail waits in the inbox.
    #[prop(into)]
    mail_waits: Signal<bool>,
    /// The address of mail.
    mail_href: &'static str,
) -> impl IntoView {
    view! {
        <nav class="rail" aria-label=t("shell.rail") data-pane="[aria-current]">
            <span class="rail__mark"><Owl /></span>
            <a class="rail__link" href=mail_href aria-current="page" data-tooltip=t("shell.mail")>
                <span class="rail__icon">
                    <Icon name=IconName::MailFilled />
                    {move || mail_waits.get().then(|| view! { <Dot label=t("shell.unreadWaits") /> })}
                </span>
                <span class="rail__words">{t("shell.mail")}</span>
            </a>
            <span class="spread"></span>
            <SettingsMenu />
            <MeMenu />
        </nav>
    }
}
