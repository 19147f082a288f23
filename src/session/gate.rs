//! What stands between the page and the person: the sign-in page, or the app with, at need, the dialog.

use leptos::prelude::*;

use super::leaving::LeavingDialog;
use super::sign_in::{SignInForm, SignInPage};
use super::{Presence, use_session};
use crate::locale::{t, t_with};
use crate::ui::{Dialog, DialogSize, Notice, NoticeKind};

/// What the page is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    Unknown,
    SignIn,
    /// Of this account: another person gets another app, nothing of the last one's is left in a view.
    App(String),
}

/// Shows the app to who is signed in, and the sign-in page to others.
#[component]
pub fn SessionGate(
    /// The app. It stays as it is, with all that was typed, while the dialog asks for the password again.
    children: ChildrenFn,
) -> impl IntoView {
    let session = use_session();
    let presence = session.presence();
    let stage = Memo::new(move |_| match presence.get() {
        Presence::Unknown => Stage::Unknown,
        Presence::SignedOut => Stage::SignIn,
        Presence::SignedIn(me) | Presence::Ended(me) => Stage::App(me.account_id),
    });
    let children = StoredValue::new(children);
    move || match stage.get() {
        // The frame that index.html painted is enough for the moment that this takes.
        Stage::Unknown => ().into_any(),
        Stage::SignIn => view! { <SignInPage /> }.into_any(),
        Stage::App(_) => view! {
            {children.get_value()()}
            <Again />
            <LeavingDialog />
        }
        .into_any(),
    }
}

/// Asks for the password again when the session has ended.
#[component]
fn Again() -> impl IntoView {
    let session = use_session();
    let presence = session.presence();
    let ended = Memo::new(move |_| match presence.get() {
        Presence::Ended(me) => Some(me.address),
        Presence::Unknown | Presence::SignedOut | Presence::SignedIn(_) => None,
    });
    let put_off = RwSignal::new(false);
    let open = Signal::derive(move || ended.get().is_some() && !put_off.get());
    // Also called when the dialog goes because it is done: then nothing is put off.
    let cancel = move |()| put_off.set(ended.get_untracked().is_some());
    view! {
        <Dialog open=open on_cancel=cancel title=t("session.endedTitle") close_label=t("session.later")
            size=DialogSize::Small>
            {move || {
                let address = ended.get().unwrap_or_default();
                view! {
                    <p class="sign-in__ended">{t_with("session.ended", &[("address", &address)])}</p>
                    <SignInForm address=Some(address) />
                }
            }}
        </Dialog>
        {move || {
            (ended.get().is_some() && put_off.get()).then(|| view! {
                <div class="sign-in__notice">
                    <Notice kind=NoticeKind::Caution words=t("session.endedNotice") act=t("session.signIn")
                        on_act=move |()| put_off.set(false) />
                </div>
            })
        }}
    }
}
