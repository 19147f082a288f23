//! Examples of fields and choices.

use leptos::prelude::*;

use super::Example;
use crate::ui::{
    Checkbox, Chip, Choice, Combobox, FieldKind, FilterChip, Hue, IconName, RadioGroup, RadioLook, Select, Switch,
    TextArea, TextField, Token,
};

/// All of them.
#[component]
pub(super) fn Fields() -> impl IntoView {
    let text = RwSignal::new(String::new());
    let secret = RwSignal::new("owlet".to_owned());
    let note = RwSignal::new(String::new());
    let zone = RwSignal::new(1_usize);
    let on = RwSignal::new(true);
    let off = RwSignal::new(false);
    let view_of = RwSignal::new(0_usize);
    let who = RwSignal::new(1_usize);
    let set = |signal: RwSignal<String>| move |text: String| signal.set(text);
    view! {
        <Example name="text-field" stacked=true>
            <TextField label="Address" kind=FieldKind::Email value=text on_input=set(text) placeholder="name@owlery.example" hint="The one you were given" />
            <TextField label="Password" kind=FieldKind::Password value=secret on_input=set(secret) reveal_label="Show the password" error="Address or password is wrong" />
            <TextField label="Search" kind=FieldKind::Search icon=IconName::Search label_hidden=true value=text on_input=set(text) placeholder="Find people" />
            <TextField label="Note" quiet=true label_hidden=true value=text on_input=set(text) placeholder="Say what you’re doing" />
            <TextField label="Fixed" value="Can’t be changed" disabled=true on_input=set(text) />
        </Example>
        <Example name="text-area" stacked=true>
            <TextArea label="Notes" value=note on_input=set(note) grows=true hint="Everyone invited can read them" />
        </Example>
        <Example name="select" stacked=true>
            <Select
                label="Time zone"
                choices=vec![Choice::new(0_usize, "London"), Choice::new(1, "Berlin"), Choice::new(2, "Tokyo").locked()]
                value=zone
                on_change=move |to| zone.set(to)
            />
        </Example>
        <Example name="checkbox">
            <Checkbox label="Calendar" checked=on on_change=move |to| on.set(to) hue=Hue::Lake />
            <Checkbox label="Print and press" checked=on on_change=move |to| on.set(to) hue=Hue::Plum />
            <Checkbox label="Some of them" checked=off mixed=true on_change=move |to| off.set(to) />
            <Checkbox label="Birthdays" checked=off on_change=move |to| off.set(to) hint="Of people you know" />
            <Checkbox label="Only the box" bare=true checked=off on_change=move |to| off.set(to) />
            <Checkbox label="Not now" checked=false disabled=true on_change=|_| () />
        </Example>
        <Example name="switch" stacked=true>
            <Switch label="Callers skip the lobby" hint="People who join by phone come straight in." checked=on on_change=move |to| on.set(to) />
            <Switch label="Say when people come and go" checked=off on_change=move |to| off.set(to) />
            <Switch label="Record" hint="Northlight does not allow this." checked=off disabled=true on_change=move |to| off.set(to) />
        </Example>
        <Example name="segmented">
            <RadioGroup
                label="View"
                look=RadioLook::Segments
                choices=vec![Choice::new(0_usize, "Day"), Choice::new(1, "Week"), Choice::new(2, "Month")]
                value=view_of
                on_change=move |to| view_of.set(to)
            />
        </Example>
        <Example name="radio-cards" stacked=true>
            <RadioGroup
                label="Who comes in without waiting"
                choices=vec![
                    Choice::new(0_usize, "Only me").hint("Everyone else waits in the lobby until you let them in."),
                    Choice::new(1, "People I invite").hint("Anyone the invitation is passed on to waits in the lobby."),
                    Choice::new(2, "Everyone with the link").hint("Northlight does not allow this.").locked(),
                ]
                value=who
                on_change=move |to| who.set(to)
            />
        </Example>
        <Completing />
        <Chips />
    }
}

const PEOPLE: [&str; 5] = ["Alice Moreau", "Bob Okafor", "Carol Lindqvist", "Emi Tanaka", "Farid Haddad"];

#[component]
fn Completing() -> impl IntoView {
    let text = RwSignal::new(String::new());
    let picked = RwSignal::new(String::new());
    let options = Memo::new(move |_| {
        let sought = text.get().to_lowercase();
        let fits = |name: &&&str| !sought.is_empty() && name.to_lowercase().contains(&sought);
        PEOPLE.iter().filter(fits).map(|name| (*name).to_owned()).collect::<Vec<_>>()
    });
    let state = Signal::derive(move || {
        let nothing = options.with(Vec::is_empty) && !text.get().is_empty();
        nothing.then(|| "Nobody found".to_owned())
    });
    let pick = move |name: String| {
        picked.set(name);
        text.set(String::new());
    };
    view! {
        <Example name="combobox" stacked=true>
            <div class="input">
                <Combobox
                    label="To"
                    text=text
                    on_input=move |to: String| text.set(to)
                    options=options
                    option=|name: &String| view! { <span class="option__words">{name.clone()}</span> }
                    state=state
                    first_is_meant=true
                    picks_on_tab=true
                    placeholder="Names or addresses"
                    on_pick=pick
                />
            </div>
            <output class="secondary">"Picked: " {move || picked.get()}</output>
        </Example>
    }
}

#[component]
fn Chips() -> impl IntoView {
    let here = RwSignal::new(true);
    let unread = RwSignal::new(true);
    view! {
        <Example name="chips">
            {Hue::ALL
                .into_iter()
                .zip(["Berry", "Rust", "Straw", "Fern", "Lake", "Sky", "Plum", "Slate"])
                .map(|(hue, words)| view! { <Chip hue=hue words=words /> })
                .collect_view()}
        </Example>
        <Example name="tokens">
            {move || here.get().then(|| view! {
                <Token words="Bob Okafor" remove_label="Remove Bob Okafor" hint="bob@owlery.example" on_remove=move |()| here.set(false)>
                    <crate::ui::Avatar name="Bob Okafor" seed="bob@owlery.example" size=crate::ui::AvatarSize::Small />
                </Token>
            })}
            <Token words="hugo@" remove_label="Remove hugo@" invalid=true hint="This address has no domain" on_remove=|()| () />
        </Example>
        <Example name="filters">
            <FilterChip words="Unread" pressed=unread on_press=move |()| unread.update(|it| *it = !*it) />
            <FilterChip words="Has a file" icon=IconName::Attach pressed=false on_press=|()| () />
        </Example>
    }
}
