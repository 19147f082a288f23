//! The head of a form in the reading pane: what it is, wider, smaller, closed. In a conversation there is none.

use leptos::prelude::*;

use super::super::composers::Composers;
use super::super::editor::Editor;
use super::super::writing::{Place, Writing};
use crate::locale::t;
use crate::ui::{IconButton, IconName};

#[component]
pub(super) fn Head(writing: Writing, editor: Editor, name: &'static str) -> impl IntoView {
    let composers = expect_context::<Composers>();
    let close = Callback::new(move |()| {
        editor.read();
        composers.close(writing);
    });
    let minimise = Callback::new(move |()| {
        editor.read();
        if matches!(writing.place.get_untracked(), Place::Thread(_)) {
            writing.place.set(Place::Sheet);
        }
        writing.minimised.set(true);
    });
    let widen = Callback::new(move |()| {
        editor.read();
        if writing.place.get_untracked() == Place::Sheet {
            writing.wide.update(|wide| *wide = !*wide);
        } else {
            writing.shows_subject.set(true);
            writing.place.set(Place::Sheet);
        }
    });
    let is_wide = Signal::derive(move || writing.wide.get());
    view! {
        <header class="composer__head">
            <h2 class="composer__title truncate">{t(name)}</h2>
            <IconButton small=true name=t("composer.minimise") icon=IconName::Dash on_press=minimise />
            <span class="composer__widen">
                <IconButton
                    small=true
                    name=Signal::derive(move || t(if is_wide.get() { "composer.narrow" } else { "composer.widen" }))
                    icon=IconName::Open
                    on_press=widen
                />
            </span>
            <IconButton small=true name=t("composer.close") keys="Esc".to_owned() icon=IconName::Dismiss on_press=close />
        </header>
    }
}
