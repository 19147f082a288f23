//! A field of recipients: people as tokens, and a field with suggestions behind them. Pattern: combobox with a listbox
//! for the field, a list of buttons for the tokens, one tab stop.
//!
//! | key | does |
//! |---|---|
//! | Enter, Tab, `,`, `;` | makes a token of the suggestion or of what was typed |
//! | Backspace in the empty field, ArrowLeft at its start | goes to the last token |
//! | ArrowLeft, ArrowRight, Home, End on a token | go along the tokens and back to the field |
//! | Backspace, Delete on a token | takes it away |
//! | Enter, F2 on a token | makes it letters again, to be mended |
//! | Ctrl C, Ctrl X on a token | copies or cuts name and address |
//!
//! Name: the field by its label; a token by name, address and what is wrong with it.

use std::time::Duration;

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

use super::recipients;
use super::writing::{Field, Writing};
use crate::locale::{t, t_count, t_with};
use crate::records::{EmailAddress, Recipient};
use crate::ui::{Avatar, AvatarSize, Combobox, Icon, IconName, IconSize, dom};

/// Marks what is dragged as a token of ours, so that the field it came from gives it up.
const DRAGGED: &str = "application/x-owlet-recipient";

/// To, Cc or Bcc.
#[component]
pub(super) fn TokenField(
    writing: Writing,
    field: Field,
    /// The field, for one who gives it the focus.
    node_ref: NodeRef<html::Input>,
    /// What stands at the end of the line.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let people = writing.people(field);
    let label = t(field.key());
    let holder = NodeRef::<html::Div>::new();
    let options = RwSignal::new(Vec::<Recipient>::new());
    let asked = StoredValue::new(0_u32);

    let tokens =
        move || holder.try_get_untracked().flatten().map(|holder| dom::all(&holder, ".token")).unwrap_or_default();
    let focus_token = move |at: usize| {
        if let Some(token) = tokens().get(at) {
            dom::focus(token);
        }
    };
    let focus_field = move || {
        if let Some(input) = node_ref.try_get_untracked().flatten() {
            dom::focus(&input);
        }
    };
    let add = move |addresses: Vec<EmailAddress>| {
        people.add(addresses);
        writing.touch();
        options.set(Vec::new());
    };
    let commit = move || {
        if !people.text.with_untracked(|text| text.trim().is_empty()) {
            writing.touch();
        }
        people.commit();
        asked.update_value(|asked| *asked += 1);
        options.set(Vec::new());
    };

    let look_for = move |text: String| {
        let number = asked.try_update_value(|asked| {
            *asked += 1;
            *asked
        });
        if text.trim().is_empty() {
            options.set(Vec::new());
            return;
        }
        set_timeout(
            move || {
                if asked.try_get_value() != number {
                    return;
                }
                leptos::task::spawn_local(async move {
                    let found = writing.records.suggest(text.trim().to_owned()).await;
                    if asked.try_get_value() == number {
                        let taken = untrack(|| taken(writing));
                        let found = found
                            .into_iter()
                            .filter(|found| !taken.iter().any(|other| recipients::is_same(other, &found.address)))
                            .collect();
                        options.try_set(found);
                    }
                });
            },
            Duration::from_millis(90),
        );
    };
    let on_input = Callback::new(move |text: String| {
        people.text.set(text.clone());
        writing.touch();
        // Keyboards of phones do not say which key it was; a separator at the end ends an address all the same.
        if text.ends_with([',', ';', '\n']) && !is_quoted(&text) {
            commit();
        } else {
            look_for(text);
        }
    });
    let on_pick = Callback::new(move |found: Recipient| {
        people.text.set(String::new());
        asked.update_value(|asked| *asked += 1);
        add(vec![found.address]);
    });
    let on_key = Callback::new(move |event: ev::KeyboardEvent| {
        let text = people.text.get_untracked();
        let at_start = node_ref.try_get_untracked().flatten().is_some_and(|input| {
            input.selection_start().ok().flatten() == Some(0) && input.selection_end().ok().flatten() == Some(0)
        });
        match event.key().as_str() {
            "," | ";" if !is_quoted(&text) && !text.trim().is_empty() => {
                event.prevent_default();
                commit();
            }
            // A space ends an address, and is a part of a name.
            " " if recipients::is_address(&text) => {
                event.prevent_default();
                commit();
            }
            "Tab" if !text.trim().is_empty() => commit(),
            "Backspace" if text.is_empty() || at_start => {
                let count = people.tokens.with_untracked(Vec::len);
                if count > 0 && at_start {
                    event.prevent_default();
                    focus_token(count - 1);
                }
            }
            "ArrowLeft" | "Home" if at_start => {
                let count = people.tokens.with_untracked(Vec::len);
                if count > 0 {
                    event.prevent_default();
                    focus_token(if event.key() == "Home" { 0 } else { count - 1 });
                }
            }
            _ => {}
        }
    });
    // Leaving makes a token of an address; half a word stays, to be gone on with.
    let on_leave = Callback::new(move |()| {
        if people.text.with_untracked(|text| text.contains('@')) {
            commit();
        }
    });
    let take_text = move |text: &str| -> bool {
        let found = recipients::parse(text);
        let is_list = found.len() > 1 || found.iter().any(|address| recipients::fault(address).is_none());
        if is_list {
            commit();
            add(found);
        }
        is_list
    };
    let paste = move |event: web_sys::ClipboardEvent| {
        let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
        if !text.trim().is_empty() && take_text(&text) {
            event.prevent_default();
        }
    };
    let is_target = RwSignal::new(false);
    let dragover = move |event: ev::DragEvent| {
        if let Some(data) = event.data_transfer()
            && data.types().includes(&DRAGGED.into(), 0)
        {
            event.prevent_default();
            event.stop_propagation();
            data.set_drop_effect("move");
            is_target.set(true);
        }
    };
    let drop = move |event: ev::DragEvent| {
        is_target.set(false);
        let Some(data) = event.data_transfer() else { return };
        let text = data.get_data(DRAGGED).unwrap_or_default();
        if !text.is_empty() {
            event.prevent_default();
            event.stop_propagation();
            for other in Field::ALL {
                let tokens = writing.people(other).tokens;
                let gone = recipients::parse(&text);
                tokens
                    .update(|tokens| tokens.retain(|token| !gone.iter().any(|gone| recipients::is_same(token, gone))));
            }
            add(recipients::parse(&text));
        }
    };
    let remove = move |email: &str, then: usize| {
        people.tokens.update(|tokens| tokens.retain(|token| token.email != email));
        writing.touch();
        let count = people.tokens.with_untracked(Vec::len);
        request_animation_frame(move || if count == 0 || then >= count { focus_field() } else { focus_token(then) });
    };
    let mend = move |address: &EmailAddress| {
        commit();
        let email = address.email.clone();
        people.tokens.update(|tokens| tokens.retain(|token| token.email != email));
        people.text.set(if address.name.is_some() { recipients::written(address) } else { email });
        writing.touch();
        request_animation_frame(move || {
            if let Some(input) = node_ref.try_get_untracked().flatten() {
                dom::focus(&input);
                input.select();
            }
        });
    };

    let token = move |address: EmailAddress| {
        let fault = recipients::fault(&address);
        let email = address.email.clone();
        let is_refused = {
            let email = email.clone();
            Memo::new(move |_| writing.refused.with(|all| all.iter().any(|other| other.eq_ignore_ascii_case(&email))))
        };
        let why = Signal::derive(move || {
            fault.map(|fault| t(fault.key())).or_else(|| is_refused.get().then(|| t("composer.unknownAddress")))
        });
        let words = recipients::short(&address);
        let name = words.clone();
        let hint = {
            let email = email.clone();
            move || why.get().unwrap_or_else(|| email.clone())
        };
        // Behind the words for one who does not see them: the address, or what is wrong with it.
        let described = {
            let (words, email) = (words.clone(), email.clone());
            move || why.get().or_else(|| (words != email).then(|| email.clone())).map(|more| format!(" ({more})"))
        };
        let index_of = {
            let email = email.clone();
            move || {
                people.tokens.with_untracked(|tokens| tokens.iter().position(|token| token.email == email)).unwrap_or(0)
            }
        };
        let keydown = {
            let (address, email, index_of) = (address.clone(), email.clone(), index_of.clone());
            move |event: ev::KeyboardEvent| {
                let at = index_of();
                let count = people.tokens.with_untracked(Vec::len);
                match event.key().as_str() {
                    "ArrowLeft" => focus_token(at.saturating_sub(1)),
                    "ArrowRight" if at + 1 >= count => focus_field(),
                    "ArrowRight" => focus_token(at + 1),
                    "Home" => focus_token(0),
                    "End" | "Escape" => focus_field(),
                    "Backspace" => remove(&email, at.saturating_sub(usize::from(at > 0 && at + 1 == count))),
                    "Delete" => remove(&email, at),
                    "Enter" | "F2" => mend(&address),
                    _ => return,
                }
                event.prevent_default();
                event.stop_propagation();
            }
        };
        let put_on = {
            let address = address.clone();
            move |data: Option<web_sys::DataTransfer>| {
                if let Some(data) = data {
                    // Fails only for a transfer that is over.
                    let _ = data.set_data("text/plain", &recipients::written(&address));
                }
            }
        };
        let copy = {
            let put_on = put_on.clone();
            move |event: web_sys::ClipboardEvent| {
                event.prevent_default();
                event.stop_propagation();
                put_on(event.clipboard_data());
            }
        };
        let cut = {
            let (put_on, email, index_of) = (put_on.clone(), email.clone(), index_of.clone());
            move |event: web_sys::ClipboardEvent| {
                event.prevent_default();
                event.stop_propagation();
                put_on(event.clipboard_data());
                remove(&email, index_of());
            }
        };
        let dragstart = {
            let written = recipients::written(&address);
            move |event: ev::DragEvent| {
                put_on(event.data_transfer());
                if let Some(data) = event.data_transfer() {
                    let _ = data.set_data(DRAGGED, &written);
                    data.set_effect_allowed("copyMove");
                }
            }
        };
        let click = {
            let (email, index_of) = (email.clone(), index_of.clone());
            move |event: ev::MouseEvent| {
                let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
                if target.is_some_and(|target| target.closest(".recipient__remove").ok().flatten().is_some()) {
                    remove(&email, index_of());
                }
            }
        };
        let seed = email.clone();
        view! {
            <li class="recipients__item">
                <button
                    class="token recipient"
                    type="button"
                    tabindex="-1"
                    draggable="true"
                    data-invalid=move || why.get().map(|_| "")
                    data-tooltip=hint
                    on:keydown=keydown
                    on:copy=copy
                    on:cut=cut
                    on:dragstart=dragstart
                    on:click=click
                    on:dblclick=move |_| mend(&address)
                >
                    {move || if why.get().is_some() {
                        view! { <Icon name=IconName::Warning size=IconSize::Small /> }.into_any()
                    } else {
                        view! { <Avatar name=name.clone() seed=seed.clone() size=AvatarSize::Small /> }.into_any()
                    }}
                    <span class="chip__words">{words}</span>
                    <span class="visually-hidden">{described}</span>
                    <span class="recipient__remove">
                        <Icon name=IconName::Dismiss size=IconSize::Small />
                    </span>
                </button>
            </li>
        }
    };
    let count_words = Signal::derive(move || {
        options
            .with(|options| (!options.is_empty()).then(|| t_count("composer.suggestions", options.len() as u64, &[])))
    });
    // A press beside the letters means the field.
    let press = move |event: ev::MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if target.is_some_and(|target| target.closest("button, input").ok().flatten().is_none()) {
            event.prevent_default();
            focus_field();
        }
    };
    let list_label = t_with("composer.chosenIn", &[("field", &label)]);
    view! {
        <div
            class="composer__line recipients"
            data-target=move || is_target.get().then_some("")
            on:mousedown=press
            on:dragover=dragover
            on:dragleave=move |_| is_target.set(false)
            on:drop=drop
            node_ref=holder
        >
            <span class="composer__label" aria-hidden="true">{label.clone()}</span>
            <ul class="recipients__list" aria-label=list_label hidden=move || people.tokens.with(Vec::is_empty)>
                <For each=move || people.tokens.get() key=|address| (address.name.clone(), address.email.clone()) children=token />
            </ul>
            <div class="recipients__field" on:paste=paste>
                <Combobox
                    label=label
                    text=people.text
                    on_input=on_input
                    options=options
                    option=suggestion
                    first_is_meant=true
                    picks_on_tab=true
                    on_pick=on_pick
                    on_commit=Callback::new(move |_: String| commit())
                    on_key=on_key
                    on_leave=on_leave
                    node_ref=node_ref
                />
                <span class="visually-hidden" role="status">{move || count_words.get()}</span>
            </div>
            {children.map(|children| children())}
        </div>
    }
}

fn suggestion(found: &Recipient) -> impl IntoView + use<> {
    let name = recipients::short(&found.address);
    let email = found.address.email.clone();
    let hint = (name != email).then(|| email.clone());
    view! {
        <Avatar name=name.clone() seed=email size=AvatarSize::Rail />
        <span class="option__words">
            <span class="truncate">{name}</span>
            {hint.map(|hint| view! { <span class="option__hint truncate">{hint}</span> })}
        </span>
    }
}

/// Everybody who has it already.
fn taken(writing: Writing) -> Vec<EmailAddress> {
    Field::ALL.into_iter().flat_map(|field| writing.people(field).tokens.get()).collect()
}

/// Whether the letters stand within an open quote, where a comma is a part of a name.
fn is_quoted(text: &str) -> bool {
    text.matches('"').count() % 2 == 1
}
