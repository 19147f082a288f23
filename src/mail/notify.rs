//! New mail told where one is not looking: the page's title, a live announcement, and once it is allowed a
//! notification of the system. One tab tells: the one that leads.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Notification, NotificationOptions, NotificationPermission};

use super::desk::Desk;
use super::list::title;
use super::said::with_said;
use super::summary::{full_name, subject};
use crate::locale::{t, t_count, t_with};
use crate::records::{Email, Role};
use crate::routes::{MailRoute, Open, Place};

/// Unread mail in the inbox.
fn unread(desk: Desk) -> Memo<u64> {
    Memo::new(move |_| {
        let mailboxes = desk.records.mailboxes().get();
        let inbox = mailboxes.iter().find(|mailbox| mailbox.role == Some(Role::Inbox));
        inbox.map_or(0, |inbox| inbox.unread_emails)
    })
}

/// Writes the list and its unread mail into the page's title until the owner that calls this is gone.
pub(super) fn entitle(desk: Desk) {
    let unread = unread(desk);
    let title = title(desk);
    Effect::new(move |_| {
        let (count, place) = (unread.get(), title.get());
        let words = match count {
            0 => t_with("mail.windowTitle", &[("place", &place)]),
            count => t_count("mail.windowTitleUnread", count, &[("place", &place)]),
        };
        document().set_title(&words);
    });
}

/// Tells until the owner that calls this is gone.
pub(super) fn tell(desk: Desk) {
    desk.records.on_new_mail(move |emails| {
        desk.announcer.say(t_count("mail.newMailSaid", emails.len() as u64, &[]));
        if document().visibility_state() == web_sys::VisibilityState::Hidden
            && Notification::permission() == NotificationPermission::Granted
        {
            notify(desk, emails);
        }
    });
}

fn notify(desk: Desk, emails: &[Email]) {
    let Some(newest) = emails.first() else { return };
    let options = NotificationOptions::new();
    options.set_icon("/icon.svg");
    // One at a time: the newest takes the place of the one before.
    options.set_tag("owlet-mail");
    let heading = match emails.len() {
        1 => newest.from.first().map(|from| full_name(from).to_owned()).unwrap_or_default(),
        count => t_count("mail.newMailSaid", count as u64, &[]),
    };
    options.set_body(&with_said(|said| subject(&newest.subject, said)));
    let Ok(notification) = Notification::new_with_options(&heading, &options) else { return };
    let open = Open::Thread(newest.thread_id.clone());
    let shown = notification.clone();
    let clicked = Closure::once_into_js(move || {
        let _ = window().focus();
        desk.go(&MailRoute { open: Some(open), ..MailRoute::at(Place::Inbox) }, false);
        shown.close();
    });
    notification.set_onclick(Some(clicked.unchecked_ref()));
}

/// Whether the person was never asked, and can be.
pub(super) fn can_ask() -> bool {
    js_sys::Reflect::has(&window(), &"Notification".into()).unwrap_or(false)
        && Notification::permission() == NotificationPermission::Default
}

/// Asks for leave; by a press only, as browsers want it.
pub(super) fn ask(desk: Desk) {
    let Ok(answer) = Notification::request_permission() else { return };
    leptos::task::spawn_local(async move {
        let allowed = wasm_bindgen_futures::JsFuture::from(answer).await.ok().and_then(|answer| answer.as_string());
        if allowed.as_deref() == Some("granted") {
            desk.toasts.show(crate::ui::Toast::new(t("mail.notifyOn")));
        }
    });
}
