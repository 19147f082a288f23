//! The tools of the formatted text. Pattern: WAI-ARIA toolbar, one tab stop.
//!
//! | key | does |
//! |---|---|
//! | ArrowLeft, ArrowRight, Home, End | go along the tools |
//! | Enter, Space | do it; the focus goes back to the text |
//! | Escape | back to the text |
//!
//! Name: "Formatting"; each tool by its own, a toggle tells its state by `aria-pressed`.

use leptos::{ev, html, prelude::*};

use super::{Command, Editor};
use crate::locale::t;
use crate::ui::roving::{Ends, step};
use crate::ui::{IconButton, dom};

/// Letters, lists, links.
#[component]
pub(in crate::mail::composer) fn Toolbar(editor: Editor) -> impl IntoView {
    let bar = NodeRef::<html::Div>::new();
    let at = RwSignal::new(0_usize);
    let keydown = move |event: ev::KeyboardEvent| {
        let Some(bar) = bar.get_untracked() else { return };
        let tools = dom::all(&bar, "button");
        let key = match event.key().as_str() {
            "ArrowRight" if dom::is_rtl() => "ArrowUp".to_owned(),
            "ArrowLeft" if dom::is_rtl() => "ArrowDown".to_owned(),
            "ArrowRight" => "ArrowDown".to_owned(),
            "ArrowLeft" => "ArrowUp".to_owned(),
            "Escape" => {
                event.prevent_default();
                event.stop_propagation();
                return editor.focus_back();
            }
            other => other.to_owned(),
        };
        if let Some(to) = step(&key, dom::focused_index(&tools), tools.len(), 4, Ends::Join) {
            event.prevent_default();
            at.set(to);
            if let Some(tool) = tools.get(to) {
                dom::focus(tool);
            }
        }
    };
    let mut index = 0;
    let groups = Command::GROUPS
        .iter()
        .map(|group| {
            let tools = group
                .iter()
                .map(|&command| {
                    let own = index;
                    index += 1;
                    let pressed = MaybeProp::derive(move || command.is_toggle().then(|| editor.holds(command)));
                    view! {
                        <IconButton
                            name=t(command.name())
                            icon=command.icon()
                            keys=command.keys().to_owned()
                            pressed=pressed
                            on_press=Callback::new(move |()| editor.run(command))
                            attr:tabindex=move || if at.get() == own { "0" } else { "-1" }
                        />
                    }
                })
                .collect_view();
            view! { <span class="composer__group">{tools}</span> }
        })
        .collect_view();
    view! {
        <div
            class="composer__formatting"
            role="toolbar"
            aria-label=t("composer.formatting")
            // The text keeps its selection.
            on:mousedown=|event: ev::MouseEvent| event.prevent_default()
            on:keydown=keydown
            node_ref=bar
        >
            {groups}
        </div>
    }
}
