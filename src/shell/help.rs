//! The sheet that `?` shows: every command that has a key, from the table that the keys themselves use.

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use super::commands::Group;
use super::offers::Offers;
use super::shortcuts::shown;
use crate::locale::t;
use crate::ui::{Dialog, DialogSize, Kbd};

/// What draws the sheet.
#[wasm_split(dialogs, wasm_split_path = leptos::wasm_split, fallible)]
pub(super) fn sheet_of_keys() -> Result<fn(RwSignal<bool>) -> AnyView, SplitLoaderError> {
    Ok(|open| view! { <Help open /> }.into_any())
}

/// The sheet.
#[component]
fn Help(
    /// Whether it is shown.
    open: RwSignal<bool>,
) -> impl IntoView {
    let offers = expect_context::<Offers>();
    let group = move |group: Group| {
        let lines = offers
            .all()
            .into_iter()
            .filter(|offer| offer.command.group == group && !offer.command.keys.is_empty())
            .map(|offer| {
                let keys = offer.command.keys.iter().map(|key| shown(key, &t("shell.then")));
                view! {
                    <div class="help__line">
                        <dt>{t(offer.command.words)}</dt>
                        <dd>{keys.map(|keys| view! { <Kbd keys /> }).collect_view()}</dd>
                    </div>
                }
            })
            .collect_view();
        view! {
            <section class="help__group">
                <h3>{t(group.words())}</h3>
                <dl>{lines}</dl>
            </section>
        }
    };
    view! {
        <Dialog
            open
            on_cancel=move |()| open.set(false)
            title=t("shell.keys")
            close_label=t("shell.close")
            size=DialogSize::Large
        >
            <div class="help">{Group::ALL.map(group).collect_view()}</div>
        </Dialog>
    }
}
