//! The form that asks for name and password: a page of its own, or a dialog over the page for the password
//! alone when a session has ended.

use leptos::task::spawn_local;
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

use super::use_session;
use crate::client::ClientError;
use crate::locale::{t, t_count, t_with};
use crate::ui::{Button, ButtonKind, ButtonSize, FieldKind, Notice, NoticeKind, Owl, TextField, focus, focused};

/// What went wrong with signing in, and where it is said.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fault {
    /// Under the password.
    Wrong,
    /// Above the button, in words.
    Other(String),
}

impl Fault {
    fn of(error: &ClientError) -> Self {
        match error {
            ClientError::SignedOut | ClientError::Refused { .. } => Self::Wrong,
            ClientError::TooMany { wait } => {
                let minutes = wait.unwrap_or(60).div_ceil(60).max(1);
                Self::Other(t_count("session.tooMany", u64::from(minutes), &[]))
            }
            ClientError::Offline | ClientError::Cancelled | ClientError::TooLarge { .. } => {
                Self::Other(t("session.offline"))
            }
            ClientError::Server { reference: Some(reference) } => {
                Self::Other(t_with("session.failedWithReference", &[("reference", reference)]))
            }
            ClientError::Server { reference: None } => Self::Other(t("session.failed")),
        }
    }
}

/// The page for one who is not signed in.
#[component]
pub(super) fn SignInPage() -> impl IntoView {
    let organisation = use_session().organisation();
    let title = move || match organisation.get() {
        name if name.is_empty() => t("session.title"),
        name => t_with("session.titleOf", &[("organisation", &name)]),
    };
    // Who is signed in goes on from the page, not from a button that is gone.
    on_cleanup(|| {
        request_animation_frame(|| {
            let main = document().get_element_by_id("main").and_then(|main| main.dyn_into().ok());
            if let Some(main) = main.filter(|_| focused().is_none()) {
                focus(&main);
            }
        });
    });
    view! {
        <main class="sign-in">
            <div class="sign-in__sheet">
                <div class="sign-in__mark"><Owl /></div>
                <h1 class="sign-in__title">{title}</h1>
                <SignInForm address=None />
            </div>
        </main>
    }
}

/// The fields and the button.
#[component]
pub(super) fn SignInForm(
    /// Whose password is asked; both are asked if nobody's.
    address: Option<String>,
) -> impl IntoView {
    let session = use_session();
    let fixed = address.is_some();
    let name = RwSignal::new(address.clone().unwrap_or_default());
    let password = RwSignal::new(String::new());
    let fault = RwSignal::new(None::<Fault>);
    let busy = RwSignal::new(false);
    let caps = RwSignal::new(false);
    let name_input = NodeRef::<html::Input>::new();
    let password_input = NodeRef::<html::Input>::new();

    // What `autofocus` does in a page that is there from the start.
    let first = if fixed { password_input } else { name_input };
    first.on_load(|input| {
        // A field that can't have the focus now is reached by Tab.
        let _unfocused = input.focus();
    });

    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        // Password managers may have filled the fields without a word.
        let typed = |input: NodeRef<html::Input>, known: RwSignal<String>| {
            input.get_untracked().map_or_else(|| known.get_untracked(), |input| input.value())
        };
        let name = if fixed { name.get_untracked() } else { typed(name_input, name) }.trim().to_owned();
        let secret = typed(password_input, password);
        if name.is_empty() || secret.is_empty() {
            let empty = if name.is_empty() { name_input } else { password_input };
            if let Some(input) = empty.get_untracked() {
                let _unfocused = input.focus();
            }
            return;
        }
        busy.set(true);
        fault.set(None);
        spawn_local(async move {
            // Kept, so that the browser's own store (IndexedDB) and the session end together, at sign-out.
            let result = session.sign_in(name, secret, true).await;
            // The form is gone when signing in succeeded.
            busy.try_set(false);
            if let Err(error) = result {
                fault.try_set(Some(Fault::of(&error)));
                if let Some(input) = password_input.try_get_untracked().flatten() {
                    let _unfocused = input.focus();
                    input.select();
                }
            }
        });
    };
    let watch_caps = move |event: ev::KeyboardEvent| caps.set(event.get_modifier_state("CapsLock"));
    let wrong = Signal::derive(move || (fault.get() == Some(Fault::Wrong)).then(|| t("session.wrong")));
    let other = move || match fault.get() {
        Some(Fault::Other(words)) => Some(view! { <Notice kind=NoticeKind::Error words=words /> }),
        Some(Fault::Wrong) | None => None,
    };
    view! {
        <form class="sign-in__form" novalidate on:submit=submit>
            {if fixed {
                // Unseen, for the password manager: it must know whose password this is.
                view! {
                    <input type="text" class="visually-hidden" name="username" autocomplete="username" tabindex="-1"
                        aria-hidden="true" readonly prop:value=address.unwrap_or_default() />
                }
                .into_any()
            } else {
                view! {
                    <TextField label=t("session.address") kind=FieldKind::Email name="username"
                        autocomplete="username" required=true value=name on_input=move |text| name.set(text)
                        node_ref=name_input />
                }
                .into_any()
            }}
            <div on:keydown=watch_caps on:keyup=watch_caps>
                <TextField label=t("session.password") kind=FieldKind::Password name="password"
                    autocomplete="current-password" required=true value=password
                    on_input=move |text| password.set(text)
                    reveal_label=t("session.reveal")
                    hint=Signal::derive(move || caps.get().then(|| t("session.capsLock")))
                    error=wrong autofocus=fixed node_ref=password_input />
            </div>
            {other}
            <Button kind=ButtonKind::Primary size=ButtonSize::Full submit=true busy=busy>{t("session.signIn")}</Button>
        </form>
    }
}
