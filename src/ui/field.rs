//! Fields for text. Pattern: native `input` and `textarea` with a label, a description and an error.
//!
//! | key | does |
//! |---|---|
//! | Enter | in a one-line field: submits the form; `on_enter` too |
//!
//! Name: `label`, visible unless `label_hidden`. A hint or an error describes it; an error also makes it invalid and
//! takes the hint's place, so that nothing jumps.

use leptos::{ev, html, prelude::*};

use super::{dom::fresh_id, icon::Icon, icon_button::IconButton, icon_name::IconName};

/// Label above, hint or error below.
#[component]
fn Frame(
    input_id: String,
    note_id: String,
    label: Signal<String>,
    label_hidden: bool,
    hint: MaybeProp<String>,
    error: MaybeProp<String>,
    children: Children,
) -> impl IntoView {
    let note = move || match (error.get(), hint.get()) {
        (Some(error), _) => Some(
            view! {
                <p class="field__error" id=note_id.clone()>
                    <Icon name=IconName::Error />
                    <span>{error}</span>
                </p>
            }
            .into_any(),
        ),
        (None, Some(hint)) => Some(view! { <p class="field__hint" id=note_id.clone()>{hint}</p> }.into_any()),
        (None, None) => None,
    };
    view! {
        <div class="field">
            <label class=if label_hidden { "visually-hidden" } else { "field__label" } for=input_id>
                {move || label.get()}
            </label>
            {children()}
            {note}
        </div>
    }
}

/// What a one-line field is for; browsers and password managers choose keyboards and fillings by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FieldKind {
    /// Any words.
    #[default]
    Text,
    /// An address.
    Email,
    /// A secret; an eye shows it.
    Password,
    /// Words to look for.
    Search,
    /// A web address.
    Url,
    /// A day.
    Date,
    /// A time of the day.
    Time,
    /// A day and a time.
    DateTime,
}

impl FieldKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Email => "email",
            Self::Password => "password",
            Self::Search => "search",
            Self::Url => "url",
            Self::Date => "date",
            Self::Time => "time",
            Self::DateTime => "datetime-local",
        }
    }
}

/// A field of one line.
#[component]
pub(crate) fn TextField(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The label is read, not seen.
    #[prop(optional)]
    label_hidden: bool,
    /// What it is for.
    #[prop(optional)]
    kind: FieldKind,
    /// What it holds.
    #[prop(into)]
    value: Signal<String>,
    /// It was changed by a letter.
    #[prop(into)]
    on_input: Callback<String>,
    /// Enter was pressed; else it submits the form.
    #[prop(optional, into)]
    on_enter: Option<Callback<()>>,
    /// An example, never instead of the label.
    #[prop(optional, into)]
    placeholder: MaybeProp<String>,
    /// A sentence of help.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// Drawn before the words.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// Names the eye of a password: shown and hidden.
    #[prop(optional, into)]
    reveal_label: MaybeProp<String>,
    /// The name of the field in its form.
    #[prop(optional, into)]
    name: MaybeProp<String>,
    /// The `autocomplete` token, `username` and so on.
    #[prop(optional, into)]
    autocomplete: MaybeProp<String>,
    /// An edge only when it has the pointer or the focus.
    #[prop(optional)]
    quiet: bool,
    /// Has to be filled.
    #[prop(optional)]
    required: bool,
    /// Can't be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Has the focus when the dialog it stands in opens.
    #[prop(optional)]
    autofocus: bool,
    /// The element, for one who gives it the focus.
    #[prop(optional)]
    node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let (input_id, note_id) = (fresh_id("field"), fresh_id("note"));
    let (described_by, error_id) = (note_id.clone(), note_id.clone());
    let revealed = RwSignal::new(false);
    let input_type = move || match kind {
        FieldKind::Password if revealed.get() => FieldKind::Text.as_str(),
        kind => kind.as_str(),
    };
    let keydown = move |event: ev::KeyboardEvent| {
        if let Some(on_enter) = on_enter
            && event.key() == "Enter"
            && !event.is_composing()
        {
            event.prevent_default();
            on_enter.run(());
        }
    };
    let eye = move || {
        let label = reveal_label.get()?;
        (kind == FieldKind::Password).then(|| {
            view! {
                <IconButton
                    name=label
                    icon=Signal::derive(move || if revealed.get() { IconName::EyeOff } else { IconName::Eye })
                    pressed=revealed
                    on_press=move |()| revealed.update(|revealed| *revealed = !*revealed)
                />
            }
        })
    };
    // Secrets and addresses are not prose.
    let plain = matches!(kind, FieldKind::Password | FieldKind::Email | FieldKind::Url);
    view! {
        <Frame input_id=input_id.clone() note_id label label_hidden hint error>
            <div class="input" data-quiet=quiet.then_some("")>
                {icon.map(|icon| view! { <Icon name=icon /> })}
                <input
                    id=input_id
                    type=input_type
                    name=move || name.get()
                    autocomplete=move || autocomplete.get().unwrap_or_else(|| "off".to_owned())
                    autocapitalize=plain.then_some("none")
                    spellcheck=plain.then_some("false")
                    placeholder=move || placeholder.get()
                    required=required
                    autofocus=autofocus
                    disabled=move || disabled.get()
                    aria-invalid=move || error.get().map(|_| "true")
                    aria-errormessage=move || error.get().map(|_| error_id.clone())
                    aria-describedby=move || {
                        (error.get().is_some() || hint.get().is_some()).then(|| described_by.clone())
                    }
                    prop:value=move || value.get()
                    on:input=move |event| on_input.run(event_target_value(&event))
                    on:keydown=keydown
                    node_ref=node_ref
                />
                {eye}
            </div>
        </Frame>
    }
}

/// A field of several lines.
#[component]
pub(crate) fn TextArea(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The label is read, not seen.
    #[prop(optional)]
    label_hidden: bool,
    /// What it holds.
    #[prop(into)]
    value: Signal<String>,
    /// It was changed by a letter.
    #[prop(into)]
    on_input: Callback<String>,
    /// An example, never instead of the label.
    #[prop(optional, into)]
    placeholder: MaybeProp<String>,
    /// A sentence of help.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// Grows with its lines, up to twelve, instead of being pulled larger.
    #[prop(optional)]
    grows: bool,
    /// Can't be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The element, for one who gives it the focus.
    #[prop(optional)]
    node_ref: NodeRef<html::Textarea>,
) -> impl IntoView {
    let (input_id, note_id) = (fresh_id("field"), fresh_id("note"));
    let (described_by, error_id) = (note_id.clone(), note_id.clone());
    view! {
        <Frame input_id=input_id.clone() note_id label label_hidden hint error>
            <div class="input">
                <textarea
                    id=input_id
                    data-grows=grows.then_some("")
                    placeholder=move || placeholder.get()
                    disabled=move || disabled.get()
                    aria-invalid=move || error.get().map(|_| "true")
                    aria-errormessage=move || error.get().map(|_| error_id.clone())
                    aria-describedby=move || {
                        (error.get().is_some() || hint.get().is_some()).then(|| described_by.clone())
                    }
                    prop:value=move || value.get()
                    on:input=move |event| on_input.run(event_target_value(&event))
                    node_ref=node_ref
                ></textarea>
            </div>
        </Frame>
    }
}
